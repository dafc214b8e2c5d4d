// Where a person writes: text, files by button, paste or drop, replies, and slash commands with their options.

import { byId, el, toast } from "./dom.js";
import { nameOf, size } from "./message.js";
import { Options } from "./options.js";

const MOST_SHOWN = 12;

export class Composer {
  /** `host` gives api(), channel(), guild(), commands(), limit(), handled(result). */
  constructor(host) {
    this.host = host;
    this.files = [];
    this.answered = null;
    this.options = null;
    this.picked = 0;
    this.text = byId("text");
    byId("composer").onsubmit = (event) => { event.preventDefault(); this.send(); };
    byId("attach").onclick = () => byId("picker").click();
    byId("picker").onchange = (event) => { this.add([...event.target.files]); event.target.value = ""; };
    this.text.oninput = () => { this.fit(); this.suggest(); };
    this.text.onkeydown = (event) => this.key(event);
    document.onpaste = (event) => { if (event.clipboardData.files.length && !byId("form").open) { event.preventDefault(); this.add([...event.clipboardData.files]); } };
    document.ondragover = (event) => { event.preventDefault(); document.body.classList.add("dropping"); };
    document.ondragleave = (event) => { if (event.relatedTarget === null) document.body.classList.remove("dropping"); };
    document.ondrop = (event) => { event.preventDefault(); document.body.classList.remove("dropping"); this.add([...event.dataTransfer.files]); };
  }

  /** Begin anew, for instance in another channel. */
  reset() {
    this.files = [];
    this.answered = null;
    this.leaveCommand();
    this.text.value = "";
    this.fit();
    this.show();
    const channel = this.host.channel();
    this.text.disabled = !channel.may_write;
    byId("attach").disabled = !channel.may_attach;
    const where = channel.direct ? channel.name : `#${channel.name}`;
    this.text.placeholder = channel.may_write ? `Message ${where}, or / for commands` : "You may not write here";
  }

  reply(message, ping = true) {
    this.answered = { message, ping };
    this.show();
    this.text.focus();
  }

  add(files) {
    const limit = this.host.limit();
    for (const file of files) {
      if (file.size > limit) toast(`${file.name} is larger than ${size(limit)}.`);
      else if (!(this.options && this.options.takeFile(file))) this.files.push(file);
    }
    this.show();
  }

  // ---- slash commands

  suggest() {
    const box = byId("suggestions");
    const typed = this.text.value;
    this.found = [];
    if (typed.startsWith("/") && !this.options && !typed.includes("\n")) {
      const wanted = typed.slice(1).toLowerCase().trimEnd();
      this.found = this.host.commands().filter((one) => one.name.includes(wanted) || wanted.startsWith(`${one.name} `)).slice(0, MOST_SHOWN);
    }
    this.picked = 0;
    box.hidden = this.found.length === 0;
    box.replaceChildren(...this.found.map((one, at) => el("button", {
      type: "button", role: "option", "aria-selected": String(at === 0), onclick: () => this.choose(one),
    }, el("b", {}, `/${one.name}`), ` ${one.description}`)));
  }

  key(event) {
    const box = byId("suggestions");
    if (!box.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      this.picked = (this.picked + (event.key === "ArrowDown" ? 1 : this.found.length - 1)) % this.found.length;
      [...box.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === this.picked)));
    } else if (!box.hidden && ["Enter", "Tab"].includes(event.key) && !event.shiftKey) {
      event.preventDefault();
      this.choose(this.found[this.picked]);
    } else if (event.key === "Escape") {
      box.hidden = true;
      this.answered = null;
      this.show();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  choose(command) {
    byId("suggestions").hidden = true;
    this.text.value = "";
    this.fit();
    this.options = new Options(command, this.host, () => this.leaveCommand(), () => this.send());
    this.files = this.files.filter((file) => !this.options.takeFile(file));
    this.show();
    this.options.focus();
  }

  leaveCommand() {
    this.options = null;
    byId("options").hidden = true;
    byId("options").replaceChildren();
    this.show();
    this.text.focus({ preventScroll: true });
  }

  // ---- sending

  async send() {
    const api = this.host.api();
    const channel = this.host.channel().id;
    try {
      if (this.options) {
        const { options, files } = this.options.collect();
        const result = await api.act("command", { channel, name: this.options.command.name, options }, files);
        this.leaveCommand();
        this.host.handled(result);
        return;
      }
      const text = this.text.value;
      if (!text.trim() && !this.files.length) return;
      const payload = { channel, text, message: this.answered?.message.id, ping: this.answered?.ping ?? true };
      await api.act("say", payload, Object.fromEntries(this.files.map((file, at) => [String(at), file])));
      this.files = [];
      this.answered = null;
      this.text.value = "";
      this.fit();
      this.show();
    } catch (problem) {
      toast(problem.message);
    }
  }

  // ---- showing

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 220)}px`;
  }

  show() {
    byId("line").hidden = this.options !== null;
    byId("tray").replaceChildren(...this.files.map((file) => el("li", {}, `${file.name} (${size(file.size)}) `,
      el("button", { type: "button", "aria-label": `Remove ${file.name}`, onclick: () => { this.files = this.files.filter((one) => one !== file); this.show(); } }, "✕"))));
    const bar = byId("replying");
    bar.hidden = this.answered === null;
    if (this.answered === null) return;
    const { message, ping } = this.answered;
    bar.replaceChildren(`Replying to ${nameOf(message.author)} `,
      el("button", { type: "button", "aria-pressed": String(ping), title: "Notify them", onclick: () => { this.answered.ping = !ping; this.show(); } }, ping ? "@ on" : "@ off"),
      el("button", { type: "button", "aria-label": "Do not reply", onclick: () => { this.answered = null; this.show(); } }, "✕"));
  }
}
