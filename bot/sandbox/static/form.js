// Forms: those that the bot opens, and the page's own small questions.

import { formSelect } from "./choices.js";
import { byId, el, iconButton } from "./dom.js";
import { markdown } from "./markdown.js";

const dialog = byId("form");

/** Show a form of the bot's; `send(values, files)` returns a promise that fails with a sentence. */
export function showForm(form, guild, send) {
  const filled = { values: {}, files: {} };
  const inputs = form.components.flatMap((part) => field(part, guild, filled));
  show(form.title, inputs, "Submit", () => send(filled.values, filled.files));
}

/** Ask for one line of text; `send(text)` returns a promise that fails with a sentence. */
export function ask(title, label, button, send, most = 100) {
  const input = el("input", { id: "asked", type: "text", required: true, maxLength: most, autocomplete: "off" });
  show(title, [el("div", { class: "field" }, el("label", { for: "asked" }, label), input)], button, () => send(input.value.trim()));
}

/** Ask for a poll; `send({question, answers, several, hours})` returns a promise that fails with a sentence. */
export function askPoll(send) {
  const question = el("input", { id: "poll-question", type: "text", required: true, maxLength: 300, autocomplete: "off" });
  const answers = el("textarea", { id: "poll-answers", rows: 4, required: true });
  const hours = el("select", { id: "poll-hours" }, [[1, "1 hour"], [4, "4 hours"], [24, "1 day"], [72, "3 days"], [168, "1 week"]]
    .map(([value, label]) => el("option", { value: String(value), selected: value === 24 }, label)));
  const several = el("input", { id: "poll-several", type: "checkbox" });
  const one = (node, label, more) => el("div", { class: "field" }, el("label", { for: node.id }, label, more && el("small", {}, ` ${more}`)), node);
  const inputs = [one(question, "Question"), one(answers, "Answers", "one on a line, up to 10"), one(hours, "Open for"),
    el("label", {}, several, " Several answers may be chosen")];
  const lines = () => answers.value.split("\n").map((line) => line.trim()).filter(Boolean);
  show("A poll", inputs, "Ask", () => send({ question: question.value.trim(), answers: lines(), several: several.checked, hours: Number(hours.value) }));
}

/** Show nodes in the dialog, with a button that does something and closes it. */
function show(title, inputs, label, act) {
  const error = el("p", { class: "error", role: "alert" });
  const submit = el("button", { type: "submit", class: "button primary" }, label);
  const body = el("form", { method: "dialog", "aria-labelledby": "form-title" },
    el("div", { class: "dialog-head" }, el("h2", { id: "form-title" }, title), iconButton("close", "Close", () => dialog.close(), { class: "plain" })),
    inputs, error,
    el("div", { class: "row end" }, el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"), submit));
  body.onsubmit = async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await act();
      dialog.close();
    } catch (problem) {
      error.textContent = problem.message;
      submit.disabled = false;
    }
  };
  dialog.setAttribute("aria-labelledby", "form-title");
  dialog.replaceChildren(body);
  dialog.showModal();
  body.querySelector(".field textarea, .field input, .field select")?.focus();
}

function field(part, guild, filled) {
  if (part.type === 10) return [markdown(part.content)];
  if (part.type === 1) return part.components.map((one) => labelled(one.label, null, one, guild, filled));
  if (part.type === 18) return [labelled(part.label, part.description, part.component, guild, filled)];
  return [];
}

function labelled(label, description, part, guild, filled) {
  const required = part.required ?? true;
  const id = `field-${part.custom_id}`;
  return el("div", { class: "field" }, el("label", { for: id }, label, !required && el("span", { class: "optional" }, " optional"),
    description && el("small", {}, description)), control(part, id, guild, filled, required));
}

function control(part, id, guild, { values, files }, required) {
  const name = part.custom_id;
  if (part.type === 4) {
    const long = part.style === 2;
    const input = el(long ? "textarea" : "input", {
      id, required, placeholder: part.placeholder || "", value: part.value || "", maxLength: part.max_length ?? 4000,
      minLength: part.min_length ?? 0, ...(long ? { rows: 6 } : { type: "text", autocomplete: "off" }),
    });
    values[name] = input.value;
    input.oninput = () => { values[name] = input.value; };
    return input;
  }
  if (part.type === 19) {
    const input = el("input", { id, type: "file", required });
    input.onchange = () => { if (input.files[0]) files[name] = input.files[0]; };
    return input;
  }
  if (part.type === 23) {
    const input = el("input", { id, type: "checkbox", checked: part.default });
    values[name] = Boolean(part.default);
    input.onchange = () => { values[name] = input.checked; };
    return input;
  }
  return formSelect(part, guild, id, required, (chosen) => {
    if (chosen.length || required) values[name] = chosen;
    else delete values[name];
  });
}
