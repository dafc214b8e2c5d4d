// One message as nodes: who, when, text, pictures, embeds, controls, reactions.

import { byId, el, hueOf } from "./dom.js";
import { markdown } from "./markdown.js";

const EPHEMERAL = 64;
const LOADING = 128;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

export const nameOf = (user) => user.global_name || user.username;

export function avatar(user) {
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, nameOf(user).slice(0, 1).toUpperCase());
  face.style.setProperty("--hue", hueOf(user.id));
  return face;
}

/** `acts` carries out: press, select, react, menu, dismiss, jump. */
export function messageNode(message, acts) {
  const node = el("li", { class: "message", "data-id": message.id, tabIndex: -1 });
  if (message.flags & EPHEMERAL) node.classList.add("ephemeral");
  node.append(...[
    message.message_reference && reply(message, acts),
    message.command && el("p", { class: "reply" }, `${nameOf(message.invoker)} used ${message.type === 20 ? "/" : ""}${message.command}`),
    avatar(message.author),
    el("div", { class: "body" }, header(message, acts), ...content(message, acts)),
  ].filter(Boolean));
  node.oncontextmenu = (event) => {
    if (event.target.closest("a, img")) return;
    event.preventDefault();
    acts.menu(message, event.clientX, event.clientY);
  };
  return node;
}

function header(message, acts) {
  const when = new Date(message.timestamp);
  const more = el("button", { type: "button", class: "more", "aria-label": `More for the message of ${nameOf(message.author)}`, title: "Reply, Apps and more" }, "⋯");
  more.onclick = () => {
    const box = more.getBoundingClientRect();
    acts.menu(message, box.right, box.bottom);
  };
  return el("div", { class: "who" },
    el("span", { class: "name" }, nameOf(message.author)),
    message.author.bot && el("span", { class: "tag" }, "BOT"),
    el("time", { dateTime: message.timestamp, title: when.toLocaleString() }, when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
    more);
}

function reply(message, acts) {
  const answered = message.referenced_message;
  if (answered === undefined) return null;
  if (answered === null) return el("p", { class: "reply" }, "↱ the message was deleted");
  const button = el("button", { type: "button", class: "reply" }, `↱ ${nameOf(answered.author)}: ${(answered.content || "a picture or more").slice(0, 90)}`);
  button.onclick = () => acts.jump(answered.id);
  return button;
}

function* content(message, acts) {
  if (message.flags & LOADING) yield el("p", { class: "loading" }, `${nameOf(message.author)} is thinking…`);
  if (message.content) yield markdown(message.content, message.names);
  if (message.edited_timestamp) yield el("small", { class: "edited" }, "(edited)");
  if (message.attachments.length) yield el("div", { class: "files" }, message.attachments.map(attachment));
  for (const one of message.embeds) yield embed(one, message.names);
  for (const one of message.components) yield component(one, message, acts);
  if (message.thread) yield el("button", { type: "button", class: "thread", onclick: () => acts.open(message.thread.id) }, `🧵 ${message.thread.name}`);
  if (message.reactions.length) yield el("div", { class: "reactions" }, message.reactions.map((one) => reaction(one, message, acts)));
  if (message.ephemeral) {
    yield el("p", { class: "private" }, "Only you can see this · ",
      el("button", { type: "button", onclick: () => acts.dismiss(message) }, "Dismiss"));
  }
}

function reaction(one, message, acts) {
  return el("button", { type: "button", "aria-pressed": String(one.me), onclick: () => acts.react(message, one.emoji.name, one.me) },
    `${one.emoji.name} ${one.count}`);
}

export function picture(url, alt, width, height) {
  const image = el("img", { src: url, alt: alt || "", title: alt || "", loading: "lazy" });
  if (width && height) {
    image.width = width;
    image.height = height;
  }
  return el("button", { type: "button", class: "picture", "aria-label": alt ? `Picture: ${alt}. Open large` : "Open the picture large", onclick: () => enlarge(url, alt) }, image);
}

function covered(shown) {
  const cover = el("button", { type: "button", class: "cover" }, "Spoiler. Press to show");
  const box = el("div", { class: "covered" }, shown, cover);
  cover.onclick = () => { box.classList.remove("covered"); cover.remove(); };
  return box;
}

function enlarge(url, alt) {
  const box = byId("lightbox");
  box.replaceChildren(el("img", { src: url, alt: alt || "" }), el("p", {}, alt || ""),
    el("button", { type: "button", onclick: () => box.close() }, "Close"));
  box.onclick = (event) => event.target === box && box.close();
  box.showModal();
}

function attachment(file) {
  if ((file.content_type || "").startsWith("image/")) {
    const shown = picture(file.url, file.description, file.width, file.height);
    return file.filename.startsWith("SPOILER_") ? covered(shown) : shown;
  }
  return el("a", { class: "file", href: file.url, download: file.filename }, `📄 ${file.filename}`, el("small", {}, ` ${size(file.size)}`));
}

export const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`);

function embed(one, names) {
  const box = el("article", { class: "embed" });
  if (one.color) box.style.borderColor = `#${one.color.toString(16).padStart(6, "0")}`;
  box.append(...[
    one.author && el("p", { class: "small" }, one.author.name),
    one.title && el("h3", {}, one.title),
    one.description && markdown(one.description, names),
    one.fields?.length && el("dl", {}, one.fields.map((field) => el("div", { class: field.inline ? "inline" : "" },
      el("dt", {}, field.name), el("dd", {}, markdown(field.value, names))))),
    one.image?.url && picture(one.image.url, one.image.description, one.image.width, one.image.height),
    one.thumbnail?.url && picture(one.thumbnail.url, "", one.thumbnail.width, one.thumbnail.height),
    one.footer && el("p", { class: "small" }, one.footer.text),
  ].filter(Boolean));
  return box;
}

function component(part, message, acts) {
  const inside = () => (part.components || []).map((one) => component(one, message, acts));
  if (part.type === 1) return el("div", { class: "row" }, inside());
  if (part.type === 17) return el("section", { class: "embed" }, inside());
  if (part.type === 9) return el("section", { class: "row" }, el("div", {}, inside()), part.accessory && component(part.accessory, message, acts));
  if (part.type === 10) return markdown(part.content, message.names);
  if (part.type === 12) return el("div", { class: "files" }, part.items.map((one) => picture(one.media.url, one.description)));
  if (part.type === 14) return el("hr");
  if (part.type === 2) return button(part, message, acts);
  if ([3, 5, 6, 7, 8].includes(part.type)) return acts.selectNode(part, message);
  return el("p", { class: "small" }, `A part that this page does not show (type ${part.type})`);
}

function button(part, message, acts) {
  const text = [part.emoji?.name, part.label].filter(Boolean).join(" ");
  if (part.style === 5) return el("a", { class: "button link", href: part.url, target: "_blank", rel: "noopener noreferrer" }, `${text} ↗`);
  return el("button", { type: "button", class: `button ${STYLES[part.style] || "secondary"}`, disabled: part.disabled, onclick: (event) => acts.press(message, part, event.currentTarget) }, text);
}
