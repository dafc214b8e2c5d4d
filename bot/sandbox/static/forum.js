// A forum channel: its posts as a list, and new ones. A post is a thread with a first message.

import { el, icon } from "./dom.js";

/** The list of posts that stands where other channels have messages. */
export function forumPosts(host, attempt) {
  const channel = host.channel();
  const posts = (host.guild()?.channels ?? []).filter((one) => one.parent === channel.id);
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
    if (made) host.openThread({ id: made.channel, name: payload.name, parent_id: channel.id });
  };
  return el("li", { class: "empty forum" },
    el("h2", {}, posts.length ? "Posts" : "No posts yet"),
    posts.map((one) => el("button", { type: "button", class: "post", onclick: () => host.open(one.id) }, icon("thread"), el("b", {}, one.name))),
    channel.may_write && el("details", {}, el("summary", {}, "New post"), form));
}
