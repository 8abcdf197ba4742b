/* The page of a pair: two texts, what is linked in them, and why. */

/** Two texts side by side, what is linked, and what a click shows. */
class PairView {
  /** @param {Pair} pair @param {Part} part */
  constructor(pair, part) {
    const { alignment, longest_run_text } = part.pairs[pair.i];
    this.pair = pair;
    this.alignment = alignment;
    this.run = longest_run_text;
    this.slice = { a: slicer(part.texts[pair.a]), b: slicer(part.texts[pair.b]) };
    this.names = { a: names[pair.a], b: names[pair.b] };
    const tell = last(this.names.a) !== last(this.names.b);
    this.short = tell ? { a: last(this.names.a), b: last(this.names.b) } : this.names;
    const within = (/** @type {Side} */ side, /** @type {number} */ start, /** @type {number} */ end) =>
      alignment[side].sentences.flatMap((one, i) => (one.start < end && one.end > start ? [i] : []));
    this.passages = alignment.passages.map((p) => ({
      a: within("a", p.a_start, p.a_end), b: within("b", p.b_start, p.b_end), relation: p.relation,
    })).filter((passage) => passage.a.length && passage.b.length);
    /** @type {Link[]} */
    this.links = [...alignment.links, ...this.condensed()];
    /** @type {{a: Link[][], b: Link[][]}} */
    this.of = { a: alignment.a.sentences.map(() => []), b: alignment.b.sentences.map(() => []) };
    for (const link of this.links) {
      for (const side of SIDES) for (const i of link[side]) this.of[side][i].push(link);
    }
    this.labels = { a: new Set(alignment.boilerplate.a), b: new Set(alignment.boilerplate.b) };
    /** @type {Set<string>} */
    this.chosen = new Set();
    this.current = -1;
    this.calm = true; // until it is shown
    /** @type {{a: HTMLElement[], b: HTMLElement[]}} */
    this.spans = { a: [], b: [] };
    this.columns = { a: this.column("a"), b: this.column("b") };
    this.flows = { a: this.flow("a"), b: this.flow("b") };
    this.maps = { a: this.minimap("a"), b: this.minimap("b") };
    this.ribbons = s("svg", { class: "ribbons", "aria-hidden": "true" });
    const live = { "aria-label": "What became of it", "aria-live": "polite" };
    this.drawer = h("section", { class: "drawer", hidden: true, ...live });
    this.work = h("div", { class: "work" },
      this.maps.a.box, this.columns.a, this.ribbons, this.columns.b, this.maps.b.box);
    this.listen();
    this.element = h("div", { class: "pair" }, this.header(), this.work, this.drawer);
    new ResizeObserver(() => this.measure()).observe(this.work);
  }

  /** Passages of which b says in few words what a says in many, as links of all their sentences.
   * @returns {Link[]} */
  condensed() {
    return this.passages.filter((passage) => passage.relation === "condensed").map((passage) => ({
      ...passage, flags: [], score: 0, share_of_a: 0, share_of_b: 0, longest_run_words: 0, diff: [], changes: [],
    }));
  }

  // ---- what is drawn once

  header() {
    const { alignment, pair, short } = this;
    const facts = [];
    if (!this.links.length) {
      const run = h("bdi", {}, this.run.replace(/\s+/g, " "));
      facts.push(h("p", { class: "warn" }, "No sentence is linked to another with enough evidence.",
        ...(this.run ? [` The longest shared run, ${counted(pair.longest_run_words, "word")}: “`, run, "”"] : [])));
    }
    facts.push(this.direction());
    const changes = this.links.flatMap((link) => link.changes.map((change) => ({ change, link })));
    if (changes.length) {
      const more = changes.length - MOST_CHANGES;
      facts.push(h("p", { class: "changes" }, "Changed: ", ...changes.slice(0, MOST_CHANGES).map(({ change, link }) =>
        h("button", { type: "button", class: "change", click: () => this.go(link, true) }, ...changed(change))),
        more > 0 ? `and ${counted(more, "other")}` : ""));
    }
    const all = inView.includes(pair) ? inView : pairs;
    const at = all.indexOf(pair);
    const step = (/** @type {string} */ label, /** @type {string} */ mark, /** @type {number} */ by) => {
      const { i } = all[(at + by + all.length) % all.length];
      return h("a", { class: "plain", href: `#pair=${i}`, "aria-label": label }, mark);
    };
    const where = h("span", { class: "count" }, `${grouped(at + 1)} / ${grouped(all.length)}`);
    const others = all.length > 1 ? [step("Previous pair", "‹", -1), where, step("Next pair", "›", 1)] : [];
    const arrow = { a: "→", b: "←" }[alignment.direction.source || ""] || "–";
    const back = index.corpus ? [h("a", { class: "plain back", href: "#" }, "← All pairs")] : [];
    const similar = pair.relation
      ? [badge(pair.relation), h("span", { class: "count" }, `${percent(pair.jaccard)} similar`)] : [];
    return h("header", { class: "top" },
      h("div", { class: "bar" }, ...back,
        h("h1", {}, bdi(short.a), h("span", { class: "arrow" }, arrow), bdi(short.b)),
        ...similar, h("span", { class: "space" }), ...others, helpButton()),
      h("div", { class: "facts" }, ...facts), this.chips());
  }

  /** Which way the text went, and what speaks for and against it. */
  direction() {
    const { source, evidence } = this.alignment.direction;
    const told = (/** @type {Evidence} */ { kind, count }) =>
      kind === "reuse" ? "a larger share of it reused" : `${count} ${EVIDENCE.get(kind) || kind}`;
    const seen = (/** @type {string} */ side) =>
      evidence.filter((one) => one.source === side).map(told).join(", ");
    if (source !== "a" && source !== "b") return h("p", {}, "Which of the two was the source is not clear.");
    const other = source === "a" ? "b" : "a";
    const against = seen(other);
    return h("p", {}, h("strong", {}, "Source probably ", bdi(this.short[source])), ": in ", bdi(this.short[other]),
      ` ${seen(source)}${against ? `; against it: ${against}` : ""}.`);
  }

  chips() {
    const marked = (/** @type {Side} */ side, /** @type {string} */ kind) =>
      this.spans[side].filter((span) => span.classList.contains(kind)).length;
    const number = (/** @type {(link: Link) => unknown} */ holds) => this.links.filter(holds).length;
    /** @type {Map<string, number>} */
    const count = new Map(!this.links.length ? [] : [
      ["verbatim", number((link) => link.relation === "verbatim")],
      ["edited", number((link) => link.relation === "edited")],
      ["paraphrased", number((link) => link.relation === "paraphrased")],
      ["condensed", number((link) => link.relation === "condensed")],
      ["moved", number((link) => link.flags.includes("moved"))],
      ["changed", number((link) => link.changes.length)],
      ["cut", marked("a", "cut")],
      ["added", marked("b", "added")],
      ["boilerplate", marked("a", "boilerplate") + marked("b", "boilerplate")],
    ]);
    const chips = [...KINDS].flatMap(([kind, [mark, label]]) => count.get(kind)
      ? [chip(kind, kind, mark, label, count.get(kind) || 0, this.chosen, () => this.filter())] : []);
    return h("div", { class: "bar tools" },
      h("div", { class: "chips", role: "group", "aria-label": "Show only" }, ...chips),
      h("span", { class: "space" }),
      h("button", { type: "button", class: "plain", click: () => this.step(-1) }, "‹ previous"),
      h("button", { type: "button", class: "plain", click: () => this.step(1) }, "next ›"));
  }

  /** One text, whole, its sentences marked. @param {Side} side */
  column(side) {
    const { alignment } = this;
    const reuse = side === "a" ? alignment.reuse_of_a : alignment.reuse_of_b;
    const slice = this.slice[side];
    const text = h("div", { class: "text", lang: alignment.language });
    let at = 0;
    alignment[side].sentences.forEach(({ start, end }, i) => {
      const between = slice(at, start).replace(/\n\s*\n/g, "\n\n");
      text.append(at ? between : between.trimStart(), this.sentence(side, i, start, end));
      at = end;
    });
    text.append(slice(at, Infinity).trimEnd());
    text.dir = "auto"; // only now: it is looked for again at every addition
    const first = text.querySelector(".linked");
    if (first instanceof HTMLElement) first.tabIndex = 0;
    const known = alignment.direction.source;
    const role = known ? (known === side ? "Source" : "Derived") : side === "a" ? "One text" : "The other";
    const words = index.words.length ? `, ${counted(index.words[this.pair[side]], "word")}` : "";
    const used = !known ? "shared" : side === "a" ? "was used" : "is reused";
    return h("section", { class: `column ${side}`, "data-side": side, "aria-label": `${role}: ${this.names[side]}` },
      h("h2", {}, h("span", { class: "role" }, role), bdi(this.names[side]),
        h("span", { class: "count" }, `${counted(alignment[side].sentences.length, "sentence")}${words}`),
        h("span", { class: "reuse" }, meter(reuse), `${percent(reuse)} ${used}`)),
      h("div", { class: "flow", tabindex: "0", role: "region", "aria-label": `Text of ${this.names[side]}` }, text));
  }

  /** The part of a column that scrolls. @param {Side} side */
  flow(side) {
    return /** @type {HTMLElement} */ (this.columns[side].querySelector(".flow"));
  }

  /** @param {Side} side @param {number} i @param {number} start @param {number} end */
  sentence(side, i, start, end) {
    const links = this.of[side][i];
    const relation = LINKED.find((r) => links.some((link) => link.relation === r));
    const without = this.labels[side].has(i) ? "boilerplate" : side === "a" ? "cut" : "added";
    const kind = relation || (this.links.length ? without : "unlinked");
    const moved = links.some((link) => link.flags.includes("moved"));
    const changes = links.some((link) => link.changes.length);
    const mark = (KINDS.get(kind) || [""])[0] + (moved ? "⇅" : "") + (changes ? "≠" : "");
    const partners = links.map((link) => numbers(link[side === "a" ? "b" : "a"])).join(", ");
    const span = h("span", {
      class: `s ${kind}${relation ? " linked" : ""}${moved ? " moved" : ""}`,
      "data-i": i, "data-mark": `${mark}${i + 1}`,
      "data-partners": partners ? ` ${side === "a" ? "→" : "←"} ${partners}` : null,
      role: relation ? "button" : null, tabindex: relation ? "-1" : null,
      "aria-describedby": relation ? `is-${kind}` : null,
    });
    let at = start;
    for (const [from, to, how] of reused(links, side, start, end)) {
      span.append(this.slice[side](at, from), h("span", { class: `same ${how}` }, this.slice[side](from, to)));
      at = to;
    }
    span.append(this.slice[side](at, end));
    this.spans[side].push(span);
    return span;
  }

  /** @param {Side} side */
  minimap(side) {
    const view = s("rect", { class: "view", x: 0, width: 12 });
    const picture = s("svg", { "aria-hidden": "true" });
    const box = h("div", { class: `minimap ${side}` }, picture);
    const drag = (/** @type {PointerEvent} */ event) => {
      const share = (event.clientY - box.getBoundingClientRect().top) / box.clientHeight;
      const flow = this.flows[side];
      flow.scrollTop = share * flow.scrollHeight - flow.clientHeight / 2;
    };
    box.addEventListener("pointerdown", (event) => { box.setPointerCapture(event.pointerId); drag(event); });
    box.addEventListener("pointermove", (event) => { if (event.buttons) drag(event); });
    return { box, picture, view };
  }

  // ---- what follows the reader

  listen() {
    let frame = 0;
    const redraw = () => { frame ||= requestAnimationFrame(() => { frame = 0; this.draw(); }); };
    let wait = 0;
    for (const side of SIDES) {
      const column = this.columns[side];
      /** @param {Event} event */
      const over = (event) => {
        const span = event.target instanceof Element ? event.target.closest(".linked") : null;
        return span instanceof HTMLElement ? { span, i: Number(span.dataset.i) } : null;
      };
      this.flows[side].addEventListener("scroll", redraw, { passive: true });
      column.addEventListener("pointerover", (event) => {
        const found = over(event);
        clearTimeout(wait);
        if (found && event.pointerType === "mouse") {
          this.light(this.of[side][found.i]);
          wait = setTimeout(() => this.reveal(side, found.i, false), 150);
        }
      });
      column.addEventListener("pointerleave", () => {
        clearTimeout(wait);
        this.light(this.current < 0 ? [] : [this.links[this.current]]);
      });
      column.addEventListener("focusin", (event) => {
        const found = over(event);
        if (!found) return;
        for (const one of this.spans[side]) if (one.tabIndex === 0) one.tabIndex = -1;
        found.span.tabIndex = 0;
        const links = this.of[side][found.i];
        if (!links.includes(this.links[this.current])) this.current = this.links.indexOf(links[0]);
        this.light(links);
        this.reveal(side, found.i, true);
        if (!this.drawer.hidden) this.open(links);
      });
      column.addEventListener("click", (event) => {
        const found = over(event);
        if (found && getSelection()?.isCollapsed !== false) this.open(this.of[side][found.i]);
      });
      column.addEventListener("keydown", (event) => {
        const found = over(event);
        if (!found || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        this.open(this.of[side][found.i]);
      });
    }
  }

  /** @param {Link} link whether the filter lets it through */
  visible(link) {
    const { chosen } = this;
    return !chosen.size || chosen.has(link.relation) || (chosen.has("moved") && link.flags.includes("moved")) ||
      (chosen.has("changed") && link.changes.length > 0);
  }

  filter() {
    for (const side of SIDES) {
      this.spans[side].forEach((span, i) => {
        const links = this.of[side][i];
        const shown = links.length ? links.some((link) => this.visible(link))
          : !this.chosen.size || [...this.chosen].some((kind) => span.classList.contains(kind));
        span.classList.toggle("off", !shown);
      });
    }
    this.measure();
  }

  /** The next link, or the previous, in the order of the derived text. @param {1 | -1} by */
  step(by) {
    const n = this.links.length;
    for (let k = 1, i = this.current; k <= n; k++) {
      i = i < 0 && by < 0 ? n - 1 : (i + by + n) % n;
      if (this.visible(this.links[i])) return this.go(this.links[i], !this.drawer.hidden);
    }
  }

  /** @param {Link} link @param {boolean} open */
  go(link, open) {
    this.current = this.links.indexOf(link);
    const i = link.b[0];
    this.work.scrollIntoView({ block: "nearest" }); // on a narrow screen it is a page of its own
    this.spans.b[i].focus({ preventScroll: true });
    this.flows.b.scrollTop = this.places.b[i].top - this.flows.b.clientHeight / 3;
    this.light([link]);
    this.reveal("b", i, true, link);
    if (open) this.open([link]);
    remember(`#pair=${this.pair.i}&link=${this.current}`);
  }

  /** @param {Link[]} links whose sentences are lit */
  light(links) {
    this.lit = new Set(links);
    for (const span of this.work.querySelectorAll(".lit")) span.classList.remove("lit");
    for (const link of links) {
      for (const side of SIDES) for (const i of link[side]) this.spans[side][i].classList.add("lit");
    }
    this.draw();
  }

  /** Brings the partner of a sentence into view in the other column: level with it, or, while the
   * pointer only passes, not at all when it is in view.
   * @param {Side} side @param {number} i @param {boolean} level @param {Link} [link] */
  reveal(side, i, level, link = this.of[side][i][0]) {
    const there = side === "a" ? "b" : "a";
    const [here, flow] = [this.flows[side], this.flows[there]];
    const place = this.places[there][link[there][0]];
    const seen = place.top >= flow.scrollTop && place.bottom <= flow.scrollTop + flow.clientHeight;
    if (!place || (seen && !level)) return;
    const beside = Math.min(Math.max(this.places[side][i].top - here.scrollTop, 0), here.clientHeight - 40);
    const calm = this.calm || matchMedia("(prefers-reduced-motion: reduce)").matches;
    flow.scrollTo({ top: place.top - Math.min(beside, flow.clientHeight * 0.7), behavior: calm ? "auto" : "smooth" });
  }

  /** Where every sentence stands in its column: measured when the width changes, not at every move. */
  measure() {
    for (const side of SIDES) {
      const flow = this.flows[side];
      const zero = flow.getBoundingClientRect().top - flow.scrollTop;
      this.places[side] = this.spans[side].map((span) => {
        const box = span.getBoundingClientRect();
        return { top: box.top - zero, bottom: box.bottom - zero };
      });
      this.drawMinimap(side);
    }
    this.draw();
  }

  /** @type {{a: {top: number, bottom: number}[], b: {top: number, bottom: number}[]}} */
  places = { a: [], b: [] };
  /** @type {Set<Link>} */
  lit = new Set();

  /** @param {Side} side */
  drawMinimap(side) {
    const { box, picture, view } = this.maps[side];
    const scale = box.clientHeight / Math.max(this.flows[side].scrollHeight, 1);
    /** @type {Map<string, string>} */
    const paths = new Map();
    this.places[side].forEach(({ top, bottom }, i) => {
      const { classList } = this.spans[side][i];
      if (classList.contains("off")) return;
      const kind = classList[1];
      const height = Math.max(1, (bottom - top) * scale - 0.6).toFixed(1);
      paths.set(kind, `${paths.get(kind) || ""}M2 ${(top * scale).toFixed(1)}h8v${height}h-8z`);
    });
    picture.replaceChildren(...[...paths].map(([kind, d]) => s("path", { class: kind, d })), view);
  }

  /** The ribbons and what the minimaps show as in view. */
  draw() {
    if (!this.places.a.length || !this.places.b.length) return;
    const frame = this.ribbons.getBoundingClientRect();
    const windows = { a: this.window("a", frame.top), b: this.window("b", frame.top) };
    /** @param {{a: number[], b: number[]}} link @param {Side} side */
    const end = (link, side) => {
      const { shift, from, to } = windows[side];
      const top = this.places[side][link[side][0]].top + shift;
      const bottom = this.places[side][link[side][link[side].length - 1]].bottom + shift;
      return { top, bottom, seen: bottom > from && top < to };
    };
    const [width, half] = [frame.width, frame.width / 2];
    const paths = this.links.flatMap((link) => {
      const [a, b] = [end(link, "a"), end(link, "b")];
      if (!a.seen && !b.seen) return [];
      const lit = this.lit.has(link);
      const moved = link.flags.includes("moved");
      if (!this.visible(link) || !((a.seen && b.seen) || moved || lit)) return [];
      const d = `M0 ${a.top}C${half} ${a.top} ${half} ${b.top} ${width} ${b.top}V${b.bottom}` +
        `C${half} ${b.bottom} ${half} ${a.bottom} 0 ${a.bottom}z`;
      return [s("path", { d, class: `${link.relation}${moved ? " moved" : ""}${lit ? " lit" : ""}` })];
    });
    this.ribbons.style.clipPath = `inset(${windows.b.from}px 0 0)`;
    const brackets = this.passages.flatMap((passage) => SIDES.map((side) => {
      const { top, bottom } = end(passage, side);
      const [x, by] = side === "a" ? [1, 5] : [width - 1, -5];
      return s("path", { d: `M${x} ${top + 4}h${by}V${bottom - 4}h${-by}`, class: `bracket ${passage.relation}` });
    }));
    this.ribbons.replaceChildren(...paths, ...brackets);
  }

  /** What is in view of a column, below `zero`; the minimap shows it too.
   * @param {Side} side @param {number} zero */
  window(side, zero) {
    const flow = this.flows[side];
    const { box, view } = this.maps[side];
    const scale = box.clientHeight / Math.max(flow.scrollHeight, 1);
    view.setAttribute("y", String(flow.scrollTop * scale));
    view.setAttribute("height", String(flow.clientHeight * scale));
    const from = flow.getBoundingClientRect().top - zero;
    return { shift: from - flow.scrollTop, from, to: from + flow.clientHeight };
  }

  // ---- what a click shows

  /** @param {Link[]} links */
  open(links) {
    const shown = links.filter((link) => this.visible(link));
    if (!shown.length) return;
    this.current = this.links.indexOf(shown.includes(this.links[this.current]) ? this.links[this.current] : shown[0]);
    const was = this.drawer.hidden;
    this.drawer.hidden = false;
    this.drawer.replaceChildren(
      h("button", { type: "button", class: "plain close", "aria-label": "Close", click: () => this.close() }, "✕"),
      ...shown.map((link) => this.explained(link)));
    this.drawer.scrollTop = 0;
    remember(`#pair=${this.pair.i}&link=${this.current}`);
    if (was) this.measure();
  }

  close() {
    if (this.drawer.hidden) return false;
    this.drawer.hidden = true;
    this.measure();
    return true;
  }

  /** Why a link is one: its word diff, figures, flags and changes. @param {Link} link */
  explained(link) {
    const [mark, label] = KINDS.get(link.relation) || ["", ""];
    const changes = link.changes.map((change) => h("span", { class: "change" }, ...changed(change)));
    const figures = link.relation === "condensed" ? [] : [
      `${percent(link.share_of_a)} of the sentence on the left`,
      `${percent(link.share_of_b)} of that on the right, by weight of words`,
      `longest run ${counted(link.longest_run_words, "word")}`];
    return h("article", { class: `link ${link.relation}` },
      h("h3", {}, h("span", { class: "mark" }, mark), `${label}: `, h("span", { class: "places" },
        bdi(this.short.a), ` ${numbers(link.a)} → `, bdi(this.short.b), ` ${numbers(link.b)}`),
        ...link.flags.map((flag) => h("span", { class: "flag" }, flag))),
      ...(link.changes.length ? [h("p", { class: "changes" }, ...changes)] : []),
      this.diff(link), h("p", { class: "note" }, figures.join(" · ")));
  }

  /** @param {Link} link */
  diff(link) {
    const flow = h("p", { class: "diff", dir: "auto", lang: this.alignment.language });
    if (!link.diff.length) { // condensed: both as they are
      const whole = (/** @type {Side} */ side) => {
        const places = link[side].map((i) => this.alignment[side].sentences[i]);
        return this.slice[side](places[0].start, places[places.length - 1].end);
      };
      flow.append(h("del", {}, whole("a")), " ", h("ins", {}, whole("b")));
    }
    let [a, b] = [-1, -1];
    for (const { a: [a1, a2], b: [b1, b2] , op } of link.diff) {
      if (a >= 0 && (this.slice.a(a, a1) || this.slice.b(b, b1))) flow.append(" ");
      if (op === "equal") flow.append(this.slice.a(a1, a2));
      else {
        if (a2 > a1) flow.append(h("del", {}, this.slice.a(a1, a2)));
        if (a2 > a1 && b2 > b1) flow.append(" ");
        if (b2 > b1) flow.append(h("ins", {}, this.slice.b(b1, b2)));
      }
      [a, b] = [a2, b2];
    }
    return flow;
  }
}

/** The parts of a sentence that stand in the other text too, in order and apart from one another.
 * @param {Link[]} links @param {Side} side @param {number} start @param {number} end
 * @returns {[number, number, string][]} */
function reused(links, side, start, end) {
  const found = links.flatMap((link) => link.diff.filter((edit) => edit.op === "equal")
    .map((edit) => /** @type {[number, number, string]} */ ([...edit[side], link.relation])));
  found.sort((x, y) => x[0] - y[0] || LINKED.indexOf(x[2]) - LINKED.indexOf(y[2]));
  let at = start;
  return found.flatMap(([from, to, relation]) => {
    const [first, after] = [Math.max(from, at), Math.min(to, end)];
    if (first >= after) return [];
    at = after;
    return [/** @type {[number, number, string]} */ ([first, after, relation])];
  });
}

/** Sentences as they are counted, from 1. @param {number[]} indices */
function numbers(indices) {
  const [first, end] = [indices[0] + 1, indices[indices.length - 1] + 1];
  return first === end ? String(first) : `${first}–${end}`;
}

/** @param {Change} change */
function changed({ kind, a, b }) {
  const quoted = (/** @type {string} */ text) => (text ? h("bdi", {}, `“${text}”`) : "nothing");
  return [`${kind} `, quoted(a), " → ", quoted(b)];
}

/** @param {number} share */
function meter(share) {
  return s("svg", { class: "meter", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "all", width: 100, height: 8 }), s("rect", { class: "part", width: share * 100, height: 8 }));
}
