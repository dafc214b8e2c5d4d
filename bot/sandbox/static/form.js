// Forms (modals) that the bot opens.

import { selectNode } from "./choices.js";
import { byId, el } from "./dom.js";
import { markdown } from "./markdown.js";

/** Show a form; `send(values, files)` returns a promise that fails with a sentence. */
export function showForm(form, guild, send) {
  const dialog = byId("form");
  const values = {};
  const files = {};
  const error = el("p", { class: "error", role: "alert" });
  const inputs = form.components.flatMap((part) => field(part, guild, values, files));
  const body = el("form", { method: "dialog", "aria-label": form.title }, el("h2", {}, form.title), inputs, error,
    el("div", { class: "row end" },
      el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"),
      el("button", { type: "submit", class: "button primary" }, "Submit")));
  body.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await send(values, files);
      dialog.close();
    } catch (problem) {
      error.textContent = problem.message;
    }
  };
  dialog.replaceChildren(body);
  dialog.showModal();
}

function field(part, guild, values, files) {
  if (part.type === 10) return [markdown(part.content)];
  if (part.type === 1) return part.components.map((one) => labelled(one.label, null, one, guild, values, files));
  if (part.type === 18) return [labelled(part.label, part.description, part.component, guild, values, files)];
  return [];
}

function labelled(label, description, part, guild, values, files) {
  const required = part.required ?? true;
  const input = control(part, guild, values, files, required);
  return el("label", { class: "field" }, el("span", {}, label, required ? "" : " (optional)"),
    description && el("small", {}, description), input);
}

function control(part, guild, values, files, required) {
  const name = part.custom_id;
  if (part.type === 4) {
    const long = part.style === 2;
    const input = el(long ? "textarea" : "input", {
      required, placeholder: part.placeholder || "", value: part.value || "", maxLength: part.max_length ?? 4000,
      minLength: part.min_length ?? 0, ...(long ? { rows: 6 } : { type: "text" }),
    });
    values[name] = input.value;
    input.oninput = () => { values[name] = input.value; };
    return input;
  }
  if (part.type === 19) {
    const input = el("input", { type: "file", required });
    input.onchange = () => { if (input.files[0]) files[name] = input.files[0]; };
    return input;
  }
  if (part.type === 23) {
    const input = el("input", { type: "checkbox", checked: part.default });
    values[name] = Boolean(part.default);
    input.onchange = () => { values[name] = input.checked; };
    return input;
  }
  return selectNode(part, guild, (chosen) => { values[name] = chosen; });
}
