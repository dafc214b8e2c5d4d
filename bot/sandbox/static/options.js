// The options of a slash command as fields: texts, numbers, choices, files, people, suggestions while typing.

import { combobox } from "./combobox.js";
import { byId, el, icon, iconButton, size, toast } from "./dom.js";
import { preview } from "./tray.js";

const STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, ROLE = 8, MENTIONABLE = 9, FILE = 11;
const FEW = 3;

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
  /** `filled` holds values by option; where there are many, those beyond the first that need no value wait as buttons. */
  constructor(command, host, filled, leave) {
    this.command = command;
    this.host = host;
    this.filled = filled;
    this.readers = new Map();
    this.slots = [];
    this.fields = el("div", { class: "fields" });
    this.chips = el("div", { class: "chips" });
    const wanted = (one) => one.required || one.name in filled || one.type === FILE || command.options.length <= FEW;
    const found = command.options.filter(wanted);
    const shown = found.length ? found : command.options.slice(0, 1);
    const waiting = command.options.filter((one) => !shown.includes(one));
    this.fields.append(...shown.map((one) => this.field(one)));
    this.chips.append(...waiting.map((one) => this.chip(one)));
    const box = byId("options");
    box.replaceChildren(
      el("legend", { class: "unseen" }, `Options of /${command.name}`),
      el("div", { class: "command-head" }, icon("slash"), el("b", {}, `/${command.name}`), el("span", {}, command.description),
        iconButton("close", "Leave the command", leave, { class: "plain" })),
      this.fields, waiting.length ? this.chips : "",
      el("div", { class: "row end" }, el("button", { type: "submit", class: "button primary" }, "Run")));
    box.onkeydown = (event) => {
      if (event.defaultPrevented) return;
      if (event.key === "Escape") leave();
      if (event.key === "Enter" && event.target.tagName === "TEXTAREA" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        byId("composer").requestSubmit();
      }
    };
    box.hidden = false;
    box.querySelectorAll("textarea").forEach(grow);
  }

  /** To the first field that is empty, else to the button. */
  focus() {
    const inputs = [...this.fields.querySelectorAll("textarea, select, input")];
    const wanted = inputs.find((one) => one.required && !one.value) ?? byId("options").querySelector("[type=submit]");
    (this.command.options.some((one) => one.required) || Object.keys(this.filled).length ? wanted : inputs[0] ?? wanted).focus();
  }

  /** Put a file into the option of that name, or the first empty one; false when there is none. */
  takeFile(file, name = null) {
    const free = this.slots.find((one) => (name === null ? !one.file() : one.name === name));
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
    const files = Object.fromEntries(this.slots.filter((one) => one.file()).map((one) => [one.name, one.file()]));
    return { options, files };
  }

  chip(option) {
    const button = el("button", { type: "button", class: "chip", title: option.description, "aria-label": `Add ${option.name}: ${option.description}` },
      icon("plus"), option.name);
    button.onclick = () => {
      const field = this.field(option);
      button.remove();
      this.fields.append(field);
      field.querySelector("textarea, select, input").focus();
    };
    return button;
  }

  field(option) {
    return el("div", { class: `field${option.type === FILE ? " wide" : ""}` },
      el("label", { for: `option-${option.name}` }, option.name, !option.required && el("span", { class: "optional" }, " optional"),
        el("small", {}, option.description)), this.input(option));
  }

  input(option) {
    const id = `option-${option.name}`;
    if (option.type === FILE) return this.fileInput(option, id);
    if (option.choices?.length) return this.list(option, id, option.choices.map((one) => [one.name, one.value]));
    if (option.type === BOOLEAN) return this.list(option, id, [["Yes", true], ["No", false]]);
    const guild = this.host.guild();
    const named = (list, sign) => (list || []).map((one) => [sign + one.name, one.id]);
    if (option.type === USER) return this.list(option, id, named(guild?.members, "@"));
    if (option.type === CHANNEL) return this.list(option, id, named(guild?.channels, "#"));
    if (option.type === ROLE) return this.list(option, id, named(guild?.roles, "@"));
    if (option.type === MENTIONABLE) return this.list(option, id, [...named(guild?.members, "@"), ...named(guild?.roles, "@")]);
    if (option.type === STRING) return this.textInput(option, id);
    const input = el("input", {
      id, type: "number", step: option.type === INTEGER ? "1" : "any", min: option.min_value ?? "", max: option.max_value ?? "",
      required: option.required, value: this.filled[option.name] ?? "",
    });
    this.readers.set(option.name, { type: option.type, read: () => (input.value === "" ? null : Number(input.value)) });
    return input;
  }

  list(option, id, choices) {
    const input = el("select", { id, required: option.required }, el("option", { value: "" }, option.required ? "Choose…" : "—"),
      choices.map(([label], at) => el("option", { value: String(at) }, label)));
    this.readers.set(option.name, { type: option.type, read: () => (input.value === "" ? null : choices[Number(input.value)][1]) });
    return input;
  }

  textInput(option, id) {
    const limits = { required: option.required, maxLength: option.max_length ?? 6000, minLength: option.min_length ?? 0, value: this.filled[option.name] ?? "" };
    if (!option.autocomplete) {
      const area = el("textarea", { id, rows: 1, dir: "auto", ...limits, oninput: () => grow(area) });
      this.readers.set(option.name, { type: STRING, read: () => area.value });
      return area;
    }
    const ask = async (typed) => {
      const { options } = this.collect();
      delete options[option.name];
      const payload = { channel: this.host.channel().id, name: this.command.name, option: option.name, typed, options };
      return (await this.host.api().act("autocomplete", payload)).choices;
    };
    const { node, read } = combobox(id, limits, ask);
    this.readers.set(option.name, { type: STRING, read });
    return node;
  }

  fileInput(option, id) {
    const input = el("input", { id, type: "file", required: option.required, class: "unseen" });
    const shown = el("span", { class: "drop-text" });
    const zone = el("label", { class: "drop", for: id }, input, shown);
    const show = () => {
      const file = input.files[0];
      if (file && file.size > this.host.limit()) {
        toast(`${file.name} has ${size(file.size)}; here a file may have ${size(this.host.limit())}.`);
        input.value = "";
        show();
        return;
      }
      zone.classList.toggle("filled", Boolean(file));
      shown.replaceChildren(...(file
        ? [preview(file), el("span", { class: "file-name" }, file.name, el("small", {}, `${size(file.size)} · press to change`))]
        : [icon("plus"), "Choose, paste or drop a file"]));
    };
    const set = (file) => {
      const carrier = new DataTransfer();
      carrier.items.add(file);
      input.files = carrier.files;
      show();
    };
    input.onchange = show;
    show();
    this.slots.push({ name: option.name, file: () => input.files[0] ?? null, set });
    return zone;
  }
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 160)}px`;
}
