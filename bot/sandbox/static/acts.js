// What can be done with a message or a person: the menus, and the acts behind buttons, selects and reactions.

import { selectNode } from "./choices.js";
import { toast } from "./dom.js";
import { ask } from "./form.js";
import { openMenu } from "./menu.js";

const FACES = ["❤️", "😍", "😂", "😮", "😢", "☀️", "❄️", "✏️"];

/** The acts that messages are drawn with. `attempt` carries out an act and tells what went wrong. */
export function messageActs(host, attempt, reply, edit) {
  const about = (message, more = {}) => ({ channel: message.channel_id, message: message.id, ...more });
  const act = async (name, message, more) => {
    const result = await attempt(name, about(message, more));
    if (result?.id) host.handled(result);
    return result;
  };

  const acts = {
    reply,
    open: host.open,
    visit: host.visit,
    jump: host.jump,
    dismiss: (message) => attempt("delete", about(message)),
    react: (message, emoji, mine) => attempt(mine ? "unreact" : "react", about(message, { emoji })),
    me: () => host.overview().me.id,
    endPoll: (message) => attempt("end-poll", about(message)),
    vote: (message, answers) => attempt("vote", about(message, { answers })),
    async press(message, part, node) {
      const result = await attempt("press", about(message, { custom_id: part.custom_id }));
      if (result && !host.settled(result.id)) node.setAttribute("data-waiting", result.id);
      if (result) host.handled(result);
    },
    selectNode: (part, message) => selectNode(part, host.guild(), (values) => act("select", message, { custom_id: part.custom_id, type: part.type, values })),
    faces(message, x, y) {
      openMenu("Reactions", [{ label: "React with", faces: FACES.map((one) => [one, () => acts.react(message, one, false)]) }], x - 180, y);
    },
    menu(message, x, y, picture = null) {
      openMenu("What can be done with this message", groups(message, picture), x, y);
    },
    person(user, event) {
      const box = event.currentTarget.getBoundingClientRect();
      const apps = host.userApps().map((name) => ({ text: name, icon: "apps", act: async () => {
        const result = await attempt("user-app", { channel: host.channel().id, user: user.id, name });
        if (result) host.handled(result);
      } }));
      openMenu(user.global_name || user.username, [
        { label: `${user.global_name || user.username}${user.bot ? " (bot)" : ""}`, entries: [
          { text: "Copy the id", icon: "copy", act: () => copy(user.id) },
          ...(user.bot || user.id === host.overview().me.id ? [] : [{ text: "Be this person in a new tab", icon: "link", href: host.address(user.global_name || user.username) }]),
        ] },
        { label: "Apps", entries: apps },
      ], box.left, box.bottom + 4);
    },
  };

  function groups(message, picture) {
    const channel = host.channel();
    const mine = message.author.id === host.overview().me.id;
    const open = !message.ephemeral;
    const apps = open ? host.apps().map((name) => ({ text: name, icon: "apps", act: () => act("app", message, { name }) })) : [];
    const pinnable = open && channel.may_pin;
    const threadable = open && channel.may_thread && !channel.thread && !channel.direct && !message.thread;
    const rest = [
      open && channel.may_write && { text: "Reply", icon: "reply", act: () => reply(message) },
      mine && open && { text: "Edit", icon: "edit", act: () => edit(message) },
      threadable && { text: "Start a thread", icon: "thread", act: () => thread(message) },
      message.thread && { text: "Go to the thread", icon: "thread", act: () => host.open(message.thread.id) },
      pinnable && { text: message.pinned ? "Unpin" : "Pin", icon: "pin", act: () => attempt("pin", about(message, { pinned: !message.pinned })) },
      { text: "Copy the text", icon: "copy", act: () => copy(message.content || message.embeds[0]?.description || "") },
      picture && { text: "Open the picture’s file", icon: "link", href: picture.src },
      !open && { text: "Dismiss", icon: "eye", act: () => acts.dismiss(message) },
      open && (mine || channel.may_manage) && { text: "Delete", icon: "trash", danger: true, act: () => attempt("delete", about(message)) },
    ].filter(Boolean);
    const faces = open ? [{ faces: FACES.map((one) => [one, () => acts.react(message, one, false)]) }] : [];
    return [...faces, { label: "Apps", entries: apps }, { entries: rest }];
  }

  function thread(message) {
    ask("Start a thread", "Name of the thread", "Start it", async (name) => {
      const { channel } = await host.api().act("thread", about(message, { name }));
      host.openNew(channel);
    });
  }

  return acts;
}

function copy(text) {
  navigator.clipboard.writeText(text).then(() => toast("Copied."), () => toast("The browser did not allow copying."));
}
