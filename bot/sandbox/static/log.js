// The conversation: messages in order, those of one person together, following the end unless somebody reads above.

import { announce, byId, nameOf } from "./dom.js";
import { messageNode, summary } from "./message.js";

const TOGETHER_MS = 7 * 60_000;
const NEAR_END = 90;

export class Log {
  /** `acts` is what can be done with messages. */
  constructor(acts) {
    this.acts = acts;
    this.node = byId("log");
    this.messages = new Map();
    this.following = true;
    this.node.onscroll = () => {
      this.following = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END;
      if (this.following) byId("newer").hidden = true;
    };
    this.node.onkeydown = (event) => this.key(event);
    byId("newer").onclick = () => this.toEnd();
    // pictures come in later than their messages, and the window may change
    const follow = new ResizeObserver(() => this.following && this.toEnd());
    follow.observe(this.node);
    this.watchSizes = follow;
  }

  /** Show a channel from anew; `empty` stands there while it has no messages. */
  fill(messages, empty) {
    this.messages = new Map(messages.map((one) => [one.id, one]));
    this.node.replaceChildren(...messages.map((one) => this.make(one)));
    this.empty = empty;
    if (!messages.length && empty) this.node.append(empty);
    this.regroup();
    byId("newer").hidden = true;
    this.following = true;
    this.toEnd();
  }

  make(message) {
    const node = messageNode(message, this.acts);
    this.watchSizes.observe(node);
    return node;
  }

  find(id) {
    return this.node.querySelector(`.message[data-id="${CSS.escape(id)}"]`);
  }

  /** Show a message that is new or has changed. */
  put(message, { own = false } = {}) {
    const old = this.find(message.id);
    this.messages.set(message.id, message);
    const node = this.make(message);
    if (old) this.replace(old, node);
    else {
      this.empty?.remove();
      this.node.append(node);
      announce(`${nameOf(message.author)}: ${summary(message)}`);
      if (own) this.following = true;
      if (!this.following) byId("newer").hidden = false;
    }
    this.regroup();
    if (this.following) this.toEnd();
  }

  /** Put a new node in an old one's place; the focus stays, and progress moves on from where it was. */
  replace(old, node) {
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const from = old.querySelector(".progress")?.style.getPropertyValue("--share");
    const bar = node.querySelector(".progress");
    const to = bar?.style.getPropertyValue("--share");
    if (from && bar) bar.style.setProperty("--share", from);
    this.watchSizes.unobserve(old);
    old.replaceWith(node);
    if (from && bar) requestAnimationFrame(() => requestAnimationFrame(() => bar.style.setProperty("--share", to)));
    if (active === null) return;
    const key = active.dataset.key;
    const again = key && node.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (again || node).focus({ preventScroll: true });
  }

  remove(id) {
    const node = this.find(id);
    if (!node) return;
    const next = node.contains(document.activeElement) ? node.nextElementSibling ?? node.previousElementSibling : null;
    this.watchSizes.unobserve(node);
    this.messages.delete(id);
    node.remove();
    next?.focus({ preventScroll: true });
    if (!this.messages.size && this.empty) this.node.append(this.empty);
    this.regroup();
  }

  /** Go to a message; false where it is not shown. */
  jump(id) {
    const node = this.find(id);
    if (!node) return false;
    this.following = false;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 2000);
    return true;
  }

  toEnd() {
    this.node.scrollTop = this.messages.size ? this.node.scrollHeight : 0;
    byId("newer").hidden = true;
  }

  /** Messages of one person in a row share one face and name. */
  regroup() {
    let before = null;
    for (const node of this.node.querySelectorAll(".message")) {
      const together = before && !node.dataset.apart && !before.dataset.apart && before.dataset.author === node.dataset.author
        && Number(node.dataset.at) - Number(before.dataset.at) < TOGETHER_MS;
      node.classList.toggle("joined", Boolean(together));
      before = node;
    }
  }

  /** Arrow keys go from message to message; Enter opens what can be done, R answers. */
  key(event) {
    const here = event.target.closest(".message");
    if (event.target !== this.node && event.target !== here) return;
    const all = [...this.node.querySelectorAll(".message")];
    const at = here ? all.indexOf(here) : all.length;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (to >= all.length) byId("text").focus();
      else all[Math.max(0, to)]?.focus();
      return;
    }
    const message = here && this.messages.get(here.dataset.id);
    if (!message || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = here.getBoundingClientRect();
    if (event.key === "Enter") { event.preventDefault(); this.acts.menu(message, box.left + 60, box.top + 30); }
    if (event.key === "r" && !message.ephemeral) { event.preventDefault(); this.acts.reply(message); }
  }
}
