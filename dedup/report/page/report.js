/* Keys, help, and where one is: what ties the pages together. */

const KEYS = [
  ["n  j", "next link"], ["p  k", "previous link"], ["Enter", "show what became of it"],
  ["Esc", "close; back to all pairs"], ["/", "filter"], ["?", "this list"],
];
const SIGNS = new Map([...KINDS, ["rewritten", ["[", "a passage; dashed: rewritten"]]]);
const help = h("dialog", { "aria-label": "Keys and signs", class: "help" },
  h("h2", {}, "Keys"), h("dl", {}, ...KEYS.map(([keys, what]) =>
    h("div", {}, h("dt", {}, ...keys.split("  ").map((key) => h("kbd", {}, key))), h("dd", {}, what)))),
  h("h2", {}, "Signs"), h("dl", {}, ...[...SIGNS].map(([kind, [mark, what]]) =>
    h("div", {}, h("dt", { class: kind }, h("span", { class: "mark" }, mark)), h("dd", {}, what)))),
  h("form", { method: "dialog" }, h("button", { class: "plain" }, "Close")));

function helpButton() {
  const open = () => help.showModal();
  return h("button", { type: "button", class: "plain help", "aria-label": "Keys and signs", click: open }, "?");
}

const page = byId("page");
const { title } = document;
/** @type {HTMLElement | null} */
let corpus = null;
/** @type {PairView | null} */
let view = null;

/** @param {string} hash that the address gets, without going anywhere */
function remember(hash) {
  try {
    history.replaceState(null, "", hash);
  } catch {
    // Safari allows a hundred in half a minute; one that is missing does no harm.
  }
}

/** Shows what the address names. */
async function route() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const pair = pairs[index.corpus ? Number(wanted.get("pair") ?? NaN) : 0];
  if (!pair) {
    view = null;
    corpus ||= corpusPage();
    document.body.className = "";
    page.replaceChildren(corpus);
    document.title = title;
    return;
  }
  if (view?.pair !== pair) {
    try {
      const part = await loadPart(pair.part);
      view = new PairView(pair, part);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      page.replaceChildren(h("p", { class: "empty", role: "alert" }, text));
      return;
    }
    document.body.className = "reading";
    document.title = `${view.short.a} → ${view.short.b} · dedup`;
    page.replaceChildren(view.element);
    view.measure();
  }
  const link = view.links[Number(wanted.get("link") ?? NaN)];
  if (link) view.go(link, true);
  view.calm = false;
}

addEventListener("hashchange", route);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
  const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.key === "Escape") {
    if (typing) {
      event.preventDefault(); // Chromium would empty it and tell nobody
      event.target.value = "";
      event.target.dispatchEvent(new Event("input"));
      event.target.blur();
    }
    else if (view && !view.close() && index.corpus) location.hash = "";
    return;
  }
  if (typing) return;
  if (event.key === "?") help.showModal();
  else if (event.key === "/") {
    event.preventDefault();
    const filter = page.querySelector("#search, .chip");
    if (filter instanceof HTMLElement) filter.focus();
  } else if (view && (event.key === "n" || event.key === "j")) view.step(1);
  else if (view && (event.key === "p" || event.key === "k")) view.step(-1);
});
const told = LINKED.map((kind) => h("span", { id: `is-${kind}` }, (KINDS.get(kind) || [])[1]));
document.body.append(help, h("div", { hidden: true }, ...told)); // what a screen reader says of a sentence
route();
