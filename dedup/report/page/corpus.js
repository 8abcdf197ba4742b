/* The page of a corpus: figures, similarities, families, and the table of pairs. */

const chosen = {
  relations: /** @type {Set<string>} */ (new Set()),
  least: 0,
  text: "",
  cluster: /** @type {number | null} */ (null),
};

/** @returns {HTMLElement} */
function corpusPage() {
  const corpus = index.corpus;
  const share = corpus.documents ? corpus.redundant / corpus.documents : 0;
  const figures = [
    [corpus.documents.toLocaleString("en"), corpus.documents === 1 ? "document" : "documents"],
    [pairs.length.toLocaleString("en"), pairs.length === 1 ? "pair" : "pairs"],
    [clusters.length.toLocaleString("en"), clusters.length === 1 ? "cluster" : "clusters"],
    [percent(share), `redundant: ${counted(corpus.redundant, "copy or near-duplicate").replace(/copy or near-duplicates/, "copies or near-duplicates")}`],
  ];
  const head = h("header", { class: "top" },
    h("h1", {}, pairs.length ? "What these documents share" : "Nothing reused"),
    h("dl", { class: "figures" }, ...figures.map(([n, what]) => h("div", {}, h("dt", {}, what), h("dd", {}, n)))),
    helpButton());
  const notes = corpus.notes.length
    ? [h("details", { class: "notes" }, h("summary", {}, counted(corpus.notes.length, "note")),
        h("ul", {}, ...corpus.notes.map((/** @type {string} */ note) => h("li", {}, h("bdi", {}, note)))))]
    : [];
  const foot = h("footer", {}, `dedup ${index.version}; near-duplicates from ${corpus.threshold} on, evidence from ${corpus.min_evidence_bits} bits on`);
  if (!pairs.length) {
    return h("div", { class: "corpus" }, head,
      h("p", { class: "empty" }, `${counted(corpus.documents, "document")}, and none copies or rewrites another.`), ...notes, foot);
  }

  const table = pairTable();
  const shown = h("p", { class: "shown", "aria-live": "polite" });
  const ofCluster = h("span", {});
  const bars = histogram();
  const refresh = () => {
    const text = chosen.text.toLowerCase();
    const named = text ? names.map((one) => one.toLowerCase().includes(text)) : null;
    const rows = pairs.filter((pair) =>
      (!chosen.relations.size || chosen.relations.has(pair.relation)) &&
      pair.jaccard >= chosen.least &&
      (chosen.cluster === null || pair.cluster === chosen.cluster) &&
      (!named || named[pair.a] || named[pair.b]));
    table.show(rows);
    shown.textContent = rows.length === pairs.length ? counted(rows.length, "pair") : `${rows.length.toLocaleString("en")} of ${counted(pairs.length, "pair")}`;
    ofCluster.replaceChildren(...(chosen.cluster === null ? [] : [
      h("button", { type: "button", class: "chip only", "aria-pressed": "true", click: () => pick(null) },
        "family of ", bdi(last(names[clusters[chosen.cluster].representative])), " ✕")]));
    bars.draw();
  };
  /** @param {number | null} cluster */
  const pick = (cluster) => { chosen.cluster = cluster; refresh(); };

  const search = h("input", { type: "search", id: "search", placeholder: "name of a document", "aria-label": "Only pairs with this in a name",
    input: () => { chosen.text = search.value; refresh(); } });
  const chips = [...RELATIONS].map(([relation, mark]) => {
    const count = pairs.filter((pair) => pair.relation === relation).length;
    return count ? [chip(relation, relation, mark, relation, count, chosen.relations, refresh)] : [];
  }).flat();
  const least = h("input", { type: "range", id: "least", min: 0, max: 1, step: 0.05, value: 0, "aria-label": "Least similarity",
    input: () => { chosen.least = Number(least.value); least.setAttribute("aria-valuetext", percent(chosen.least)); refresh(); } });

  const page = h("div", { class: "corpus" }, head,
    h("div", { class: "pictures" },
      h("section", { class: "card", "aria-label": "Similarities" },
        h("h2", {}, "Similarity of the pairs"), bars.picture, least,
        h("p", { class: "axis", "aria-hidden": "true" }, h("span", {}, "0%"), h("span", {}, "50%"), h("span", {}, "100%"))),
      ...(clusters.length ? [families(pick)] : [])),
    h("section", { class: "card", "aria-label": "Pairs" },
      h("div", { class: "bar" }, h("h2", {}, "Pairs"), search, h("div", { class: "chips", role: "group", "aria-label": "Only these relations" }, ...chips), ofCluster, shown),
      table.box),
    ...notes, foot);
  refresh();
  return page;
}

/** @returns {Table<Pair>} */
function pairTable() {
  const number = (/** @type {string} */ text) => h("td", { class: "number" }, text);
  const strength = [...RELATIONS.keys()];
  return new Table("Pairs", [
    { head: "Source", title: "Or, where it is not known, the document that came first", key: (p) => names[p.a] },
    { head: "Derived", key: (p) => names[p.b] },
    { head: "Relation", key: (p) => strength.length - strength.indexOf(p.relation) },
    { head: "Similar", title: "Jaccard similarity over word 5-grams", key: (p) => p.jaccard },
    { head: "Of source", title: "Share of the source that stands in the other", key: (p) => p.share_of_a },
    { head: "Of derived", title: "Share of the derived document that stands in the source", key: (p) => p.share_of_b },
    { head: "Words", title: "Words in common, in runs of four and more", key: (p) => p.shared_words },
    { head: "In a row", title: "Longest shared run, in words", key: (p) => p.longest_run_words },
    { head: "Evidence", title: "Bits: 2^-bits such pairs are to be expected by chance", key: (p) => p.evidence_bits },
  ], (p) => [
    h("td", { class: "first" }, h("a", { href: `#pair=${p.i}` }, bdi(names[p.a]))),
    h("td", {}, h("span", { class: `arrow ${p.relation}`, "aria-hidden": "true" }, p.directed ? "→" : "–"), h("a", { href: `#pair=${p.i}`, tabindex: "-1" }, bdi(names[p.b]))),
    h("td", {}, badge(p.relation)),
    number(percent(p.jaccard)), number(percent(p.share_of_a)), number(percent(p.share_of_b)),
    number(p.shared_words.toLocaleString("en")), number(p.longest_run_words.toLocaleString("en")), number(p.evidence_bits.toLocaleString("en")),
  ]);
}

/** How many pairs are how similar; what the slider leaves out is pale. */
function histogram() {
  const bins = Array.from({ length: 20 }, () => new Map([...RELATIONS.keys()].map((r) => [r, 0])));
  for (const pair of pairs) {
    const bin = bins[Math.min(19, Math.floor(pair.jaccard * 20))];
    bin.set(pair.relation, (bin.get(pair.relation) || 0) + 1);
  }
  const total = bins.map((bin) => [...bin.values()].reduce((x, y) => x + y));
  const most = Math.max(...total);
  const columns = bins.map((bin, k) => {
    let y = 100;
    return s("g", {}, s("title", {}, `${k * 5}–${k * 5 + 5}%: ${counted(total[k], "pair")}`), ...[...bin].filter(([, n]) => n).map(([relation, n]) => {
      const height = Math.max(2, (n / most) * 96);
      y -= height;
      return s("rect", { class: relation, x: k * 15 + 1, y, width: 13, height });
    }));
  });
  const picture = s("svg", { class: "histogram", viewBox: "0 0 300 100", preserveAspectRatio: "none", role: "img",
    "aria-label": `Pairs by similarity, in steps of 5%: ${total.map((n, k) => (n ? `${k * 5}%: ${n}` : "")).filter(Boolean).join(", ")}` },
    ...columns, s("path", { class: "axis", d: "M0 100H300" }));
  return { picture, draw: () => columns.forEach((g, k) => g.classList.toggle("out", (k + 1) / 20 <= chosen.least)) };
}

/** The clusters as a list, and the picture of the one that is picked.
 * @param {(cluster: number | null) => void} pick */
function families(pick) {
  const box = h("div", { class: "family" });
  /** @param {Cluster} cluster */
  const show = (cluster) => {
    const { picture, note } = family(cluster);
    box.replaceChildren(
      h("div", { class: "bar" }, h("h3", {}, bdi(names[cluster.representative]), ` and ${counted(cluster.members.length - 1, "other")}`),
        h("button", { type: "button", class: "plain", click: () => pick(cluster.i) }, "show only its pairs")),
      h("div", { class: "tree", tabindex: "0", role: "region", "aria-label": "Family picture" }, picture),
      ...(note ? [h("p", { class: "note" }, note)] : []));
  };
  /** @type {Table<Cluster>} */
  const list = new Table("Clusters", [
    { head: "Family", title: "By the document to keep, the longest", key: (c) => names[c.representative] },
    { head: "Members", key: (c) => c.members.length },
    { head: "Pairs", key: (c) => c.pairs.length },
  ], (c) => [
    h("td", { class: "first" }, h("button", { type: "button", class: "plain", click: () => show(c) }, bdi(names[c.representative]))),
    h("td", { class: "number" }, String(c.members.length)),
    h("td", { class: "number" }, String(c.pairs.length)),
  ]);
  list.show(clusters);
  list.sort(1);
  show(list.rows[0]);
  return h("section", { class: "card families", "aria-label": "Families" },
    h("h2", {}, "Families"), h("div", { class: "split" }, ...(clusters.length > 1 ? [list.box] : []), box));
}

/** The pairs of a cluster that are drawn: all, or of a large one the strongest that hold it together.
 * @param {Cluster} cluster */
function drawn(cluster) {
  if (cluster.members.length <= MOST_MEMBERS && cluster.pairs.length <= MOST_EDGES) return cluster.pairs;
  /** @type {Map<number, number>} */
  const root = new Map();
  const find = (/** @type {number} */ d) => {
    while (root.has(d) && root.get(d) !== d) d = /** @type {number} */ (root.get(d));
    return d;
  };
  /** @type {Pair[]} */
  const kept = [];
  for (const pair of cluster.pairs.slice().sort((x, y) => y.evidence_bits - x.evidence_bits || x.i - y.i)) {
    const more = Number(!root.has(pair.a)) + Number(!root.has(pair.b));
    if (root.size + more > MOST_MEMBERS || find(pair.a) === find(pair.b)) continue;
    for (const d of [pair.a, pair.b]) if (!root.has(d)) root.set(d, d);
    root.set(find(pair.b), find(pair.a));
    kept.push(pair);
  }
  return kept;
}

/** Who derives from whom: layers from left to right, every arrow with its relation.
 * @param {Cluster} cluster */
function family(cluster) {
  const edges = drawn(cluster);
  const members = [...new Set([cluster.representative, ...edges.flatMap((e) => [e.a, e.b])])].sort((x, y) =>
    Number(y === cluster.representative) - Number(x === cluster.representative) || x - y);
  const layers = layered(members, edges);
  const [width, height, across, down] = [168, 28, 92, 14];
  const tallest = Math.max(...layers.map((layer) => layer.length));
  /** @type {Map<number, {x: number, y: number}>} */
  const at = new Map();
  layers.forEach((layer, l) => layer.forEach((d, k) => at.set(d, {
    x: 4 + l * (width + across),
    y: 4 + (k + (tallest - layer.length) / 2) * (height + down),
  })));
  const picture = s("svg", {
    width: layers.length * (width + across) - across + 8, height: tallest * (height + down) - down + 8, role: "group",
    "aria-label": `Family of ${counted(cluster.members.length, "document")}`,
  }, s("defs", {}, s("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, s("path", { d: "M0 0L8 4L0 8z" }))));
  for (const edge of edges) {
    const [from, to] = [at.get(edge.a), at.get(edge.b)];
    if (!from || !to) continue;
    const ahead = to.x > from.x;
    const [x1, x2] = ahead ? [from.x + width, to.x] : [from.x, to.x + width];
    const [y1, y2] = [from.y + height / 2, to.y + height / 2];
    const bend = (ahead ? 1 : -1) * 46;
    const bow = Math.abs(x2 - x1) > across + 1 ? -(height / 2 + down) : 0; // over the layers between
    const label = `${names[edge.a]} ${edge.directed ? "→" : "–"} ${names[edge.b]}: ${edge.relation}, ${percent(edge.jaccard)} similar`;
    picture.append(s("a", { href: `#pair=${edge.i}`, class: `edge ${edge.relation}`, "aria-label": label }, s("title", {}, label),
      s("path", { d: `M${x1} ${y1}C${x1 + bend} ${y1 + bow} ${x2 - bend} ${y2 + bow} ${x2} ${y2}`, "marker-end": edge.directed ? "url(#tip)" : null }),
      s("circle", { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2 + bow * 0.75, r: 9 }),
      s("text", { x: (x1 + x2) / 2, y: (y1 + y2) / 2 + bow * 0.75 + 4 }, RELATIONS.get(edge.relation) || "")));
  }
  for (const [d, { x, y }] of at) {
    const text = shortened(last(names[d]), 22);
    picture.append(s("g", { class: `node${d === cluster.representative ? " kept" : ""}${cluster.indirect.includes(d) ? " indirect" : ""}` },
      s("title", {}, `${names[d]}: ${counted(index.words[d], "word")}${d === cluster.representative ? "; the longest, to keep" : ""}${cluster.indirect.includes(d) ? "; only by way of others" : ""}`),
      s("rect", { x, y, width, height, rx: 5 }), s("text", { x: x + width / 2, y: y + 18 }, text)));
  }
  const left = cluster.pairs.length - edges.length;
  const note = left || members.length < cluster.members.length
    ? `${members.length} of ${counted(cluster.members.length, "member")}, joined by the strongest ${edges.length} of ${counted(cluster.pairs.length, "pair")}.`
    : cluster.indirect.length ? "Dashed: in the family only by way of others." : "";
  return { picture, note };
}

/** Documents in layers, so that arrows go to the right; in a layer, near those they are joined to.
 * @param {number[]} members @param {Pair[]} edges @returns {number[][]} */
function layered(members, edges) {
  const place = new Map(members.map((d, k) => [d, k]));
  /** @type {Map<number, number[]>} */
  const onward = new Map(members.map((d) => [d, []]));
  for (const e of edges) {
    // Without a known direction, away from the representative, which comes first.
    const forward = e.directed || (place.get(e.a) || 0) < (place.get(e.b) || 0);
    onward.get(forward ? e.a : e.b)?.push(forward ? e.b : e.a);
  }
  /** @type {number[]} */
  const order = []; // what comes from others before these
  const state = new Map();
  const visit = (/** @type {number} */ d) => {
    state.set(d, "open");
    onward.set(d, (onward.get(d) || []).filter((next) => {
      if (!state.has(next)) visit(next);
      return state.get(next) !== "open"; // an arrow back would make a circle
    }));
    state.set(d, "done");
    order.push(d);
  };
  for (const d of members) if (!state.has(d)) visit(d);
  const layer = new Map(members.map((d) => [d, 0]));
  for (const d of order.reverse()) {
    for (const next of onward.get(d) || []) layer.set(next, Math.max(layer.get(next) || 0, (layer.get(d) || 0) + 1));
  }
  const layers = Array.from({ length: Math.max(...layer.values()) + 1 }, (_, l) => members.filter((d) => layer.get(d) === l));
  for (let sweep = 0; sweep < 4; sweep++) {
    const at = new Map(layers.flatMap((one) => one.map((d, k) => [d, k - one.length / 2])));
    for (const one of layers) {
      const middle = new Map(one.map((d) => {
        const near = edges.filter((e) => e.a === d || e.b === d).map((e) => at.get(e.a === d ? e.b : e.a) || 0);
        return [d, near.length ? near.reduce((x, y) => x + y) / near.length : 0];
      }));
      one.sort((x, y) => (middle.get(x) || 0) - (middle.get(y) || 0) || x - y);
    }
  }
  return layers;
}

/** @param {string} text @param {number} most */
function shortened(text, most) {
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, most - 9).join("")}…${points.slice(-8).join("")}`;
}
