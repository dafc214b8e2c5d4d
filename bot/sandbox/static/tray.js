// Files that wait to be sent, with small previews.

import { byId, el, icon, iconButton, size, toast } from "./dom.js";

const MOST_FILES = 10;

/** A small picture of a file, or a sign; blob links live as long as the node is kept in the page's memory. */
export function preview(file) {
  if (!/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(file.type)) return icon("file");
  const url = URL.createObjectURL(file);
  return el("img", { src: url, alt: "", onload: () => URL.revokeObjectURL(url), onerror: (event) => event.target.replaceWith(icon("file")) });
}

export class Tray {
  constructor() {
    this.files = [];
    this.alts = new Map();
  }

  /** Descriptions of the pictures, as {number: text}. */
  described() {
    return Object.fromEntries(this.files.map((file, at) => [at, this.alts.get(file)?.trim() ?? ""]));
  }

  /** Take files in, up to the limits; says what did not fit. */
  add(files, limit) {
    for (const file of files) {
      if (file.size > limit) toast(`${file.name} has ${size(file.size)}; here a file may have ${size(limit)}.`);
      else if (this.files.length >= MOST_FILES) toast(`A message holds ${MOST_FILES} files.`);
      else this.files.push(file);
    }
    this.show();
  }

  set(files) {
    this.files = files;
    this.alts = new Map([...this.alts].filter(([file]) => files.includes(file)));
    this.show();
  }

  remove(file) {
    this.set(this.files.filter((one) => one !== file));
    byId("text").focus();
  }

  show() {
    byId("tray").replaceChildren(...this.files.map((file) => el("li", {}, preview(file),
      el("span", { class: "tray-text" }, el("span", { class: "file-name" }, file.name, el("small", {}, size(file.size))),
        file.type.startsWith("image/") && this.description(file)),
      iconButton("close", `Remove ${file.name}`, () => this.remove(file), { class: "plain" }))));
  }

  description(file) {
    return el("input", {
      type: "text", maxLength: 1024, placeholder: "Describe it (alt text)", value: this.alts.get(file) ?? "",
      "aria-label": `Description of ${file.name}`, oninput: (event) => this.alts.set(file, event.target.value),
    });
  }
}
