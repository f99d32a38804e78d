// What the page does beyond Gradio: opens reports at the quoted words, copies and votes, sends with Enter, and says
// when the server is gone. Text from reports reaches the page only as HTML the server has escaped; here it is only
// ever set as text.
(() => {
  "use strict";

  const WORDS = JSON.parse(document.getElementById("chat-words").textContent);
  const MAX_CHARS = 2000;
  const isEnglish = WORDS.language === "en";

  // Gradio sets the browser's language; the page speaks its own.
  const page = document.documentElement;
  new MutationObserver(() => page.lang !== WORDS.language && (page.lang = WORDS.language)).observe(page, {
    attributeFilter: ["lang"],
  });
  page.lang = WORDS.language;

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // -- a report beside the conversation ----------------------------------------------------------------

  let reader = null;
  let cameFrom = null;
  let links = [];
  let at = -1;

  function makeReader() {
    const button = (name, sign, text) =>
      make("button", { type: "button", class: name, "aria-label": text, title: text }, sign);
    const previous = button("previous", "←", WORDS.previous);
    const next = button("next", "→", WORDS.next);
    const count = make("span", { class: "count", "aria-live": "polite" });
    const apart = make("a", { class: "apart", target: "_blank", rel: "noopener", "aria-label": WORDS.new_tab, title: WORDS.new_tab },
      "↗\u00a0", make("span", { class: "aside-text" }, WORDS.new_tab));
    const close = button("close", "✕", WORDS.close);
    const body = make("div", { class: "reader-body", tabindex: "-1" });
    const dialog = make("dialog", { class: "reader", "aria-label": WORDS.reading },
      make("div", { class: "reader-bar" }, previous, count, next, apart, close), body);
    previous.addEventListener("click", () => step(-1));
    next.addEventListener("click", () => step(1));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      body.replaceChildren();
      // The place may have been drawn anew meanwhile: its twin has the same address.
      const back = cameFrom && (cameFrom.isConnected ? cameFrom : find(cameFrom.getAttribute("href")));
      (back || document.querySelector("#question textarea"))?.focus();
      for (const cited of document.querySelectorAll(".cited:focus-within")) cited.classList.add("dismissed");
    });
    document.body.append(dialog);
    return { dialog, previous, next, count, apart, body };
  }

  const find = (href) => document.querySelector(`.turn a[href="${CSS.escape(href)}"]`);

  function openFrom(link) {
    const turn = link.closest(".turn");
    cameFrom = link;
    links = [...new Set([...(turn?.querySelectorAll("a.cite") ?? [])].map((one) => one.getAttribute("href")))];
    at = links.indexOf(link.getAttribute("href"));
    openReport(link.getAttribute("href"));
  }

  function step(by) {
    const next = links[at + by];
    if (next === undefined) return;
    at += by;
    openReport(next);
  }

  async function openReport(address) {
    reader ??= makeReader();
    const { dialog, previous, next, count, apart, body } = reader;
    previous.disabled = at <= 0;
    next.disabled = at < 0 || at >= links.length - 1;
    count.textContent = at >= 0 && links.length > 1 ? `${at + 1}/${links.length}` : "";
    apart.href = address;
    body.replaceChildren(make("p", { role: "status" }, WORDS.opening));
    if (!dialog.open) dialog.showModal();
    const url = new URL(address, location.href);
    url.searchParams.set("fragment", "1");
    try {
      const response = await fetch(url.pathname + url.search, { headers: { Accept: "text/html" } });
      const text = await response.text();
      if (!(response.headers.get("content-type") ?? "").startsWith("text/html") || response.redirected) throw new Error("no report");
      if (apart.getAttribute("href") !== address) return;
      // Made by the server from escaped text; the page's policy runs no script in it.
      body.replaceChildren(new DOMParser().parseFromString(text, "text/html").querySelector("article") ?? "");
      show(body.querySelector("#mark"), body);
    } catch {
      body.replaceChildren(make("p", { class: "notice", role: "alert" }, WORDS.open_failed));
      watch();
    }
  }

  function show(mark, body) {
    if (mark) {
      const higher = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
      body.scrollTop += higher - body.clientHeight * 0.28;
      mark.focus({ preventScroll: true });
    } else {
      body.scrollTop = 0;
      body.querySelector("h1")?.focus({ preventScroll: true });
    }
  }

  // -- what can be done with an answer -----------------------------------------------------------------

  const votes = new Map();
  const idOf = (element) => element.closest(".acts")?.id.replace(/^answer-/, "") ?? "";

  function tell(acts, text) {
    acts.querySelector(".told")?.remove();
    acts.append(make("span", { class: "told", role: "status" }, text));
  }

  async function copy(button) {
    const acts = button.closest(".acts");
    const text = fetch(`/v1/answers/${encodeURIComponent(idOf(button))}/export?format=md`).then((response) => {
      if (response.status === 404) throw new Error("forgotten");
      if (!response.ok) throw new Error("failed");
      return response.text();
    });
    try {
      await toClipboard(text);
      tell(acts, WORDS.copied);
    } catch (error) {
      tell(acts, error.message === "forgotten" ? WORDS.forgotten : WORDS.copy_failed);
    }
  }

  async function toClipboard(promise) {
    const text = await promise;
    if (navigator.clipboard) {
      try {
        return await navigator.clipboard.writeText(text);
      } catch {
        // Not allowed here, as on a page without https: the older way is left.
      }
    }
    const field = make("textarea", { readonly: "", style: "position:fixed;opacity:0" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("failed");
  }

  async function vote(acts, id, which, comment) {
    try {
      const response = await fetch(`/v1/answers/${encodeURIComponent(id)}/vote`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(comment ? { vote: which, comment } : { vote: which }),
      });
      if (response.status === 404) return tell(acts, WORDS.forgotten);
      if (!response.ok) throw new Error("failed");
    } catch {
      return tell(acts, WORDS.vote_failed);
    }
    votes.set(id, which);
    showVote(acts);
    tell(acts, WORDS.voted);
    acts.querySelector(".comment")?.remove();
    if (which === "down" && !comment) askWhy(acts, id);
  }

  function askWhy(acts, id) {
    const field = make("textarea", { rows: "1", maxlength: "2000", "aria-label": WORDS.comment, placeholder: WORDS.comment });
    const send = make("button", { type: "button", class: "act" }, WORDS.comment_send);
    send.addEventListener("click", () => field.value.trim() && vote(acts, id, "down", field.value.trim()));
    acts.append(make("div", { class: "comment" }, field, send));
    field.focus();
  }

  function showVote(acts) {
    const cast = votes.get(acts.id.replace(/^answer-/, ""));
    for (const which of ["up", "down"]) {
      acts.querySelector(`.vote.${which}`)?.setAttribute("aria-pressed", String(cast === which));
    }
  }

  // -- clicks and keys ---------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || event.button !== 0) return;
    const acts = target.closest(".acts");
    if (target.closest("button.copy")) return void copy(target.closest("button.copy"));
    const cast = target.closest("button.vote");
    if (cast) return void vote(acts, idOf(cast), cast.classList.contains("up") ? "up" : "down");
    const choice = target.closest(".turn button.choice");
    if (choice) return askFor(choice.querySelector(".choice-question").textContent);
    // Not every browser gives a button that is tapped the focus, which is what shows what stands beside it.
    target.closest("button.chip")?.focus();
    const folding = target.closest("button.label-wrap");
    if (folding) requestAnimationFrame(() => folding.setAttribute("aria-expanded", String(folding.classList.contains("open"))));
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = target.closest("a.cite, a.open, .reader-body .window a");
    if (link) {
      event.preventDefault();
      if (link.closest(".reader-body")) openReport(link.getAttribute("href"));
      else openFrom(link);
      return;
    }
    const toMark = target.closest(".reader-body a.to-mark");
    if (toMark) {
      event.preventDefault();
      show(reader.body.querySelector("#mark"), reader.body);
      return;
    }
    const card = target.closest(".turn .card");
    if (card && !target.closest("a, button, summary, details.scores") && !String(getSelection())) openFrom(card.querySelector("a.open"));
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    isPinned = false;
    if (event.key === "Escape") document.activeElement?.closest?.(".cited")?.classList.add("dismissed");
    if (!(field instanceof HTMLTextAreaElement) || !field.closest("#question") || event.key !== "Enter") return;
    // Typing Vietnamese, Enter may only end a composed word; Gradio would send. Shift+Enter is a new line.
    if (event.isComposing || event.keyCode === 229 || event.shiftKey) return void event.stopImmediatePropagation();
    event.preventDefault();
    event.stopImmediatePropagation();
    sessionStorage.removeItem("unanswered");
    submit(field);
  }, true);

  // Gradio fetches its parts one by one: the field may be there before the button is, and before anybody listens.
  function submit(field, tries = 0) {
    const send = document.querySelector("#send");
    if (!isAlive && tries < 300) setTimeout(() => submit(field, tries + 1), 50);
    else if (send?.offsetParent && field.value.trim()) send.click();
  }

  // One reading of the last question was chosen: it is asked as if it had been typed.
  function askFor(question) {
    const field = document.querySelector("#question textarea");
    if (!field || !document.querySelector("#send")?.offsetParent) return;
    field.value = question;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    sessionStorage.removeItem("unanswered");
    submit(field);
  }

  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const cited = event.target instanceof Element ? event.target.closest(".cited") : null;
      if (!cited) return;
      if (kind === "focusin" || !cited.contains(event.relatedTarget)) cited.classList.remove("dismissed");
      const peek = cited.querySelector(".peek");
      cited.style.setProperty("--shift", "0px");
      const box = peek.getBoundingClientRect();
      const over = box.right - (document.documentElement.clientWidth - 16);
      if (over > 0) cited.style.setProperty("--shift", `${-Math.min(over, box.left - 16)}px`);
    });
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || !field.closest("#question")) return;
    const row = document.getElementById("ask-row");
    let note = document.getElementById("too-long");
    if (field.value.length <= MAX_CHARS) return void note?.remove();
    note ??= row.insertAdjacentElement("afterend", make("p", { id: "too-long", role: "status" }));
    const n = field.value.length.toLocaleString(isEnglish ? "en" : "vi");
    note.textContent = WORDS.too_long.replace("{n}", n);
  });

  document.addEventListener("change", (event) => {
    if (event.target.closest?.("#show-scores")) document.body.classList.toggle("show-scores", event.target.checked);
  });

  // -- what Gradio draws, finished ---------------------------------------------------------------------

  let isAlive = false;
  let lastTurn = "";
  let isPinned = false;

  function finish() {
    const field = document.querySelector("#question textarea");
    if (field && !field.hasAttribute("aria-label")) {
      field.setAttribute("aria-label", field.placeholder);
    }
    if (!isAlive && document.querySelector("#greeting .welcome")) {
      // Gradio has answered once: from now on it hears what is written into its fields.
      isAlive = true;
      if (!putBack(field)) write(field, sessionStorage.getItem("draft") ?? "");
      sessionStorage.removeItem("draft");
    }
    for (const link of document.querySelectorAll('.gradio-container a[target="_blank"]:not(.original)')) link.removeAttribute("target");
    for (const cited of document.querySelectorAll(".cited")) {
      cited.querySelector("a.cite, button.chip")?.setAttribute("aria-describedby", cited.querySelector(".peek")?.id ?? "");
    }
    for (const sheet of document.querySelectorAll(".sheet:not([tabindex])")) {
      // It scrolls, so keys must reach it; the sanitizer lets neither of these through.
      sheet.setAttribute("tabindex", "0");
      sheet.setAttribute("aria-label", sheet.querySelector("caption")?.textContent ?? "");
      for (const head of sheet.querySelectorAll("th")) head.scope = head.closest("thead") ? "col" : "row";
    }
    document.querySelectorAll(".acts").forEach(showVote);
    for (const folding of document.querySelectorAll("button.label-wrap:not([aria-expanded])")) folding.setAttribute("aria-expanded", "false");
    const turn = document.querySelector("#now .turn");
    if (turn && turn.id !== lastTurn) isPinned = Boolean(document.querySelector("#earlier .turn"));
    lastTurn = turn?.id ?? "";
    if (turn && isPinned) turn.scrollIntoView({ block: "start" });
    for (const mark of document.querySelectorAll(".card blockquote > mark:first-of-type")) showMark(mark);
  }

  // A long passage scrolls in its card; the marked words are what it is shown for.
  const shownMarks = new WeakSet();
  function showMark(mark) {
    const passage = mark.parentElement;
    if (shownMarks.has(mark) || !passage.clientHeight) return;
    shownMarks.add(mark);
    const below = mark.getBoundingClientRect().bottom - passage.getBoundingClientRect().bottom;
    if (below > 0) passage.scrollTop = mark.offsetTop - passage.offsetTop - 30;
  }
  document.addEventListener("toggle", () => finish(), true);

  // The newest turn stays at the top while it is being drawn, until the reader moves.
  for (const kind of ["wheel", "touchmove", "pointerdown"]) {
    document.addEventListener(kind, () => (isPinned = false), { passive: true, capture: true });
  }

  // What was asked when the server went away is put back into the field: at once, and once more where Gradio loads
  // the page anew because the server was started again.
  function putBack(field) {
    const [asked, since] = JSON.parse(sessionStorage.getItem("unanswered") ?? "[]");
    sessionStorage.removeItem("unanswered");
    if (!asked || Date.now() - since > 60000) return false;
    write(field, asked);
    say(WORDS.restarted, 10000);
    return true;
  }

  function write(field, text) {
    if (!text || field.value) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What was being typed stays, however the page comes to be loaded anew.
  window.addEventListener("pagehide", () => {
    const text = document.querySelector("#question textarea")?.value;
    if (text) sessionStorage.setItem("draft", text);
  });

  let isDue = false;
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      finish();
    });
  }).observe(document.body, { childList: true, subtree: true });

  // -- the server --------------------------------------------------------------------------------------

  const banner = make("p", { id: "connection", role: "status", hidden: "" });
  document.body.append(banner);
  const ask = window.fetch.bind(window);
  let isLost = false;
  let unanswered = "";
  let watching = null;
  let hiding = null;

  function say(text, forMs = 0) {
    clearTimeout(hiding);
    banner.textContent = text;
    banner.hidden = false;
    if (forMs) hiding = setTimeout(() => (banner.hidden = true), forMs);
  }

  async function isThere() {
    try {
      return (await ask("/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
    } catch {
      return false;
    }
  }

  // Looks once; while the server is gone, again and again, and says so.
  async function watch() {
    if (watching) return;
    watching = true;
    while (!(await isThere())) {
      isLost = true;
      say(WORDS.lost);
      const asked = document.querySelector("#now .turn.working .asked")?.textContent;
      unanswered = asked || document.querySelector("#question textarea")?.value.trim() || unanswered;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    watching = null;
    if (!isLost) return;
    isLost = false;
    const steps = document.querySelector("#now .turn.working .steps");
    if (steps) {
      steps.replaceWith(make("p", { class: "problem", role: "alert" }, WORDS.ask_again));
      document.querySelector("#stop")?.click();
    }
    const keep = () => sessionStorage.setItem("unanswered", JSON.stringify([unanswered, Date.now()]));
    const field = document.querySelector("#question textarea");
    if (unanswered) keep();
    if (!unanswered || !field || !putBack(field)) say(WORDS.recovered, 6000);
    else if (unanswered) keep();
    unanswered = "";
  }

  // Names this tab's conversation; the server keeps it under that name, and gives it back to a page loaded anew.
  function talkName() {
    let name = sessionStorage.getItem("talk");
    if (!name) {
      name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      sessionStorage.setItem("talk", name);
    }
    return name;
  }

  // Gradio's page hears of all its events by one stream, which the server closes once none is open. An event that is
  // sent just then is never heard of: the page believes the stream still open. So the stream it is handed here goes on,
  // over as many of the server's as it takes, until every event it knows of is over.
  const openEvents = new Set();
  let joining = 0;
  let closedAt = 0;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function join(given) {
    const [address, options] = given;
    joining += 1;
    try {
      const named = { ...Object.fromEntries(new Headers(options.headers)), "X-Talk": talkName() };
      const response = await ask(address, { ...options, headers: named });
      if (response.ok) openEvents.add((await response.clone().json()).event_id);
      // A stream that was just closed: the page is still taking that in.
      if (Date.now() - closedAt < 60) await pause(60);
      return response;
    } finally {
      joining -= 1;
    }
  }

  async function listen(given) {
    const first = await ask(...given);
    if (!first.ok || !first.body) return first;
    let reader = first.body.pipeThrough(new TextDecoderStream()).getReader();
    const body = new ReadableStream({
      async pull(controller) {
        try {
          for (let rest = "", silent = 0; ; ) {
            const { done, value } = await reader.read();
            const messages = done ? [] : (rest + value).split("\n\n");
            rest = done ? "" : messages.pop();
            const told = messages.filter((message) => !message.includes('"msg":"close_stream"'));
            for (const message of told) {
              if (message.includes('"msg":"process_completed"')) openEvents.delete(message.match(/"event_id":"(\w+)"/)?.[1]);
            }
            if (told.length) controller.enqueue(told.join("\n\n") + "\n\n");
            if (!done) {
              if (told.length) silent = 0;
              continue;
            }
            while (joining) await pause(10);
            const next = openEvents.size && silent < 3 ? await ask(...given) : null;
            silent += 1;
            if (!next?.ok || !next.body) break;
            reader = next.body.pipeThrough(new TextDecoderStream()).getReader();
          }
          openEvents.clear();
          closedAt = Date.now();
          controller.enqueue('data: {"msg":"close_stream","event_id":null}\n\n');
          controller.close();
        } catch (error) {
          openEvents.clear();
          controller.error(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), { status: first.status, headers: first.headers });
  }

  window.fetch = async (...given) => {
    try {
      const called = new URL(given[0]?.url ?? given[0], location.href).pathname;
      const kind = called.match(/\/gradio_api\/(queue\/join|queue\/data|cancel)$/)?.[1];
      if (kind === "cancel") openEvents.delete(JSON.parse(given[1]?.body ?? "{}").event_id);
      const response = await (kind === "queue/join" ? join(given) : kind === "queue/data" ? listen(given) : ask(...given));
      const path = new URL(response.url || called, location.href).pathname;
      if (response.status === 401) say(WORDS.login);
      else if (path.endsWith("/queue/join") && response.status >= 429) say(WORDS.busy, 8000);
      return response;
    } catch (error) {
      if (error?.name !== "AbortError") watch();
      throw error;
    }
  };
  window.addEventListener("offline", watch);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && watch());
  setInterval(() => {
    const isWaiting = document.querySelector("#now .turn.working");
    if (document.visibilityState === "visible" && (isWaiting || Date.now() % 15000 < 3000)) watch();
  }, 3000);
})();
