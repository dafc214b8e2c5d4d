// Who sits at this tab: anybody of the sandbox's people, and new ones.

import { byId, el, face, icon } from "./dom.js";
import { openMenu } from "./menu.js";

/** The switch at the lower left. `host` gives overview(), become(name), addPerson(), address(name). */
export function showMe(host) {
  const { me, people } = host.overview();
  const button = byId("me");
  button.replaceChildren(face(me.name), el("span", { class: "me-name" }, el("small", {}, "You are"), el("b", {}, me.name)), icon("users"));
  button.setAttribute("aria-label", `You are ${me.name}. Be somebody else`);
  button.onclick = () => {
    const box = button.getBoundingClientRect();
    const others = people.filter((one) => one.id !== me.id);
    openMenu("People", [
      { label: "This tab is", entries: people.map((one) => ({ text: one.name, icon: "user", current: one.id === me.id, act: () => host.become(one.name) })) },
      { label: "In another tab", entries: others.map((one) => ({ text: `${one.name}, in a new tab`, icon: "link", href: host.address(one.name) })) },
      { entries: [{ text: "Somebody new…", icon: "plus", act: host.addPerson }] },
    ], box.left, box.top - 12 - 44 * (people.length + others.length + 1));
  };
}
