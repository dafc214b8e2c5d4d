// A menu that opens at a place: for messages, people, reactions. Arrow keys move, Escape closes, focus returns.

import { byId, el, icon } from "./dom.js";

const menu = byId("menu");
let before = null;

function closeMenu({ refocus = true } = {}) {
  if (menu.hidden) return;
  menu.hidden = true;
  if (refocus) before?.focus({ preventScroll: true });
}

/**
 * Show groups of entries at a point of the window. A group is {label, faces, entries}; an entry {text, icon, act,
 * danger, href, current}; `faces` are [emoji, act] pairs in one row.
 */
export function openMenu(name, groups, x, y) {
  before = document.activeElement;
  const run = (act) => () => { closeMenu(); act(); };
  menu.setAttribute("aria-label", name);
  menu.replaceChildren(...groups.filter((one) => one.faces || one.entries.length).map((group) => {
    const inside = group.faces
      ? el("div", { class: "faces" }, group.faces.map(([emoji, act]) => el("button", {
        type: "button", role: "menuitem", "aria-label": `React with ${emoji}`, onclick: run(act) }, emoji)))
      : group.entries.map((one) => entry(one, run));
    return el("div", { role: "group", "aria-label": group.label || null },
      group.label && el("p", { class: "menu-label", "aria-hidden": "true" }, group.label), inside);
  }));
  menu.hidden = false;
  menu.style.left = `${Math.max(6, Math.min(x, innerWidth - menu.offsetWidth - 6))}px`;
  menu.style.top = `${Math.max(6, Math.min(y, innerHeight - menu.offsetHeight - 6))}px`;
  (menu.querySelector("[aria-checked=true], .entry") || items()[0])?.focus({ preventScroll: true });
}

function entry(one, run) {
  const inside = [icon(one.icon), el("span", {}, one.text)];
  const shared = { class: `entry${one.danger ? " danger" : ""}` };
  if (one.href) return el("a", { ...shared, role: "menuitem", href: one.href, target: "_blank", onclick: run(() => {}) }, inside);
  const kind = one.current === undefined ? { role: "menuitem" } : { role: "menuitemradio", "aria-checked": String(one.current) };
  return el("button", { ...shared, ...kind, type: "button", onclick: run(one.act) }, inside);
}

const items = () => [...menu.querySelectorAll("button, a")];

menu.onkeydown = (event) => {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); closeMenu(); }
  if (step) { event.preventDefault(); all[(at + step + all.length) % all.length].focus(); }
  if (event.key === "Home" || event.key === "End") { event.preventDefault(); all.at(event.key === "Home" ? 0 : -1).focus(); }
};
document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#menu")) closeMenu({ refocus: false }); });
addEventListener("resize", () => closeMenu({ refocus: false }));
