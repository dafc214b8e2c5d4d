// The page: who you are, where you are, and what is said there. It ties the other modules together.

import { messageActs } from "./acts.js";
import { Api, everybody } from "./api.js";
import { Composer } from "./composer.js";
import { byId, el, icon, toast } from "./dom.js";
import { ask, askPoll, showForm } from "./form.js";
import { forumPosts } from "./forum.js";
import { Log } from "./log.js";
import { flatten } from "./options.js";
import { showMe } from "./people.js";
import { Places } from "./places.js";
import { startTheme } from "./theme.js";
import { showIdeas, welcomeCard } from "./welcome.js";

const FORUM = 15;
const state = {
  api: null, overview: null, channel: null, chat: [], apps: [], userApps: [], unread: new Set(), shownForms: new Set(), settled: new Set(),
  early: [], // what happens in a channel while its messages are on their way
  loading: 0,
  away: false, // cut off: what happens meanwhile has to be fetched
};

// ---- where we are: the address says it, so that tabs, reloading and "back" work

const place = () => new URLSearchParams(location.hash.slice(1));

function setPlace(changes, { push = false } = {}) {
  const now = place();
  for (const [key, value] of Object.entries(changes)) now.set(key, value);
  now.delete("message");
  history[push ? "pushState" : "replaceState"](null, "", `#${now}`);
}

const guilds = () => state.overview.guilds;
const guildOf = (channel) => guilds().find((one) => one.channels.some((two) => two.id === channel?.id || two.id === channel?.parent)) ?? null;
const known = (id) => [...guilds().flatMap((one) => one.channels), state.overview.direct].find((one) => one.id === id);
const start = () => guilds().flatMap((one) => one.channels)[0] ?? state.overview.direct;

const host = {
  api: () => state.api,
  overview: () => state.overview,
  channel: () => state.channel,
  guild: () => guildOf(state.channel),
  bot: () => state.overview.bot,
  commands: () => state.chat,
  apps: () => state.apps,
  userApps: () => state.userApps,
  limit: () => state.overview.limit,
  unread: () => state.unread,
  handled: (result) => interaction(result),
  settled: (id) => state.settled.has(id),
  lastOwn: () => [...log.messages.values()].reverse().find((one) => one.author.id === state.overview.me.id && one.type !== 18),
  open: (id) => open(known(id) ?? start(), { push: true }),
  openThread: (thread) => open(known(thread.id) ?? archived(thread), { push: true }),
  async visit(channel, message) {
    if (channel !== state.channel.id) await open(known(channel) ?? start(), { push: true });
    if (message && !log.jump(message)) toast("That message is not here any more.");
  },
  jump: (id) => { if (!log.jump(id)) toast("That message is not here any more."); },
  become: (name) => become(name),
  address: (name) => { const there = place(); there.set("as", name); return `/#${there}`; },
  async run(suggestion) {
    const command = state.chat.find((one) => one.name === suggestion.command);
    const files = suggestion.picture ? { [suggestion.picture]: await sample() } : {};
    composer.run(command, "", suggestion.options, files);
  },
  async post() {
    await attempt("say", { channel: state.channel.id, text: "" }, { 0: await sample() });
  },
  addServer: () => ask("Another server", "Its name", "Make it", async (name) => {
    const { channel } = await state.api.act("make-server", { name });
    await arrived(channel);
    host.open(channel);
  }),
  addChannel: (guild) => ask("A new channel", "Its name", "Make it", async (name) => {
    const { channel } = await state.api.act("make-channel", { guild: guild.id, name });
    await arrived(channel);
    host.open(channel);
  }),
  addPerson: () => ask("Somebody new", "Their name", "Let them in", async (name) => {
    await state.api.act("make-person", { name });
    become(name);
  }, 32),
};

/** Until the channel is in the overview, which comes by itself. */
async function arrived(id) {
  for (let tries = 0; tries < 40 && !known(id); tries += 1) await new Promise((done) => { setTimeout(done, 50); });
}

/** An archived thread is in no list, but can be read, and is revived by writing. */
function archived(thread) {
  const rights = known(thread.parent_id) ?? state.channel;
  return { ...rights, id: thread.id, name: thread.name, thread: true, direct: false, parent: thread.parent_id, topic: null };
}

async function sample() {
  const { url, name } = state.overview.welcome.sample;
  const data = await (await fetch(url)).blob();
  return new File([data], name, { type: data.type });
}

async function attempt(act, payload, files = {}) {
  try {
    return await state.api.act(act, payload, files);
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

const acts = messageActs(host, attempt, (message) => composer.reply(message), (message) => composer.edit(message));
const log = new Log(acts);
const composer = new Composer(host);
const places = new Places(host);

async function open(channel, { push = false } = {}) {
  const moved = state.channel?.id !== channel.id;
  state.channel = channel;
  state.unread.delete(channel.id);
  const wanted = place().get("message");
  setPlace({ at: channel.id }, { push: push && moved });
  places.drawer(false);
  showTop();
  places.show();
  if (moved) composer.reset();
  await load(wanted);
}

/** Show the channel's messages, and then what happened while they were on their way. */
async function load(wanted = null) {
  const mine = ++state.loading;
  state.early = [];
  try {
    const [messages] = await Promise.all([state.api.get(`channels/${state.channel.id}/messages`), loadCommands()]);
    if (mine !== state.loading) return;
    byId("typing").textContent = "";
    log.fill(messages, emptyNode());
    if (wanted) log.jump(wanted);
  } catch (problem) {
    toast(problem.message);
  }
  if (mine !== state.loading) return;
  const early = state.early;
  state.early = null;
  early.forEach(hear);
}

function showTop() {
  const { channel } = state;
  const parent = channel.thread ? known(channel.parent) : null;
  const up = byId("up");
  up.hidden = !parent;
  if (parent) {
    up.replaceChildren(icon("back"), el("span", {}, `#${parent.name}`));
    up.setAttribute("aria-label", `Back to #${parent.name}`);
    up.onclick = () => host.open(parent.id);
  }
  byId("title").replaceChildren(icon(channel.direct ? "chat" : channel.thread ? "thread" : channel.type === FORUM ? "forum" : "hash"), channel.name);
  byId("topic").textContent = channel.topic || "";
  document.title = `${state.overview.me.name} · ${channel.direct ? "" : "#"}${channel.name} · Sandbox`;
  const { bot } = state.overview;
  byId("presence").textContent = `${bot.name} is ${bot.connected ? "online" : "offline"}`;
  byId("presence").className = bot.connected ? "online" : "offline";
}

function emptyNode() {
  if (state.channel.type === FORUM) return forumPosts(host, attempt);
  const inside = state.channel.thread || state.channel.direct
    ? el("p", { class: "small" }, state.channel.direct ? `Between you and ${state.overview.bot.name} nothing has been said yet.` : "Nothing has been said here yet.")
    : welcomeCard(host);
  return el("li", { class: "empty" }, inside);
}

async function loadCommands() {
  const { id } = state.channel;
  const { chat, message, user } = await state.api.get(`channels/${id}/commands`);
  if (id === state.channel?.id) Object.assign(state, { chat: flatten(chat), apps: message, userApps: user });
}

// ---- what happens

let typingTimer = 0;

function hear(frame) {
  if (frame === null) {
    state.away = true;
    byId("presence").textContent = "The sandbox is away…";
    byId("presence").className = "away";
  } else if (frame.kind === "overview") heardOverview(frame);
  else if (frame.kind === "interaction") interaction(frame);
  else if (frame.channel !== state.channel?.id) {
    if (frame.kind === "message" && !log.messages.has(frame.message.id)) {
      state.unread.add(frame.channel);
      places.show();
    }
  } else if (state.early) state.early.push(frame);
  else if (frame.kind === "message") {
    byId("typing").textContent = "";
    log.put(frame.message, { own: frame.message.author.id === state.overview.me.id || frame.message.ephemeral });
  } else if (frame.kind === "gone") frame.ids.forEach((id) => log.remove(id));
  else if (frame.kind === "typing" && frame.user !== state.overview.me.id) {
    const who = guildOf(state.channel)?.members.find((one) => one.id === frame.user)?.name ?? state.overview.bot.name;
    byId("typing").textContent = `${who} is typing…`;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => { byId("typing").textContent = ""; }, 9000);
  }
}

async function heardOverview(frame) {
  const first = state.overview === null;
  state.overview = frame;
  setPlace({ as: frame.me.name });
  showMe(host);
  if (first || !(known(state.channel.id) || state.channel.thread)) {
    await open(known(place().get("at")) ?? start());
    return;
  }
  state.channel = known(state.channel.id) ?? state.channel;
  showTop();
  places.show();
  if (state.away) {
    state.away = false;
    await load();
    return;
  }
  const before = state.chat.length;
  await loadCommands().catch((problem) => toast(problem.message));
  if (before !== state.chat.length || state.channel.type === FORUM) {
    const fresh = emptyNode();
    log.empty?.replaceWith(fresh);
    log.empty = fresh;
  }
}

/** What came of something this person did to the bot. */
function interaction(result) {
  if (result.ack || result.failed) {
    state.settled.add(result.id);
    document.querySelectorAll(`[data-waiting="${CSS.escape(result.id)}"]`).forEach((one) => one.removeAttribute("data-waiting"));
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

// ---- who you are

async function become(wanted) {
  state.api?.close();
  const people = await everybody();
  const name = people.includes(wanted) ? wanted : people[0];
  Object.assign(state, { api: new Api(name), overview: null, channel: null, unread: new Set(), away: false });
  state.api.live(hear);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.jump");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  host.visit(link.dataset.channel, link.dataset.message);
});
addEventListener("popstate", () => {
  if (!state.overview) return;
  if (place().get("as") !== state.overview.me.name) become(place().get("as"));
  else if (place().get("at") !== state.channel.id) open(known(place().get("at")) ?? start());
});
byId("skip").onclick = () => byId("text").focus();
byId("drawer").append(icon("menu"));
byId("idea").append(icon("idea"));
byId("idea").onclick = () => showIdeas(host);
byId("attach").append(icon("plus"));
byId("ask-poll").append(icon("poll"));
byId("ask-poll").onclick = () => askPoll((poll) => state.api.act("poll", { channel: state.channel.id, ...poll }));
byId("send").append(icon("send"));
byId("newer").append(icon("down"));
startTheme();
become(place().get("as"));
