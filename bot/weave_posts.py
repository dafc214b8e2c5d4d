"""What the bot tells in a story thread, and what it posts there for members who wrote in the form, as messages.

As in `bot.embeds`, everything that people or models wrote is made safe here, and nothing is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import discord

from bot import texts, texts_weave
from bot.embeds import COLOUR_STORY, PAGE, job_mark, linked_title
from bot.markup import FIELD_LIMIT, TITLE_LIMIT, quote, safe, shorten, split
from bot.outgoing import Outgoing
from bot.views_memory import WovenButton
from bot.views_weave import turn_buttons, written_buttons
from bot.weave_lines import Line, Lines
from ravsg.engine.results import woven_of
from ravsg.errors import DeliveryError
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.store.book_rows import Piece
from ravsg.store.books import BookStore

NAMED: Final = 3
"""Memories that a continuation names by itself; its receipt has the rest."""
NAME: Final = 80


@dataclass(frozen=True, slots=True)
class TurnPosts:
    """Makes the messages of continuations. `every_message`: the bot reads all that is written, so no button for
    writing is needed; `note` names the models."""

    store: BookStore
    jobs: JobService
    lines: Lines
    note: str
    every_message: bool

    async def messages(self, job: Job, _: int) -> list[Outgoing]:
        """What shows the continuation that a job told, the last one with the buttons; it has no files. Raises
        DeliveryError where it was taken back meanwhile, StoreError."""
        piece = await self.store.piece_of_job(job.origin.guild_id, job.id)
        if piece is None or piece.state != "told":
            raise DeliveryError(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY, detail=f"job {job.id} has no turn")
        line = await self.lines.of_branch(piece.guild_id, piece.branch_id)
        return _told(job, line, piece, note=self.note, writes=not self.every_message)

    async def anew(self, piece: Piece) -> list[Outgoing]:
        """The messages of a continuation, or of a turn that was written in the form, after an edit; none where its
        job is gone. Raises BadInput where its story is, StoreError."""
        line = await self.lines.of_branch(piece.guild_id, piece.branch_id)
        if piece.ours:
            return [with_buttons(written(piece.author_name, piece.text), line, piece)]
        job = None if piece.job_id is None else await self.jobs.get(piece.job_id)
        return [] if job is None else _told(job, line, piece, note=self.note, writes=not self.every_message)


def _told(job: Job, line: Line, piece: Piece, *, note: str, writes: bool) -> list[Outgoing]:
    pages = split(safe(piece.text), PAGE) or ["…"]
    view = turn_buttons(line.branch.id, piece.id, writes=writes, sibling=line.sibling)
    woven = woven_of(job)
    if woven:
        view.add_item(WovenButton(job.id))
    messages = []
    for number, page in enumerate(pages, start=1):
        embed = discord.Embed(description=page, colour=COLOUR_STORY)
        foot = [job_mark(job.id, number)]
        if number == 1:
            embed.title = quote(piece.title, TITLE_LIMIT) or None
            if woven:
                named = [f"{linked_title(piece.guild_id, one)} by {quote(one.author_name, 40)}" for one in woven]
                embed.add_field(name=texts.WOVEN, value=" · ".join(named[:NAMED]), inline=False)
            notes = [*map(safe, piece.notes), *((texts_weave.STALE,) if piece.stale else ())]
            if notes:
                embed.add_field(name="Note", value=shorten("\n".join(notes), FIELD_LIMIT), inline=False)
            foot += [note, texts.AI_NOTE]
        embed.set_footer(text=" · ".join(part for part in foot if part))
        messages.append(Outgoing(embeds=(embed,), view=view if number == len(pages) else None))
    return messages


def written(name: str, text: str) -> Outgoing:
    """A turn that a member wrote in the form; its buttons come once it is kept (`with_buttons`)."""
    embed = discord.Embed(title=texts_weave.written_by(quote(name, NAME)), description=safe(text))
    return Outgoing(embeds=(embed,))


def with_buttons(message: Outgoing, line: Line, piece: Piece) -> Outgoing:
    """The same with its buttons."""
    return Outgoing(embeds=message.embeds, view=written_buttons(line.branch.id, piece.id))
