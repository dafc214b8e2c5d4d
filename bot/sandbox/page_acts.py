"""What a browser tab may do: each act by its name, carried out through Person.

The page can do no more than a scripted person can, and besides make people, servers and channels: whoever sits at
this computer may be anybody.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from . import permissions as rights
from .errors import Refused
from .handles import Handle, Modal
from .model import Channel, Json, Message, Role, walk_components
from .person import Person
from .views import View

if TYPE_CHECKING:
    from .server import Sandbox

Files = dict[str, tuple[str, bytes]]

KEPT_HANDLES = 500
SUGGESTION_SECONDS = 5.0
NAME = 100
ABOUT_THINGS = frozenset({5, 6, 7, 8, 9})
"""Types of options and selects whose values are ids: users, channels, roles, mentionables."""
STRING_SELECT = 3
ENTITY_SELECTS = frozenset({5, 6, 7, 8})


class PageActs:
    """Carries out acts and remembers what became of those that the bot answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._handles: OrderedDict[str, Handle] = OrderedDict()

    def handle(self, key: str) -> Handle | None:
        """The interaction of that id, if a tab of this page began it."""
        return self._handles.get(key)

    async def do(self, person: Person, act: str, asked: Json, files: Files) -> Json:
        """Carry out one act.

        Raises:
            Refused, ApiError, InteractionFailed: with a sentence for the person.
            KeyError, ValueError, TypeError: what was asked is not in the form that the page sends.
        """
        if act.startswith("make-"):
            return self._make(person, act, asked)
        channel = self.channel(person, asked["channel"])
        if act in ("command", "autocomplete"):
            return await self._command(person, act, channel, asked, files)
        if act == "user-app":
            user = self._world.users[int(asked["user"])]
            return self._keep(await person.user_command(asked["name"], user, in_=channel))
        message = self._message(channel, asked["message"]) if asked.get("message") else None
        if act == "say":
            return await self._say(person, channel, message, asked, files)
        if act == "poll":
            hours, several = int(asked["hours"]), bool(asked["several"])
            made = await person.poll(channel, asked["question"], asked["answers"], hours=hours, several=several)
            return {"message": str(made.id)}
        if act == "post":
            tags = [str(one) for one in asked.get("tags") or []]
            post = await person.post(channel, asked["name"], asked["text"], files=list(files.values()), tags=tags)
            return {"channel": str(post.id)}
        if message is None:
            raise Refused("This needs a message")
        return await self._with_message(person, act, channel, message, asked)

    # ---- by kind

    async def _say(
        self, person: Person, channel: Channel, answered: Message | None, asked: Json, files: Files
    ) -> Json:
        alts = asked.get("alts") or {}
        given = [
            (name, data, str(alts[key])) if alts.get(key) else (name, data) for key, (name, data) in files.items()
        ]
        said = await person.say(
            channel, asked.get("text", ""), files=given, reply_to=answered, ping=asked.get("ping", True)
        )
        return {"message": str(said.id)}

    async def _with_message(self, person: Person, act: str, channel: Channel, message: Message, asked: Json) -> Json:
        if act == "press":
            return self._keep(await person.press(message, asked["custom_id"]))
        if act == "select":
            kind = asked.get("type", STRING_SELECT)
            values = [self._select_value(person, channel, kind, one) for one in asked["values"]]
            return self._keep(await person.select(message, values, menu=asked["custom_id"]))
        if act == "app":
            return self._keep(await person.message_command(asked["name"], message))
        if act == "thread":
            return {"channel": str((await person.start_thread(message, asked["name"])).id)}
        if act == "edit":
            await person.edit(message, asked["text"])
        elif act == "delete":
            await person.delete(message)
        elif act == "react":
            await person.react(message, asked["emoji"])
        elif act == "unreact":
            await person.unreact(message, asked["emoji"])
        elif act == "vote":
            await person.vote(message, *(int(one) for one in asked["answers"]))
        elif act == "end-poll":
            await person.end_poll(message)
        elif act == "pin":
            await person.pin(message, bool(asked["pinned"]))
        else:
            raise Refused(f"There is no act {act!r}")
        return {}

    async def _command(self, person: Person, act: str, channel: Channel, asked: Json, files: Files) -> Json:
        if asked.get("form"):
            return await self._fill(person, self._handles[asked["form"]], asked["values"], files)
        options: dict[str, Any] = {
            name: self._thing(person, channel, kind, value) for name, (kind, value) in asked["options"].items()
        }
        if act == "command":
            return self._keep(await person.command(asked["name"], in_=channel, **options, **files))
        handle = await person.autocomplete(
            asked["name"], asked["option"], asked["typed"], in_=channel, **options, **files
        )
        await handle.acked(timeout=SUGGESTION_SECONDS)
        return {"choices": [{"name": name, "value": value} for name, value in handle.choices or []]}

    async def _fill(self, person: Person, handle: Handle, values: Json, files: Files) -> Json:
        modal, channel = await handle.form(), handle.interaction.channel
        kinds = _kinds(modal)
        filled = {
            name: [self._select_value(person, channel, kinds[name], one) for one in value]
            if isinstance(value, list)
            else value
            for name, value in values.items()
        }
        return self._keep(await person.fill(modal, **filled, **files))

    def _make(self, person: Person, act: str, asked: Json) -> Json:
        name = str(asked["name"]).strip()
        if not 1 <= len(name) <= NAME:
            raise Refused(f"A name has 1 to {NAME} characters")
        if act == "make-person":
            if name in self._sandbox.people:
                raise Refused(f"{name} is here already")
            self._sandbox.add_person(name, guilds=person.guilds)
            return {"person": name}
        if act == "make-server":
            guild = self._sandbox.add_guild(name, person)
            return {"channel": str(next(self._world.channels_of(guild)).id)}
        if act == "make-channel":
            guild = self._world.guilds[int(asked["guild"])]
            member = guild.members.get(person.id)
            if member is None or not rights.server_permissions(guild, member) & rights.MANAGE_CHANNELS:
                raise Refused(f"{person.name} may not make channels here")
            return {"channel": str(self._world.add_channel(guild, name.lower().replace(" ", "-")).id)}
        raise Refused(f"There is no act {act!r}")

    # ---- finding

    def channel(self, person: Person, key: str) -> Channel:
        """The channel, if the person sees it; Refused if not."""
        channel = self._world.channels.get(int(key)) if key.isdecimal() else None
        if channel is None:
            raise Refused("There is no such channel")
        return person.where(channel)

    @staticmethod
    def _message(channel: Channel, key: str) -> Message:
        if (message := channel.messages.get(int(key))) is None:
            raise Refused("The message is gone")
        return message

    def _select_value(self, person: Person, channel: Channel, kind: int, value: Any) -> Any:
        return self._thing(person, channel, kind, value) if kind in ENTITY_SELECTS else value

    def _thing(self, person: Person, channel: Channel, kind: int, value: Any) -> Any:
        """A value of the page as what it stands for: a user, a channel, a role, or itself."""
        if kind not in ABOUT_THINGS or isinstance(value, bool):
            return value
        key = int(value)
        if key in self._world.users:
            return self._world.users[key]
        if key in self._world.channels:
            return self.channel(person, str(key))
        guild = self._world.guilds.get(channel.guild_id or 0)
        role: Role | None = guild.roles.get(key) if guild is not None else None
        return value if role is None else role

    def _keep(self, handle: Handle) -> Json:
        self._handles[str(handle.interaction.id)] = handle
        while len(self._handles) > KEPT_HANDLES:
            self._handles.popitem(last=False)
        return View.interaction(handle)


def _kinds(modal: Modal) -> dict[str, int]:
    """The types of a form's inputs, by custom id."""
    return {one["custom_id"]: int(one["type"]) for one in walk_components(modal.components) if "custom_id" in one}
