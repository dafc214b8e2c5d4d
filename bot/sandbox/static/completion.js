// Suggestions while somebody types: commands after "/", people after "@", channels after "#".

import { byId, el, face, icon } from "./dom.js";

const MOST_SHOWN = 20;

/** What fits the text before the cursor: {start, entries}, each entry {sign, name, detail, value, command}. */
export function fitting(text, cursor, { commands, people, channels }) {
  if (/^\/[^\n]*$/.test(text)) {
    const wanted = text.slice(1).toLowerCase().trimEnd();
    const found = commands
      .filter((one) => one.name.startsWith(wanted) || wanted.startsWith(`${one.name} `) || one.name.includes(wanted))
      .sort((one, two) => Number(two.name.startsWith(wanted)) - Number(one.name.startsWith(wanted)));
    return { start: 0, entries: found.slice(0, MOST_SHOWN).map((one) => ({ sign: icon("slash"), name: one.name, detail: one.description, command: one })) };
  }
  const match = /(^|\s)([@#])([^\s@#]{0,32})$/.exec(text.slice(0, cursor));
  if (!match) return { start: 0, entries: [] };
  const wanted = match[3].toLowerCase();
  const list = match[2] === "@"
    ? people.map((one) => ({ sign: face(one.name, one), name: one.name, detail: one.detail ?? "", value: `@${one.name} ` }))
    : channels.map((one) => ({ sign: icon(one.thread ? "thread" : "hash"), name: one.name, detail: "", value: `#${one.name} ` }));
  if (list.some((one) => one.name.toLowerCase() === wanted)) return { start: 0, entries: [] };
  return { start: cursor - wanted.length - 1, entries: list.filter((one) => one.name.toLowerCase().includes(wanted)).slice(0, MOST_SHOWN) };
}

/** The box over the composer; `picked(entry, start)` is called with what was chosen. */
export class Suggestions {
  constructor(field, picked) {
    this.field = field;
    this.picked = picked;
    this.box = byId("suggestions");
    this.entries = [];
  }

  get open() {
    return !this.box.hidden;
  }

  show({ start, entries }) {
    this.entries = entries;
    this.start = start;
    this.box.hidden = entries.length === 0;
    this.box.replaceChildren(...entries.map((one, number) => el("div", {
      id: `suggestion-${number}`, role: "option", class: "suggestion", onclick: () => this.pick(number),
      onpointermove: () => this.mark(number),
    }, one.sign, el("b", {}, one.command ? `/${one.name}` : one.name), el("span", {}, one.detail))));
    this.mark(0);
  }

  hide() {
    this.show({ start: 0, entries: [] });
  }

  mark(number) {
    this.at = number;
    [...this.box.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === number)));
    this.box.children[number]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-expanded", String(this.open));
    if (this.open) this.field.setAttribute("aria-activedescendant", `suggestion-${number}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  pick(number = this.at) {
    const { start } = this;
    const entry = this.entries[number];
    this.hide();
    this.picked(entry, start);
  }

  /** Take a key; true when it was meant for the suggestions. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark((this.at + step + this.entries.length) % this.entries.length);
    else if (event.key === "Escape") this.hide();
    else if ((event.key === "Enter" && !event.shiftKey && !event.isComposing) || event.key === "Tab") this.pick();
    else return false;
    event.preventDefault();
    return true;
  }
}
