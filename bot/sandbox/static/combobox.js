// A text field with suggestions that the bot gives while somebody types. Anything may be typed all the same.

import { el } from "./dom.js";

const PAUSE_MS = 200;

/** `ask(typed)` returns a promise of [{name, value}]; gives the node, and `read()` for what was chosen or typed. */
export function combobox(id, limits, ask) {
  const known = new Map();
  let shown = [];
  let at = -1;
  let timer = 0;
  let newest = 0;
  const box = el("ul", { id: `${id}-choices`, role: "listbox", class: "choices", hidden: true, "aria-label": "Suggestions" });
  const input = el("input", {
    id, type: "text", autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": box.id, "aria-autocomplete": "list", ...limits,
  });

  const mark = (number) => {
    at = number;
    [...box.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) { input.setAttribute("aria-activedescendant", `${id}-choice-${at}`); box.children[at].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const open = (choices) => {
    const marked = shown[at]?.name; // stays so in newer suggestions
    shown = choices;
    box.replaceChildren(...choices.map((one, number) => el("li", {
      id: `${id}-choice-${number}`, role: "option", onpointerdown: (event) => { event.preventDefault(); pick(number); },
    }, one.name)));
    box.hidden = choices.length === 0;
    input.setAttribute("aria-expanded", String(!box.hidden));
    mark(choices.findIndex((one) => one.name === marked));
  };
  const pick = (number) => { input.value = shown[number].name; open([]); };
  const fetch = async () => {
    const mine = ++newest;
    const choices = await ask(input.value).catch(() => []);
    choices.forEach((one) => known.set(one.name, one.value));
    if (mine === newest && document.activeElement === input) open(choices);
  };
  input.oninput = () => { clearTimeout(timer); timer = setTimeout(fetch, PAUSE_MS); };
  input.onfocus = fetch;
  input.onblur = () => open([]);
  input.onkeydown = (event) => {
    if (box.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((at + step + shown.length) % shown.length);
    else if (event.key === "Escape") open([]);
    else if (["Enter", "Tab"].includes(event.key) && at >= 0) pick(at);
    else return;
    event.preventDefault();
  };
  return { node: el("div", { class: "combobox" }, input, box), read: () => known.get(input.value) ?? input.value };
}
