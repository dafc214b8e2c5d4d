"""Writing, editing, pinning and deleting messages: mentions, files, nonces, and the events these cause.

Permissions are the callers' business; limits on lengths are limits.py's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import membership
from .contents import Attachment, Reference, Sticker
from .errors import ApiError
from .files import clean_filename, content_type_of, picture_size
from .forwarding import snapshot_of
from .links import check_attached
from .media import embedded_names, numbered
from .mentions import fill_mentions
from .model import (
    COMPONENTS_V2,
    DEFAULT,
    HAS_SNAPSHOT,
    PINNED_NOTICE,
    REPLY,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    THREAD_STARTER,
    Channel,
    Json,
    Message,
    User,
)
from .polls import Polls, poll_of
from .shapes import timestamp
from .world import Event, World

NONCE_SECONDS = 300.0
PINNED = 250  # messages of one channel
CHANGEABLE_FLAGS = SUPPRESS_EMBEDS
KEPT_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in; `key` is the n of the form's `files[n]`."""

    key: str
    filename: str
    data: bytes
    description: str | None = None


@dataclass(slots=True)
class Draft:
    """What a message shall say. `allowed_mentions` None means that everything pings.

    `forwarded` is the message that `reference` names, where it is forwarded and not answered.
    """

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    enforce_nonce: bool = False
    reference: Reference | None = None
    forwarded: Message | None = None
    allowed_mentions: Json | None = None
    poll: Json | None = None
    sticker_ids: list[int] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether Discord would call it an empty message (50006)."""
        shown = self.embeds or self.components or self.uploads or self.poll or self.sticker_ids
        return not (self.content.strip() or shown or self.forwarded)


class Messages:
    """All that happens to messages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.polls = Polls(world, self)
        self._nonces: dict[tuple[int, int, str], tuple[float, Message]] = {}

    def create(
        self, author: User, channel: Channel, draft: Draft, *, may_be_empty: bool = False, **marks: Any
    ) -> Message:
        """Write a message; with `enforce_nonce`, the one that this nonce wrote in the last minutes instead.

        `marks` are further fields of Message (webhook_id, interaction, visible_to, type, …); deferred answers
        and system messages may be empty.

        Raises:
            ApiError: what `check` raises.
        """
        if (known := self._same_nonce(author, channel, draft)) is not None:
            return known
        self.check(channel, draft, may_be_empty=may_be_empty)
        world = self._world
        message = Message(
            world.new_id(),
            channel.id,
            channel.guild_id,
            author,
            draft.content.strip(),
            world.clock.now(),
            flags=draft.flags & KEPT_FLAGS,
        )
        message.nonce, message.reference = draft.nonce, draft.reference
        message.type = DEFAULT if draft.reference is None or draft.forwarded is not None else REPLY
        if draft.forwarded is not None:
            message.snapshot = snapshot_of(world, draft.forwarded, channel)
            message.flags |= HAS_SNAPSHOT
        message.stickers = self._stickers(channel, draft.sticker_ids)
        for name, value in marks.items():
            setattr(message, name, value)
        self._fill(message, draft)
        self._begin_poll(message, draft)
        channel.messages[message.id] = message
        self._note_in_thread(channel, message)
        if draft.enforce_nonce and draft.nonce is not None:
            self._nonces[author.id, channel.id, str(draft.nonce)] = (world.clock.now(), message)
        self.tell("MESSAGE_CREATE", message)
        return message

    def check(self, channel: Channel, draft: Draft, *, may_be_empty: bool = False) -> None:
        """Refuse what cannot be written, before anything is.

        Raises:
            ApiError: 50006 for an empty message, 50081 for a sticker that is not the server's, 50035 for a component
                that shows a file which is not there.
        """
        if draft.empty and not may_be_empty:
            raise ApiError(400, 50006, "Cannot send an empty message")
        self._stickers(channel, draft.sticker_ids)
        check_attached(draft.components, [one.filename for one in draft.uploads])

    def edit(self, message: Message, changes: Json, uploads: list[Upload], *, quiet: bool = False) -> None:
        """Change the fields named in `changes` (Discord's JSON); `quiet` leaves no "edited" mark.

        Raises:
            ApiError: 50006 when nothing would be left, 50035 where a component shows a file that is not there.
        """
        draft = Draft(
            content=message.content if changes.get("content", ...) is ... else changes["content"] or "",
            embeds=message.embeds if "embeds" not in changes else changes["embeds"] or [],
            components=message.components if "components" not in changes else changes["components"] or [],
            uploads=uploads,
            allowed_mentions=changes.get("allowed_mentions"),
            poll=changes.get("poll"),
        )
        kept = message.files
        if changes.get("attachments") is not None:
            named = {str(one.get("id")): one for one in changes["attachments"]}
            kept = [one for one in kept if str(one.id) in named]
            for one in kept:
                one.description = named[str(one.id)].get("description", one.description)
        if draft.empty and not kept and message.snapshot is None:
            raise ApiError(400, 50006, "Cannot send an empty message")
        check_attached(draft.components, [*(one.filename for one in kept), *(one.filename for one in uploads)])
        if changes.get("flags") is not None:
            message.flags = message.flags & ~CHANGEABLE_FLAGS | changes["flags"] & (CHANGEABLE_FLAGS | COMPONENTS_V2)
        message.content = draft.content.strip()
        for gone in [one for one in message.files if one not in kept]:
            self._world.files.forget(gone)
        message.attachments, message.inline = kept, []
        layout = bool(message.flags & COMPONENTS_V2)
        self._fill(message, draft, pings=("components" if layout else "content") in changes)
        self._begin_poll(message, draft)
        if not quiet:
            message.edited = self._world.clock.now()
        self.tell("MESSAGE_UPDATE", message)

    def announce(
        self, author: User, channel: Channel, kind: int, reference: Reference, *, text: str = "", **more: Any
    ) -> Message:
        """A notice that Discord itself writes in a member's name: a pin, a new thread, the end of a poll."""
        draft = Draft(text, reference=reference, **more)
        return self.create(author, channel, draft, may_be_empty=True, type=kind)

    def pin(self, message: Message, user: User, pinned: bool = True) -> None:
        """Pin a message, which the channel is told, or unpin it; 30003 beyond 250 pins."""
        if message.pinned == pinned:
            return
        channel, now = self._world.channels[message.channel_id], self._world.clock.now()
        if pinned and sum(one.pinned for one in channel.messages.values()) >= PINNED:
            raise ApiError(400, 30003, f"Maximum number of pins reached ({PINNED})")
        message.pinned_at = now if pinned else None
        self.tell("MESSAGE_UPDATE", message)
        last = max((one.pinned_at for one in channel.messages.values() if one.pinned_at is not None), default=None)
        data: Json = {
            "channel_id": str(channel.id),
            "last_pin_timestamp": timestamp(last) if last is not None else None,
        }
        if channel.guild_id is not None:
            data["guild_id"] = str(channel.guild_id)
        self._world.publish(Event("CHANNEL_PINS_UPDATE", data, channel.guild_id, channel.id))
        if pinned:
            self.announce(user, channel, PINNED_NOTICE, Reference(message.id, channel.id, channel.guild_id))

    def delete(self, message: Message) -> None:
        """Remove a message and its files."""
        channel = self._world.channels[message.channel_id]
        self._remove(channel, message)
        data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            data["guild_id"] = str(channel.guild_id)
        self._world.publish(Event("MESSAGE_DELETE", data, channel.guild_id, channel.id, message.visible_to))

    def delete_many(self, channel: Channel, messages: list[Message]) -> None:
        """Remove several messages with one event."""
        for message in messages:
            self._remove(channel, message)
        data: Json = {"ids": [str(one.id) for one in messages], "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            data["guild_id"] = str(channel.guild_id)
        self._world.publish(Event("MESSAGE_DELETE_BULK", data, channel.guild_id, channel.id))

    def tell(self, name: str, message: Message) -> None:
        """Publish an event that carries the message."""
        data = self._world.shapes.message_event(message)
        self._world.publish(Event(name, data, message.guild_id, message.channel_id, message.visible_to))

    # ---- inside

    def _same_nonce(self, author: User, channel: Channel, draft: Draft) -> Message | None:
        if not draft.enforce_nonce or draft.nonce is None:
            return None
        now = self._world.clock.now()
        while self._nonces and now - next(iter(self._nonces.values()))[0] >= NONCE_SECONDS:
            del self._nonces[next(iter(self._nonces))]  # the oldest come first
        known = self._nonces.get((author.id, channel.id, str(draft.nonce)))
        return known[1] if known is not None else None

    def _fill(self, message: Message, draft: Draft, *, pings: bool = True) -> None:
        suppressed = message.flags & SUPPRESS_EMBEDS  # hides a bot's own embeds too
        message.embeds = [] if suppressed else [{"type": "rich", **one} for one in draft.embeds]
        message.components = numbered(draft.components)
        added = [self._store(message, one) for one in draft.uploads]
        files = [*message.attachments, *added]
        embedded = embedded_names(message.embeds)
        message.attachments = [one for one in files if one.filename not in embedded]
        message.inline = [one for one in files if one.filename in embedded]
        if pings:
            fill_mentions(self._world, message, draft.allowed_mentions)

    def _remove(self, channel: Channel, message: Message) -> None:
        message.deleted = True
        if channel.messages.pop(message.id, None) is not None and channel.thread is not None:
            channel.thread.deleted += _counts(channel, message)
        self._world.files.forget_with(message)

    def _begin_poll(self, message: Message, draft: Draft) -> None:
        if draft.poll:
            message.poll = poll_of(draft.poll, self._world.clock.now())
            self.polls.begin(message)

    def _stickers(self, channel: Channel, wanted: list[int]) -> list[Sticker]:
        guild = self._world.guilds.get(channel.guild_id or 0)
        known = guild.stickers if guild is not None else {}
        if any(one not in known for one in wanted):
            raise ApiError(400, 50081, "Invalid sticker sent")
        return [known[one] for one in wanted]

    def _note_in_thread(self, channel: Channel, message: Message) -> None:
        """What is written keeps a thread awake, counts there (its first message does not), and lets one follow it."""
        if channel.thread is None:
            return
        channel.thread.active_at = self._world.clock.now()
        channel.thread.sent += _counts(channel, message)
        membership.join(self._world, channel, message.author)

    def _store(self, message: Message, upload: Upload) -> Attachment:
        filename = clean_filename(upload.filename)
        width, height = picture_size(upload.data) or (None, None)
        attachment = Attachment(
            self._world.new_id(),
            message.channel_id,
            filename,
            upload.data,
            content_type_of(filename),
            upload.description,
            width,
            height,
            message.ephemeral,
        )
        self._world.files.add(attachment)
        return attachment


def _counts(thread: Channel, message: Message) -> bool:
    """Whether a message counts in its thread; the first one does not."""
    return message.type != THREAD_STARTER and message.id != thread.id
