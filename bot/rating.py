"""What may be said where: whether a channel is age-restricted now, and what of a request and a result is judged.

Judging words is `ravsg.safety`. A story is told of a picture, and no word tells whom that shows: so stories are never
explicit, wherever they are asked for. Only painting from words may be, in age-restricted channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import discord

from bot.outgoing import Outgoing
from ravsg.jobs.job import JobKind

ASKED: Final = ("direction", "continues", "text", "title", "what_if", "language")
"""What of a request people or models wrote; `card` holds further texts."""


def age_restricted(channel: object) -> bool:
    """Whether Discord restricts the age here; a thread follows its parent, and where that is unknown it does not."""
    if isinstance(channel, discord.Thread):
        return channel.parent is not None and channel.parent.is_nsfw()
    if isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel):
        return channel.is_nsfw()
    return False


def may_be_adult(kind: JobKind, channel: object) -> bool:
    """Whether a job of this kind may hold explicit words in this channel."""
    return kind == "paint" and age_restricted(channel)


def asked_words(request: Mapping[str, Any]) -> list[str]:
    """Every text of a request."""
    card = request.get("card")
    return [str(request.get(name) or "") for name in ASKED] + _values(card if isinstance(card, Mapping) else {})


def shown_words(messages: Iterable[Outgoing]) -> list[str]:
    """Every text that messages would show."""
    words = []
    for message in messages:
        words += [message.content, *(file.alt for file in message.files)]
        for embed in message.embeds:
            words += [embed.title or "", embed.description or "", *(field.value or "" for field in embed.fields)]
    return words


def _values(texts: Mapping[str, Any]) -> list[str]:
    return [str(value or "") for value in texts.values()]
