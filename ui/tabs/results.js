// A run: its metrics, and every question with its answer, its evidence, what was expected, and the verdict.
import { encodeId, explain, liveLine, make, request } from "./dom.js";

export function showResults(root, words, run, when) {
  const base = `/ui/runs/${encodeURIComponent(run.key)}`;
  const questions = make("div", { class: "dc-questions" });
  const said = liveLine();
  const pager = make("nav", { class: "dc-row dc-pager", "aria-label": words("list.pages"), hidden: true });
  let chosen = "";
  const filters = [{ name: "", n: run.n }, ...run.verdicts].map(({ name, n }) => {
    const button = make(
      "button", { type: "button", class: `dc-chip ${name && `dc-v-${name}`}`, "aria-pressed": String(name === ""), title: name && words(`verdict.about_${name}`) },
      `${words(name ? `verdict.${name}` : "eval.all")} `, make("b", {}, words.number(n)),
    );
    button.addEventListener("click", () => {
      chosen = name;
      for (const one of filters) one.setAttribute("aria-pressed", String(one === button));
      turn(0);
    });
    return button;
  });

  root.replaceChildren(
    make("h3", {}, words("eval.of_run", { name: run.name, n: words.number(run.n), when })),
    drawMetrics(words, run),
    drawKinds(words, run),
    drawThresholds(words, run, base),
    run.notes.length ? make("details", { class: "dc-notes" }, make("summary", {}, words("eval.notes")), make("ul", {}, ...run.notes.map((note) => make("li", {}, words(`note.${note.name}`, { n: words.number(note.n) }))))) : "",
    make(
      "p", { class: "dc-row" },
      make("a", { class: "dc-button", href: `${base}/results.jsonl`, download: "" }, words("eval.download")),
      make("a", { class: "dc-button", href: `${base}/summary.json`, download: "" }, words("eval.download_summary")),
    ),
    make("h3", {}, words("eval.questions")),
    make("div", { class: "dc-row dc-filters", role: "group", "aria-label": words("eval.filter") }, ...filters),
    said, questions, pager,
  );

  let asked = 0;
  async function turn(to, focus = false) {
    const mine = (asked += 1);
    try {
      const page = await request(`${base}/questions?page=${to}${chosen ? `&verdict=${chosen}` : ""}`);
      // Another filter was chosen meanwhile.
      if (mine !== asked) return;
      questions.replaceChildren(...page.questions.map((one) => drawQuestion(words, one)));
      said.textContent = !page.n ? words("eval.none") : chosen ? words(`verdict.about_${chosen}`) : "";
      drawPager(page);
      if (focus) questions.querySelector("summary")?.focus();
    } catch (error) {
      said.textContent = explain(error, words);
    }
  }

  function drawPager({ page, pages }) {
    pager.hidden = pages < 2;
    const go = (to, key) => make("button", { type: "button", class: "dc-button", disabled: to < 0 || to >= pages, onclick: () => turn(to, true) }, words(key));
    pager.replaceChildren(
      go(page - 1, "list.previous"),
      make("span", { class: "dc-small" }, words("list.page", { page: words.number(page + 1), pages: words.number(pages) })),
      go(page + 1, "list.next"),
    );
  }

  turn(0);
}

function share(words, value) {
  if (value === null || value === undefined) return "–";
  const percent = new Intl.NumberFormat(words.language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 1 }).format(100 * value);
  return words("eval.share", { percent });
}

function drawMetrics(words, run) {
  const row = (label, value, n) => make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, value), make("td", { class: "dc-muted" }, n));
  const time = (value) => words("eval.seconds", { s: new Intl.NumberFormat(words.language === "vi" ? "vi-VN" : "en-GB", { maximumSignificantDigits: 2 }).format(value) });
  return make(
    "table", { class: "dc-metrics" },
    make("caption", { class: "dc-hidden" }, words("eval.metrics")),
    make("thead", {}, make("tr", {}, ...["measure", "value", "n"].map((name) => make("th", { scope: "col" }, words(`eval.${name}`))))),
    make(
      "tbody", {},
      ...run.metrics.map(({ name, value, n }) => row(words(`metric.${name}`), share(words, value), words.number(n))),
      ...Object.entries(run.seconds).filter(([, value]) => value !== null).map(([name, value]) => row(words(`metric.${name}`), time(value), words.number(run.n))),
    ),
  );
}

function drawKinds(words, run) {
  if (run.kinds.length < 2) return "";
  const heads = [words("eval.kind"), words("eval.n"), ...run.kind_metrics.map((name) => words(`metric.${name}`))];
  return make(
    "details", { class: "dc-kinds" }, make("summary", {}, words("eval.kinds")),
    make(
      "div", { class: "dc-scroll", tabindex: "0", role: "region", "aria-label": words("eval.kinds") },
      make(
        "table", { class: "dc-metrics" },
        make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
        make(
          "tbody", {},
          ...run.kinds.map(({ kind, n, values }) =>
            make("tr", {}, make("th", { scope: "row" }, kind), make("td", {}, words.number(n)), ...values.map((value) => make("td", {}, share(words, value)))),
          ),
        ),
      ),
    ),
  );
}

const SHARES = ["right", "wrong", "wrongly_abstained", "rightly_abstained", "coverage", "risk"];

function drawThresholds(words, run, base) {
  if (!run.thresholds) return "";
  const { rows, n_answerable: a, n_unanswerable: u } = run.thresholds;
  const title = words("eval.thresholds_title");
  const number = new Intl.NumberFormat(words.language === "vi" ? "vi-VN" : "en-GB", { minimumFractionDigits: 2 });
  return make(
    "details", { class: "dc-kinds dc-thresholds" }, make("summary", {}, title),
    make("img", { class: "dc-plot", src: `${base}/threshold.svg`, alt: title, width: "720", height: "440", loading: "lazy" }),
    make("p", { class: "dc-small dc-muted" }, words("eval.th_of", { a: words.number(a), u: words.number(u) })),
    make(
      "div", { class: "dc-scroll", tabindex: "0", role: "region", "aria-label": title },
      make(
        "table", { class: "dc-metrics" },
        make("thead", {}, make("tr", {}, ...["eval.threshold", ...SHARES.map((name) => `eval.th_${name}`)].map((key) => make("th", { scope: "col" }, words(key))))),
        make("tbody", {}, ...rows.map((row) => make("tr", {}, make("th", { scope: "row" }, number.format(row.threshold)), ...SHARES.map((name) => make("td", {}, share(words, row[name])))))),
      ),
    ),
  );
}

function drawQuestion(words, one) {
  return make(
    "details", { class: "dc-question" },
    make(
      "summary", {},
      make("span", { class: `dc-verdict dc-v-${one.verdict}`, title: words(`verdict.about_${one.verdict}`) }, words(`verdict.${one.verdict}`)),
      make("span", { class: "dc-asked" }, one.question),
      make("span", { class: "dc-muted dc-small dc-given" }, one.abstained || one.error ? words("eval.no_answer") : one.short || ""),
    ),
    make(
      "dl", {},
      ...pair(words("eval.answer"), one.error || (one.abstained ? make("span", {}, one.reason && words.has(`reason.${one.reason}`) ? words(`reason.${one.reason}`) : words("eval.no_answer")) : one.answer)),
      ...pair(words("eval.expected"), drawExpected(words, one)),
      ...(one.expected && (one.expected.evidence.length || one.expected.alt_evidence.length)
        ? pair(words("eval.expected_evidence"), make("span", {}, ...[...one.expected.evidence, ...one.expected.alt_evidence].map((quote) => make("span", { class: "dc-quote" }, `“${quote}”`))))
        : []),
      ...(one.cited.length ? pair(words("eval.evidence"), make("span", {}, ...one.cited.map((passage) => drawPassage(words, passage)))) : []),
    ),
    one.other.length
      ? make("details", { class: "dc-other" }, make("summary", {}, words("eval.other", { n: words.number(one.other.length) })), ...one.other.map((passage) => drawPassage(words, passage)))
      : "",
  );
}

const pair = (term, value) => [make("dt", {}, term), make("dd", {}, value)];

function drawExpected(words, one) {
  if (!one.answerable) return words("eval.expected_none");
  if (!one.expected) return words("eval.expected_unknown");
  return [...one.expected.answers, ...one.expected.items].join(" · ") || "–";
}

function drawPassage(words, passage) {
  const link = `/read/${encodeId(passage.doc_id)}?start=${passage.start}&end=${passage.end}&v=${passage.v}${words.language === "en" ? "&lang=en" : ""}#mark`;
  return make(
    "span", { class: "dc-passage" },
    make(
      "span", { class: "dc-small" }, passage.n.map((n) => `[${n}]`).join(""), passage.n.length ? " " : "",
      make("a", { class: "open-report open", href: link }, passage.title || passage.doc_id),
      passage.page ? ` — ${words("eval.page", { page: passage.page })}` : "",
    ),
    make("span", { class: "dc-text" }, ...passage.pieces.map((piece) => (piece.marked ? make("mark", {}, piece.text) : piece.text))),
  );
}
