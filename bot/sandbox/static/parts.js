// What a bot puts into a message: embeds, buttons, selects, and the parts of Components V2.

import { el, webLink } from "./dom.js";
import { markdown } from "./markdown.js";
import { fileLink, gallery } from "./pictures.js";

const LONG = 400; // characters from which a text is set to be read like a page of a book
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/** One embed. `names` maps ids to what mentions show. */
export function embed(one, names) {
  const long = (one.description || "").length >= LONG;
  const box = el("section", { class: `embed${long ? " tale" : ""}` });
  if (one.color) box.style.setProperty("--stripe", `#${one.color.toString(16).padStart(6, "0")}`);
  const image = one.image?.url && gallery([{ ...one.image, alt: one.image.description }]);
  const thumbnail = one.thumbnail?.url && gallery([{ ...one.thumbnail, alt: one.thumbnail.description }]);
  if (thumbnail) thumbnail.classList.add("thumbnail");
  box.append(...[
    thumbnail,
    one.author && el("p", { class: "small" }, linked(one.author.name, one.author.url)),
    one.title && el("h3", { dir: "auto" }, linked(one.title, one.url)),
    one.description && markdown(one.description, names),
    one.fields?.length && el("dl", {}, one.fields.map((field) => el("div", { class: field.inline ? "inline" : "" },
      el("dt", {}, ...markdown(field.name, names).childNodes), el("dd", {}, markdown(field.value, names))))),
    image,
    (one.footer || one.timestamp) && el("p", { class: "small foot" },
      [one.footer?.text, one.timestamp && new Date(one.timestamp).toLocaleString()].filter(Boolean).join(" · ")),
  ].filter(Boolean));
  return box;
}

function linked(text, url) {
  const href = webLink(url);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text) : text;
}

/** One component of a message. `acts` carries out presses and makes selects. */
export function component(part, message, acts) {
  const inside = () => (part.components || []).map((one) => component(one, message, acts));
  if (part.type === 1) return el("div", { class: "row" }, inside());
  if (part.type === 2) return button(part, message, acts);
  if ([3, 5, 6, 7, 8].includes(part.type)) return acts.selectNode(part, message);
  if (part.type === 9) return el("section", { class: "section" }, el("div", {}, inside()), part.accessory && component(part.accessory, message, acts));
  if (part.type === 10) return markdown(part.content, message.names);
  if (part.type === 11) return gallery([pictured(part)]);
  if (part.type === 12) return gallery(part.items.map(pictured));
  if (part.type === 13) return fileLink(part.file.url, part.name);
  if (part.type === 14) return el("hr");
  if (part.type === 17) return container(part, inside());
  return el("p", { class: "small" }, `A part that this page does not show (type ${part.type})`);
}

const pictured = (one) => ({ url: one.media.url, alt: one.description, width: one.media.width, height: one.media.height, spoiler: one.spoiler });

function container(part, inside) {
  const box = el("section", { class: "embed" }, inside);
  if (part.accent_color) box.style.setProperty("--stripe", `#${part.accent_color.toString(16).padStart(6, "0")}`);
  return box;
}

function button(part, message, acts) {
  const text = [part.emoji?.name, part.label].filter(Boolean).join(" ") || "A button without a name";
  if (part.style === 5) {
    return el("a", { class: "button link", href: webLink(part.url), target: "_blank", rel: "noopener noreferrer" }, `${text} ↗`);
  }
  return el("button", {
    type: "button", class: `button ${STYLES[part.style] || "secondary"}`, disabled: part.disabled, "data-key": part.custom_id,
    onclick: (event) => acts.press(message, part, event.currentTarget),
  }, text);
}
