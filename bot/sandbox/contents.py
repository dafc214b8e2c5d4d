"""What a message carries beside its text, as plain data: files, reactions, polls, stickers, emoji, what it refers to.

No rules and no wire format here, as in model.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Attachment:
    """A file of a message. `width` and `height` are pixels where the file's header tells them."""

    id: int
    channel_id: int
    filename: str
    data: bytes
    content_type: str | None
    description: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False


@dataclass(slots=True)
class Emoji:
    """A server's own emoji."""

    id: int
    guild_id: int
    name: str
    animated: bool = False

    def __str__(self) -> str:
        """As reactions name it."""
        return f"{self.name}:{self.id}"


@dataclass(slots=True)
class Reaction:
    """One emoji under a message and who gave it; `emoji` is the character, or `name:id` of a `custom` one."""

    emoji: str
    users: list[int] = field(default_factory=list)
    custom: Emoji | None = None


@dataclass(slots=True)
class PollAnswer:
    """One answer of a poll and who voted for it; `emoji` is in Discord's JSON form."""

    id: int
    text: str
    emoji: dict[str, Any] | None = None
    voters: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Poll:
    """A message's poll; `expiry` in Unix seconds."""

    question: str
    answers: list[PollAnswer]
    expiry: float
    multiselect: bool = False
    finalized: bool = False


@dataclass(slots=True)
class Sticker:
    """A server's own sticker; `format` 1 PNG, 2 APNG, 3 Lottie, 4 GIF."""

    id: int
    guild_id: int
    name: str
    description: str = ""
    tags: str = ""
    format: int = 1


@dataclass(slots=True)
class Reference:
    """The message that a reply answers, or that was forwarded."""

    message_id: int
    channel_id: int
    guild_id: int | None
    forward: bool = False
