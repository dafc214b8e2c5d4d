// The page: who you are, where you are, and what is said there.

import { Api } from "./api.js";
import { selectNode } from "./choices.js";
import { Composer } from "./composer.js";
import { byId, el, toast } from "./dom.js";
import { showForm } from "./form.js";
import { messageNode } from "./message.js";
import { flatten } from "./options.js";

const FACES = ["👍", "❤️", "😂", "📖"];

const state = {
  api: null, overview: null, channel: null, messages: new Map(), chat: [], apps: [], unread: new Set(), shownForms: new Set(), settled: new Set(),
};

const place = () => new URLSearchParams(location.hash.slice(1));

function setPlace(changes) {
  const now = place();
  for (const [key, value] of Object.entries(changes)) now.set(key, value);
  history.replaceState(null, "", `#${now}`);
}

const allChannels = () => [...state.overview.guilds.flatMap((one) => one.channels), state.overview.direct];
const guildOf = (channel) => state.overview.guilds.find((one) => one.channels.some((two) => two.id === channel?.id)) ?? null;

const composer = new Composer({
  api: () => state.api, channel: () => state.channel, guild: () => guildOf(state.channel), commands: () => state.chat,
  limit: () => state.overview.limit, handled: (result) => interaction(result),
});

// ---- places

function showPlaces() {
  const { guilds, direct, people, me, bot } = state.overview;
  const entry = (channel) => {
    const sign = channel.direct ? "" : channel.thread ? "🧵 " : "# ";
    return el("button", {
      type: "button", class: `channel${channel.thread ? " inner" : ""}${state.unread.has(channel.id) ? " unread" : ""}`,
      "aria-current": channel.id === state.channel?.id ? "page" : null, onclick: () => open(channel.id),
    }, `${sign}${channel.name}`);
  };
  const ordered = (guild) => guild.channels.filter((one) => !one.thread)
    .flatMap((one) => [one, ...guild.channels.filter((two) => two.parent === one.id)]);
  const who = el("select", { id: "who", "aria-label": "Who you are" },
    people.map((one) => el("option", { value: one.name, selected: one.id === me.id }, one.name)));
  who.onchange = () => become(who.value);
  byId("places").replaceChildren(
    ...guilds.map((guild) => el("section", {}, el("h2", {}, guild.name), ordered(guild).map(entry))),
    el("section", {}, el("h2", {}, "Direct messages"), entry(direct)),
    el("label", { class: "who-am-i" }, "You are ", who));
  byId("presence").textContent = bot.connected ? `${bot.name} is online` : `${bot.name} is offline`;
  byId("presence").className = bot.connected ? "online" : "offline";
}

async function open(id) {
  const channel = allChannels().find((one) => one.id === id) ?? allChannels()[0];
  const moved = state.channel?.id !== channel.id;
  state.channel = channel;
  state.unread.delete(channel.id);
  setPlace({ at: channel.id });
  document.body.classList.remove("places-open");
  byId("title").textContent = channel.direct ? channel.name : `#${channel.name}`;
  byId("topic").textContent = channel.topic || "";
  showPlaces();
  if (moved) composer.reset();
  const [messages] = await Promise.all([state.api.get(`channels/${channel.id}/messages`), loadCommands()]);
  if (state.channel.id !== channel.id) return;
  state.messages = new Map(messages.map((one) => [one.id, one]));
  showAll();
}

async function loadCommands() {
  const { chat, message } = await state.api.get(`channels/${state.channel.id}/commands`);
  state.chat = flatten(chat);
  state.apps = message;
}

// ---- messages

const log = byId("log");
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toEnd = () => { log.scrollTop = log.scrollHeight; };

/** Stay at the end while pictures, whose height is not known before, come in; unless the reader scrolls away. */
function followEnd(node) {
  toEnd();
  const shown = log.scrollTop;
  for (const image of node.querySelectorAll("img")) image.addEventListener("load", () => log.scrollTop >= shown && toEnd());
}

function showAll() {
  const nodes = [...state.messages.values()].map((one) => messageNode(one, acts));
  const hint = state.chat.length ? "Drop a picture here, or type / to see what can be asked." : "No commands are known yet: the bot has not registered any.";
  log.replaceChildren(...(nodes.length ? nodes : [el("li", { class: "empty" }, el("p", {}, "Nothing has been said here yet."), el("p", {}, hint))]));
  followEnd(log);
}

function show(message) {
  const end = atEnd();
  const known = state.messages.has(message.id);
  state.messages.set(message.id, message);
  const node = messageNode(message, acts);
  const old = log.querySelector(`[data-id="${message.id}"]`);
  if (known && old) {
    const held = old.contains(document.activeElement);
    old.replaceWith(node);
    if (held) node.focus({ preventScroll: true });
  } else {
    log.querySelector(".empty")?.remove();
    log.append(node);
  }
  if (end) followEnd(node);
}

let typingTimer = 0;

function hear(frame) {
  if (frame === null) {
    byId("presence").textContent = "The sandbox is away…";
    return;
  }
  if (frame.kind === "overview") {
    const first = state.overview === null;
    state.overview = frame;
    setPlace({ as: frame.me.name });
    if (first || !allChannels().some((one) => one.id === state.channel?.id)) open(place().get("at"));
    else {
      state.channel = allChannels().find((one) => one.id === state.channel.id);
      showPlaces();
      loadCommands();
    }
  } else if (frame.kind === "interaction") {
    interaction(frame);
  } else if (frame.channel !== state.channel?.id) {
    if (frame.kind === "message") {
      state.unread.add(frame.channel);
      showPlaces();
    }
  } else if (frame.kind === "message") {
    byId("typing").textContent = "";
    show(frame.message);
  } else if (frame.kind === "gone") {
    state.messages.delete(frame.id);
    log.querySelector(`[data-id="${frame.id}"]`)?.remove();
  } else if (frame.kind === "typing") {
    byId("typing").textContent = `${state.overview.bot.name} is typing…`;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => { byId("typing").textContent = ""; }, 9000);
  }
}

/** What came of something this person did to the bot. */
function interaction(result) {
  if (result.ack || result.failed) {
    state.settled.add(result.id);
    document.querySelectorAll(`[data-waiting="${result.id}"]`).forEach((one) => one.removeAttribute("data-waiting"));
  }
  if (result.failed) toast(`This interaction failed: ${state.overview.bot.name} did not answer within 3 seconds.`);
  if (result.modal && !state.shownForms.has(result.id)) {
    state.shownForms.add(result.id);
    const channel = state.channel.id;
    showForm(result.modal, guildOf(state.channel), async (values, files) => {
      interaction(await state.api.act("command", { channel, form: result.id, values }, files));
    });
  }
}

// ---- what can be done with a message

async function attempt(act, message, more = {}) {
  try {
    return await state.api.act(act, { channel: message.channel_id, message: message.id, ...more });
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

const acts = {
  open,
  jump(id) {
    const node = log.querySelector(`[data-id="${id}"]`);
    if (node) { node.scrollIntoView({ block: "center" }); node.focus(); }
  },
  async press(message, part, node) {
    const result = await attempt("press", message, { custom_id: part.custom_id });
    if (result && !state.settled.has(result.id)) node.setAttribute("data-waiting", result.id);
    if (result) interaction(result);
  },
  selectNode: (part, message) => selectNode(part, guildOf(state.channel), async (values) => {
    const result = await attempt("select", message, { custom_id: part.custom_id, type: part.type, values });
    if (result) interaction(result);
  }),
  react: (message, emoji, mine) => attempt(mine ? "unreact" : "react", message, { emoji }),
  dismiss: (message) => attempt("delete", message),
  menu(message, x, y) {
    const mine = message.author.id === state.overview.me.id;
    const entries = [
      state.channel.may_write && !message.ephemeral && ["Reply", () => composer.reply(message)],
      ...(message.ephemeral ? [] : state.apps.map((name) => [`Apps ▸ ${name}`, async () => {
        const result = await attempt("app", message, { name });
        if (result) interaction(result);
      }])),
      !message.ephemeral && !state.channel.thread && !state.channel.direct && !message.thread && ["Start a thread", () => {
        const name = prompt("Name of the thread");
        if (name) attempt("thread", message, { name });
      }],
      ["Copy the text", () => navigator.clipboard.writeText(message.content || message.embeds[0]?.description || "")],
      (mine || message.ephemeral || state.channel.may_manage) && ["Delete", () => attempt("delete", message)],
    ].filter(Boolean);
    showMenu(entries, message, x, y);
  },
};

function showMenu(entries, message, x, y) {
  const menu = byId("menu");
  const before = document.activeElement;
  const close = () => { menu.hidden = true; before?.focus({ preventScroll: true }); };
  const faces = message.ephemeral ? "" : el("div", { class: "faces" }, FACES.map((one) => el("button", { type: "button", role: "menuitem", "aria-label": `React with ${one}`, onclick: () => { close(); attempt("react", message, { emoji: one }); } }, one)));
  menu.replaceChildren(faces, ...entries.map(([text, act]) => el("button", { type: "button", role: "menuitem", onclick: () => { close(); act(); } }, text)));
  menu.hidden = false;
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  const items = [...menu.querySelectorAll("button")];
  menu.onkeydown = (event) => {
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); items[(at + step + items.length) % items.length].focus(); }
  };
  items[faces ? FACES.length : 0]?.focus();
}

document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#menu")) byId("menu").hidden = true; });
byId("menu-button").onclick = () => {
  const shown = document.body.classList.toggle("places-open");
  byId("menu-button").setAttribute("aria-expanded", String(shown));
};

// ---- who you are

function become(name) {
  state.api?.close();
  Object.assign(state, { api: new Api(name), overview: null, messages: new Map(), unread: new Set() });
  state.api.live(hear);
}

become(place().get("as") || "Robin");
