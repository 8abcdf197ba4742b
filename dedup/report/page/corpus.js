/* The page of a corpus: figures, similarities, families, and the table of pairs. */

const chosen = {
  relations: /** @type {Set<string>} */ (new Set()),
  least: 0,
  text: "",
  cluster: /** @type {number | null} */ (null),
};

/** The pairs as the table has them, which is how one goes through them. */
let inView = pairs;

/** @returns {HTMLElement} */
function corpusPage() {
  const corpus = index.corpus;
  const share = corpus.documents ? corpus.redundant / corpus.documents : 0;
  const figures = [
    [corpus.documents.toLocaleString("en"), corpus.documents === 1 ? "document" : "documents"],
    ...(corpus.against === null ? [] : [[corpus.against.toLocaleString("en"), "in the index"]]),
    [pairs.length.toLocaleString("en"), pairs.length === 1 ? "pair" : "pairs"],
    [clusters.length.toLocaleString("en"), clusters.length === 1 ? "cluster" : "clusters"],
    [percent(share), `redundant: ${counted(corpus.redundant, "document")}`],
  ];
  const head = h("header", { class: "top" },
    h("h1", {}, pairs.length ? "What these documents share" : "Nothing reused"),
    h("dl", { class: "figures" }, ...figures.map(([n, what]) => h("div", {}, h("dt", {}, what), h("dd", {}, n)))),
    helpButton());
  const notes = corpus.notes.length
    ? [h("details", { class: "notes" }, h("summary", {}, counted(corpus.notes.length, "note")),
        h("ul", {}, ...corpus.notes.map((/** @type {string} */ note) => h("li", {}, h("bdi", {}, note)))))]
    : [];
  const foot = h("footer", {}, `dedup ${index.version}; near-duplicates from ${corpus.threshold} on, ` +
    `evidence from ${corpus.min_evidence_bits} bits on`);
  if (!pairs.length) {
    return h("div", { class: "corpus" }, head,
      h("p", { class: "empty" }, `${counted(corpus.documents, "document")}, and none copies or rewrites another.`),
      ...notes, foot);
  }

  const table = pairTable();
  table.ordered = (rows) => { inView = rows; };
  const shown = h("p", { class: "shown", "aria-live": "polite" });
  const ofCluster = h("span", {});
  const bars = histogram();
  const refresh = () => {
    const text = chosen.text.toLowerCase();
    const named = text ? names.map((one) => one.toLowerCase().includes(text)) : null;
    const found = pairs.filter((pair) =>
      (!chosen.relations.size || chosen.relations.has(pair.relation)) &&
      pair.jaccard >= chosen.least &&
      (!named || named[pair.a] || named[pair.b]));
    const rows = chosen.cluster === null ? found : found.filter((pair) => pair.cluster === chosen.cluster);
    table.show(rows);
    const seen = new Set(found.map((pair) => pair.cluster));
    picker.list.show(clusters.filter((cluster) => seen.has(cluster.i)));
    from.textContent = chosen.least ? `from ${percent(chosen.least)} on` : "";
    const all = counted(pairs.length, "pair");
    shown.textContent = rows.length === pairs.length ? all : `${grouped(rows.length)} of ${all}`;
    ofCluster.replaceChildren(...(chosen.cluster === null ? [] : [
      h("button", { type: "button", class: "chip only", "aria-pressed": "true", click: () => pick(null) },
        "family of ", bdi(last(names[clusters[chosen.cluster].representative])), " ✕")]));
    bars.draw();
  };
  /** @param {number | null} cluster */
  const pick = (cluster) => { chosen.cluster = cluster; refresh(); };

  /** @param {string} text */
  const find = (text) => { search.value = chosen.text = text; refresh(); };
  const picker = families(pick, find);
  const from = h("span", { class: "count" });
  const search = h("input", {
    type: "search", id: "search", placeholder: "name of a document", "aria-label": "Only pairs with this in a name",
    input: () => { chosen.text = search.value; refresh(); } });
  const chips = [...RELATIONS].map(([relation, mark]) => {
    const count = pairs.filter((pair) => pair.relation === relation).length;
    return count ? [chip(relation, relation, mark, relation, count, chosen.relations, refresh)] : [];
  }).flat();
  const least = h("input", {
    type: "range", id: "least", min: 0, max: 1, step: 0.05, value: 0, "aria-label": "Least similarity",
    input: () => {
      chosen.least = Number(least.value);
      least.setAttribute("aria-valuetext", percent(chosen.least));
      refresh();
    },
  });

  const page = h("div", { class: "corpus" }, head,
    h("div", { class: "pictures" },
      h("section", { class: "card", "aria-label": "Similarities" },
        h("h2", {}, "Similarity of the pairs ", from), bars.picture, least,
        h("p", { class: "axis", "aria-hidden": "true" }, ...["0%", "50%", "100%"].map((text) => h("span", {}, text)))),
      ...(clusters.length ? [picker.section] : [])),
    h("section", { class: "card", "aria-label": "Pairs" },
      h("div", { class: "bar" }, h("h2", {}, "Pairs"), search,
        h("div", { class: "chips", role: "group", "aria-label": "Only these relations" }, ...chips), ofCluster, shown),
      table.box),
    ...notes, foot);
  refresh();
  table.sort(8);
  return page;
}

/** @returns {Table<Pair>} */
function pairTable() {
  const number = (/** @type {string} */ text) => h("td", { class: "number" }, text);
  const strength = [...RELATIONS.keys()];
  return new Table("Table of pairs", [
    { head: "Source", title: "Or, where it is not known, the document that came first", key: (p) => names[p.a] },
    { head: "Derived", key: (p) => names[p.b] },
    { head: "Relation", key: (p) => strength.length - strength.indexOf(p.relation) },
    { head: "Similar", title: "Jaccard similarity over word 5-grams", key: (p) => p.jaccard },
    { head: "Of source", title: "Share of the source that stands in the other", key: (p) => p.share_of_a },
    { head: "Of derived", title: "Share of the derived that stands in the source", key: (p) => p.share_of_b },
    { head: "Words", title: "Words in common, in runs of four and more", key: (p) => p.shared_words },
    { head: "In a row", title: "Longest shared run, in words", key: (p) => p.longest_run_words },
    { head: "Evidence", title: "Bits: 2^-bits such pairs are to be expected by chance", key: (p) => p.evidence_bits ?? -1 },
  ], (p) => [
    h("td", { class: "first" }, h("a", { href: `#pair=${p.i}` }, bdi(names[p.a]))),
    h("td", {}, h("span", { class: `arrow ${p.relation}`, "aria-hidden": "true" }, p.directed ? "→" : "–"),
      h("a", { href: `#pair=${p.i}`, tabindex: "-1" }, bdi(names[p.b]))),
    h("td", {}, badge(p.relation)),
    number(percent(p.jaccard)), number(percent(p.share_of_a)), number(percent(p.share_of_b)),
    number(grouped(p.shared_words)), number(grouped(p.longest_run_words)), number(p.evidence_bits === null ? "" : grouped(p.evidence_bits)),
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
    const bars = [...bin].filter(([, n]) => n).map(([relation, n]) => {
      const height = Math.max(2, (n / most) * 96);
      y -= height;
      return s("rect", { class: relation, x: k * 15 + 1, y, width: 13, height });
    });
    return s("g", {}, s("title", {}, `${k * 5}–${k * 5 + 5}%: ${counted(total[k], "pair")}`), ...bars);
  });
  const told = total.flatMap((n, k) => (n ? [`${k * 5}%: ${n}`] : [])).join(", ");
  const picture = s("svg", { class: "histogram", viewBox: "0 0 300 100", preserveAspectRatio: "none", role: "img",
    "aria-label": `Pairs by similarity, in steps of 5%: ${told}` },
    ...columns, s("path", { class: "axis", d: "M0 100H300" }));
  return { picture, draw: () => columns.forEach((g, k) => g.classList.toggle("out", (k + 1) / 20 <= chosen.least)) };
}

/** The clusters as a list, and the picture of the one that is shown.
 * @param {(cluster: number | null) => void} pick shows only the pairs of a cluster
 * @param {(text: string) => void} find shows only the pairs with this in a name */
function families(pick, find) {
  const box = h("div", { class: "family" });
  let current = clusters[0];
  /** @param {Cluster} cluster */
  const show = (cluster) => {
    current = cluster;
    const { picture, note } = family(cluster, find);
    const tree = h("div", { class: "tree", tabindex: "0", role: "region", "aria-label": "Family picture" }, picture);
    requestAnimationFrame(() => { tree.scrollTop = (tree.scrollHeight - tree.clientHeight) / 2; });
    box.replaceChildren(
      h("div", { class: "bar" },
        h("h3", {}, bdi(names[cluster.representative]), ` and ${counted(cluster.members.length - 1, "other")}`),
        h("button", { type: "button", class: "plain", click: () => pick(cluster.i) }, "show only its pairs")),
      tree,
      ...(note ? [h("p", { class: "note" }, note)] : []));
  };
  /** @type {Table<Cluster>} */
  const list = new Table("List of families", [
    { head: "Family", title: "By the document to keep, the longest", key: (c) => names[c.representative] },
    { head: "Members", key: (c) => c.members.length },
    { head: "Pairs", key: (c) => c.pairs.length },
  ], (c) => [
    h("td", { class: "first" }, h("button", {
      type: "button", class: "link-like", "aria-current": c === current ? "true" : null,
      click: () => { show(c); list.draw(true); } }, bdi(last(names[c.representative])))),
    h("td", { class: "number" }, String(c.members.length)),
    h("td", { class: "number" }, String(c.pairs.length)),
  ]);
  list.show(clusters);
  list.sort(1);
  if (clusters.length) show(list.rows[0]);
  const section = h("section", { class: "card families", "aria-label": "Families" },
    h("h2", {}, "Families"), h("div", { class: "split" }, ...(clusters.length > 1 ? [list.box] : []), box));
  return { list, section };
}

/** What the pairs of a cluster are ordered by. @param {Pair} p */
const strength = (p) => p.evidence_bits ?? p.jaccard;

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
  for (const pair of cluster.pairs.slice().sort((x, y) => strength(y) - strength(x) || x.i - y.i)) {
    const more = Number(!root.has(pair.a)) + Number(!root.has(pair.b));
    if (root.size + more > MOST_MEMBERS || find(pair.a) === find(pair.b)) continue;
    for (const d of [pair.a, pair.b]) if (!root.has(d)) root.set(d, d);
    root.set(find(pair.b), find(pair.a));
    kept.push(pair);
  }
  return kept;
}

/** Who derives from whom: layers from left to right, every arrow with its relation.
 * @param {Cluster} cluster @param {(text: string) => void} find */
function family(cluster, find) {
  const edges = drawn(cluster);
  const members = [...new Set([cluster.representative, ...edges.flatMap((e) => [e.a, e.b])])];
  const { points, ways, width, height } = layout(members, edges);
  const picture = s("svg", {
    width, height, viewBox: `0 0 ${width} ${height}`, role: "group",
    "aria-label": `Family of ${counted(cluster.members.length, "document")}`,
  }, s("marker", {
    id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9, markerHeight: 9,
    markerUnits: "userSpaceOnUse", orient: "auto",
  }, s("path", { d: "M0 0L8 4L0 8z" })));
  for (const edge of edges) {
    const way = ways.get(edge) || [];
    const steps = way.slice(1).map((to, k) => {
      const from = way[k];
      const bend = from.x === to.x ? bow(from, to) : (to.x - from.x) / 2;
      return `C${from.x + bend} ${from.y} ${from.x === to.x ? to.x + bend : to.x - bend} ${to.y} ${to.x} ${to.y}`;
    });
    const [from, to] = way.slice(Math.floor((way.length - 2) / 2));
    const [x, y] = [(from.x + to.x) / 2 + (from.x === to.x ? bow(from, to) * 0.75 : 0), (from.y + to.y) / 2];
    const label = `${names[edge.a]} ${edge.directed ? "→" : "–"} ${names[edge.b]}: ` +
      `${edge.relation}, ${percent(edge.jaccard)} similar`;
    picture.append(s("a", { href: `#pair=${edge.i}`, class: `edge ${edge.relation}`, "aria-label": label },
      s("title", {}, label),
      s("path", { d: `M${way[0].x} ${way[0].y}${steps.join("")}`, "marker-end": edge.directed ? "url(#tip)" : null }),
      s("circle", { cx: x, cy: y, r: 9 }),
      s("text", { x, y: y + 4 }, RELATIONS.get(edge.relation) || "")));
  }
  for (const d of members) {
    const { x, y } = points.get(d) || { x: 0, y: 0 };
    const kept = d === cluster.representative;
    const indirect = cluster.indirect.includes(d);
    const title = [names[d], counted(index.words[d], "word"), ...(kept ? ["the longest, to keep"] : []),
      ...(indirect ? ["only by way of others"] : [])].join(", ");
    const only = () => find(names[d]);
    picture.append(s("g", { class: `node${kept ? " kept" : ""}${indirect ? " indirect" : ""}`,
      role: "button", tabindex: "0", "aria-label": `${title}: show its pairs`, click: only,
      keydown: (event) => { if (event.key === "Enter") only(); } }, s("title", {}, title),
      s("rect", { x, y: y - 14, width: NODE, height: 28, rx: 5 }),
      s("text", { x: x + NODE / 2, y: y + 4 }, shortened(last(names[d]), 20))));
  }
  const most = cluster.members.length > members.length || cluster.pairs.length > edges.length;
  const note = most
    ? `${members.length} of ${counted(cluster.members.length, "member")}, joined by the strongest ` +
      `${edges.length} of ${counted(cluster.pairs.length, "pair")}.`
    : cluster.indirect.length ? "Dashed: in the family only by way of others." : "";
  return { picture, note };
}

/** How far an arrow between two documents of one layer bends out.
 * @param {{y: number}} from @param {{y: number}} to */
const bow = (from, to) => 22 + Math.min(60, Math.abs(to.y - from.y) / 4);

/** Where documents and arrows go. A document that is made of another stands to its right; in a layer,
 * each is near what it is joined to; an arrow over several layers has a place of its own in each.
 * @param {number[]} members the first is the representative @param {Pair[]} edges */
function layout(members, edges) {
  const layer = layers(members, edges);
  /** @typedef {{d: number | null, layer: number, near: Place[], x: number, y: number, at: number}} Place */
  /** @type {Place[][]} */
  const columns = Array.from({ length: Math.max(...layer.values()) + 1 }, () => []);
  const add = (/** @type {number | null} */ d, /** @type {number} */ l) => {
    const place = { d, layer: l, near: [], x: 4 + l * (NODE + ACROSS), y: 0, at: 0 };
    columns[l].push(place);
    return place;
  };
  const places = new Map(members.map((d) => [d, add(d, layer.get(d) || 0)]));
  const chains = edges.map((edge) => {
    const [from, to] = /** @type {Place[]} */ ([places.get(edge.a), places.get(edge.b)]);
    const step = Math.sign(to.layer - from.layer);
    const chain = [from];
    for (let l = from.layer + step; step && l !== to.layer; l += step) chain.push(add(null, l));
    chain.push(to);
    chain.slice(1).forEach((place, k) => { place.near.push(chain[k]); chain[k].near.push(place); });
    return chain;
  });
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const column of columns) column.forEach((place, k) => { place.at = k - column.length / 2; });
    for (const column of sweep % 2 ? columns.slice().reverse() : columns) {
      const middle = new Map(column.map((place) =>
        [place, place.near.reduce((sum, one) => sum + one.at, 0) / Math.max(1, place.near.length)]));
      column.sort((x, y) => (middle.get(x) || 0) - (middle.get(y) || 0));
      column.forEach((place, k) => { place.at = k - column.length / 2; });
    }
  }
  const size = (/** @type {Place} */ place) => (place.d === null ? 24 : 42);
  const heights = columns.map((column) => column.reduce((sum, place) => sum + size(place), 0));
  const height = Math.max(...heights);
  columns.forEach((column, l) => {
    let y = (height - heights[l]) / 2;
    for (const place of column) {
      place.y = y + size(place) / 2;
      y += size(place);
    }
  });
  const ways = new Map(edges.map((edge, e) => [edge, chains[e].flatMap((place, k, chain) => {
    const ahead = chain[chain.length - 1].layer >= chain[0].layer;
    const [left, right] = [{ x: place.x, y: place.y }, { x: place.x + NODE, y: place.y }];
    if (k === 0) return [ahead ? right : left];
    if (k === chain.length - 1) return [ahead && place.layer > chain[0].layer ? left : right];
    return ahead ? [left, right] : [right, left];
  })]));
  return { points: places, ways, width: columns.length * (NODE + ACROSS) - ACROSS + 84, height };
}

/** The layer of each document: after all it is made of; without a known direction, one after what
 * it is joined to, seen from the representative.
 * @param {number[]} members @param {Pair[]} edges @returns {Map<number, number>} */
function layers(members, edges) {
  const directed = edges.filter((e) => e.directed);
  /** @type {Map<number, number[]>} */
  const onward = new Map();
  for (const e of directed) onward.set(e.a, [...(onward.get(e.a) || []), e.b]);
  /** @type {Map<number, number>} */
  const layer = new Map(directed.flatMap((e) => [[e.a, 0], [e.b, 0]]));
  const open = new Set();
  const done = new Set();
  /** @type {number[]} */
  const order = [];
  const visit = (/** @type {number} */ d) => {
    open.add(d);
    const next = (onward.get(d) || []).filter((to) => !open.has(to)); // an arrow back would make a circle
    onward.set(d, next);
    for (const to of next) if (!done.has(to)) visit(to);
    open.delete(d);
    done.add(d);
    order.unshift(d);
  };
  for (const d of layer.keys()) if (!done.has(d)) visit(d);
  for (const d of order) {
    for (const to of onward.get(d) || []) layer.set(to, Math.max(layer.get(to) || 0, (layer.get(d) || 0) + 1));
  }
  if (!layer.size) layer.set(members[0], 0);
  for (let queue = [...layer.keys()]; queue.length; ) {
    const d = /** @type {number} */ (queue.shift());
    for (const e of edges) {
      const other = e.a === d ? e.b : e.b === d ? e.a : null;
      if (other === null || layer.has(other)) continue;
      layer.set(other, (layer.get(d) || 0) + 1);
      queue.push(other);
    }
  }
  return layer;
}

/** @param {string} text @param {number} most */
function shortened(text, most) {
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, most - 9).join("")}…${points.slice(-8).join("")}`;
}
