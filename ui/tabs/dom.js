// What every tab needs: elements made without markup, words, and requests whose failures a person can read.

/** Make an element. What comes from a report or a server goes in as text: there is no way to hand over markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (typeof value === "function") throw new TypeError(`${name} takes no function`);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A document's id in an address. Slashes too: browsers would resolve a ".." between them. */
export const encodeId = (id) => encodeURIComponent(id);

export async function loadWords(language) {
  const table = await request(`/ui/tabs/words/${language}.json`, {}, { words: {} });
  const say = (key, values = {}) => {
    const text = Object.hasOwn(table.words, key) ? table.words[key] : key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
  };
  return Object.assign(say, {
    language,
    maxUploadMb: table.max_upload_mb,
    has: (key) => Object.hasOwn(table.words, key),
    number: (n) => new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en-GB").format(n),
  });
}

export class RequestError extends Error {
  constructor(status, type, message, retryAfter) {
    super(message);
    this.status = status;
    this.type = type;
    this.retryAfter = retryAfter;
  }
}

/** Read the body of a refusal. text: it may be anything, also a page of a proxy in between. */
export function readRefusal(status, text, retryAfter) {
  let type = "";
  let message = "";
  try {
    const { error } = JSON.parse(text);
    type = String(error.type);
    message = String(error.message);
  } catch {
    message = `HTTP ${status}`;
  }
  const seconds = Number.parseInt(retryAfter ?? "", 10);
  return new RequestError(status, type, message, Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 60) : 5);
}

export async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestError(0, "Unreachable", String(error.message), 5);
  }
  if (!response.ok) throw readRefusal(response.status, await response.text(), response.headers.get("Retry-After"));
  return response.headers.get("Content-Type")?.startsWith("application/json") ? response.json() : response;
}

/** Say a failure in the reader's words: by its kind where it is known, else as the server put it. */
export function explain(error, words) {
  // In English the server's own sentence says more.
  if (words.language === "en" && error.type && error.message && error.status < 500) return error.message;
  const keys = [`error.${error.type}`, `error.${error.status}`, error.status >= 500 ? "error.500" : ""];
  const known = keys.find((key) => words.has(key));
  if (!known) return error.message || words("error.500");
  return words(known, { message: error.message, mb: words.maxUploadMb ?? "" });
}

/** Lower case without accents, đ as d. */
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

/** An ISO date, whole or partial, as it is written in Vietnam: 19/07/2023, 07/2023, 2023. */
export const sayDate = (iso) => (iso ?? "").split("-").reverse().join("/");

const ROMAN = ["", "I", "II", "III", "IV"];

/** A period in words: 2023-Q3 → quý III/2023. */
export function sayPeriod(period, words) {
  const match = /^(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{1,2})M|(\d{2})))?$/.exec(period ?? "");
  if (!match) return (period ?? "").replace("/", "–");
  const [, year, quarter, half, months, month] = match;
  if (quarter) return words("period.quarter", { q: words.language === "vi" ? ROMAN[quarter] : quarter, year });
  if (half) return words(`period.half${half}`, { year });
  if (months) return words("period.months", { n: months, year });
  if (month) return words("period.month", { month: Number(month), year });
  return words("period.year", { year });
}

/** Say something to whoever listens instead of looking. */
export function liveLine(attributes = {}) {
  return make("p", { class: "dc-live", role: "status", "aria-live": "polite", ...attributes });
}

/** Open a dialog that takes itself out of the page when it is closed. Returns a promise of its returnValue. */
export function showDialog(root, dialog) {
  const before = document.activeElement;
  root.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

let made = 0;
/** A name for an element that a label or a description points at. */
export const newId = (stem) => `dc-${stem}-${(made += 1)}`;
