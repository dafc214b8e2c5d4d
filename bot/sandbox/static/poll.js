// Polls: answers to choose from while they are open, and how everybody voted.

import { el } from "./dom.js";

/** A message's poll. `acts.vote(message, answers)` carries a vote out; no answers take it back. */
export function poll(message, acts) {
  const { question, answers, allow_multiselect: several, expiry, results } = message.poll;
  const counts = new Map((results?.answer_counts || []).map((one) => [one.id, one]));
  const total = [...counts.values()].reduce((sum, one) => sum + one.count, 0);
  const over = results?.is_finalized || (expiry && Date.parse(expiry) <= Date.now());
  const mine = answers.filter((one) => counts.get(one.answer_id)?.me_voted).map((one) => one.answer_id);
  const box = el("section", { class: "poll", "aria-label": `Poll: ${question.text}` },
    el("h3", { dir: "auto" }, question.text),
    el("p", { class: "small" }, over ? "Closed" : several ? "Choose one or more" : "Choose one"));
  const shown = (one) => [one.poll_media.emoji?.name, one.poll_media.text].filter(Boolean).join(" ");
  if (over || mine.length) {
    box.append(...answers.map((one) => result(shown(one), counts.get(one.answer_id)?.count ?? 0, total, mine.includes(one.answer_id))));
  } else {
    box.append(ballot(message, answers, several, shown, acts));
  }
  if (!over && message.author.id === acts.me()) {
    box.append(el("button", { type: "button", class: "as-link small", "data-key": "end-poll", onclick: () => acts.endPoll(message) }, "End the poll now"));
  }
  const votes = total === 1 ? "1 vote" : `${total} votes`;
  box.append(el("p", { class: "small" }, over ? votes : `${votes} · ${remaining(expiry)}`,
    !over && mine.length > 0 && [" · ", el("button", { type: "button", class: "as-link", "data-key": "unvote", onclick: () => acts.vote(message, []) }, "Take my vote back")]));
  return box;
}

function ballot(message, answers, several, shown, acts) {
  const boxes = answers.map((one) => el("input", { type: several ? "checkbox" : "radio", name: `poll-${message.id}`, value: String(one.answer_id), "data-key": `answer ${one.answer_id}` }));
  const vote = el("button", { type: "submit", class: "button primary", disabled: true, "data-key": "vote" }, "Vote");
  const form = el("form", {}, answers.map((one, at) => el("label", { class: "answer", dir: "auto" }, boxes[at], ` ${shown(one)}`)), vote);
  const chosen = () => boxes.filter((one) => one.checked).map((one) => Number(one.value));
  form.onchange = () => { vote.disabled = chosen().length === 0; };
  form.onsubmit = (event) => { event.preventDefault(); acts.vote(message, chosen()); };
  return form;
}

function result(text, count, total, mine) {
  const share = total ? Math.round((count / total) * 100) : 0;
  const bar = el("div", { class: `answer voted${mine ? " mine" : ""}` }, el("span", { dir: "auto" }, text, mine && el("small", {}, " ✓", el("span", { class: "unseen" }, " your vote"))), el("span", {}, `${share}% (${count})`));
  bar.style.setProperty("--share", `${share}%`);
  return bar;
}

function remaining(expiry) {
  if (!expiry) return "open";
  const hours = (Date.parse(expiry) - Date.now()) / 3_600_000;
  return hours >= 48 ? `${Math.round(hours / 24)} days left` : hours >= 2 ? `${Math.round(hours)} hours left` : `${Math.max(1, Math.round(hours * 60))} minutes left`;
}
