// The evaluation: choose a question set, run it, stop it, and look at this run or an earlier one.
import { explain, liveLine, make, newId, request } from "./dom.js";
import { showResults } from "./results.js";

const MAX_BYTES = 20_000_000;

export function open(root, words) {
  let running = null;

  const sets = make("select", { id: newId("sets") });
  const limit = make("input", { id: newId("limit"), type: "number", min: "1", step: "1", inputmode: "numeric", placeholder: words("eval.limit_hint"), class: "dc-number" });
  const thresholds = make("input", { type: "checkbox", id: newId("thresholds"), class: "dc-thresholds-wanted" });
  const file = make("input", { type: "file", accept: ".jsonl,.json,application/json", hidden: true, tabindex: "-1", class: "dc-set-file" });
  const start = make("button", { type: "button", class: "dc-button dc-primary", onclick: run }, words("eval.run"));
  const stop = make("button", { type: "button", class: "dc-button", hidden: true, onclick: () => running?.abort() }, words("eval.stop"));
  const said = liveLine({ class: "dc-live dc-said-line" });
  const bar = make("progress", { max: "1", value: "0", hidden: true, "aria-label": words("eval.title") });
  const counts = make("span", { class: "dc-small dc-muted" });
  const runs = make("select", { id: newId("runs") });
  const results = make("div", { class: "dc-results" });

  file.addEventListener("change", addSet);
  runs.addEventListener("change", () => runs.value && show(runs.value));
  root.append(
    make("h3", {}, words("eval.title")),
    make("p", { class: "dc-muted" }, words("eval.about")),
    make(
      "div", { class: "dc-row dc-tools" },
      make("label", { class: "dc-stack dc-grow" }, words("eval.set"), sets),
      make("label", { class: "dc-stack" }, words("eval.limit"), make("span", { class: "dc-row" }, limit, words("eval.limit_unit"))),
      start, stop,
      make("button", { type: "button", class: "dc-button", onclick: () => file.click() }, words("eval.add")), file,
    ),
    make("label", { class: "dc-row dc-check", title: words("eval.thresholds_about") }, thresholds, words("eval.thresholds")),
    make("div", { class: "dc-row" }, bar, counts),
    said,
    make("label", { class: "dc-stack dc-runs" }, words("eval.runs"), runs),
    results,
  );

  function tell(text, bad = false) {
    said.classList.toggle("dc-bad", bad);
    said.textContent = text;
  }

  async function loadSets(chosen) {
    try {
      const known = (await request("/ui/question-sets")).sets;
      sets.replaceChildren(...known.map((set) => make("option", { value: set.key }, words("eval.set_of", { name: set.name, n: words.number(set.n) }))));
      if (chosen) sets.value = chosen;
      sets.disabled = known.length === 0;
      start.disabled = known.length === 0;
      if (!known.length) tell(words("eval.no_sets"));
    } catch (error) {
      tell(explain(error, words), true);
    }
  }

  async function loadRuns(chosen) {
    try {
      const known = (await request("/ui/runs")).runs;
      const option = (card) => make("option", { value: card.key }, words("eval.run_of", { when: sayTime(card.started, words), name: card.name, n: words.number(card.n) }));
      runs.replaceChildren(make("option", { value: "" }, words("eval.choose_run")), ...known.map(option));
      runs.parentNode.hidden = known.length === 0;
      if (chosen) runs.value = chosen;
    } catch (error) {
      tell(explain(error, words), true);
    }
  }

  async function addSet() {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    if (chosen.size > MAX_BYTES) return tell(words("eval.too_large"), true);
    tell(words("eval.adding"));
    try {
      const set = await request(`/ui/question-sets?name=${encodeURIComponent(chosen.name)}`, {
        method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: chosen,
      });
      await loadSets(set.key);
      tell(words("eval.added", { name: set.name, n: words.number(set.n) }));
    } catch (error) {
      tell(error.type === "EvaluationError" ? `${words("eval.bad_set")} ${error.message}` : explain(error, words), true);
    }
  }

  async function run() {
    if (running || !sets.value) return;
    running = new AbortController();
    start.hidden = true;
    stop.hidden = false;
    bar.hidden = false;
    bar.removeAttribute("value");
    counts.textContent = words("eval.starting");
    tell("");
    stop.focus();
    try {
      const asked = Number.parseInt(limit.value, 10);
      const response = await request("/ui/evaluations", {
        method: "POST", signal: running.signal, headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        body: JSON.stringify({ set: sets.value, limit: Number.isFinite(asked) && asked > 0 ? asked : null, thresholds: thresholds.checked }),
      });
      await follow(response);
    } catch (error) {
      if (error.name === "AbortError") tell(words("eval.stopped"));
      else tell(error.status === undefined ? words("eval.lost") : explain(error, words), true);
    } finally {
      running = null;
      start.hidden = false;
      stop.hidden = true;
      bar.hidden = true;
      counts.textContent = "";
      start.focus({ preventScroll: true });
    }
  }

  async function follow(response) {
    for await (const { event, data } of readEvents(response)) {
      if (event === "progress" && data.n) {
        bar.max = data.n;
        bar.value = data.done;
        counts.textContent = words("eval.running", { done: words.number(data.done), n: words.number(data.n) });
      } else if (event === "done") {
        await loadRuns(data.run);
        const shown = await show(data.run);
        return tell(words("eval.done", { n: words.number(shown?.n ?? 0) }));
      } else if (event === "error") {
        const known = { BusyError: "eval.busy" }[data.type];
        return tell(known ? words(known) : explain({ ...data, status: 200 }, words), true);
      }
    }
    tell(words("eval.lost"), true);
  }

  async function show(key) {
    try {
      const shown = await request(`/ui/runs/${encodeURIComponent(key)}`);
      showResults(results, words, shown, sayTime(shown.started, words));
      return shown;
    } catch (error) {
      tell(explain(error, words), true);
      return null;
    }
  }

  loadSets();
  loadRuns();
}

const sayTime = (iso, words) =>
  new Date(iso).toLocaleString(words.language === "vi" ? "vi-VN" : "en-GB", { dateStyle: "short", timeStyle: "short" });

/** Read server-sent events from a response as they come. */
async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const event = lines.find((line) => line.startsWith("event: "))?.slice(7);
      const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
      if (event && data) yield { event, data: JSON.parse(data) };
    }
  }
}
