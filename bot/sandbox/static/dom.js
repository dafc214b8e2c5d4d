// Small helpers to build the page. Text always goes in as text, never as markup.

/** An element with properties, `on…` listeners, attributes (`aria-…`, `data-…`, `role`) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else if (name === "class") node.className = value;
    else node[name] = value;
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** A hue that stays the same for the same id. */
export function hueOf(id) {
  let hash = 0;
  for (const letter of String(id)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x9e3779b1) >>> 0;
  return (hash >>> 7) % 360;
}

let toastTimer = 0;

/** Say something for a few seconds. */
export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, 6000);
}
