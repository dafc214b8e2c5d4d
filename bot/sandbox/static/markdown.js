// A light reading of Discord's markdown into nodes. It never produces markup from text.

import { el, webLink } from "./dom.js";

const INLINE = [
  { pattern: /```(?:\w*\n)?([\s\S]+?)```/, make: (m) => el("pre", {}, m[1]) },
  { pattern: /`([^`\n]+)`/, make: (m) => el("code", {}, m[1]) },
  { pattern: /\*\*([\s\S]+?)\*\*/, make: (m, names) => el("strong", {}, ...inline(m[1], names)) },
  { pattern: /__([\s\S]+?)__/, make: (m, names) => el("u", {}, ...inline(m[1], names)) },
  { pattern: /~~([\s\S]+?)~~/, make: (m, names) => el("s", {}, ...inline(m[1], names)) },
  { pattern: /\|\|([\s\S]+?)\|\|/, make: (m, names) => spoiler(inline(m[1], names)) },
  { pattern: /\*([^\s*](?:[^*]*[^\s*])?)\*/, make: (m, names) => el("em", {}, ...inline(m[1], names)) },
  { pattern: /(?<!\w)_([^_\n]+)_(?!\w)/, make: (m, names) => el("em", {}, ...inline(m[1], names)) },
  { pattern: /<(@!?|@&|#)(\d+)>/, make: (m, names) => mention(m, names) },
  { pattern: /<a?:(\w{1,32}):\d{1,20}>/, make: (m) => `:${m[1]}:` },
  { pattern: /<\/([\w -]{1,100}):(\d+)>/, make: (m) => el("span", { class: "mention" }, `/${m[1]}`) },
  { pattern: /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, make: (m) => moment(Number(m[1]), m[2]) },
  { pattern: /\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, make: (m) => link(m[2], m[1]) },
  { pattern: /<?(https?:\/\/[^\s<>]+)>?/, make: (m) => link(m[1], null) },
  { pattern: /[▰▱]{5,40}/, make: (m) => progress(m[0]) },
  { pattern: /\\([*_~`|>\\#@<[\]()-])/, make: (m) => m[1] },
];

const PLACE = /^https?:\/\/(?:(?:ptb\.|canary\.)?discord\.com|127\.0\.0\.1:\d+|localhost:\d+)\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?\/?$/;

function link(url, text) {
  const place = PLACE.exec(url);
  if (place) {
    // a link to a message leads there in this page: Discord itself does not know it
    const said = text ?? (place[2] ? "Go to the message" : "Go to the channel");
    return el("a", { href: `#at=${place[1]}${place[2] ? `&message=${place[2]}` : ""}`, class: "jump", "data-channel": place[1], "data-message": place[2] ?? null }, said);
  }
  return el("a", { href: webLink(url), target: "_blank", rel: "noopener noreferrer nofollow" }, text ?? url);
}

function mention(match, names) {
  const text = names[match[2]] ?? match[0];
  if (match[1] !== "#") return el("span", { class: "mention" }, text);
  return el("a", { class: "mention jump", href: `#at=${match[2]}`, "data-channel": match[2] }, text);
}

function spoiler(children) {
  const node = el("button", { type: "button", class: "spoiler", "aria-label": "Spoiler, press to show" }, ...children);
  node.onclick = () => { node.classList.add("open"); node.removeAttribute("aria-label"); };
  return node;
}

/** A row of signs that a bot draws as progress, drawn as a bar. */
function progress(signs) {
  const share = Math.round(([...signs].filter((one) => one === "▰").length / signs.length) * 100);
  const bar = el("span", { class: "progress", role: "progressbar", "aria-valuenow": String(share), "aria-valuemin": "0", "aria-valuemax": "100", "aria-label": "Progress" }, el("span", { class: "signs" }, signs));
  bar.style.setProperty("--share", `${share}%`);
  return bar;
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const FORMS = {
  t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" }, D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
};

function fromNow(seconds) {
  const away = seconds - Date.now() / 1000;
  const [unit, length] = UNITS.find(([, one]) => Math.abs(away) >= one) ?? UNITS[3];
  return relative.format(Math.round(away / length), unit);
}

function moment(seconds, style = "f") {
  const when = new Date(seconds * 1000);
  if (Number.isNaN(when.getTime())) return `<t:${seconds}>`;
  const node = el("time", { title: when.toLocaleString(), dateTime: when.toISOString() });
  node.textContent = style === "R" ? fromNow(seconds) : when.toLocaleString([], FORMS[style]);
  if (style === "R") node.dataset.relative = String(seconds);
  return node;
}

setInterval(() => {
  for (const node of document.querySelectorAll("time[data-relative]")) node.textContent = fromNow(Number(node.dataset.relative));
}, 1000);

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
    if (piece.startsWith("```") && piece.length > 6) root.append(...inline(piece, names));
    else if (piece.trim()) root.append(...blocks(piece.replace(/^\n+|\n+$/g, ""), names));
  }
  return root;
}

function blocks(text, names) {
  const found = [];
  let paragraph = [];
  const finish = () => {
    // empty lines part paragraphs; single ones stay as they are
    for (const one of paragraph.join("\n").replace(/^\n+|\n+$/g, "").split(/\n{2,}/)) if (one.trim()) found.push(el("p", { dir: "auto" }, ...inline(one, names)));
    paragraph = [];
  };
  const push = (tag, kind, node) => {
    finish();
    const last = found.at(-1);
    if (last?.dataset.kind === kind) last.append(node);
    else found.push(el(tag, { "data-kind": kind, dir: "auto" }, node));
  };
  for (const line of text.split("\n")) {
    const heading = /^(#{1,3}) (.+)$/.exec(line);
    const quote = /^>(?:>>)? (.*)$/.exec(line);
    const item = /^\s*[-*] (.+)$/.exec(line);
    const numbered = /^\s*(\d{1,9})\. (.+)$/.exec(line);
    const small = /^-# (.+)$/.exec(line);
    if (heading) { finish(); found.push(el(`h${heading[1].length + 2}`, { dir: "auto" }, ...inline(heading[2], names))); }
    else if (quote) push("blockquote", "quote", el("p", {}, ...inline(quote[1], names)));
    else if (small) { finish(); found.push(el("small", { dir: "auto" }, ...inline(small[1], names))); }
    else if (item) push("ul", "list", el("li", {}, ...inline(item[1], names)));
    else if (numbered) push("ol", "numbers", el("li", { value: Number(numbered[1]) }, ...inline(numbered[2], names)));
    else paragraph.push(line);
  }
  finish();
  return found;
}
