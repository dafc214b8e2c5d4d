// Small helpers to build the page. Text always goes in as text, never as markup.

/** An element with properties, `on…` listeners, attributes (`aria-…`, `data-…`, `role`) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || ["role", "for", "list"].includes(name)) node.setAttribute(name, value);
    else if (name === "class") node.className = value;
    else node[name] = value;
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

const ICONS = {
  apps: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM17 14v6M14 17h6",
  back: "M15 5l-7 7 7 7",
  book: "M12 6c-3-2-6-2-9-1v13c3-1 6-1 9 1 3-2 6-2 9-1V5c-3-1-6-1-9 1zM12 6v13",
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  down: "M12 5v13M6 12l6 6 6-6",
  edit: "M4 20l1-5L16 4l4 4L9 19z",
  eye: "M2 12c4-7 16-7 20 0-4 7-16 7-20 0zM12 9a3 3 0 100 6 3 3 0 000-6",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  forum: "M4 4h16v6H4zM4 14h16v6H4z",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M3 15h16",
  idea: "M9 18h6M10 21h4M8.5 14.5a6 6 0 117 0c-.7.6-1 1.200-1 2h-5c0-.8-.3-1.400-1-2z",
  left: "M15 5l-7 7 7 7",
  link: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  moon: "M20 14a8 8 0 01-10-10 8 8 0 1010 10z",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  plus: "M12 5v14M5 12h14",
  poll: "M5 20V10M12 20V4M19 20v-7",
  reply: "M10 6l-6 6 6 6M4 12h9c4 0 7 2 7 6",
  right: "M9 5l7 7-7 7",
  send: "M4 12L20 4l-5 16-3-7z",
  slash: "M7 20L17 4",
  smile: "M12 3a9 9 0 100 18 9 9 0 000-18M8.500 10h.01M15.500 10h.01M8 14.500c2 2.500 6 2.500 8 0",
  screen: "M3 5h18v11H3zM9 20h6M12 16v4",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600L19 19M5 19l1.400-1.400M17.600 6.400L19 5",
  thread: "M5 5h14v10h-7l-4 4v-4H5zM9 9h6M9 12h4",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
  user: "M12 4a4 4 0 100 8 4 4 0 000-8M4 21c1-8 15-8 16 0",
  users: "M9 5a3.500 3.500 0 100 7 3.500 3.500 0 000-7M2 20c1-7 13-7 14 0M16 5.500a3.500 3.500 0 010 6.500M18 14c2.500.700 3.700 3 4 6",
};

/** A drawn sign; it says nothing to screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

/** A button that shows a sign and bears a name. */
export function iconButton(name, label, onclick, more = {}) {
  return el("button", { type: "button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

/** A hue that stays the same for the same name. */
function hueOf(name) {
  let hash = 0;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x9e3779b1) >>> 0;
  return (hash >>> 7) % 360;
}

/** A round face with the first letter of a name; bots have a sign. */
export function face(name, { bot = false } = {}) {
  const node = el("span", { class: `avatar${bot ? " bot" : ""}`, "aria-hidden": "true" }, bot ? icon("book") : [...name][0]?.toUpperCase() ?? "?");
  node.style.setProperty("--hue", hueOf(name));
  return node;
}

/** Draw a part of the page anew; the focus stays on what bears the same `data-key`. */
export function redraw(root, draw) {
  const key = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  draw();
  if (key) root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

export const nameOf = (user) => user.global_name || user.username;

/** Bytes as people write them. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** The address if it leads to a page of the web, else null: no `javascript:` gets into a link. */
export const webLink = (url) => (/^https?:\/\//i.test(url || "") ? url : null);

let toastTimer = 0;

/** Say something for a few seconds. */
export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, 7000);
}

const KEPT_ANNOUNCEMENTS = 5;

/** Tell screen readers, and nobody else; what is said in quick succession is all heard. */
export function announce(text) {
  const node = byId("announcer");
  node.append(el("p", {}, text));
  while (node.childElementCount > KEPT_ANNOUNCEMENTS) node.firstElementChild.remove();
}
