// Files and folders → POST /v1/documents: a few requests at a time, a line for each file, never in the way of the page.
import { explain, liveLine, make, newId, readRefusal } from "./dom.js";

const AT_ONCE = 3;
// Above this many waiting files several small ones go in one request, so that they are published together.
const MANY = 30;
const GROUP_FILES = 20;
const GROUP_BYTES = 8_000_000;
const TRIES = 30;
// Refusals of one file among others that pass.
const LATER = ["BusyError", "TooManyRequestsError", "LibraryLockedError", "ClientGoneError"];
const SYSTEM = /^(\.|~\$|__MACOSX$|thumbs\.db$|desktop\.ini$)/i;

/** Build the drop zone and the lines under it. onChange: called when reports were added. area: takes drops too. */
export function makeUploader(words, { area, onChange }) {
  const entries = [];
  let queue = [];
  let running = 0;
  let left = [];
  const known = new Map();

  // -- what is seen ---------------------------------------------------------------------------------------

  const files = make("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", class: "dc-files" });
  const folder = make("input", {
    type: "file", multiple: true, hidden: true, tabindex: "-1", webkitdirectory: true, class: "dc-folder",
  });
  for (const input of [files, folder]) {
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  const zone = make(
    "div", { class: "dc-zone" },
    make("p", { class: "dc-zone-text" }, words("upload.drop")),
    make(
      "p", { class: "dc-row" },
      make("button", { type: "button", class: "dc-button dc-primary", onclick: () => files.click() }, words("upload.files")),
      make("button", { type: "button", class: "dc-button", onclick: () => folder.click() }, words("upload.folder")),
    ),
    make("p", { class: "dc-muted dc-small" }, words("upload.formats", { mb: words.maxUploadMb ?? "50" })),
    files, folder,
  );
  const label = newId("progress");
  const bar = make("progress", { max: "1", value: "0", "aria-labelledby": label });
  const counts = make("span", { id: label, class: "dc-small" });
  const cancel = make("button", { type: "button", class: "dc-button", onclick: cancelAll }, words("upload.cancel"));
  const again = make("button", { type: "button", class: "dc-button", hidden: true, onclick: retryAll }, words("upload.again"));
  const clear = make("button", { type: "button", class: "dc-button", hidden: true, onclick: clearAll }, words("upload.clear"));
  const omitted = make("p", { class: "dc-muted dc-small", hidden: true });
  const lines = make("ul", { class: "dc-lines", tabindex: "0", "aria-label": words("upload.lines") });
  const summary = liveLine({ class: "dc-live dc-summary" });
  const panel = make(
    "div", { class: "dc-progress", hidden: true },
    make("div", { class: "dc-row" }, bar, counts, cancel, again, clear), summary, omitted, lines,
  );

  function show(entry, state, text) {
    entry.state = state;
    entry.line.className = `dc-line dc-${state}`;
    entry.said.textContent = text;
    showAllSoon();
  }

  let drawn = false;
  function showAllSoon() {
    if (drawn) return;
    drawn = true;
    setTimeout(() => {
      drawn = false;
      showAll();
    }, 100);
  }

  function showAll() {
    const done = entries.filter((entry) => entry.finished);
    const share = entries.reduce((sum, entry) => sum + (entry.finished ? 1 : 0.5 * entry.sent), 0);
    bar.max = Math.max(entries.length, 1);
    bar.value = share;
    counts.textContent = words("upload.count", { done: words.number(done.length), n: words.number(entries.length) });
    const busy = done.length < entries.length;
    cancel.hidden = !busy;
    clear.hidden = busy;
    again.hidden = busy || !entries.some((entry) => entry.state === "failed");
    panel.hidden = entries.length === 0 && omitted.hidden;
    if (!busy && entries.length) summary.textContent = sumUp();
    else summary.textContent = "";
  }

  function sumUp() {
    const count = (state) => entries.filter((entry) => entry.state === state).length;
    const pieces = [];
    for (const state of ["read", "unchanged", "skipped", "failed", "cancelled"]) {
      if (count(state)) pieces.push(words(`upload.sum_${state}`, { n: words.number(count(state)) }));
    }
    return `${words("upload.finished")} ${pieces.join(", ")}.`;
  }

  // -- what is chosen -------------------------------------------------------------------------------------

  function add(chosen) {
    for (const { file, name } of chosen) {
      if (name.split("/").some((piece) => SYSTEM.test(piece))) {
        left.push(name.split("/").pop());
        continue;
      }
      const before = known.get(name);
      if (before && !before.finished) continue;
      if (before) forget(before);
      const said = make("span", { class: "dc-said" });
      const line = make("li", { class: "dc-line" }, make("bdi", { class: "dc-name" }, name), said);
      const entry = { file, name, line, said, state: "", sent: 0, finished: false, alone: false, tries: 0 };
      known.set(name, entry);
      entries.push(entry);
      lines.append(line);
      const limit = (words.maxUploadMb ?? Infinity) * 1024 * 1024;
      if (file.size > limit) finish(entry, "skipped", words("upload.skipped", { why: words("error.413", { mb: words.maxUploadMb }) }));
      else {
        show(entry, "waiting", words("upload.waiting"));
        queue.push(entry);
      }
    }
    if (left.length) {
      const named = [...new Set(left)];
      const shown = named.slice(0, 6).join(", ") + (named.length > 6 ? ", …" : "");
      omitted.textContent = words("upload.omitted", { n: words.number(left.length), names: shown });
      omitted.hidden = false;
    }
    showAllSoon();
    pump();
  }

  function forget(entry) {
    entry.line.remove();
    entries.splice(entries.indexOf(entry), 1);
  }

  // -- what is sent ---------------------------------------------------------------------------------------

  function pump() {
    while (running < AT_ONCE && queue.length) send(takeGroup());
  }

  function takeGroup() {
    const group = [queue.shift()];
    let bytes = group[0].file.size;
    while (queue.length > MANY && !group[0].alone && group.length < GROUP_FILES) {
      const next = queue[0];
      if (next.alone || bytes + next.file.size > GROUP_BYTES) break;
      bytes += next.file.size;
      group.push(queue.shift());
    }
    return group;
  }

  function send(group) {
    running += 1;
    const form = new FormData();
    for (const entry of group) {
      entry.tries += 1;
      form.append("file", entry.file, entry.name);
      show(entry, "sending", words("upload.sending"));
    }
    const call = new XMLHttpRequest();
    for (const entry of group) entry.call = call;
    call.open("POST", "/v1/documents");
    call.setRequestHeader("Accept", "application/json");
    call.upload.addEventListener("progress", (event) => {
      for (const entry of group) entry.sent = event.lengthComputable ? event.loaded / event.total : 0;
      showAllSoon();
    });
    call.upload.addEventListener("load", () => {
      for (const entry of group) if (!entry.finished) show(entry, "reading", words("upload.reading"));
    });
    call.addEventListener("loadend", () => {
      running -= 1;
      for (const entry of group) entry.call = null;
      settle(group.filter((entry) => !entry.finished), call, group.length);
      pump();
      if (!running && !queue.length) onChange(true);
    });
    call.send(form);
  }

  function settle(group, call, sent) {
    if (!group.length) return;
    if (call.status >= 200 && call.status < 300) {
      let answers = [];
      try {
        answers = JSON.parse(call.responseText).files;
      } catch {
        // Answered for below, file by file.
      }
      if (!Array.isArray(answers) || answers.length !== sent) answers = [];
      const later = group.filter((entry, i) => LATER.includes(answers[i]?.error) && entry.tries < TRIES);
      for (const [i, entry] of group.entries()) {
        if (later.includes(entry)) show(entry, "waiting", words("upload.later", { s: 5 }));
        else tell(entry, answers[i]);
      }
      if (later.length) setTimeout(() => putBack(later), 5000);
      onChange(false);
      return;
    }
    const refusal = readRefusal(call.status, call.responseText, call.getResponseHeader("Retry-After"));
    const later = [0, 409, 429, 502, 503, 504].includes(call.status);
    if (!later && sent > 1) {
      // One of them was refused; sent one by one, it says which.
      for (const entry of group) entry.alone = true;
      queue.unshift(...group);
      return;
    }
    const waiting = group.filter((entry) => later && entry.tries < (call.status === 0 ? 5 : TRIES));
    for (const entry of group) {
      const key = call.status === 0 ? "upload.lost" : "upload.later";
      if (waiting.includes(entry)) show(entry, "waiting", words(key, { s: refusal.retryAfter }));
      else {
        const state = later || call.status === 401 ? "failed" : "skipped";
        finish(entry, state, words(`upload.${state}`, { why: explain(refusal, words) }));
      }
    }
    if (waiting.length) setTimeout(() => putBack(waiting), refusal.retryAfter * 1000);
  }

  function putBack(group) {
    queue.unshift(...group.filter((entry) => !entry.finished));
    pump();
  }

  function tell(entry, answer) {
    if (!answer) finish(entry, "failed", words("upload.failed", { why: words("error.500") }));
    else if (answer.status === "skipped") {
      const why = explain({ type: answer.error, status: 200, message: answer.reason }, words);
      finish(entry, "skipped", words("upload.skipped", { why }));
    } else if (answer.status === "unchanged") finish(entry, "unchanged", words("upload.unchanged"));
    else finish(entry, "read", words("upload.read", { n: words.number(answer.n_passages) }));
  }

  function finish(entry, state, text) {
    entry.finished = true;
    entry.sent = 1;
    // What a person may have to do something about stands first.
    if (state === "skipped" || state === "failed") lines.prepend(entry.line);
    show(entry, state, text);
  }

  function cancelAll() {
    queue = [];
    const calls = new Set();
    for (const entry of entries.filter((one) => !one.finished)) {
      if (entry.call) calls.add(entry.call);
      finish(entry, "cancelled", words("upload.cancelled"));
    }
    for (const call of calls) call.abort();
  }

  function retryAll() {
    for (const entry of entries.filter((one) => one.state === "failed")) {
      Object.assign(entry, { finished: false, sent: 0, tries: 0 });
      show(entry, "waiting", words("upload.waiting"));
      queue.push(entry);
    }
    pump();
  }

  function clearAll() {
    entries.length = 0;
    left = [];
    known.clear();
    omitted.hidden = true;
    lines.replaceChildren();
    showAll();
  }

  // -- what is dropped ------------------------------------------------------------------------------------

  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    zone.classList.add("dc-over");
  });
  area.addEventListener("dragleave", (event) => {
    if (!area.contains(event.relatedTarget)) zone.classList.remove("dc-over");
  });
  area.addEventListener("drop", async (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.remove("dc-over");
    // Both lists are empty again once this event is over.
    const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files];
    if (dropped.length) for (const entry of dropped) await walk(entry, add);
    else add(plain.map((file) => ({ file, name: file.name })));
  });
  window.addEventListener("beforeunload", (event) => {
    if (running || queue.length) event.preventDefault();
  });

  return make("section", { class: "dc-upload", "aria-label": words("upload.title") }, zone, panel);
}

/** Hand over the files under a dropped entry, as they are found. */
async function walk(entry, add) {
  const name = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) add([{ file, name }]);
    return;
  }
  if (SYSTEM.test(entry.name)) {
    add([{ file: new File([], entry.name), name }]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives at most a hundred at a time.
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return;
    const found = some.filter((one) => one.isFile);
    const read = await Promise.all(
      found.map((one) => new Promise((resolve) => one.file((file) => resolve({ file, name: one.fullPath.replace(/^\//, "") }), () => resolve(null)))),
    );
    add(read.filter(Boolean));
    for (const inner of some.filter((one) => one.isDirectory)) await walk(inner, add);
  }
}
