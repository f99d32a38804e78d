// The list of reports: read once as JSON, searched, sorted and paged here, so that 12,000 of them stay quick.
import { encodeId, explain, fold, liveLine, make, newId, request, sayDate, sayPeriod, showDialog } from "./dom.js";
import { openCorrections } from "./correct.js";
import { makeUploader } from "./upload.js";

const PAGE = 50;
const REFRESH_MS = 8000;
const STALE_MS = 30000;

const ORDERS = {
  date: (a, b) => (b.dates[0] ?? "").localeCompare(a.dates[0] ?? "") || byTitle(a, b),
  title: (a, b) => byTitle(a, b),
  place: (a, b) => collator.compare(a.place ?? "￿", b.place ?? "￿") || byTitle(a, b),
  passages: (a, b) => b.passages - a.passages || byTitle(a, b),
};
const collator = new Intl.Collator("vi");
const byTitle = (a, b) => collator.compare(a.title, b.title) || (a.id < b.id ? -1 : 1);

export function open(root, words) {
  let cards = [];
  let shown = [];
  let page = 0;
  let loadedAt = 0;
  let loading = false;
  let again = null;
  const sought = new WeakMap();

  // -- what is seen ---------------------------------------------------------------------------------------

  const found = liveLine();
  const search = make("input", { type: "search", id: newId("search"), placeholder: words("list.search_hint"), autocomplete: "off" });
  const order = make(
    "select", { id: newId("order") },
    ...Object.keys(ORDERS).map((key) => make("option", { value: key }, words(`list.by_${key}`))),
  );
  const table = make("input", { type: "file", accept: ".csv,text/csv", hidden: true, tabindex: "-1", class: "dc-table-file" });
  const said = liveLine({ class: "dc-live dc-said-line" });
  const body = make("div", { role: "rowgroup" });
  const head = make(
    "div", { role: "rowgroup", class: "dc-head" },
    make(
      "div", { role: "row", class: "dc-report" },
      ...["title", "type_number", "date", "place", "period", "passages"].map((name) =>
        make("span", { role: "columnheader", class: `dc-cell dc-${name}` }, words(`field.${name}`)),
      ),
      make("span", { role: "columnheader", class: "dc-cell dc-actions" }, make("span", { class: "dc-hidden" }, words("list.actions"))),
    ),
  );
  const list = make("div", { role: "table", class: "dc-reports", "aria-label": words("list.title"), hidden: true }, head, body);
  const empty = make("p", { class: "dc-empty" }, words("list.loading"));
  const pager = make("nav", { class: "dc-row dc-pager", "aria-label": words("list.pages"), hidden: true });

  search.addEventListener("input", debounce(() => choose(true), 120));
  order.addEventListener("change", () => choose(true));
  table.addEventListener("change", sendTable);
  root.append(
    makeUploader(words, { area: root, onChange: (last) => refreshSoon(last ? 300 : REFRESH_MS) }),
    make(
      "div", { class: "dc-row dc-tools" },
      make("label", { class: "dc-grow" }, make("span", { class: "dc-hidden" }, words("list.search")), search),
      make("label", { class: "dc-row" }, make("span", { class: "dc-muted dc-small" }, words("list.order")), order),
      make("a", { class: "dc-button", href: "/v1/documents?format=csv", download: "bao-cao.csv" }, words("csv.get")),
      make("button", { type: "button", class: "dc-button", onclick: () => table.click() }, words("csv.send")),
      table,
    ),
    said, found, list, empty, pager,
  );

  function draw() {
    const from = page * PAGE;
    body.replaceChildren(...shown.slice(from, from + PAGE).map(drawReport));
    list.hidden = shown.length === 0;
    empty.hidden = shown.length > 0;
    if (!shown.length) empty.textContent = words(cards.length ? "list.none_found" : "list.empty");
    found.textContent = cards.length ? words(shown.length === cards.length ? "list.count" : "list.found", { n: words.number(shown.length), of: words.number(cards.length) }) : "";
    drawPager();
  }

  function drawReport(card) {
    const mark = (name) =>
      card.corrected.includes(name) ? make("span", { class: "dc-corrected", title: words("list.corrected_hint") }, words("list.corrected")) : null;
    const cell = (name, text, ...fields) =>
      make(
        "span", { role: "cell", class: `dc-cell dc-${name}${text ? "" : " dc-absent"}` },
        make("span", { class: "dc-label", "aria-hidden": "true" }, `${words(`field.${name}`)}: `), text || "–", ...fields.map(mark),
      );
    const piece = (name, text) => (text ? make("span", { class: "dc-piece" }, `${words(`field.${name}`)}: ${text} `, mark(name)) : null);
    return make(
      "div", { role: "row", class: "dc-report", "data-id": card.id },
      make(
        "span", { role: "cell", class: "dc-cell dc-title" },
        make("a", { class: "open-report open", href: `/read/${encodeId(card.id)}${words.language === "en" ? "?lang=en" : ""}` }, card.title || card.id),
        mark("title"),
        make(
          "span", { class: "dc-pieces dc-muted dc-small" },
          piece("organisation", card.organisation), piece("signer", card.signer), make("bdi", { class: "dc-piece dc-id" }, card.id),
          card.copy_of ? make("span", { class: "dc-piece dc-copy" }, words("list.copy_of"), " ", make("bdi", {}, titleOf(card.copy_of))) : null,
        ),
      ),
      cell("type_number", [card.type, card.number].filter(Boolean).join(" "), "type", "number"),
      cell("date", sayDate(card.dates[0]), "date"),
      cell("place", card.place, "place"),
      cell("period", card.period ? sayPeriod(card.period, words) : "", "period"),
      cell("passages", words.number(card.passages)),
      make(
        "span", { role: "cell", class: "dc-cell dc-actions" },
        make("button", { type: "button", class: "dc-button dc-small-button", "aria-label": words("correct.open_of", { title: card.title }), onclick: () => correct(card) }, words("correct.open")),
        make("button", { type: "button", class: "dc-button dc-small-button dc-danger", "aria-label": words("remove.open_of", { title: card.title }), onclick: () => remove(card) }, words("remove.open")),
      ),
    );
  }

  const titleOf = (id) => cards.find((card) => card.id === id)?.title ?? id;

  function drawPager() {
    const pages = Math.ceil(shown.length / PAGE);
    pager.hidden = pages < 2;
    if (pager.hidden) return;
    const go = (to, key) => make("button", { type: "button", class: "dc-button", disabled: to < 0 || to >= pages, onclick: () => turn(to) }, words(key));
    pager.replaceChildren(
      go(page - 1, "list.previous"),
      make("span", { class: "dc-small" }, words("list.page", { page: words.number(page + 1), pages: words.number(pages) })),
      go(page + 1, "list.next"),
    );
  }

  function turn(to) {
    page = to;
    draw();
    found.scrollIntoView({ block: "nearest" });
    body.querySelector("a")?.focus({ preventScroll: true });
  }

  // -- what is in it --------------------------------------------------------------------------------------

  function choose(fromStart) {
    if (fromStart) page = 0;
    const query = search.value.trim().normalize("NFC").toLowerCase();
    const pieces = query.split(/\s+/).filter(Boolean);
    shown = pieces.length ? cards.filter((card) => pieces.every((piece) => holds(card, piece))) : [...cards];
    shown.sort(ORDERS[order.value]);
    page = Math.min(page, Math.max(Math.ceil(shown.length / PAGE) - 1, 0));
    draw();
  }

  /** What is typed with accents is meant with them; without, they do not matter. */
  function holds(card, piece) {
    if (!sought.has(card)) {
      const text = [card.title, card.number, card.type, ...card.dates, sayDate(card.dates[0]), card.place, card.organisation, card.signer, card.period, card.id]
        .filter(Boolean).join("\n").normalize("NFC").toLowerCase();
      sought.set(card, [text, fold(text)]);
    }
    const [text, folded] = sought.get(card);
    return piece === fold(piece) ? folded.includes(piece) : text.includes(piece);
  }

  async function refresh() {
    if (loading) return refreshSoon(1000);
    loading = true;
    try {
      cards = (await request("/v1/documents", { headers: { Accept: "application/json" } })).documents;
      loadedAt = Date.now();
      choose(false);
    } catch (error) {
      list.hidden = cards.length === 0;
      empty.hidden = cards.length > 0;
      empty.textContent = explain(error, words);
      refreshSoon(5000);
    } finally {
      loading = false;
    }
  }

  function refreshSoon(ms) {
    const at = Date.now() + ms;
    if (again && again.at <= at) return;
    if (again) clearTimeout(again.timer);
    again = { at, timer: setTimeout(() => { again = null; refresh(); }, ms) };
  }

  new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting) && Date.now() - loadedAt > STALE_MS) refresh();
  }).observe(root);

  // -- what is done with it -------------------------------------------------------------------------------

  function tell(text, bad = false) {
    said.classList.toggle("dc-bad", bad);
    said.textContent = text;
  }

  async function remove(card) {
    const cancel = make("button", { type: "button", class: "dc-button", autofocus: true }, words("remove.cancel"));
    const confirm = make("button", { type: "button", class: "dc-button dc-danger" }, words("remove.confirm"));
    const trouble = make("p", { class: "dc-bad", role: "alert" });
    const title = newId("remove");
    const dialog = make(
      "dialog", { class: "dc-dialog", "aria-labelledby": title },
      make("h3", { id: title }, words("remove.title")),
      make("p", { class: "dc-quoted" }, make("strong", {}, card.title || card.id), make("bdi", { class: "dc-muted dc-small dc-id" }, card.id)),
      make("p", {}, words("remove.about")), trouble,
      make("p", { class: "dc-row dc-end" }, cancel, confirm),
    );
    cancel.addEventListener("click", () => dialog.close());
    confirm.addEventListener("click", async () => {
      confirm.disabled = true;
      trouble.textContent = "";
      try {
        await request(`/v1/documents/${encodeId(card.id)}`, { method: "DELETE" });
        dialog.close("removed");
      } catch (error) {
        // It may be gone already: another window removed it.
        if (error.status === 404) return dialog.close("removed");
        trouble.textContent = explain(error, words);
        confirm.disabled = false;
      }
    });
    if ((await showDialog(root, dialog)) !== "removed") return;
    cards = cards.filter((one) => one.id !== card.id);
    choose(false);
    tell(words("remove.done", { title: card.title || card.id }));
    search.focus({ preventScroll: true });
    refreshSoon(300);
  }

  async function correct(card) {
    const corrected = await openCorrections(root, words, card);
    if (!corrected) return;
    cards = cards.map((one) => (one.id === card.id ? { ...one, ...corrected } : one));
    choose(false);
    tell(words("correct.done", { title: corrected.title || card.id }));
    refreshSoon(300);
  }

  async function sendTable() {
    const [file] = table.files;
    table.value = "";
    if (!file) return;
    tell(words("csv.sending"));
    try {
      const { corrected } = await request("/v1/documents", { method: "PATCH", headers: { "Content-Type": "text/csv" }, body: file });
      tell(words("csv.done", { n: words.number(corrected.length) }));
      refresh();
    } catch (error) {
      tell(`${words("csv.failed")} ${error.type === "ConfigError" ? explainTable(error.message, words) : explain(error, words)}`, true);
    }
  }

  refresh();
}

/** Say which lines of a table are wrong. What is not known stays as the server put it. */
function explainTable(message, words) {
  return message
    .replace(/^the table cannot be used, nothing was changed: /, "")
    .replace(/\. 'rag documents --csv' prints one that can$/, ".")
    .replace(/(line \d+: )(\w+) is ('[^']*'); allowed: .*?(?=; line \d+: |; and \d+ more|\.?$)/g, (whole, line, name, value) =>
      words.has(`field.${name}`) ? line + words("csv.bad_value", { field: words(`field.${name}`), value }) : whole,
    )
    .replace(/line (\d+): no document/g, (_, line) => words("csv.line", { line }) + words("csv.no_document"))
    .replace(/line (\d+): /g, (_, line) => words("csv.line", { line }));
}

function debounce(act, ms) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
}
