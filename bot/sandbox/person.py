"""A scripted person: says, uploads, runs commands, presses, fills forms, waits and reads, as a member would.

What Discord's client would refuse raises Refused; nothing here reaches around the server's rules. Waiting is by
event; a `timeout` is real seconds.
"""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import permissions as rights
from .commands import Filling, find_command
from .errors import Refused
from .forms import chosen_values, filled_form
from .handles import TIMEOUT, Handle, Modal
from .interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL
from .messages import Draft, Upload
from .model import TEXT, THREADS, Attachment, Channel, Json, Message, Reference, User

if TYPE_CHECKING:
    from .server import Sandbox

ChannelLike = Channel | str | None
File = tuple[str, bytes]


class Person:
    """One member. `channel` is where commands are typed unless told otherwise."""

    def __init__(self, sandbox: Sandbox, user: User) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self.user = user
        self.channel: Channel | None = None

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    @property
    def id(self) -> int:
        """The account's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """The name that others see."""
        return self.user.display_name

    @property
    def mention(self) -> str:
        """The text that mentions this person."""
        return self.user.mention

    def go(self, channel: ChannelLike) -> Channel:
        """Open a channel; later commands are typed there."""
        self.channel = self.where(channel)
        return self.channel

    def where(self, channel: ChannelLike) -> Channel:
        """The channel meant by `#name`, `Server/#name`, a Channel, or None (the open one, else the first)."""
        if isinstance(channel, Channel):
            found: Channel | None = channel
        elif channel is None:
            found = self.channel or next(iter(self._visible_text_channels()), None)
        else:
            server, _, name = channel.rpartition("/")
            found = next(
                (one for one in self._visible_text_channels(server) if one.name == name.removeprefix("#")), None
            )
        if found is None or not self._world.permissions(self.user, found) & rights.VIEW_CHANNEL:
            raise Refused(f"{self.name} sees no channel {channel!r}")
        return found

    def dm(self) -> Channel:
        """The conversation with the bot."""
        return self._world.direct_channel(self.user, self._world.bot)

    # ---- writing

    async def say(
        self,
        channel: ChannelLike,
        text: str = "",
        *,
        files: Sequence[File] = (),
        reply_to: Message | None = None,
        ping: bool = True,
        mention_bot: bool = False,
    ) -> Message:
        """Post a message, perhaps as a reply, with or without pinging the one who is answered."""
        where = self.where(channel)
        needed = rights.SEND_MESSAGES_IN_THREADS if where.type in THREADS else rights.SEND_MESSAGES
        needed |= rights.ATTACH_FILES if files else 0
        self._may(where, needed, "write")
        if mention_bot:
            text = f"{self._world.bot.mention} {text}"
        if len(text) > 2000 or len(files) > 10:
            raise Refused("A message holds 2,000 characters and 10 files")
        for name, data in files:
            if len(data) > self._world.attachment_limit:
                raise Refused(f"{name} is too large for this server")
        reference = Reference(reply_to.id, reply_to.channel_id, reply_to.guild_id) if reply_to else None
        draft = Draft(text, uploads=[Upload(str(at), *one) for at, one in enumerate(files)], reference=reference)
        if draft.empty:
            raise Refused("There is nothing to send")
        if reference is not None and not ping:
            draft.allowed_mentions = {"parse": ["users", "roles", "everyone"], "replied_user": False}
        self._sandbox.threads.revive(where)
        return self._sandbox.writing.create(self.user, where, draft)

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.author.id != self.id:
            raise Refused("One's own messages only")
        self._sandbox.writing.edit(message, {"content": text}, [])

    async def delete(self, message: Message) -> None:
        """Delete a message; others' need Manage Messages, private ones are dismissed."""
        granted = self._world.permissions(self.user, self._world.channel(message.channel_id))
        mine = self.id in (message.author.id, message.visible_to)
        if not mine and not granted & rights.MANAGE_MESSAGES:
            raise Refused(f"{self.name} may not delete others' messages")
        self._sandbox.writing.delete(message)

    async def react(self, message: Message, emoji: str) -> None:
        """Give a reaction; a new one needs Add Reactions."""
        self._see(message)
        if not any(one.emoji == emoji for one in message.reactions):
            self._may(self._world.channel(message.channel_id), rights.ADD_REACTIONS, "react")
        self._sandbox.writing.react(message, self.user, emoji)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Take one's reaction back."""
        self._sandbox.writing.unreact(message, self.id, emoji)

    async def start_thread(self, message: Message, name: str) -> Channel:
        """Open a thread on a message."""
        self._see(message)
        self._may(self._world.channel(message.channel_id), rights.CREATE_PUBLIC_THREADS, "start threads")
        return self._sandbox.threads.start_on(message, self.user, name, 1440)

    # ---- acting on the bot

    async def command(self, name: str, /, *, in_: ChannelLike = None, **options: Any) -> Handle:
        """Run `/name` (`"memory search"` for a subcommand) with options by name; files are (name, bytes)."""
        channel, (root, *path) = self.where(in_), name.split()
        command = find_command(self._world, self.user, channel, root, 1)
        data = Filling(self._world, self.user, channel).data(command, path, options)
        return self._start(COMMAND, channel, data)

    async def autocomplete(
        self, name: str, option: str, typed: str, /, *, in_: ChannelLike = None, **options: Any
    ) -> Handle:
        """Type into an option and ask for suggestions; the others as far as they are filled in."""
        channel, (root, *path) = self.where(in_), name.split()
        command = find_command(self._world, self.user, channel, root, 1)
        data = Filling(self._world, self.user, channel).data(command, path, {option: typed, **options}, option)
        return self._start(AUTOCOMPLETE, channel, data)

    async def message_command(self, name: str, message: Message) -> Handle:
        """Right-click a message and choose an entry of its Apps menu."""
        channel = self._world.channel(message.channel_id)
        self._see(message)
        command = find_command(self._world, self.user, channel, name, 3)
        filling = Filling(self._world, self.user, channel)
        target = filling.message(message)
        data: Json = {
            "id": str(command.id),
            "name": command.name,
            "type": 3,
            "target_id": target,
            "resolved": filling.resolved,
        }
        return self._start(COMMAND, channel, data)

    async def user_command(self, name: str, user: User, *, in_: ChannelLike = None) -> Handle:
        """Right-click a person and choose an entry of the Apps menu."""
        channel = self.where(in_)
        command = find_command(self._world, self.user, channel, name, 2)
        filling = Filling(self._world, self.user, channel)
        target = filling.user(user)
        data: Json = {
            "id": str(command.id),
            "name": command.name,
            "type": 2,
            "target_id": target,
            "resolved": filling.resolved,
        }
        return self._start(COMMAND, channel, data)

    async def press(self, message: Message, button: str) -> Handle:
        """Press a button, named by its label, its emoji or its custom id."""
        part = self._control(message, button, (2,))
        if part.get("style") == 5:
            raise Refused(f"{button} is a link to {part['url']}")
        data: Json = {"custom_id": part["custom_id"], "component_type": 2, "id": part["id"]}
        return self._start(COMPONENT, self._world.channel(message.channel_id), data, message)

    async def select(self, message: Message, values: Sequence[Any] | str, *, menu: str | None = None) -> Handle:
        """Choose in a select, by labels or values; `menu` is its custom id or placeholder where there are several."""
        part = self._control(message, menu, (3, 5, 6, 7, 8))
        channel = self._world.channel(message.channel_id)
        filling = Filling(self._world, self.user, channel)
        chosen = chosen_values(part, [values] if isinstance(values, str) else list(values), filling)
        data: Json = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part["id"],
            "values": chosen,
        }
        if filling.resolved:
            data["resolved"] = filling.resolved
        return self._start(COMPONENT, channel, data, message)

    async def fill(self, form: Modal | Handle, **fields: Any) -> Handle:
        """Fill a form in and send it; fields by custom id, or by label with `_` for spaces."""
        modal = await form.form() if isinstance(form, Handle) else form
        source = modal.opened_by
        filling = Filling(self._world, self.user, source.channel)
        data = filled_form(modal, fields, filling)
        interaction = self._sandbox.interactions.start(
            MODAL, self.user, source.channel, data, message=source.message, opened_from=source
        )
        return Handle(interaction, self._world.watch)

    # ---- seeing

    def read(self, channel: ChannelLike = None) -> list[Message]:
        """The messages that this person sees, oldest first; private ones only if they are theirs."""
        where = self.where(channel)
        if not self._world.permissions(self.user, where) & rights.READ_MESSAGE_HISTORY:
            return []
        return [one for one in where.messages.values() if one.visible_to in (None, self.id)]

    async def wait_for(
        self,
        channel: ChannelLike,
        predicate: Callable[[Message], object],
        *,
        timeout: float = TIMEOUT,
        after: Message | None = None,
    ) -> Message:
        """The first visible message for which `predicate` holds, already there or to come, edits included.

        Only messages newer than `after` count, where it is given.

        Raises:
            TimeoutError: none came; the text shows the end of the conversation.
        """
        where = self.where(channel)

        def look() -> Message | None:
            newer = (one for one in self.read(where) if after is None or one.id > after.id)
            return next((one for one in newer if predicate(one)), None)

        try:
            return await self._world.watch.until(look, timeout)
        except TimeoutError:
            shown = "\n".join(f"  {one.author.display_name}: {one.text[:200]!r}" for one in self.read(where)[-8:])
            raise TimeoutError(f"{self.name} waited {timeout} s in #{where.name}; it shows\n{shown}") from None

    async def download(self, file: Attachment | str) -> bytes:
        """The bytes of an attachment, or of one of the sandbox's links (for pictures inside embeds)."""
        found = file if isinstance(file, Attachment) else self._world.files.by_link(file)
        if found is None:
            raise Refused(f"There is no file behind {file}")
        return found.data

    # ---- inside

    def _visible_text_channels(self, server: str = "") -> list[Channel]:
        guilds = [
            one
            for one in self._world.guilds.values()
            if self.id in one.members and (not server or one.name == server)
        ]
        found = [channel for guild in guilds for channel in self._world.channels_of(guild)]
        return [
            one
            for one in found
            if one.type == TEXT or one.type in THREADS
            if self._world.permissions(self.user, one) & rights.VIEW_CHANNEL
        ]

    def _may(self, channel: Channel, needed: int, what: str) -> None:
        if self._world.permissions(self.user, channel) & needed != needed:
            raise Refused(f"{self.name} may not {what} in #{channel.name}")

    def _see(self, message: Message) -> None:
        if message.deleted or message.visible_to not in (None, self.id):
            raise Refused(f"{self.name} does not see this message")
        self.where(self._world.channel(message.channel_id))

    def _control(self, message: Message, wanted: str | None, kinds: tuple[int, ...]) -> Json:
        self._see(message)
        controls = [one for one in message.controls if one["type"] in kinds]
        for part in controls:
            emoji = (part.get("emoji") or {}).get("name")
            names = (part.get("label"), part.get("custom_id"), part.get("placeholder"), emoji)
            if wanted is None or wanted in names:
                if part.get("disabled"):
                    raise Refused(f"{wanted or part['custom_id']} is greyed out")
                return part
        shown = [one.get("label") or one.get("placeholder") or one.get("custom_id") for one in controls]
        raise Refused(f"The message has no {wanted!r} to use; it has {shown}")

    def _start(self, kind: int, channel: Channel, data: Json, message: Message | None = None) -> Handle:
        interaction = self._sandbox.interactions.start(kind, self.user, channel, data, message=message)
        return Handle(interaction, self._world.watch)
