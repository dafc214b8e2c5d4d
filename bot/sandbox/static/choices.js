// Selects of messages and forms: one from a list, several by checkboxes, people, roles and channels.

import { el } from "./dom.js";

/** What a select offers, as {label, value, description, chosen}. `guild` is the open server or null. */
function offered(part, guild) {
  if ([3, 21, 22].includes(part.type)) {
    return (part.options || []).map((one) => ({ label: one.label, value: one.value, description: one.description, chosen: one.default }));
  }
  const preset = new Set((part.default_values || []).map((one) => one.id));
  const list = (things, sign) => (things || []).map((one) => ({ label: sign + one.name, value: one.id, chosen: preset.has(one.id) }));
  const people = list(guild?.members, "@");
  const roles = list(guild?.roles, "@");
  const channels = list(guild?.channels, "#");
  return { 5: people, 6: roles, 7: [...people, ...roles], 8: channels }[part.type] || [];
}

/** A control for a select of a message; `done(values)` is called when the choice is made. */
export function selectNode(part, guild, done) {
  const options = offered(part, guild);
  const label = part.placeholder || "Choose…";
  if ((part.max_values ?? 1) > 1) return severalNode(part, options, label, done);
  const node = el("select", { "aria-label": label, disabled: part.disabled, "data-key": part.custom_id, onkeydown: openedFirst },
    el("option", { value: "", selected: true }, label), optionNodes(options));
  node.onchange = () => node.value && done([node.value]);
  return node;
}

// A closed select changes with every arrow key and letter, which would choose at once what one only passes by.
function openedFirst(event) {
  const passes = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp", "Enter"].includes(event.key) || /^[^ ]$/u.test(event.key);
  if (!passes || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.currentTarget.showPicker();
}

const optionNodes = (options) => options.map((one) => el("option", { value: one.value, selected: one.chosen },
  one.description ? `${one.label} · ${one.description}` : one.label));

function severalNode(part, options, label, done) {
  const { boxes, nodes } = checkboxes(options, part.custom_id);
  const least = part.min_values ?? 1;
  const chosen = () => boxes.filter((one) => one.checked).map((one) => one.value);
  const button = el("button", { type: "button", class: "button primary", "data-key": `${part.custom_id} choose`, onclick: () => done(chosen()) }, "Choose");
  const check = () => { button.disabled = part.disabled || chosen().length < least || chosen().length > part.max_values; };
  boxes.forEach((one) => { one.onchange = check; });
  check();
  return el("details", { class: "several", "data-key": part.custom_id },
    el("summary", { "data-key": `${part.custom_id} open` }, `${label} (${least} to ${part.max_values})`), nodes, button);
}

function checkboxes(options, key) {
  const boxes = options.map((one) => el("input", { type: "checkbox", value: one.value, defaultChecked: one.chosen, "data-key": `${key} ${one.value}` }));
  const nodes = options.map((one, at) => el("label", { class: "answer" }, boxes[at], ` ${one.label}`,
    one.description && el("small", {}, ` ${one.description}`)));
  return { boxes, nodes };
}

/** A select within a form; `changed(values)` is called at once, with what is chosen beforehand, and at every change. */
export function formSelect(part, guild, id, required, changed) {
  const options = offered(part, guild);
  const several = part.type === 22 || (part.max_values ?? 1) > 1;
  if (several) {
    const { boxes, nodes } = checkboxes(options, id);
    const tell = () => changed(boxes.filter((one) => one.checked).map((one) => one.value));
    boxes.forEach((one) => { one.onchange = tell; });
    tell();
    return el("div", { role: "group", id }, nodes);
  }
  const node = el("select", { id, required }, el("option", { value: "" }, part.placeholder || (required ? "Choose…" : "—")), optionNodes(options));
  const tell = () => changed(node.value ? [node.value] : []);
  node.onchange = tell;
  tell();
  return node;
}
