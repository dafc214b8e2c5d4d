"""What leaves: a message as RAVSG means it, and how it is guarded before it goes.

Nothing pings except the one member a message is for, no link is live except links to messages of Discord, previews
are suppressed, lengths fit. How it leaves is `bot.delivery`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import discord

from bot.markup import CONTENT_LIMIT, DESCRIPTION_LIMIT, FIELD_LIMIT, TITLE_LIMIT, guarded, plain, shorten

ALT_LIMIT: Final = 1024
FOOTER_LIMIT: Final = 2048
THUMBNAIL_ALT_LIMIT: Final = 256
EMBED_TOTAL: Final = 6000
"""Characters in all embeds of a message together."""
LAYOUT_LIMIT: Final = 4000
"""Characters in all texts of a layout together."""


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to attach, with its alt text."""

    name: str
    data: bytes
    alt: str
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a message shall show. `ping` is the one member it may notify; `view` None shows no buttons.

    A `view` that is a `LayoutView` is the whole message: its texts are inside, and content and embeds stay empty.
    """

    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    files: tuple[OutFile, ...] = ()
    view: discord.ui.View | discord.ui.LayoutView | None = None
    ping: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A guarded message as discord.py's keyword arguments; files are made anew for each try."""

    keywords: dict[str, Any]
    files: Sequence[OutFile] = field(default_factory=tuple)
    layout: bool = False

    def sent(self) -> Any:
        """For a new message. No preview of anything, where no embed of our own would be hidden with it."""
        quiet = {} if self.layout or self.keywords["embeds"] else {"suppress_embeds": True}
        files = {"files": [_file(one) for one in self.files]} if self.files else {}
        return {**self.keywords, **quiet, **files}

    def edited(self, *, files: bool = False) -> dict[str, Any]:
        """For a message that is changed: no view takes the old one away; a layout brings its own files, and another
        message where that is said, else its files stay as they are."""
        own = {"attachments": [_file(one) for one in self.files]} if self.layout or files else {}
        return {"view": None, **self.keywords, **own}


def guard(message: Outgoing) -> Ready:
    """The message as it may leave. Raises ValueError for a layout with content or embeds."""
    if isinstance(message.view, discord.ui.LayoutView):
        return _guard_layout(message, message.view)
    keywords: dict[str, Any] = {
        "content": shorten(guarded(message.content, message.ping), CONTENT_LIMIT) or None,
        "embeds": _together([_guard_embed(one) for one in message.embeds]),
        "allowed_mentions": discord.AllowedMentions.none(),
    }
    if message.ping is not None:
        keywords["allowed_mentions"] = discord.AllowedMentions(
            everyone=False, roles=False, replied_user=False, users=[discord.Object(message.ping)]
        )
    if message.view is not None:
        keywords["view"] = message.view
    return Ready(keywords, _guard_files(message.files))


def as_layout(message: Outgoing) -> Outgoing:
    """A message's content alone, for a place where a layout stands: a layout never turns into an ordinary message."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(message.content or "…"))
    return Outgoing(view=view)


def _guard_layout(message: Outgoing, view: discord.ui.LayoutView) -> Ready:
    if message.content or message.embeds:
        raise ValueError("a layout takes neither content nor embeds")
    for part in view.walk_children():
        if isinstance(part, discord.ui.TextDisplay):
            part.content = guarded(part.content)
        elif isinstance(part, discord.ui.Thumbnail):
            part.description = shorten(guarded(plain(part.description or "")), THUMBNAIL_ALT_LIMIT) or None
        elif isinstance(part, discord.ui.MediaGallery):
            part.items = [_guard_item(one) for one in part.items]
    if view.content_length() > LAYOUT_LIMIT:
        raise ValueError(f"a layout holds at most {LAYOUT_LIMIT} characters")
    keywords = {"view": view, "allowed_mentions": discord.AllowedMentions.none()}
    return Ready(keywords, _guard_files(message.files), layout=True)


def _guard_item(one: discord.MediaGalleryItem) -> discord.MediaGalleryItem:
    alt = shorten(guarded(plain(one.description or "")), ALT_LIMIT) or None
    return discord.MediaGalleryItem(one.media, description=alt, spoiler=one.spoiler)


def _guard_files(files: Sequence[OutFile]) -> list[OutFile]:
    return [replace(one, alt=shorten(guarded(plain(one.alt)), ALT_LIMIT)) for one in files]


def _guard_embed(embed: discord.Embed) -> discord.Embed:
    """A new embed with the title, text, fields, footer and colour of the given one, guarded and short enough."""
    kept = discord.Embed(
        title=shorten(guarded(embed.title), TITLE_LIMIT) if embed.title else None,
        description=shorten(guarded(embed.description), DESCRIPTION_LIMIT) if embed.description else None,
        colour=embed.colour,
    )
    for one in embed.fields:
        value = shorten(guarded(one.value or "–"), FIELD_LIMIT)
        kept.add_field(name=shorten(guarded(one.name or "–"), TITLE_LIMIT), value=value, inline=bool(one.inline))
    if embed.footer.text:
        kept.set_footer(text=shorten(guarded(embed.footer.text), FOOTER_LIMIT))
    return kept


def _together(embeds: list[discord.Embed]) -> list[discord.Embed]:
    """The embeds with their last fields, which hold notes, cut where all together are too long."""
    over = sum(map(len, embeds)) - EMBED_TOTAL
    for embed in reversed(embeds):
        for index, one in reversed(list(enumerate(embed.fields))):
            if over > 0 and one.value:
                value = shorten(one.value, max(1, len(one.value) - over))
                over -= len(one.value) - len(value)
                embed.set_field_at(index, name=one.name, value=value, inline=bool(one.inline))
    return embeds


def _file(one: OutFile) -> discord.File:
    return discord.File(io.BytesIO(one.data), filename=one.name, description=one.alt, spoiler=one.spoiler)
