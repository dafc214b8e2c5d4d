// The options of a slash command as fields: texts, numbers, choices, files, people, suggestions while typing.

import { byId, el } from "./dom.js";
import { size } from "./message.js";

const STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, ROLE = 8, MENTIONABLE = 9, FILE = 11;

/** Chat commands with their subcommands spelled out: "memory search". */
export function flatten(commands) {
  const found = [];
  const visit = (name, one) => {
    const nested = (one.options || []).filter((option) => option.type <= 2);
    if (nested.length) nested.forEach((option) => visit(`${name} ${option.name}`, option));
    else found.push({ name, description: one.description, options: one.options || [] });
  };
  commands.forEach((one) => visit(one.name, one));
  return found;
}

export class Options {
  constructor(command, host, leave, send) {
    this.command = command;
    this.host = host;
    this.readers = new Map();
    this.fileOptions = [];
    const box = byId("options");
    const [needed, more] = [command.options.filter((one) => one.required), command.options.filter((one) => !one.required)];
    const few = needed.length + more.length <= 4;
    box.replaceChildren(
      el("legend", {}, el("b", {}, `/${command.name}`), ` ${command.description}`),
      ...needed.map((one) => this.field(one)), ...(few ? more.map((one) => this.field(one)) : []),
      !few && more.length ? el("details", { open: !needed.length }, el("summary", {}, `${more.length} more options`), more.map((one) => this.field(one))) : "",
      el("div", { class: "row end" }, el("button", { type: "button", class: "button secondary", onclick: leave }, "Cancel"),
        el("button", { type: "submit", class: "button primary" }, "Run")));
    box.onkeydown = (event) => {
      if (event.key === "Escape") leave();
      if (event.key === "Enter" && event.target.tagName === "TEXTAREA" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send();
      }
    };
    box.hidden = false;
  }

  focus() {
    (byId("options").querySelector("textarea, select, input") || byId("options").querySelector("[type=submit]")).focus();
  }

  /** Put a pasted or dropped file into the first empty file option; false when there is none. */
  takeFile(file) {
    const free = this.fileOptions.find((one) => !one.file);
    if (!free) return false;
    free.set(file);
    return true;
  }

  /** The filled options as {name: [type, value]}, and the files. */
  collect() {
    const options = {};
    for (const [name, { type, read }] of this.readers) {
      const value = read();
      if (value !== null && value !== "") options[name] = [type, value];
    }
    const files = Object.fromEntries(this.fileOptions.filter((one) => one.file).map((one) => [one.name, one.file]));
    return { options, files };
  }

  field(option) {
    const input = this.input(option);
    return el("label", { class: "field" }, el("span", {}, option.name, option.required ? "" : " (optional)"),
      el("small", {}, option.description), input);
  }

  input(option) {
    if (option.type === FILE) return this.fileInput(option);
    if (option.choices?.length) return this.list(option, option.choices.map((one) => [one.name, one.value]));
    if (option.type === BOOLEAN) return this.list(option, [["Yes", true], ["No", false]]);
    const guild = this.host.guild();
    const named = (list, sign) => (list || []).map((one) => [sign + one.name, one.id]);
    if (option.type === USER) return this.list(option, named(guild?.members, "@"));
    if (option.type === CHANNEL) return this.list(option, named(guild?.channels, "#"));
    if (option.type === ROLE) return this.list(option, named(guild?.roles, "@"));
    if (option.type === MENTIONABLE) return this.list(option, [...named(guild?.members, "@"), ...named(guild?.roles, "@")]);
    if (option.type === STRING) return this.textInput(option);
    const input = el("input", { type: "number", step: option.type === INTEGER ? "1" : "any", min: option.min_value ?? "", max: option.max_value ?? "", required: option.required });
    this.readers.set(option.name, { type: option.type, read: () => (input.value === "" ? null : Number(input.value)) });
    return input;
  }

  list(option, choices) {
    const input = el("select", { required: option.required }, el("option", { value: "" }, option.required ? "Choose…" : "—"),
      choices.map(([label], at) => el("option", { value: String(at) }, label)));
    this.readers.set(option.name, { type: option.type, read: () => (input.value === "" ? null : choices[Number(input.value)][1]) });
    return input;
  }

  textInput(option) {
    const limits = { required: option.required, maxLength: option.max_length ?? 6000, minLength: option.min_length ?? 0 };
    if (!option.autocomplete) {
      const area = el("textarea", { rows: 1, ...limits });
      area.oninput = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight, 160)}px`; };
      this.readers.set(option.name, { type: STRING, read: () => area.value });
      return area;
    }
    const known = new Map();
    const list = el("datalist", { id: `suggest-${option.name}` });
    const input = el("input", { type: "text", list: undefined, ...limits });
    input.setAttribute("list", list.id);
    let timer = 0;
    const ask = async () => {
      const { options } = this.collect();
      delete options[option.name];
      const payload = { channel: this.host.channel().id, name: this.command.name, option: option.name, typed: input.value, options };
      const { choices } = await this.host.api().act("autocomplete", payload).catch(() => ({ choices: [] }));
      choices.forEach((one) => known.set(one.name, one.value));
      list.replaceChildren(...choices.map((one) => el("option", { value: one.name })));
    };
    input.oninput = () => { clearTimeout(timer); timer = setTimeout(ask, 200); };
    input.onfocus = ask;
    this.readers.set(option.name, { type: STRING, read: () => known.get(input.value) ?? input.value });
    return el("span", {}, input, list);
  }

  fileInput(option) {
    const input = el("input", { type: "file", "aria-label": option.name });
    const shown = el("span", { class: "small" }, "choose, paste or drop");
    const slot = { name: option.name, file: null, set: (file) => { slot.file = file; shown.textContent = `${file.name} (${size(file.size)})`; } };
    input.onchange = () => { slot.file = input.files[0] ?? null; shown.textContent = ""; };
    this.fileOptions.push(slot);
    return el("span", { class: "row" }, input, shown);
  }
}
