"""The things of the sandbox's world: users, servers, channels, messages, commands, as plain data.

No rules and no wire format here: permissions.py computes, world.py changes, shapes.py turns into Discord's JSON.
contents.py has what a message carries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .contents import Attachment, Emoji, Poll, Reaction, Reference, Sticker

Json = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
TEXT, DM, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD, FORUM, MEDIA = 0, 1, 4, 11, 12, 15, 16
THREADS = frozenset({10, PUBLIC_THREAD, PRIVATE_THREAD})
FORUMS = frozenset({FORUM, MEDIA})
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
SUPPRESS_NOTIFICATIONS, HAS_SNAPSHOT, COMPONENTS_V2 = 1 << 12, 1 << 14, 1 << 15
DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND = 0, 19, 20, 23
PINNED_NOTICE, THREAD_CREATED, THREAD_STARTER, POLL_RESULT = 6, 18, 21, 46
REQUIRE_TAG = 1 << 4  # flag of a forum


@dataclass(slots=True)
class User:
    """An account, of a person or of the bot."""

    id: int
    username: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """The text that mentions this user."""
        return f"<@{self.id}>"

    @property
    def display_name(self) -> str:
        """The name that others see."""
        return self.global_name or self.username


@dataclass(slots=True)
class Role:
    """A role of a server; the one with the server's id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 0
    color: int = 0
    mentionable: bool = False
    hoist: bool = False
    managed: bool = False
    bot_id: int | None = None


@dataclass(slots=True)
class Overwrite:
    """A channel's exception for a role (`kind` 0) or a member (`kind` 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Member:
    """A user in a server."""

    user: User
    joined_at: float
    roles: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True)
class ThreadState:
    """What a thread has beyond a channel.

    `members` maps who follows it to when they joined, `tags` are those of a forum post, `active_at` is when
    something last happened, from which automatic archiving counts.
    """

    owner_id: int
    created_at: float
    archive_timestamp: float
    auto_archive_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    members: dict[int, float] = field(default_factory=dict)
    sent: int = 0
    deleted: int = 0
    tags: list[int] = field(default_factory=list)
    active_at: float = 0.0


@dataclass(slots=True)
class Tag:
    """A tag of a forum; only those with Manage Threads may use a moderated one."""

    id: int
    name: str
    moderated: bool = False
    emoji: str | None = None


@dataclass(slots=True)
class Message:
    """A message as the server keeps it; `embeds` and `components` are in Discord's JSON form.

    `inline` holds files that an embed shows through `attachment://`: Discord does not list those as attachments.
    `visible_to` is the only reader of an ephemeral message. `snapshot` is what was forwarded, as it was then.
    """

    id: int
    channel_id: int
    guild_id: int | None
    author: User
    content: str
    timestamp: float
    edited: float | None = None
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    inline: list[Attachment] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = DEFAULT
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    reference: Reference | None = None
    snapshot: Message | None = None
    reactions: list[Reaction] = field(default_factory=list)
    poll: Poll | None = None
    stickers: list[Sticker] = field(default_factory=list)
    pinned_at: float | None = None
    application_id: int | None = None
    webhook_id: int | None = None
    interaction: Json | None = None
    visible_to: int | None = None
    thread_id: int | None = None
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether one person only sees it."""
        return self.visible_to is not None

    @property
    def pinned(self) -> bool:
        """Whether it is pinned in its channel."""
        return self.pinned_at is not None

    @property
    def loading(self) -> bool:
        """Whether it is a deferred answer still shown as "thinking…"."""
        return bool(self.flags & LOADING)

    @property
    def files(self) -> list[Attachment]:
        """All files of its own, those shown inside embeds too; `snapshot` has those that were forwarded."""
        return [*self.attachments, *self.inline]

    @property
    def controls(self) -> list[Json]:
        """Every button and select, in reading order."""
        return [part for part in walk_components(self.components) if part.get("type") in CONTROL_TYPES]

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, in reading order."""
        return [str(part.get("label", "")) for part in self.controls if part["type"] == 2]

    @property
    def text(self) -> str:
        """Everything readable: content, embeds' texts, text displays, what was forwarded; joined by newlines."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [str(embed.get("title") or ""), str(embed.get("description") or "")]
            parts += [f"{one.get('name', '')}\n{one.get('value', '')}" for one in embed.get("fields", [])]
            parts.append(str((embed.get("footer") or {}).get("text") or ""))
        parts += [str(part["content"]) for part in walk_components(self.components) if part.get("type") == 10]
        parts.append(self.snapshot.text if self.snapshot is not None else "")
        return "\n".join(part for part in parts if part)


@dataclass(slots=True)
class Channel:
    """A text channel, a forum, a direct conversation or a thread, with its messages in order of their ids.

    `tags` are a forum's, `flags` those of a forum or of a post in it, `slowmode` is in seconds and only kept.
    """

    id: int
    type: int
    name: str
    guild_id: int | None = None
    topic: str | None = None
    position: int = 0
    nsfw: bool = False
    parent_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: list[int] = field(default_factory=list)
    thread: ThreadState | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    flags: int = 0
    slowmode: int = 0


@dataclass(slots=True)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    stickers: dict[int, Sticker] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    locale: str = "en-US"
    unavailable: bool = False


@dataclass(slots=True)
class Command:
    """An application command as registered; `data` is the bot's JSON (name, options, type, …)."""

    id: int
    version: int
    guild_id: int | None
    data: Json

    @property
    def name(self) -> str:
        """The command's name."""
        return str(self.data["name"])

    @property
    def kind(self) -> int:
        """1 chat input, 2 user, 3 message."""
        return int(self.data.get("type") or 1)


CONTROL_TYPES = frozenset({2, 3, 5, 6, 7, 8})


def walk_components(components: list[Json]) -> list[Json]:
    """Every component, containers before their contents, in reading order."""
    found: list[Json] = []
    for part in components:
        found.append(part)
        found += walk_components(part.get("components") or [])
        for key in ("accessory", "component"):
            if part.get(key):
                found += walk_components([part[key]])
    return found
