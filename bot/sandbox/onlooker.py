"""A scripted person who looks: finds channels, reads what is there for these eyes, waits until something shows.

Nothing is changed here; person.py writes and appuser.py acts on the bot. Waiting is by event; a `timeout` is real
seconds.
"""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import permissions as rights
from .commands import usable_commands
from .contents import Attachment
from .errors import ApiError, Refused
from .handles import TIMEOUT, told
from .model import CATEGORY, FORUMS, THREADS, Channel, Guild, Message, User
from .validate import Violation

if TYPE_CHECKING:
    from .server import Sandbox

ChannelLike = Channel | str | None
SHOWN_AT_TIMEOUT = 8


class Onlooker:
    """One person's eyes. `channel` is the one that is open; commands are typed there unless told otherwise."""

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

    # ---- places

    @property
    def guilds(self) -> list[Guild]:
        """The servers that the person is in."""
        return [one for one in self._world.guilds.values() if self.id in one.members]

    def channels(self, server: str = "") -> list[Channel]:
        """The channels, forums and threads that the person sees, of one server or of all."""
        guilds = [one for one in self.guilds if server in ("", one.name)]
        return [
            channel
            for guild in guilds
            for channel in self._world.channels_of(guild)
            if channel.type != CATEGORY and self.sees(channel)
        ]

    def sees(self, channel: Channel) -> bool:
        """Whether the person may view the channel."""
        there = channel.id in self._world.channels
        return there and bool(self._world.permissions(self.user, channel) & rights.VIEW_CHANNEL)

    def go(self, channel: ChannelLike) -> Channel:
        """Open a channel; later commands are typed there."""
        self.channel = self.where(channel)
        return self.channel

    def where(self, channel: ChannelLike) -> Channel:
        """The channel meant by `#name`, `Server/#name`, a Channel, or None (the open one, else the first).

        Raises:
            Refused: the person sees no such channel.
        """
        if isinstance(channel, Channel):
            found: Channel | None = channel
        elif channel is None:
            found = self.channel or next((one for one in self.channels() if one.type not in FORUMS), None)
        else:
            server, _, name = channel.rpartition("/")
            found = next((one for one in self.channels(server) if one.name == name.removeprefix("#")), None)
        if found is None or not self.sees(found):
            named = channel.name if isinstance(channel, Channel) else channel
            raise Refused(f"{self.name} sees no channel {named!r}")
        return found

    def dm(self) -> Channel:
        """The conversation with the bot."""
        return self._world.direct_channel(self.user, self._world.bot)

    # ---- reading

    def read(self, channel: ChannelLike = None) -> list[Message]:
        """The messages that this person sees, oldest first; private ones only if they are theirs."""
        where = self.where(channel)
        if not self._world.permissions(self.user, where) & rights.READ_MESSAGE_HISTORY:
            return []
        return [one for one in where.messages.values() if one.visible_to in (None, self.id)]

    def commands(self, channel: ChannelLike = None) -> list[str]:
        """The names after `/` that the person is offered in a channel."""
        return [one.name for one in usable_commands(self._world, self.user, self.where(channel))]

    def apps_menu(self, message: Message | None = None) -> list[str]:
        """The Apps menu at a right-click on a message; without one, on a person in the open channel."""
        where = self.where(None) if message is None else self._see(message)
        return [one.name for one in usable_commands(self._world, self.user, where, 2 if message is None else 3)]

    async def download(self, file: Attachment | str) -> bytes:
        """The bytes of an attachment, or of one of the sandbox's links (for pictures inside embeds)."""
        found = file if isinstance(file, Attachment) else self._world.files.by_link(file)
        if found is None:
            raise Refused(f"There is no file behind {file}")
        return found.data

    # ---- waiting

    async def wait_for(
        self,
        channel: ChannelLike,
        wanted: Callable[[Message], object] | str,
        *,
        timeout: float = TIMEOUT,
        after: Message | None = None,
    ) -> Message:
        """The first visible message that is `wanted`, already there or to come, edits included.

        `wanted` is a predicate, or a text that the message contains. Only messages newer than `after` count, where it
        is given.

        Raises:
            TimeoutError: none came; the text shows the end of the conversation.
        """
        where = self.where(channel)

        def fits(message: Message) -> object:
            return wanted in message.text if isinstance(wanted, str) else wanted(message)

        def look() -> Message | None:
            newer = (one for one in self.read(where) if after is None or one.id > after.id)
            return next((one for one in newer if fits(one)), None)

        try:
            return await self._world.watch.until(look, timeout)
        except TimeoutError:
            raise TimeoutError(f"{self.name} waited {timeout} s {self.described(where)}") from None

    async def wait_until_gone(self, message: Message, *, timeout: float = TIMEOUT) -> None:
        """Wait until a message is deleted; TimeoutError, with the end of the conversation, when it stays."""
        where = self.where(self._world.channel(message.channel_id))
        try:
            await self._world.watch.until(lambda: message.deleted, timeout)
        except TimeoutError:
            raise TimeoutError(f"{self.name} waited {timeout} s {self.described(where)}") from None

    def described(self, channel: ChannelLike = None) -> str:
        """The end of a conversation as this person sees it, for error messages."""
        where = self.where(channel)
        shown = self.read(where)[-SHOWN_AT_TIMEOUT:]
        lines = [f"  {told(one)}" for one in shown] or ["  nothing"]
        return "\n".join([f"in #{where.name or 'the direct conversation'}, which shows", *lines])

    # ---- what the client would refuse

    def _may(self, channel: Channel, needed: int, what: str) -> None:
        if self._world.permissions(self.user, channel) & needed != needed:
            raise Refused(f"{self.name} may not {what} in #{channel.name}")

    def _see(self, message: Message) -> Channel:
        """The message's channel; Refused where the person does not see the message."""
        if message.deleted or message.visible_to not in (None, self.id):
            raise Refused(f"{self.name} does not see this message")
        channel = self.where(self._world.channels.get(message.channel_id))
        if not self._world.permissions(self.user, channel) & rights.READ_MESSAGE_HISTORY:
            raise Refused(f"{self.name} may not read what was written in #{channel.name}")
        return channel

    def _may_write(self, channel: Channel, *, files: bool = False) -> None:
        needed = rights.SEND_MESSAGES_IN_THREADS if channel.type in THREADS else rights.SEND_MESSAGES
        self._may(channel, needed, "write")
        if files:
            self._may(channel, rights.ATTACH_FILES, "attach files")


@contextmanager
def as_refusal() -> Iterator[None]:
    """What the server would answer to a person's client, as the refusal that the person sees."""
    try:
        yield
    except ApiError as error:
        raise Refused(Violation.from_error("", "", error).reason) from error
