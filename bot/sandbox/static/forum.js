// A forum channel: its posts as a list, and new ones. A post is a thread with a first message.

import { byId, el, icon, redraw } from "./dom.js";

/** What stands where other channels have messages: the posts, and a form for new ones. */
export function forumPosts(host, attempt) {
  const channel = host.channel();
  const title = el("input", { id: "post-title", type: "text", required: true, maxLength: 100, autocomplete: "off" });
  const text = el("textarea", { id: "post-text", rows: 3, maxLength: 2000 });
  const tags = channel.tags.map((one) => el("input", { type: "checkbox", value: one }));
  const file = el("input", { id: "post-file", type: "file" });
  const form = el("form", { class: "post-form" },
    el("div", { class: "field" }, el("label", { for: "post-title" }, "Title"), title),
    el("div", { class: "field" }, el("label", { for: "post-text" }, "Text"), text),
    tags.length > 0 && el("fieldset", { class: "row" }, el("legend", {}, "Tags"), tags.map((one) => el("label", {}, one, ` ${one.value}`))),
    el("div", { class: "field" }, el("label", { for: "post-file" }, "Picture or file", el("span", { class: "optional" }, " optional")), file),
    el("div", { class: "row end" }, el("button", { type: "submit", class: "button primary" }, "Post")));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const payload = { channel: channel.id, name: title.value.trim(), text: text.value, tags: tags.filter((one) => one.checked).map((one) => one.value) };
    const made = await attempt("post", payload, file.files[0] ? { 0: file.files[0] } : {});
    if (made) host.openNew(made.channel);
  };
  return el("div", { class: "empty forum" }, posts(host), channel.may_write && el("details", {}, el("summary", {}, "New post"), form));
}

/** Show the posts as they are now; a post that is being written stays as it is. */
export function showPosts(host) {
  redraw(byId("log"), () => document.querySelector(".posts")?.replaceWith(posts(host)));
}

function posts(host) {
  const { channels, archived } = host.guild();
  const inside = (list) => list.filter((one) => one.parent === host.channel().id).map((one) => el("button", {
    type: "button", class: "post", "data-key": one.id, onclick: () => host.open(one.id),
  }, icon("thread"), el("b", {}, one.name), one.archived && el("small", {}, one.locked ? "Locked" : "Archived")));
  const [open, old] = [inside(channels), inside(archived)];
  return el("section", { class: "posts" },
    el("h2", {}, open.length || old.length ? "Posts" : "No posts yet"), open,
    old.length > 0 && el("h3", {}, "Older posts"), old);
}
