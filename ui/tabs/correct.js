// The form in which what the reader got wrong about a report is put right. The text of a report is never changed.
import { encodeId, explain, make, newId, request, sayDate, sayPeriod, showDialog } from "./dom.js";

const FIELDS = ["title", "type", "number", "date", "place", "organisation", "signer", "period"];
const EXAMPLES = { date: "15/12/2023", number: "540/BC-UBND" };

/** What stands in a field, as a person writes it. The server reads Vietnamese words for periods too. */
function written(name, value, words) {
  if (name === "date") return sayDate(value);
  if (name === "period" && value && words.language === "vi") return sayPeriod(value, words);
  return value ?? "";
}

/** A date as it is sent: 15/12/2023 → 2023-12-15. Anything else goes as it is, for the server to judge. */
function sent(name, text) {
  const value = text.trim();
  if (name !== "date") return value;
  const match = /^(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})$/.exec(value);
  if (!match) return value;
  return [match[3], match[2], match[1]].filter(Boolean).map((piece) => piece.padStart(2, "0")).join("-");
}

/** Ask for corrections and send them. Returns the card with them in it, or null where nothing was changed. */
export async function openCorrections(root, words, card) {
  const before = { ...card, date: card.dates[0] ?? null };
  const rows = FIELDS.map((name) => makeRow(words, name, before, card));
  const trouble = make("p", { class: "dc-bad", role: "alert" });
  const save = make("button", { type: "submit", class: "dc-button dc-primary" }, words("correct.save"));
  const cancel = make("button", { type: "button", class: "dc-button" }, words("correct.cancel"));
  const title = newId("correct");
  const form = make(
    "form", { novalidate: true },
    make("h3", { id: title }, words("correct.title")),
    make("p", { class: "dc-muted dc-small" }, make("bdi", { class: "dc-id" }, card.id), " — ", words("correct.about")),
    ...rows.map((row) => row.element), trouble,
    make("p", { class: "dc-row dc-end" }, cancel, save),
  );
  const dialog = make("dialog", { class: "dc-dialog dc-wide", "aria-labelledby": title }, form);
  let result = null;
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const changes = Object.fromEntries(rows.map((row) => [row.name, row.change()]).filter(([, value]) => value !== undefined));
    if (!Object.keys(changes).length) return dialog.close();
    for (const row of rows) row.complain("");
    trouble.textContent = "";
    save.disabled = true;
    try {
      result = await request(`/v1/documents/${encodeId(card.id)}`, {
        method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify(changes),
      });
      dialog.close();
    } catch (error) {
      save.disabled = false;
      const wrong = rows.find((row) => error.status === 422 && names(error.message, row.name));
      if (wrong) wrong.complain(words.has(`correct.bad_${wrong.name}`) && words.language === "vi" ? words(`correct.bad_${wrong.name}`) : error.message);
      else trouble.textContent = error.status === 422 ? error.message : explain(error, words);
    }
  });
  await showDialog(root, dialog);
  return result;
}

/** Say whether a refusal is about a field: the first field it names. */
function names(message, name) {
  const first = /\b(title|type|number|date|place|organisation|signer|period)\b/.exec(message);
  return first !== null && first[1] === name;
}

function makeRow(words, name, before, card) {
  const id = newId(name);
  const wasCorrected = card.corrected.includes(name);
  const now = written(name, before[name], words);
  let back = false;
  const input = make("input", { id, type: "text", value: now, placeholder: EXAMPLES[name] ?? null, maxlength: "500", autocomplete: "off", "aria-describedby": `${id}-about` });
  const about = make("span", { id: `${id}-about`, class: "dc-muted dc-small" });
  const undo = make("button", { type: "button", class: "dc-link", hidden: !wasCorrected }, words("correct.undo"));
  const element = make(
    "div", { class: "dc-field" },
    make("label", { for: id }, words(`field.${name}`)), input, make("span", { class: "dc-row" }, about, undo),
  );

  function show() {
    input.disabled = back;
    undo.textContent = words(back ? "correct.keep" : "correct.undo");
    element.classList.toggle("dc-was-corrected", wasCorrected && !back);
    if (back) about.textContent = words("correct.will_undo");
    else if (wasCorrected) about.textContent = "read" in card && card.read ? words("correct.was", { value: written(name, card.read[name], words) || "–" }) : words("correct.by_hand");
    else about.textContent = words.has(`correct.hint_${name}`) ? words(`correct.hint_${name}`) : "";
  }

  undo.addEventListener("click", () => {
    back = !back;
    complain("");
    show();
  });
  input.addEventListener("input", () => complain(""));

  function complain(text) {
    input.toggleAttribute("aria-invalid", Boolean(text));
    element.classList.toggle("dc-wrong", Boolean(text));
    if (text) {
      about.textContent = text;
      input.focus();
    } else show();
  }

  /** What is sent of it: undefined where it stays, null for what was read. */
  function change() {
    if (back) return null;
    return input.value.trim() === now.trim() ? undefined : sent(name, input.value);
  }

  show();
  return { name, element, change, complain };
}
