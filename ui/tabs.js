// Fills the tabs that Gradio leaves as empty columns. A tab is mounted when it is first opened, and may be mounted
// anew; what this page has made for it (a running upload, a half-written correction) is kept and moved along.
(() => {
  "use strict";

  const TABS = { "reports-tab": "./tabs/reports.js", "evaluation-tab": "./tabs/evaluation.js" };
  const roots = new Map();

  function look() {
    for (const [id, file] of Object.entries(TABS)) {
      const place = document.getElementById(id);
      if (!place) continue;
      let root = roots.get(id);
      if (!root) {
        root = document.createElement("div");
        root.className = "dc-tab";
        roots.set(id, root);
        open(root, file, place.classList.contains("lang-en") ? "en" : "vi");
      }
      if (root.parentNode !== place) place.append(root);
    }
  }

  async function open(root, file, language) {
    try {
      const [module, dom] = await Promise.all([import(file), import("./tabs/dom.js")]);
      const words = await dom.loadWords(language);
      root.replaceChildren();
      module.open(root, words);
    } catch (error) {
      console.warn("a tab could not be opened:", error);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "dc-button";
      button.textContent =
        language === "en" ? "The server cannot be reached. Try again" : "Không kết nối được với máy chủ. Thử lại";
      button.addEventListener("click", () => open(root, file, language));
      root.replaceChildren(button);
    }
  }

  let waiting = false;
  function lookSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  }

  function start() {
    new MutationObserver(lookSoon).observe(document.body, { childList: true, subtree: true });
    look();
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
