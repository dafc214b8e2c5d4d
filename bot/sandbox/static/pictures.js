// Files of messages: pictures that open large and tell what they show, spoilers, and everything else as a link.

import { el, icon, size, webLink } from "./dom.js";
import { enlarge } from "./lightbox.js";

const MOST_WIDE = 400, MOST_HIGH = 350;

/** Pictures side by side; each is {url, alt, width, height, spoiler}. Without a width the file tells it. */
export function gallery(pictures) {
  const shown = pictures.filter((one) => webLink(one.url));
  return el("div", { class: "files" },
    shown.map((one, at) => framed(one, () => enlarge(shown, at))),
    shown.length < pictures.length && el("p", { class: "small" }, "A picture whose address does not lead to the web"));
}

/** Something to download, as far as its address leads to the web. */
export function fileLink(url, name, more) {
  return el("a", { class: "file", href: webLink(url), download: name }, icon("file"), el("span", {}, name || "A file", more));
}

function framed(one, open) {
  const alt = one.alt || "";
  const image = el("img", { src: one.url, alt, title: alt, decoding: "async" });
  if (one.width && one.height) {
    // the place is kept before the picture is there
    const share = Math.min(1, MOST_WIDE / one.width, MOST_HIGH / one.height);
    image.width = Math.round(one.width * share);
    image.height = Math.round(one.height * share);
  }
  const button = el("button", {
    type: "button", class: "picture", title: alt || "Open large", onclick: open,
    "aria-label": alt ? `${alt.replace(/\.$/, "")}. Open large` : "A picture without description. Open large",
  }, image);
  const box = el("figure", { class: "frame" }, button);
  if (alt) box.append(...described(alt));
  return one.spoiler ? covered(box) : box;
}

function described(alt) {
  const text = el("figcaption", { class: "alt-text", hidden: true }, alt);
  const badge = el("button", { type: "button", class: "alt-badge", "aria-expanded": "false", "aria-label": "Show the description", title: alt }, "ALT");
  badge.onclick = () => {
    text.hidden = !text.hidden;
    badge.setAttribute("aria-expanded", String(!text.hidden));
  };
  return [badge, text];
}

function covered(box) {
  const cover = el("button", { type: "button", class: "cover" }, icon("eye"), " Spoiler. Press to show");
  box.classList.add("covered");
  box.append(cover);
  cover.onclick = () => {
    box.classList.remove("covered");
    cover.remove();
  };
  return box;
}

const isPicture = (file) => (file.content_type || "").startsWith("image/") && file.content_type !== "image/svg+xml";

/** A message's files. */
export function attachments(files) {
  const pictures = files.filter(isPicture).map((one) => ({
    url: one.url, alt: one.description, width: one.width, height: one.height, spoiler: one.filename.startsWith("SPOILER_"),
  }));
  const others = files.filter((one) => !isPicture(one));
  return [
    pictures.length > 0 && gallery(pictures),
    others.length > 0 && el("div", { class: "files" }, others.map((one) => fileLink(one.url, one.filename, el("small", {}, size(one.size))))),
  ].filter(Boolean);
}
