// The head of the conversation: where one is, the way up, the channel's threads, and whether the bot is there.

import { byId, el, icon } from "./dom.js";
import { openMenu } from "./menu.js";

/** The sign of a kind of channel. */
export const signOf = (channel) => (channel.direct ? "chat" : channel.thread ? "thread" : channel.forum ? "forum" : "hash");

/** Draw it. `host` gives overview(), channel(), guild(), known(id), open(id). */
export function showTop(host) {
  const channel = host.channel();
  showUp(host, channel.thread ? host.known(channel.parent) : null);
  byId("title").replaceChildren(icon(signOf(channel)), el("span", { dir: "auto", title: channel.name }, channel.name));
  byId("mark").textContent = channel.locked ? "Locked" : channel.archived ? "Archived" : "";
  byId("topic").textContent = channel.topic || "";
  showThreads(host, channel);
  const { bot, me } = host.overview();
  document.title = `${me.name} · ${channel.direct ? "" : "#"}${channel.name} · Sandbox`;
  byId("presence").textContent = `${bot.name} is ${bot.connected ? "online" : "offline"}`;
  byId("presence").className = bot.connected ? "online" : "offline";
}

/** That nothing is heard from the sandbox at the moment. */
export function showAway() {
  byId("presence").textContent = "The sandbox is away…";
  byId("presence").className = "away";
}

function showUp(host, parent) {
  const up = byId("up");
  up.hidden = !parent;
  if (!parent) return;
  up.replaceChildren(icon("back"), el("span", {}, `#${parent.name}`));
  up.setAttribute("aria-label", `Back to #${parent.name}`);
  up.onclick = () => host.open(parent.id);
}

/** The button that lists a channel's threads, those too that sleep and stand in no other list. */
function showThreads(host, channel) {
  const { channels = [], archived = [] } = host.guild() ?? {};
  const inside = (list) => list.filter((one) => one.parent === channel.id)
    .map((one) => ({ text: one.name, icon: "thread", act: () => host.open(one.id) }));
  const button = byId("threads");
  button.hidden = channel.forum || inside([...channels, ...archived]).length === 0;
  button.onclick = () => {
    const box = button.getBoundingClientRect();
    openMenu("Threads", [{ label: "Threads", entries: inside(channels) }, { label: "Archived threads", entries: inside(archived) }], box.right, box.bottom + 6);
  };
}
