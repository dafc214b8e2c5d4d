// Pictures, large: with their alternative text, one after the other.

import { byId, el, icon, iconButton } from "./dom.js";

const box = byId("lightbox");

/** Show one of the pictures, each {url, alt}, large. */
export function enlarge(pictures, at) {
  const { url, alt } = pictures[at];
  const turn = (step) => enlarge(pictures, (at + step + pictures.length) % pictures.length);
  const many = pictures.length > 1;
  box.replaceChildren(
    el("div", { class: "lightbox-bar" },
      el("span", { class: "small" }, many ? `${at + 1} of ${pictures.length}` : ""),
      el("a", { class: "plain", href: url, target: "_blank", rel: "noopener", "aria-label": "Open the file in a new tab", title: "Open the file in a new tab" }, icon("link")),
      iconButton("close", "Close", () => box.close(), { class: "plain", autofocus: true })),
    el("div", { class: "lightbox-middle" },
      many && iconButton("left", "Picture before", () => turn(-1), { class: "plain" }),
      el("img", { src: url, alt: alt || "" }),
      many && iconButton("right", "Next picture", () => turn(1), { class: "plain" })),
    el("p", { class: alt ? "caption" : "caption none" }, alt || "This picture has no description."));
  box.onkeydown = (event) => {
    if (many && event.key === "ArrowLeft") turn(-1);
    if (many && event.key === "ArrowRight") turn(1);
  };
  box.onclick = (event) => { if (event.target === box || event.target.matches(".lightbox-middle")) box.close(); };
  if (!box.open) box.showModal();
}
