// Selects of messages and forms: one from a list, several by checkboxes, people, roles and channels.

import { el } from "./dom.js";

/** What a select offers, as {label, value, description, chosen}. `guild` is the open server or null. */
function offered(part, guild) {
  if ([3, 21, 22].includes(part.type)) {
    return (part.options || []).map((one) => ({ label: one.label, value: one.value, description: one.description, chosen: one.default }));
  }
  const list = (things, sign) => (things || []).map((one) => ({ label: sign + one.name, value: one.id }));
  const people = list(guild?.members, "@");
  const roles = list(guild?.roles, "@");
  const channels = list(guild?.channels, "#");
  return { 5: people, 6: roles, 7: [...people, ...roles], 8: channels }[part.type] || [];
}

/** A control for a select; `done(values)` is called when the choice is made. */
export function selectNode(part, guild, done) {
  const options = offered(part, guild);
  const label = part.placeholder || "Choose…";
  if ((part.max_values ?? 1) > 1) return severalNode(part, options, label, done);
  const node = el("select", { "aria-label": label, disabled: part.disabled },
    el("option", { value: "", selected: true }, label),
    options.map((one) => el("option", { value: one.value, selected: one.chosen, title: one.description || "" },
      one.description ? `${one.label} · ${one.description}` : one.label)));
  node.onchange = () => node.value && done([node.value]);
  return node;
}

function severalNode(part, options, label, done) {
  const boxes = options.map((one) => el("input", { type: "checkbox", value: one.value, checked: one.chosen }));
  const least = part.min_values ?? 1;
  const chosen = () => boxes.filter((one) => one.checked).map((one) => one.value);
  const button = el("button", { type: "button", class: "button primary" }, "Choose");
  const check = () => { button.disabled = chosen().length < least || chosen().length > part.max_values; };
  button.onclick = () => done(chosen());
  boxes.forEach((one) => { one.onchange = check; });
  check();
  return el("details", { class: "several" }, el("summary", {}, `${label} (${least} to ${part.max_values})`),
    options.map((one, at) => el("label", {}, boxes[at], ` ${one.label}`)), button);
}
