// Where this tab is: the address says it, so that tabs, reloading and "back" work.

/** The place as the address has it: `as` a person, `at` a channel, perhaps a `message`. */
export const place = () => new URLSearchParams(location.hash.slice(1));

/** Write the place into the address; `push` makes it a step that "back" leads away from. */
export function setPlace(changes, { push = false } = {}) {
  const now = place();
  for (const [key, value] of Object.entries(changes)) now.set(key, value);
  now.delete("message");
  history[push ? "pushState" : "replaceState"](null, "", `#${now}`);
}

/** The address at which somebody else sits in the same place. */
export function addressAs(name) {
  const there = place();
  there.set("as", name);
  return `/#${there}`;
}
