// A light reading of Discord's markdown into nodes. It never produces markup from text.

import { el } from "./dom.js";

const INLINE = [
  { pattern: /```(?:\w*\n)?([\s\S]+?)```/, make: (m) => el("pre", {}, m[1]) },
  { pattern: /`([^`\n]+)`/, make: (m) => el("code", {}, m[1]) },
  { pattern: /\*\*([\s\S]+?)\*\*/, make: (m, names) => el("strong", {}, ...inline(m[1], names)) },
  { pattern: /__([\s\S]+?)__/, make: (m, names) => el("u", {}, ...inline(m[1], names)) },
  { pattern: /~~([\s\S]+?)~~/, make: (m, names) => el("s", {}, ...inline(m[1], names)) },
  { pattern: /\|\|([\s\S]+?)\|\|/, make: (m, names) => spoiler(inline(m[1], names)) },
  { pattern: /\*([^\s*](?:[^*]*[^\s*])?)\*/, make: (m, names) => el("em", {}, ...inline(m[1], names)) },
  { pattern: /(?<!\w)_([^_\n]+)_(?!\w)/, make: (m, names) => el("em", {}, ...inline(m[1], names)) },
  { pattern: /<(@!?|@&|#)(\d+)>/, make: (m, names) => el("span", { class: "mention" }, names[m[2]] ?? m[0]) },
  { pattern: /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, make: (m) => moment(Number(m[1]), m[2]) },
  { pattern: /\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, make: (m) => link(m[2], m[1]) },
  { pattern: /<?(https?:\/\/[^\s<>]+)>?/, make: (m) => link(m[1], m[1]) },
  { pattern: /\\([*_~`|>\\#@<[\]()-])/, make: (m) => m[1] },
];

function link(url, text) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}

function spoiler(children) {
  const node = el("button", { type: "button", class: "spoiler", "aria-label": "Spoiler, press to show" }, ...children);
  node.onclick = () => { node.classList.add("open"); node.removeAttribute("aria-label"); };
  return node;
}

function moment(seconds, style) {
  const when = new Date(seconds * 1000);
  const away = seconds - Date.now() / 1000;
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, one]) => Math.abs(away) >= one) ?? units[3];
  const relative = new Intl.RelativeTimeFormat("en").format(Math.round(away / size), unit);
  return el("time", { title: when.toLocaleString() }, style === "R" ? relative : when.toLocaleString());
}

/** A line or paragraph as nodes and strings. */
export function inline(text, names) {
  let best = null;
  for (const rule of INLINE) {
    const match = rule.pattern.exec(text);
    if (match && (best === null || match.index < best.match.index)) best = { match, rule };
  }
  if (best === null) return text ? [text] : [];
  const { match, rule } = best;
  const rest = text.slice(match.index + match[0].length);
  return [...(match.index ? [text.slice(0, match.index)] : []), rule.make(match, names), ...inline(rest, names)];
}

/** A whole text: headings, quotes, lists and paragraphs. `names` maps ids to what mentions show. */
export function markdown(text, names = {}) {
  const root = el("div", { class: "markdown" });
  for (const piece of text.split(/(```[\s\S]+?```)/)) {
    if (piece.startsWith("```")) root.append(...inline(piece, names));
    else if (piece.trim()) root.append(...blocks(piece.replace(/^\n+|\n+$/g, ""), names));
  }
  return root;
}

function blocks(text, names) {
  const found = [];
  let paragraph = [];
  const finish = () => {
    if (paragraph.length) found.push(el("p", {}, ...inline(paragraph.join("\n"), names)));
    paragraph = [];
  };
  for (const line of text.split("\n")) {
    const heading = /^(#{1,3}) (.+)$/.exec(line);
    const quote = /^>(?:>>)? (.*)$/.exec(line);
    const item = /^\s*(?:[-*]|\d+\.) (.+)$/.exec(line);
    const small = /^-# (.+)$/.exec(line);
    if (!(heading || quote || item || small)) {
      paragraph.push(line);
      continue;
    }
    finish();
    if (heading) found.push(el(`h${heading[1].length + 2}`, {}, ...inline(heading[2], names)));
    else if (quote) found.push(el("blockquote", {}, ...inline(quote[1], names)));
    else if (small) found.push(el("small", {}, ...inline(small[1], names)));
    else found.push(el("p", { class: "item" }, "• ", ...inline(item[1], names)));
  }
  finish();
  return found;
}
