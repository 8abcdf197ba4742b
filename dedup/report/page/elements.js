/* The page of a report: a table of pairs, the families they form, and two texts side by side. First
 * what all of it needs: the data, elements, and a table that can be long.
 *
 * The data stand in the page as JSON, see html.py. What is somebody else's, names and texts, comes
 * into the page as text nodes and as nothing else. A pair is addressed as #pair=3, a link in it as
 * #pair=3&link=5. Places in texts are code points.
 */

/** @typedef {{op: string, a: [number, number], b: [number, number]}} Edit */
/** @typedef {{kind: string, a: string, b: string}} Change */
/** @typedef {{a: number[], b: number[], relation: string, flags: string[], score: number,
 *   share_of_a: number, share_of_b: number, longest_run_words: number, diff: Edit[],
 *   changes: Change[]}} Link */
/** @typedef {{kind: string, source: string, count: number}} Evidence */
/** @typedef {{sentences: {start: number, end: number}[]}} AlignedText */
/** @typedef {{a: AlignedText, b: AlignedText, links: Link[], cut: number[], added: number[],
 *   boilerplate: {a: number[], b: number[]}, reuse_of_a: number, reuse_of_b: number,
 *   passages: {a_start: number, a_end: number, b_start: number, b_end: number,
 *   relation: string}[], direction: {source: string | null, evidence: Evidence[]},
 *   language: string}} Alignment */
/** @typedef {{texts: Object<string, string>, pairs: Object<string, {alignment: Alignment,
 *   longest_run_text: string}>}} Part */
/** @typedef {{i: number, a: number, b: number, relation: string, directed: boolean,
 *   jaccard: number, share_of_a: number, share_of_b: number, shared_words: number,
 *   longest_run_words: number, evidence_bits: number | null, cluster: number | null,
 *   part: number}} Pair */
/** @typedef {{i: number, members: number[], representative: number, indirect: number[],
 *   pairs: Pair[]}} Cluster */
/** @typedef {"a" | "b"} Side */

/** Relations of documents, strongest first, and their symbols. */
const RELATIONS = new Map([
  ["identical", "="],
  ["near-duplicate", "≈"],
  ["contains", "⊃"],
  ["derived", "→"],
  ["shares-passages", "∩"],
]);

/** What can be said of a sentence or a link: its symbol, and in words. */
const KINDS = new Map([
  ["verbatim", ["=", "word for word"]],
  ["edited", ["~", "edited"]],
  ["paraphrased", ["≈", "paraphrased"]],
  ["condensed", ["⊐", "condensed"]],
  ["moved", ["⇅", "moved"]],
  ["changed", ["≠", "facts changed"]],
  ["cut", ["−", "cut"]],
  ["added", ["+", "added"]],
  ["boilerplate", ["·", "boilerplate"]],
]);
const SIDES = /** @type {Side[]} */ (["a", "b"]);
const LINKED = ["verbatim", "edited", "paraphrased", "condensed"]; // strongest first

const EVIDENCE = new Map([
  ["quoted", "put in quotation marks"],
  ["attributed", "given to a speaker"],
  ["reported", "turned to the third person"],
  ["merged", "joined from several"],
]);

const MOST_MEMBERS = 40; // of a cluster in its picture
const NODE = 152; // width of a document there
const ACROSS = 66; // between two
const MOST_CHANGES = 12; // of facts, in the header of a pair
const MOST_EDGES = 60; // with more, only those that hold it together
const ROW = 34; // pixels; report.css has the same

// ---- data ---------------------------------------------------------------------------------------

const index = JSON.parse(byId("index").textContent || "");
/** @type {string[]} */
const names = index.names;
/** @type {Pair[]} */
const pairs = index.pairs.a
  ? index.pairs.a.map((/** @type {number} */ _, /** @type {number} */ i) =>
      Object.fromEntries([["i", i], ...Object.keys(index.pairs).map((k) => [k, index.pairs[k][i]])]))
  : [];
/** @type {Cluster[]} */
const clusters = index.clusters.map((/** @type {Cluster} */ c, /** @type {number} */ i) => ({
  ...c,
  i,
  pairs: [],
}));
for (const pair of pairs) if (pair.cluster != null) clusters[pair.cluster].pairs.push(pair);

/** @type {Map<number, Promise<Part>>} */
const parts = new Map();
/** @type {Map<number, (part: Part) => void>} */
const awaited = new Map();
/** The files of a folder call this with what they hold. */
Object.assign(window, { dedupPart: (/** @type {number} */ n, /** @type {Part} */ part) => awaited.get(n)?.(part) });

/** The texts and alignments of some pairs: out of the page, or out of a file beside it.
 * @param {number} n @returns {Promise<Part>} */
function loadPart(n) {
  const known = parts.get(n);
  if (known) return known;
  const inside = document.getElementById(`part-${n}`);
  const part = inside
    ? Promise.resolve(JSON.parse(inside.textContent || ""))
    : new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `data/${n}.js`;
        const lost = () => {
          parts.delete(n);
          reject(new Error(`data/${n}.js cannot be read: the report is a folder, keep it together`));
        };
        script.onerror = lost;
        script.onload = lost; // which comes after what the file holds was taken
        awaited.set(n, resolve);
        document.head.append(script);
      });
  parts.set(n, part);
  return part;
}

/** A function that cuts text[start:end] by code points, as Python would.
 * @param {string} text @returns {(start: number, end: number) => string} */
function slicer(text) {
  if (!/[\u{10000}-\u{10ffff}]/u.test(text)) return (start, end) => text.slice(start, end);
  /** @type {number[]} */
  const at = [];
  for (let i = 0; i < text.length; i += (text.codePointAt(i) || 0) > 0xffff ? 2 : 1) at.push(i);
  return (start, end) => text.slice(at[start] ?? text.length, at[end] ?? text.length);
}

// ---- elements -----------------------------------------------------------------------------------

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
}

/** Attributes of an element: a function is what happens on an event, null is left out.
 * @typedef {Object<string, string | number | boolean | null | ((event: any) => void)>} Attributes */

/** @param {Element} element @param {Attributes} attributes @param {(Node | string)[]} children */
function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
}

/** An element of the page. @template {keyof HTMLElementTagNameMap} T @param {T} tag
 * @param {Attributes} [attributes] @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]} */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  dress(element, attributes, children);
  return element;
}

/** An element of a picture. @template {keyof SVGElementTagNameMap} T @param {T} tag
 * @param {Attributes} [attributes] @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[T]} */
function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  dress(element, attributes, children);
  return element;
}

/** The name of a document, apart from the direction of what stands around it.
 * @param {string} text */
const bdi = (text) => h("bdi", { class: "name", title: text }, text);

/** @param {number} share rounded down, so that 100% is all */
const percent = (share) => `${Math.floor(share * 100 + 1e-9)}%`;
/** @param {number} n */
const grouped = (n) => n.toLocaleString("en");
/** @param {number} n @param {string} noun */
const counted = (n, noun) => `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;
/** @param {string} path */
const last = (path) => path.slice(path.lastIndexOf("/") + 1) || path;

/** @param {string} relation of documents, as a badge */
const badge = (relation) =>
  h("span", { class: `badge ${relation}` },
    h("span", { "aria-hidden": "true" }, RELATIONS.get(relation) || ""), relation);

/** A button that is on or off; calls back with which of the group are on.
 * @param {string} key @param {string} kind its class @param {string} mark @param {string} label
 * @param {number} count @param {Set<string>} chosen @param {() => void} changed */
function chip(key, kind, mark, label, count, chosen, changed) {
  const button = h("button", { type: "button", class: `chip ${kind}`, "aria-pressed": "false", "data-key": key,
    click: () => {
      if (!chosen.delete(key)) chosen.add(key);
      button.setAttribute("aria-pressed", String(chosen.has(key)));
      changed();
    } },
    h("span", { class: "mark", "aria-hidden": "true" }, mark), `${label} `,
    h("span", { class: "count" }, grouped(count)));
  return button;
}

// ---- a table of which only the rows in view exist -------------------------------------------------

/** @template T */
class Table {
  /** @param {string} label @param {{head: string, title?: string, key?: (row: T) => number | string}[]} columns
   * @param {(row: T) => Node[]} cells */
  constructor(label, columns, cells) {
    this.cells = cells;
    this.columns = columns;
    /** @type {T[]} */
    this.rows = [];
    this.sorted = -1;
    this.down = true;
    this.span = ["", ""];
    /** @type {((rows: T[]) => void) | null} */
    this.ordered = null;
    this.heads = columns.map((column, c) =>
      h("th", { scope: "col", class: c ? "" : "first" }, column.key
        ? h("button", { type: "button", title: column.title || null, click: () => this.sort(c) }, column.head)
        : column.head));
    this.above = h("tr", { "aria-hidden": "true" });
    this.below = h("tr", { "aria-hidden": "true" });
    this.body = h("tbody");
    this.table = h("table", { "aria-label": label }, h("thead", {}, h("tr", {}, ...this.heads)), this.body);
    this.box = h("div", { class: "rows", tabindex: "0", role: "region", "aria-label": label,
      scroll: () => this.draw() }, this.table);
    new ResizeObserver(() => this.draw()).observe(this.box);
    matchMedia("print").addEventListener("change", () => this.draw(true));
  }

  /** @param {T[]} rows */
  show(rows) {
    this.rows = rows;
    this.table.setAttribute("aria-rowcount", String(rows.length + 1));
    this.box.scrollTop = 0;
    this.order();
  }

  /** @param {number} c */
  sort(c) {
    this.down = this.sorted === c ? !this.down : typeof this.columns[c].key?.(this.rows[0]) !== "string";
    this.sorted = c;
    this.box.scrollTop = 0;
    this.heads.forEach((head, i) => {
      if (i === c) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.order();
  }

  order() {
    const key = this.columns[this.sorted]?.key;
    if (key) {
      const sign = this.down ? -1 : 1;
      this.rows = this.rows
        .map((row) => ({ row, k: key(row) }))
        .sort((x, y) => (x.k < y.k ? -sign : x.k > y.k ? sign : 0))
        .map(({ row }) => row);
    }
    this.draw(true);
    this.ordered?.(this.rows);
  }

  /** Draws what is in view; on paper that is all, up to a thousand. @param {boolean} [anew] */
  draw(anew = false) {
    const paper = matchMedia("print").matches;
    const first = paper ? 0 : Math.max(0, Math.floor(this.box.scrollTop / ROW) - 8);
    const size = paper ? 1000 : Math.ceil(this.box.clientHeight / ROW) + 16;
    const end = Math.min(this.rows.length, first + size);
    if (!anew && this.span[0] === String(first) && this.span[1] === String(end)) return;
    this.span = [String(first), String(end)];
    this.above.style.height = `${first * ROW}px`;
    this.below.style.height = paper ? "0" : `${(this.rows.length - end) * ROW}px`;
    this.body.replaceChildren(this.above, ...this.rows.slice(first, end).map((row, k) =>
      h("tr", { "aria-rowindex": first + k + 2 }, ...this.cells(row))), this.below);
  }
}
