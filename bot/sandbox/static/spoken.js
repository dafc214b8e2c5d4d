// Messages as plain words: in short for replies, in full for screen readers, and which changes are worth telling.

import { nameOf } from "./dom.js";
import { markdown } from "./markdown.js";

export const LOADING = 128;
export const LAYOUT = 1 << 15;
const TEXT = 10;
const NOTICES = { 6: "pinned a message", 18: "started a thread:", 21: "began this thread", 46: "asked a poll that is over" };
const MOST_IN_SHORT = 120;
const MOST_SPOKEN = 1500;

/** A message in a few words: its title or the beginning of what it says. */
export function summary(message, names = message.names ?? {}) {
  const [embed] = message.embeds;
  const text = embed?.title || message.content || embed?.description || message.poll?.question.text || texts(message.components)[0];
  if (!text && message.message_snapshots?.length) return "a forwarded message";
  return line(text || (message.attachments.length ? "a picture or file" : "…"), names, MOST_IN_SHORT);
}

/** All that a message says, pictures' descriptions included, as one line. */
export function words(message) {
  if (message.flags & LOADING) return "is thinking";
  if (NOTICES[message.type]) return line(`${NOTICES[message.type]} ${message.content}`, {}, MOST_SPOKEN);
  const embeds = message.embeds.flatMap((one) => [one.title, one.description, ...(one.fields ?? []).map((field) => `${field.name}: ${field.value}`)]);
  const files = message.attachments.map((one) => one.description || one.filename);
  const forwarded = (message.message_snapshots ?? []).map((one) => `Forwarded: ${words({ ...one.message, names: message.names, components: [] })}`);
  const said = [message.content, ...forwarded, ...files, ...embeds, ...texts(message.components), message.poll && `Poll: ${message.poll.question.text}`];
  return line(said.filter(Boolean).join("\n\n") || "no words", message.names ?? {}, MOST_SPOKEN);
}

/** Who says what, as a screen reader announces it. */
export const spoken = (message) => `${nameOf(message.author)}${message.ephemeral ? ", only to you" : ""}: ${words(message)}`;

/** Whether a change is worth announcing: an answer has come, or a private status says something else than its progress. */
export function isNews(before, now) {
  if (before.flags & LOADING) return !(now.flags & LOADING);
  return now.ephemeral && gist(before) !== gist(now);
}

const gist = (message) => words(message).replace(/[▰▱\d]+/g, "");
const texts = (parts) => parts.flatMap((one) => (one.type === TEXT ? [one.content] : texts(one.components ?? [])));

function line(text, names, most) {
  const read = markdown(text, names);
  read.querySelectorAll("p, li, small, h3, h4, h5, pre").forEach((one) => one.append("\n"));
  const said = read.textContent.replace(/[▰▱]+/g, "").replace(/\s+/g, " ").trim();
  return said.length > most ? `${said.slice(0, most - 1)}…` : said;
}
