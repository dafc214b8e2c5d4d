// Light or dark: as the system has it, until a person chooses otherwise.

import { byId, icon } from "./dom.js";

const ORDER = ["auto", "light", "dark"];
const SIGNS = { auto: "screen", light: "sun", dark: "moon" };
const NAMES = { auto: "as the system has it", light: "light", dark: "dark" };

const chosen = () => (ORDER.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "auto");

function show() {
  const theme = chosen();
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const button = byId("theme");
  button.replaceChildren(icon(SIGNS[theme]));
  button.title = `Colours: ${NAMES[theme]}`;
  button.setAttribute("aria-label", `Colours: ${NAMES[theme]}. Change`);
}

/** Make the switch work; what was chosen holds for all tabs. */
export function startTheme() {
  byId("theme").onclick = () => {
    localStorage.setItem("theme", ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length]);
    show();
  };
  addEventListener("storage", show);
  show();
}
