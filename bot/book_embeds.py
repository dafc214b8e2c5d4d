"""Chapters as messages: title, words, picture, what they were woven from, the checks' notes, and buttons.

As in `bot.embeds`, everything that people or models wrote is made safe here, and nothing is sent. What is shown is
what is kept now, so a chapter that was edited, rewritten or repainted is written anew from the same function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import ui

from bot import texts, texts_books
from bot.embeds import COLOUR_STORY, PAGE, job_mark, linked_title
from bot.files import Fitted
from bot.markup import FIELD_LIMIT, TITLE_LIMIT, quote, safe, shorten, split
from bot.outgoing import OutFile, Outgoing
from bot.views_books import chapter_buttons, go_on_button
from bot.views_memory import WovenButton
from ravsg.store.book_rows import BookRow, Piece, Plate
from ravsg.types import Recalled

NAMED: Final = 3
"""Memories that a chapter names by itself; its receipt has the rest."""
_TITLE: Final = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A chapter as it is kept, and what is attached of it."""

    book: BookRow
    piece: Piece
    plate: Plate | None = None
    file: Fitted | None = None
    """The plate, small enough for this server."""
    woven: Sequence[Recalled] = ()


def chapter_messages(shown: Shown, *, note: str, spoiler: bool) -> list[Outgoing]:
    """The messages that show a chapter, the first with its picture, the last with the buttons. `note` names the
    models."""
    book, piece = shown.book, shown.piece
    pages = split(safe(piece.text), PAGE) or ["…"]
    embeds = []
    for number, page in enumerate(pages, start=1):
        embed = discord.Embed(description=page, colour=COLOUR_STORY)
        foot = [job_mark(piece.job_id or "", number)]
        if number == 1:
            embed.title = quote(piece.title, TITLE_LIMIT) or texts.UNTITLED
            _add_fields(embed, shown)
            edited = texts_books.EDITED if piece.edited_ms is not None else ""
            seed = "" if shown.plate is None else f"seed {shown.plate.seed}"
            foot += [edited, _figures(shown.plate), seed, note, texts.AI_NOTE]
        embed.set_footer(text=" · ".join(part for part in foot if part))
        embeds.append(embed)
    view = _buttons(shown)
    files = () if shown.file is None or shown.plate is None else (_file(shown.file, shown.plate, spoiler=spoiler),)
    ping = book.author_id if piece.position == 1 or _is_last(book, piece) else None
    content = _content(book, piece, ping)
    if len(embeds) == 1:
        return [Outgoing(content, (embeds[0],), files, view, ping=ping)]
    middle = [Outgoing(embeds=(embed,)) for embed in embeds[1:-1]]
    first = Outgoing(content, (embeds[0],), files, ping=ping)
    return [first, *middle, Outgoing(embeds=(embeds[-1],), view=view)]


def paused_message(book: BookRow, chapter: int, cause: str) -> Outgoing:
    """A book stopped; its button goes on with it. `cause` comes in as a sentence of ours."""
    title = quote(book.title, _TITLE) or texts.UNTITLED
    words = texts_books.paused(title, chapter, cause)
    return Outgoing(f"<@{book.author_id}> {words}", view=go_on_button(book.id), ping=book.author_id)


def undone_message(book: BookRow, piece: Piece) -> Outgoing:
    """What stands where a chapter stood that was told anew."""
    title = quote(book.title, _TITLE) or texts.UNTITLED
    embed = discord.Embed(description=texts_books.told_anew(piece.position), colour=COLOUR_STORY)
    embed.set_footer(text=job_mark(piece.job_id or ""))
    return Outgoing(texts_books.chapter_of(title, piece.position, book.wanted), (embed,))


def _content(book: BookRow, piece: Piece, ping: int | None) -> str:
    title = quote(book.title, _TITLE) or texts.UNTITLED
    lines = [texts_books.chapter_of(title, piece.position, book.wanted)]
    if ping is not None:
        told = texts_books.ended if _is_last(book, piece) else texts_books.begun
        lines.append(told(f"<@{ping}>"))
    return "\n".join(lines)


def _is_last(book: BookRow, piece: Piece) -> bool:
    return piece.position >= book.wanted


def _add_fields(embed: discord.Embed, shown: Shown) -> None:
    guild_id = shown.piece.guild_id
    named = [f"{linked_title(guild_id, one)} by {quote(one.author_name, 40)}" for one in shown.woven[:NAMED]]
    if named:
        embed.add_field(name=texts.WOVEN, value=" · ".join(named), inline=False)
    notes = [safe(note) for note in shown.piece.notes]
    if shown.plate is not None and shown.plate.verdict == "differs":
        notes.append(texts_books.PICTURE_DIFFERS)
    if shown.piece.stale:
        notes.append(texts_books.STALE)
    if notes:
        embed.add_field(name="Note", value=shorten("\n".join(notes), FIELD_LIMIT), inline=False)


def _figures(plate: Plate | None) -> str:
    return "" if plate is None else texts_books.fit_figures(plate.figures)


def _buttons(shown: Shown) -> ui.View:
    receipt: list[ui.Item[Any]] = []
    if shown.woven and shown.piece.job_id is not None:
        receipt = [WovenButton(shown.piece.job_id)]
    differs = shown.plate is not None and shown.plate.verdict == "differs"
    return chapter_buttons(shown.piece.id, *receipt, differs=differs)


def _file(fit: Fitted, plate: Plate, *, spoiler: bool) -> OutFile:
    return OutFile(f"chapter.{fit.extension}", fit.data, plate.alt, spoiler)
