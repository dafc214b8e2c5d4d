// Servers at the far left, the channels and threads of the open one beside them.

import { byId, el, icon, iconButton, redraw } from "./dom.js";
import { signOf } from "./top.js";

export class Places {
  /** `host` gives overview(), channel(), guild(), unread(), open(id), addServer(), addChannel(guild). */
  constructor(host) {
    this.host = host;
    byId("drawer").onclick = () => this.drawer(!document.body.classList.contains("places-open"));
    byId("scrim").onclick = () => this.drawer(false);
    byId("side").onkeydown = (event) => {
      if (event.key === "Escape" && document.body.classList.contains("places-open")) { this.drawer(false); byId("drawer").focus(); }
    };
  }

  /** Open or close the list on narrow screens. */
  drawer(open) {
    document.body.classList.toggle("places-open", open);
    byId("drawer").setAttribute("aria-expanded", String(open));
    if (open) (byId("places").querySelector("[aria-current]") ?? byId("places").querySelector("button"))?.focus();
  }

  show() {
    redraw(byId("side"), () => this.draw());
  }

  draw() {
    const { guilds, direct } = this.host.overview();
    const guild = this.host.guild();
    const unread = this.host.unread();
    const waits = (channels) => channels.some((one) => unread.has(one.id));
    byId("rail").replaceChildren(
      this.server("direct", "Direct messages", icon("chat"), guild === null, waits([direct]), () => this.host.open(direct.id)),
      el("hr"),
      ...guilds.map((one) => this.server(one.id, one.name, initials(one), one.id === guild?.id,
        waits(one.channels), () => one.channels.length && this.host.open(one.channels[0].id))),
      iconButton("plus", "Make another server", () => this.host.addServer(), { class: "server" }));
    byId("server-name").textContent = guild?.name ?? "Direct messages";
    const add = guild && guild.may_build && iconButton("plus", "Make a channel", () => this.host.addChannel(guild), { class: "plain" });
    byId("server-tools").replaceChildren(...[add].filter(Boolean));
    const here = this.host.channel();
    const listed = guild && ordered(here.archived ? [...guild.channels, here] : guild.channels);
    byId("places").replaceChildren(...(listed ?? [direct]).map((one) => this.entry(one)));
  }

  server(key, name, sign, open, waits, act) {
    return el("button", {
      type: "button", class: `server${waits ? " unread" : ""}`, title: name, "data-key": `server ${key}`, "aria-label": waits ? `${name}, something new` : name,
      "aria-current": open ? "true" : null, onclick: act,
    }, sign);
  }

  entry(channel) {
    const waits = this.host.unread().has(channel.id);
    return el("button", {
      type: "button", class: `channel${channel.thread ? " inner" : ""}${waits ? " unread" : ""}`, "data-key": channel.id,
      "aria-current": channel.id === this.host.channel()?.id ? "page" : null, onclick: () => this.host.open(channel.id),
    }, icon(signOf(channel)), el("span", {}, channel.name), channel.nsfw && el("small", {}, "18+"),
      channel.archived && el("small", { class: "asleep" }, "archived"), waits && el("span", { class: "unseen" }, " something new"));
  }
}

/** A server's sign: the first letters of its name. */
function initials(guild) {
  const letters = guild.name.split(/\s+/).map((one) => [...one][0] ?? "").join("").slice(0, 3);
  return el("span", { class: "initials", "aria-hidden": "true" }, letters);
}

/** Channels, each followed by its threads. */
function ordered(channels) {
  return channels.filter((one) => !one.thread).flatMap((one) => [one, ...channels.filter((two) => two.parent === one.id)]);
}
