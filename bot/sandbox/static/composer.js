// Where a person writes: text, files by button, paste or drop, replies, edits, and slash commands with their options.

import { Suggestions, fitting } from "./completion.js";
import { byId, el, icon, iconButton, nameOf, toast } from "./dom.js";
import { Options } from "./options.js";
import { Tray } from "./tray.js";

const MOST = 2000;

export class Composer {
  /** `host` gives api(), overview(), channel(), guild(), bot(), commands(), limit(), handled(result), lastOwn(). */
  constructor(host) {
    this.host = host;
    this.tray = new Tray();
    this.answered = null;
    this.edited = null;
    this.options = null;
    this.text = byId("text");
    this.suggestions = new Suggestions(this.text, (entry, start) => this.take(entry, start));
    byId("composer").onsubmit = (event) => { event.preventDefault(); this.send(); };
    byId("attach").onclick = () => byId("picker").click();
    byId("picker").onchange = (event) => { this.add([...event.target.files]); event.target.value = ""; };
    this.text.oninput = () => this.typed();
    this.text.onkeydown = (event) => this.key(event);
    this.text.onblur = () => setTimeout(() => document.activeElement !== this.text && this.suggestions.hide(), 150);
    this.listenForFiles();
  }

  listenForFiles() {
    const busy = () => document.querySelector("dialog[open]") !== null;
    document.onpaste = (event) => {
      if (!event.clipboardData.files.length || busy()) return;
      event.preventDefault();
      this.add([...event.clipboardData.files]);
    };
    const over = (shown) => document.body.classList.toggle("dropping", shown);
    document.ondragover = (event) => { event.preventDefault(); over(event.dataTransfer.types.includes("Files") && !busy()); };
    document.ondragleave = (event) => { if (event.relatedTarget === null) over(false); };
    document.ondrop = (event) => { event.preventDefault(); over(false); if (!busy()) this.add([...event.dataTransfer.files]); };
  }

  /** Begin anew, for instance in another channel; what was written there before is still there. */
  reset() {
    this.tray.set([]);
    this.answered = this.edited = null;
    this.leaveCommand({ focus: false });
    this.text.value = sessionStorage.getItem(this.draftKey()) ?? "";
    this.permit();
    this.show();
  }

  /** Allow here what the person may do here. */
  permit() {
    const channel = this.host.channel();
    byId("composer").hidden = channel.forum; // it takes posts, which have a form of their own
    this.text.disabled = byId("send").disabled = !channel.may_write;
    byId("ask-poll").hidden = !(channel.may_write && channel.may_poll);
    byId("attach").disabled = !(channel.may_write && channel.may_attach);
    this.text.placeholder = invitation(channel);
  }

  draftKey() {
    return `draft ${this.host.overview().me.id} ${this.host.channel().id}`;
  }

  write(text) {
    this.text.value = text;
    if (text) sessionStorage.setItem(this.draftKey(), text);
    else sessionStorage.removeItem(this.draftKey());
    this.fit();
  }

  reply(message, ping = true) {
    if (this.options) this.leaveCommand();
    this.edited = null;
    this.answered = { message, ping };
    this.show();
    this.text.focus();
  }

  edit(message) {
    this.answered = null;
    this.edited = message;
    this.write(message.content);
    this.show();
    this.text.focus();
  }

  add(files) {
    const rest = files.filter((file) => !(this.options && this.options.takeFile(file)));
    if (this.options && rest.length) toast("This command takes no more files.");
    else this.tray.add(rest, this.host.limit());
    if (!this.options) this.text.focus();
  }

  // ---- typing

  typed() {
    this.write(this.text.value);
    const guild = this.host.guild();
    const bot = this.host.bot();
    const people = (guild?.members ?? []).map((one) => ({ ...one, bot: one.id === bot.id, detail: one.id === bot.id ? "the bot" : "" }));
    this.suggestions.show(fitting(this.text.value, this.text.selectionStart, {
      commands: this.edited ? [] : this.host.commands(), people, channels: guild?.channels ?? [],
    }));
  }

  take(entry, start) {
    if (entry.command) {
      const rest = this.text.value.slice(1).trim().slice(entry.name.length).trim();
      this.run(entry.command, this.text.value.slice(1).toLowerCase().startsWith(entry.name) ? rest : "");
      return;
    }
    const end = this.text.selectionStart;
    this.write(this.text.value.slice(0, start) + entry.value + this.text.value.slice(end));
    this.text.selectionStart = this.text.selectionEnd = start + entry.value.length;
  }

  key(event) {
    if (this.suggestions.key(event)) return;
    if (event.key === "Escape" && (this.answered || this.edited)) {
      if (this.edited) this.write("");
      this.answered = this.edited = null;
      this.show();
    } else if (event.key === "ArrowUp" && !this.text.value && !this.edited) {
      const last = this.host.lastOwn();
      if (last) { event.preventDefault(); this.edit(last); }
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("composer").requestSubmit();
    }
  }

  // ---- commands

  /** Open a command's options; `rest` goes into its first text option, `filled` and `files` into those named. */
  run(command, rest = "", filled = {}, files = {}) {
    this.suggestions.hide();
    this.answered = this.edited = null;
    this.write("");
    const first = command.options.find((one) => one.type === 3 && !one.choices?.length);
    const given = rest && first ? { [first.name]: rest, ...filled } : filled;
    this.options = new Options(command, this.host, given, () => this.leaveCommand());
    for (const [name, file] of Object.entries(files)) this.options.takeFile(file, name);
    this.tray.set(this.tray.files.filter((file) => !this.options.takeFile(file)));
    this.show();
    this.options.focus();
  }

  leaveCommand({ focus = true } = {}) {
    this.options = null;
    byId("options").hidden = true;
    byId("options").replaceChildren();
    this.show();
    if (focus) this.text.focus({ preventScroll: true });
  }

  // ---- sending

  async send() {
    try {
      if (this.options) await this.sendCommand();
      else await this.sendText();
    } catch (problem) {
      toast(problem.message);
    }
  }

  async sendCommand() {
    const { options, files } = this.options.collect();
    const payload = { channel: this.host.channel().id, name: this.options.command.name, options };
    const result = await this.host.api().act("command", payload, files);
    this.leaveCommand();
    this.host.handled(result);
  }

  async sendText() {
    const text = this.spelledOut(this.text.value);
    const channel = this.host.channel().id;
    if (!text.trim() && !this.tray.files.length) return;
    if (this.edited) await this.host.api().act("edit", { channel, message: this.edited.id, text });
    else {
      const payload = { channel, text, message: this.answered?.message.id, ping: this.answered?.ping ?? true, alts: this.tray.described() };
      await this.host.api().act("say", payload, Object.fromEntries(this.tray.files.map((file, at) => [String(at), file])));
    }
    this.tray.set([]);
    this.answered = this.edited = null;
    this.write("");
    this.show();
  }

  /** Names after "@" and "#" as Discord's own client sends them: by id. */
  spelledOut(text) {
    const guild = this.host.guild();
    const names = [
      ...(guild?.members ?? [this.host.bot()]).map((one) => [`@${one.name}`, `<@${one.id}>`]),
      ...(guild?.roles ?? []).map((one) => [`@${one.name}`, `<@&${one.id}>`]),
      ...(guild?.channels ?? []).map((one) => [`#${one.name}`, `<#${one.id}>`]),
    ].filter(([name]) => !name.startsWith("@@")).sort((one, two) => two[0].length - one[0].length);
    return names.reduce((done, [name, id]) => done.replaceAll(new RegExp(`(?<![\\w<])${escaped(name)}(?!\\w)`, "g"), id), text);
  }

  // ---- showing

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 220)}px`;
    const left = MOST - this.text.value.length;
    byId("left").textContent = left < 200 ? String(left) : "";
    byId("left").className = left < 0 ? "over" : "";
  }

  show() {
    byId("line").hidden = this.options !== null;
    const bar = byId("replying");
    const leave = () => { if (this.edited) this.write(""); this.answered = this.edited = null; this.show(); this.text.focus(); };
    bar.hidden = this.answered === null && this.edited === null;
    if (this.edited) {
      bar.replaceChildren(icon("edit"), el("span", {}, "Editing your message"), iconButton("close", "Do not edit", leave, { class: "plain" }));
    } else if (this.answered) {
      const { message, ping } = this.answered;
      const toggle = el("button", {
        type: "button", class: "ping", "aria-pressed": String(ping), title: "Whether the other hears a ping",
        onclick: () => { this.answered.ping = !ping; this.show(); },
      }, ping ? "@ on" : "@ off");
      bar.replaceChildren(icon("reply"), el("span", {}, "Replying to ", el("b", {}, nameOf(message.author))), toggle,
        iconButton("close", "Do not reply", leave, { class: "plain" }));
    }
    this.fit();
  }
}

/** What the empty field says. */
function invitation(channel) {
  if (!channel.may_write) return channel.locked ? "This thread is locked" : "You may not write here";
  if (channel.archived) return "Writing opens it again";
  const where = channel.direct ? channel.name : channel.thread ? `“${channel.name}”` : `#${channel.name}`;
  return `Message ${where}${innerWidth > 600 ? ", or / for commands" : ""}`;
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
