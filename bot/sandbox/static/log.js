// The conversation: messages in order, those of one person together, following the end unless somebody reads above.
// Earlier messages come in when they are wanted.

import { announce, byId, el } from "./dom.js";
import { messageNode } from "./message.js";
import { isNews, spoken } from "./spoken.js";

const TOGETHER_MS = 7 * 60_000;
const NEAR_END = 90;
const NEAR_START = 400;

/** Whether an id is the older one of two; ids are numbers too large for JavaScript's. */
const older = (one, two) => one.length < two.length || (one.length === two.length && one < two);

export class Log {
  /** `acts` is what can be done with messages; `before(id)` promises {messages, earlier}, or null when that failed. */
  constructor(acts, before) {
    this.acts = acts;
    this.before = before;
    this.node = byId("log");
    this.messages = new Map();
    this.following = true;
    this.coming = null;
    this.above = el("div", { class: "earlier" }, el("button", { type: "button", class: "button secondary", onclick: () => this.loadEarlier() }, "Earlier messages"));
    this.node.onscroll = () => this.scrolled();
    this.node.onkeydown = (event) => this.key(event);
    byId("newer").onclick = () => this.toEnd();
    // pictures come in later than their messages, and the window may change
    const follow = new ResizeObserver(() => this.following && this.toEnd());
    follow.observe(this.node);
    this.watchSizes = follow;
  }

  /** Show a channel from anew; `empty` stands there while it has no messages. */
  fill({ messages, earlier }, empty) {
    this.messages = new Map(messages.map((one) => [one.id, one]));
    this.coming = null;
    this.above.hidden = !earlier;
    this.node.replaceChildren(this.above, ...messages.map((one) => this.make(one)));
    this.empty = empty;
    if (!messages.length) this.node.append(empty);
    this.regroup();
    byId("newer").hidden = true;
    this.following = true;
    this.toEnd();
  }

  /** Put something else where messages would be, if it stands there now. */
  refill(empty) {
    this.empty?.replaceWith(empty);
    this.empty = empty;
  }

  make(message) {
    const node = messageNode(message, this.acts);
    this.watchSizes.observe(node);
    return node;
  }

  find(id) {
    return this.node.querySelector(`.message[data-id="${CSS.escape(id)}"]`);
  }

  // ---- earlier messages

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.following) byId("newer").hidden = true;
    else if (scrollTop < NEAR_START) this.loadEarlier();
  }

  /** Bring in what was said before the first message shown, one request at a time; promises whether something came. */
  loadEarlier() {
    this.coming ??= this.above.hidden ? null : this.fetchEarlier(this.messages);
    return this.coming;
  }

  async fetchEarlier(shown) {
    const found = await this.before(shown.keys().next().value);
    if (shown !== this.messages) return false; // another channel is open by now
    this.coming = null;
    if (found) this.prepend(found);
    return found !== null;
  }

  /** Show messages above the others; what is being read stays in its place. */
  prepend({ messages, earlier }) {
    const first = this.node.querySelector(".message");
    const place = first?.getBoundingClientRect().top;
    const asked = this.above.contains(document.activeElement);
    const nodes = messages.map((one) => this.make(one));
    this.messages = new Map([...messages.map((one) => [one.id, one]), ...this.messages]);
    this.above.hidden = !earlier;
    this.above.after(...nodes);
    this.regroup();
    if (first) this.node.scrollTop += first.getBoundingClientRect().top - place;
    if (asked) (nodes.at(-1) ?? first)?.focus({ preventScroll: true });
    announce(messages.length === 1 ? "1 earlier message" : `${messages.length} earlier messages`);
  }

  /** Go to a message, be it among earlier ones; promises false where there is none. */
  async jump(id) {
    while (!this.find(id) && this.mayBeEarlier(id) && await this.loadEarlier());
    const node = this.find(id);
    if (!node) return false;
    this.following = false;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 2000);
    return true;
  }

  mayBeEarlier(id) {
    return !this.above.hidden && older(id, this.messages.keys().next().value ?? id);
  }

  // ---- what happens

  /** Show a message that is new or has changed; a change of one that is not shown is of no interest. */
  put(message, { fresh, own }) {
    const old = this.find(message.id);
    if (!old && !fresh) return;
    const before = this.messages.get(message.id);
    this.messages.set(message.id, message);
    const node = this.make(message);
    if (old) this.replace(old, node);
    else {
      this.empty?.remove();
      this.node.append(node);
      if (own) this.following = true;
      if (!this.following) byId("newer").hidden = false;
    }
    if (!before || isNews(before, message)) announce(spoken(message));
    this.regroup();
    if (this.following) this.toEnd();
  }

  /** Put a new node in an old one's place; the focus and what was ticked stay, and progress moves on from where it was. */
  replace(old, node) {
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const twin = (one) => one.dataset.key && node.querySelector(`[data-key="${CSS.escape(one.dataset.key)}"]`);
    const from = old.querySelector(".progress")?.style.getPropertyValue("--share");
    const bar = node.querySelector(".progress");
    const to = bar?.style.getPropertyValue("--share");
    if (from && bar) bar.style.setProperty("--share", from);
    this.watchSizes.unobserve(old);
    old.replaceWith(node);
    if (from && bar) requestAnimationFrame(() => requestAnimationFrame(() => bar.style.setProperty("--share", to)));
    old.querySelectorAll("details[open]").forEach((one) => { if (twin(one)) twin(one).open = true; });
    const ticked = [...old.querySelectorAll("input:checked")].filter((one) => !one.defaultChecked);
    ticked.forEach((one) => { if (twin(one) && !twin(one).checked) twin(one).click(); });
    if (active !== null) (twin(active) || node).focus({ preventScroll: true });
  }

  remove(id) {
    const node = this.find(id);
    if (!node) return;
    const next = node.contains(document.activeElement) ? node.nextElementSibling ?? node.previousElementSibling : null;
    this.watchSizes.unobserve(node);
    this.messages.delete(id);
    node.remove();
    next?.focus({ preventScroll: true });
    if (!this.messages.size && this.above.hidden) this.node.append(this.empty);
    else if (!this.messages.size) this.loadEarlier();
    this.regroup();
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
