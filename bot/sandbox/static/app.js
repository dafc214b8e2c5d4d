// The page: who you are, where you are, and what is said there. It ties the other modules together.

import { messageActs } from "./acts.js";
import { Api, everybody } from "./api.js";
import { Composer } from "./composer.js";
import { byId, el, icon, toast } from "./dom.js";
import { ask, askPoll, showForm } from "./form.js";
import { forumPosts, showPosts } from "./forum.js";
import { Log } from "./log.js";
import { flatten } from "./options.js";
import { showMe } from "./people.js";
import { Places } from "./places.js";
import { startTheme } from "./theme.js";
import { showAway, showTop } from "./top.js";
import { showIdeas, welcomeCard } from "./welcome.js";
import { addressAs, place, setPlace } from "./where.js";

const state = {
  api: null, overview: null, channel: null, chat: [], apps: [], userApps: [], unread: new Set(), shownForms: new Set(), settled: new Set(),
  early: [], // what happens in a channel while its messages are on their way
  loading: 0,
  away: false, // cut off: what happens meanwhile has to be fetched
  awaited: [], // those who wait for the next overview
};

const guilds = () => state.overview.guilds;
const channelsOf = (guild) => [...guild.channels, ...guild.archived];
const guildOf = (channel) => guilds().find((one) => channelsOf(one).some((two) => two.id === channel?.id)) ?? null;
const known = (id) => [...guilds().flatMap(channelsOf), state.overview.direct].find((one) => one.id === id);
const start = () => guilds().flatMap((one) => one.channels)[0] ?? state.overview.direct;
const GONE = { channel: "That channel is not here any more.", message: "That message is not here any more." };

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
  known: (id) => known(id),
  open: (id) => (known(id) ? open(known(id), { push: true }) : toast(GONE.channel)),
  /** Open what was made just now. */
  async openNew(id) {
    await arrived(id);
    host.open(id);
  },
  async visit(channel, message) {
    if (channel !== state.channel.id) await host.open(channel);
    if (message && channel === state.channel.id) await host.jump(message);
  },
  async jump(id) {
    const { channel } = state;
    if (!await log.jump(id) && channel.id === state.channel.id) toast(GONE.message);
  },
  become: (name) => become(name),
  address: addressAs,
  async run(suggestion) {
    const command = state.chat.find((one) => one.name === suggestion.command);
    const files = suggestion.picture ? { [suggestion.picture]: await sample() } : {};
    composer.run(command, "", suggestion.options, files);
  },
  async post() {
    await attempt("say", { channel: state.channel.id, text: "", alts: { 0: state.overview.welcome.sample.alt } }, { 0: await sample() });
  },
  addServer: () => ask("Another server", "Its name", "Make it", async (name) => {
    const { channel } = await state.api.act("make-server", { name });
    host.openNew(channel);
  }),
  addChannel: (guild) => ask("A new channel", "Its name", "Make it", async (name) => {
    const { channel } = await state.api.act("make-channel", { guild: guild.id, name });
    host.openNew(channel);
  }),
  addPerson: () => ask("Somebody new", "Their name", "Let them in", async (name) => {
    await state.api.act("make-person", { name });
    become(name);
  }, 32),
};

/** Until the channel is in the overview, which comes by itself. */
async function arrived(id) {
  while (!known(id)) await new Promise((done) => { state.awaited.push(done); });
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
const log = new Log(acts, (id) => messagesOf(state.channel, id).catch((problem) => { toast(problem.message); return null; }));
const composer = new Composer(host);
const places = new Places(host);

/** A channel's last messages, or those before one. */
const messagesOf = (channel, before = "") => state.api.get(`channels/${channel.id}/messages?before=${before}`);

async function open(channel, { push = false } = {}) {
  const moved = state.channel?.id !== channel.id;
  state.channel = channel;
  state.unread.delete(channel.id);
  const wanted = place().get("message");
  setPlace({ at: channel.id }, { push: push && moved });
  places.drawer(false);
  showTop(host);
  places.show();
  if (moved) composer.reset();
  await load(wanted);
}

/** Show the channel's messages, and then what happened while they were on their way. */
async function load(wanted = null) {
  const mine = ++state.loading;
  state.early = [];
  try {
    const [found] = await Promise.all([messagesOf(state.channel), loadCommands()]);
    if (mine !== state.loading) return;
    byId("typing").textContent = "";
    log.fill(found, emptyNode());
    if (wanted) host.jump(wanted);
  } catch (problem) {
    toast(problem.message);
  }
  if (mine !== state.loading) return;
  const early = state.early;
  state.early = null;
  early.forEach(hear);
}

function emptyNode() {
  if (state.channel.forum) return forumPosts(host, attempt);
  if (!state.channel.thread && !state.channel.direct) return el("div", { class: "empty" }, welcomeCard(host));
  const { name, connected } = state.overview.bot;
  const hint = state.chat.length ? `Type / to see what ${name} can do here.` : connected && `${name}’s commands work in the channels of a server.`;
  return el("div", { class: "empty" },
    el("p", {}, state.channel.direct ? `Between you and ${name} nothing has been said yet.` : "Nothing has been said here yet."),
    hint && el("p", { class: "small" }, hint));
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
    showAway();
  } else if (frame.kind === "overview") heardOverview(frame);
  else if (frame.kind === "commands") renewCommands();
  else if (frame.kind === "interaction") interaction(frame);
  else if (frame.channel !== state.channel?.id) {
    if (frame.kind === "message" && frame.new) {
      state.unread.add(frame.channel);
      places.show();
    }
  } else if (state.early) state.early.push(frame);
  else if (frame.kind === "message") {
    byId("typing").textContent = "";
    log.put(frame.message, { fresh: frame.new, own: frame.message.author.id === state.overview.me.id || frame.message.ephemeral });
  } else if (frame.kind === "gone") frame.ids.forEach((id) => log.remove(id));
  else if (frame.kind === "typing" && frame.user !== state.overview.me.id) showTyping(frame.user);
}

function showTyping(user) {
  const who = host.guild()?.members.find((one) => one.id === user)?.name ?? state.overview.bot.name;
  byId("typing").textContent = `${who} is typing…`;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => { byId("typing").textContent = ""; }, 9000);
}

/** Take over the parts of the overview that have changed; the first has them all. */
async function heardOverview({ kind, ...changed }) {
  const first = state.overview === null;
  state.overview = { ...state.overview, ...changed };
  state.awaited.splice(0).forEach((done) => done());
  setPlace({ as: state.overview.me.name });
  showMe(host);
  if (first || !known(state.channel.id)) {
    await open(known(place().get("at")) ?? start());
    return;
  }
  state.channel = known(state.channel.id);
  showTop(host);
  places.show();
  composer.permit();
  if (state.away) {
    state.away = false;
    await load();
  } else if (changed.guilds || changed.bot) await renewCommands(Boolean(changed.bot));
}

/** Fetch the commands again, and show in the empty channel what became of it. */
async function renewCommands(changed = false) {
  if (!state.channel) return;
  const before = state.chat.length;
  await loadCommands().catch((problem) => toast(problem.message));
  if (state.channel.forum) showPosts(host);
  else if (changed || before !== state.chat.length) log.refill(emptyNode());
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
    showForm(result.modal, host.guild(), async (values, files) => {
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
byId("threads").append(icon("thread"));
// a form or a picture gives the focus back, unless what it came from was drawn anew meanwhile
document.addEventListener("close", () => { if (document.activeElement === document.body) byId("text").focus(); }, true);
startTheme();
become(place().get("as"));
