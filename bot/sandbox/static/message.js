// One message as nodes: who, when, text, pictures, embeds, controls, poll, reactions.

import { el, face, icon, iconButton, nameOf } from "./dom.js";
import { markdown } from "./markdown.js";
import { component, embed } from "./parts.js";
import { attachments } from "./pictures.js";
import { poll } from "./poll.js";
import { LAYOUT, LOADING, summary, words } from "./spoken.js";

const REPLY = 19, SLASH = 20, PINNED = 6, THREAD_CREATED = 18, THREAD_STARTER = 21, POLL_RESULT = 46;

/** A message as an article. `acts` carries out what is done with it. */
export function messageNode(message, acts) {
  const node = el("article", { class: "message", "data-id": message.id, "data-author": message.author.id, tabIndex: -1 });
  const name = nameOf(message.author);
  const to = message.ephemeral ? ", only to you" : "";
  node.setAttribute("aria-label", `${name}, ${clock(message.timestamp)}${to}: ${words(message)}`);
  node.dataset.at = String(Date.parse(message.timestamp));
  if (message.ephemeral) node.classList.add("ephemeral");
  const above = message.type === REPLY ? reply(message, acts) : used(message);
  if (above || message.ephemeral) node.dataset.apart = "yes";
  if ([PINNED, THREAD_CREATED, POLL_RESULT].includes(message.type)) return systemNode(node, message, acts);
  node.append(...[
    above,
    el("button", { type: "button", class: "who-button", tabIndex: -1, "aria-hidden": "true", onclick: (event) => acts.person(message.author, event) }, face(name, message.author)),
    el("div", { class: "body" }, header(message, acts), ...content(message, acts)),
    tools(message, acts),
  ].filter(Boolean));
  node.oncontextmenu = (event) => {
    if (event.target.closest("a, input, textarea, select")) return;
    event.preventDefault();
    const box = node.getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    acts.menu(message, byKey ? box.left + 60 : event.clientX, byKey ? box.top + 30 : event.clientY, event.target.closest("img"));
  };
  return node;
}

/** What Discord itself says in a member's name. */
function systemNode(node, message, acts) {
  const there = message.message_reference;
  const link = (text, act) => el("button", { type: "button", class: "as-link", onclick: act }, text);
  const said = {
    [PINNED]: () => [icon("pin"), " pinned ", link("a message", () => acts.jump(there.message_id))],
    [THREAD_CREATED]: () => [icon("thread"), " started a thread: ", link(message.content, () => acts.open(there.channel_id))],
    [POLL_RESULT]: () => [icon("poll"), " asked a poll that is over: ", link(pollTold(message), () => acts.jump(there.message_id))],
  }[message.type]();
  node.classList.add("system");
  node.dataset.apart = "yes";
  node.append(el("p", {}, said[0], ` ${nameOf(message.author)}`, ...said.slice(1)));
  return node;
}

/** The question and the winner of a poll, as its closing notice tells them. */
function pollTold(message) {
  const told = Object.fromEntries((message.embeds[0]?.fields ?? []).map((one) => [one.name, one.value]));
  return [told.poll_question_text, told.victor_answer_text].filter(Boolean).join(" → ") || "the poll";
}

const clock = (stamp) => new Date(stamp).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function header(message, acts) {
  const name = nameOf(message.author);
  return el("div", { class: "who" },
    el("button", { type: "button", class: "name as-text", dir: "auto", "aria-haspopup": "menu", onclick: (event) => acts.person(message.author, event) }, name),
    message.author.bot && el("span", { class: "tag" }, "BOT"),
    message.pinned && el("span", { class: "small" }, icon("pin"), " pinned"),
    el("time", { dateTime: message.timestamp, title: new Date(message.timestamp).toLocaleString() }, clock(message.timestamp)));
}

function tools(message, acts) {
  const name = nameOf(message.author);
  const open = (act) => (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    act(message, box.right, box.bottom + 4);
  };
  return el("div", { class: "tools", role: "toolbar", "aria-label": `For the message of ${name}` },
    !message.ephemeral && iconButton("smile", "Add a reaction", open(acts.faces), { "data-key": "faces" }),
    !message.ephemeral && iconButton("reply", "Reply", () => acts.reply(message), { "data-key": "reply" }),
    iconButton("more", "More: Apps and what else can be done", open(acts.menu), { "data-key": "more", "aria-haspopup": "menu" }));
}

function used(message) {
  if (!message.command || !message.invoker) return null;
  return el("p", { class: "above" }, icon(message.type === SLASH ? "slash" : "apps"), el("span", {}, el("b", {}, nameOf(message.invoker)),
    " used ", el("b", {}, `${message.type === SLASH ? "/" : ""}${message.command}`)));
}

function reply(message, acts) {
  const answered = message.referenced_message;
  if (answered === undefined) return null;
  if (answered === null) return el("p", { class: "above" }, icon("reply"), el("span", {}, "The message that this answers was deleted"));
  return el("button", { type: "button", class: "above as-text", "aria-label": `Answers ${nameOf(answered.author)}. Go there`, onclick: () => acts.jump(answered.id) },
    icon("reply"), el("span", {}, el("b", {}, nameOf(answered.author)), ` ${summary(answered, message.names)}`));
}

function* content(message, acts) {
  if (message.flags & LOADING) yield el("p", { class: "loading" }, `${nameOf(message.author)} is thinking`, el("span", { class: "dots", "aria-hidden": "true" }, "…"));
  if (message.type === THREAD_STARTER) yield* starter(message, acts);
  if (message.content) yield text(message);
  for (const one of message.message_snapshots ?? []) yield forwarded(one.message, message.names);
  if (!(message.flags & LAYOUT)) yield* attachments(message.attachments); // a layout shows its files where it wants them
  for (const one of message.sticker_items ?? []) yield el("p", { class: "file" }, icon("smile"), `Sticker: ${one.name}`);
  for (const one of message.embeds) yield embed(one, message.names);
  for (const one of message.components) yield component(one, message, acts);
  if (message.poll) yield poll(message, acts);
  if (message.thread) yield threadChip(message.thread, acts);
  if (message.reactions?.length) yield reactions(message, acts);
  if (message.ephemeral) {
    yield el("p", { class: "private" }, icon("eye"), " Only you can see this · ",
      el("button", { type: "button", class: "as-link", "data-key": "dismiss", onclick: () => acts.dismiss(message) }, "Dismiss"));
  }
}

function text(message) {
  const node = markdown(message.content, message.names);
  if (message.edited_timestamp) {
    const last = node.lastElementChild?.matches("p, small") ? node.lastElementChild : node;
    last.append(el("small", { class: "edited", title: new Date(message.edited_timestamp).toLocaleString() }, "(edited)"));
  }
  return node;
}

function* starter(message, acts) {
  const first = message.referenced_message;
  yield el("p", { class: "small" }, "This thread began with a message");
  if (!first) return;
  yield el("blockquote", { class: "began" }, el("b", {}, nameOf(first.author)), ` ${summary(first, message.names)}`, ...attachments(first.attachments), " ",
    el("button", { type: "button", class: "as-link", onclick: () => acts.visit(message.message_reference.channel_id, first.id) }, "Go there"));
}

function forwarded(shown, names) {
  return el("blockquote", { class: "began" }, el("p", { class: "small" }, icon("right"), " Forwarded"),
    markdown(shown.content, names), ...attachments(shown.attachments), ...shown.embeds.map((one) => embed(one, names)));
}

function threadChip(thread, acts) {
  const count = thread.message_count === 1 ? "1 message" : `${thread.message_count ?? 0} messages`;
  return el("button", { type: "button", class: "thread", "data-key": "thread", onclick: () => acts.open(thread.id) },
    icon("thread"), el("b", {}, thread.name), el("small", {}, thread.thread_metadata?.archived ? "archived" : count));
}

function reactions(message, acts) {
  return el("div", { class: "reactions" }, message.reactions.map((one) => {
    const { id, name } = one.emoji;
    const [key, shown] = id ? [`${name}:${id}`, `:${name}:`] : [name, name];
    return el("button", {
      type: "button", "aria-pressed": String(one.me), "data-key": `react ${key}`,
      "aria-label": `${shown}, ${one.count}. ${one.me ? "Take yours back" : "React too"}`,
      onclick: () => acts.react(message, key, one.me),
    }, shown, " ", el("span", {}, one.count));
  }));
}
