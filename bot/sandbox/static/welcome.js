// What a newcomer finds: a sample picture and three things to try.

import { byId, el, icon, iconButton } from "./dom.js";

/** The card. `host` gives overview(), commands(), channel(), run(suggestion), post(). */
export function welcomeCard(host, done = () => {}) {
  const { welcome, bot, me } = host.overview();
  const { sample, suggestions } = welcome;
  const known = new Set(host.commands().map((one) => one.name));
  const picture = el("img", { src: sample.url, alt: sample.alt, title: sample.alt, width: 512, height: 512, draggable: false });
  const attempts = suggestions.map((one) => {
    const ready = known.has(one.command) && host.channel().may_write;
    return el("button", { type: "button", class: "suggest", disabled: !ready, onclick: () => { done(); host.run(one); } },
      icon({ story: "book", paint: "edit" }[one.command] ?? "idea"), el("span", {}, el("b", {}, one.title), el("small", {}, one.detail)));
  });
  const waiting = known.size === 0 && el("p", { class: "small", role: "status" },
    bot.connected ? `${bot.name} has not registered its commands yet; they appear here by themselves.` : `${bot.name} is on its way; this takes a few seconds.`);
  return el("div", { class: "welcome" },
    el("figure", {}, picture, el("figcaption", {}, "A sample, to begin with"),
      el("button", { type: "button", class: "button secondary", disabled: !host.channel().may_attach, onclick: () => { done(); host.post(); } }, "Post it here")),
    el("div", {}, el("h2", {}, `Hello ${me.name}, what shall it be?`),
      el("p", {}, `${bot.name} tells stories of pictures, and paints pictures of stories. Use a picture of yours, or try one of these:`),
      el("div", { class: "suggests" }, attempts), waiting || "",
      el("p", { class: "small" }, "Any message can be right-clicked for ", el("b", {}, "Apps ▸"), "; the button ⋯ on it does the same.")));
}

/** The card again, later, with the keys that work. */
export function showIdeas(host) {
  const dialog = byId("ideas");
  const close = () => dialog.close();
  const key = (name) => el("kbd", {}, name);
  dialog.replaceChildren(
    el("div", { class: "dialog-head" }, el("h2", {}, "Ideas and keys"), iconButton("close", "Close", close, { class: "plain" })),
    welcomeCard(host, close),
    el("dl", { class: "keys" },
      el("div", {}, el("dt", {}, key("/")), el("dd", {}, "in the message field: commands; ", key("@"), " people, ", key("#"), " channels")),
      el("div", {}, el("dt", {}, key("↑")), el("dd", {}, "in the empty field: edit your last message; in the conversation: from message to message")),
      el("div", {}, el("dt", {}, key("Enter")), el("dd", {}, "on a message: what can be done with it, Apps too; ", key("R"), " answers it"))));
  dialog.onclick = (event) => event.target === dialog && close();
  dialog.showModal();
}
