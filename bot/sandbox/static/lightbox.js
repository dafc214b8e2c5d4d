// Pictures, large: with their alternative text, one after the other.

import { byId, el, icon, iconButton, redraw, webLink } from "./dom.js";

const box = byId("lightbox");

/** Show one of the pictures, each {url, alt} with an address of the web, large. */
export function enlarge(pictures, at) {
  const turn = (step) => enlarge(pictures, (at + step + pictures.length) % pictures.length);
  const many = pictures.length > 1;
  redraw(box, () => box.replaceChildren(...inside(pictures[at], many && `${at + 1} of ${pictures.length}`, turn)));
  box.onkeydown = (event) => {
    if (many && event.key === "ArrowLeft") turn(-1);
    if (many && event.key === "ArrowRight") turn(1);
  };
  box.onclick = (event) => { if (event.target === box || event.target.matches(".lightbox-middle")) box.close(); };
  if (!box.open) box.showModal();
}

/** The bar, the picture between its arrows where there are several (`which` of them), and its description. */
function inside({ url, alt }, which, turn) {
  const arrow = (sign, label, step) => which && iconButton(sign, label, () => turn(step), { class: "plain", "data-key": sign });
  return [
    el("div", { class: "lightbox-bar" },
      el("span", { class: "small", role: "status" }, which || ""),
      el("a", { class: "plain", href: webLink(url), target: "_blank", rel: "noopener", "aria-label": "Open the file in a new tab", title: "Open the file in a new tab", "data-key": "file" }, icon("link")),
      iconButton("close", "Close", () => box.close(), { class: "plain", autofocus: true, "data-key": "close" })),
    el("div", { class: "lightbox-middle" },
      arrow("left", "Picture before", -1), el("img", { src: webLink(url), alt: alt || "" }), arrow("right", "Next picture", 1)),
    el("p", { class: alt ? "caption" : "caption none" }, alt || "This picture has no description."),
  ];
}
