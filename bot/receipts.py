"""What a result was woven from, for whoever asks, and what they may do about it: pin, doubt, forget.

The receipt is private, so it shows to each member what they may press. Anybody who sees a memory may say that it was
not relevant, once for each result; it is pinned and forgotten by its author or a moderator, because a pin keeps
somebody's words longer than their server keeps others. Every press asks anew whether the memory is still there and
may be seen here. Forgetting is `bot.forgetting`; what a verdict does is `ravsg.memory`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import ui

from bot import texts, texts_memory
from bot.actions import is_moderator
from bot.delivery import Delivery
from bot.forgetting import Forgetting
from bot.markup import quote
from bot.memory_cards import Card, Cards, facts_of, head_of, layout
from bot.presses import Presses
from bot.views_memory import Correction, MemoryButton, WovenButton
from bot.visibility import audience
from ravsg.engine import question_of, woven_of
from ravsg.errors import BadInput, Refused
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.types import Recalled

PAGE: Final = 4
"""Cards on a page: each takes up to 8 of a layout's 40 parts."""
WHY: Final = 90


class Receipts:
    """Opens receipts and takes corrections."""

    def __init__(
        self,
        *,
        jobs: JobService,
        memory: Memory,
        forgetting: Forgetting,
        cards: Cards,
        delivery: Delivery,
        presses: Presses,
    ) -> None:
        self._jobs = jobs
        self._memory = memory
        self._forgetting = forgetting
        self._cards = cards
        self._delivery = delivery
        self._presses = presses

    async def open(self, interaction: discord.Interaction[Any], job_id: str, page: int) -> None:
        """Show a result's receipt privately; from within a receipt, turn to another page of it."""
        await self._presses.answered(
            interaction, "a receipt", lambda: self._open(interaction, job_id, page), job_id=job_id
        )

    async def correct(
        self, interaction: discord.Interaction[Any], what: Correction, memory_id: int, job_id: str, page: int
    ) -> None:
        """A button beside one of a receipt's memories."""
        await self._presses.answered(
            interaction,
            f"{what} in a receipt",
            lambda: self._correct(interaction, what, memory_id, job_id, page),
            job_id=job_id,
        )

    async def _open(self, interaction: discord.Interaction[Any], job_id: str, page: int) -> None:
        job = await self._job(interaction, job_id)
        inside = interaction.message is not None and interaction.message.flags.ephemeral
        if await (self._delivery.defer_change if inside else self._delivery.defer)(interaction):
            await self._show(interaction, job, page)

    async def _correct(
        self, interaction: discord.Interaction[Any], what: Correction, memory_id: int, job_id: str, page: int
    ) -> None:
        job = await self._job(interaction, job_id)
        woven = memory_id in {one.memory_id for one in woven_of(job)}
        memory = await self._cards.one(interaction, memory_id) if woven else None
        if memory is not None and what != "doubt" and not may_change(interaction, memory):
            raise Refused(texts_memory.NOT_YOUR_MEMORY, texts_memory.NOT_YOUR_MEMORY_REMEDY)
        question = question_of(await self._jobs.blobs(job.id, "result")) or Query()
        if what == "doubt" and not (question.words or question.dimensions):
            raise BadInput(texts_memory.NO_QUESTION, texts_memory.NO_QUESTION_REMEDY)
        if not await self._delivery.defer_change(interaction):
            return
        done = memory is not None and await self._do(interaction, what, memory, job_id, question)
        note = _DONE[what] if done else texts_memory.RECEIPT_GONE
        await self._show(interaction, await self._job(interaction, job_id), page, note)

    async def _do(
        self, interaction: discord.Interaction[Any], what: Correction, memory: Recalled, job_id: str, question: Query
    ) -> bool:
        """Do it; False where the memory went meanwhile."""
        guild_id, member_id = memory.guild_id, interaction.user.id
        match what:
            case "pin":
                return await self._memory.pin(guild_id, memory.memory_id, by=member_id)
            case "unpin":
                return await self._memory.pin(guild_id, memory.memory_id, by=None)
            case "doubt":
                return await self._memory.not_relevant(
                    guild_id, memory.memory_id, question, by=member_id, job_id=job_id
                )
            case "forget":
                gone = await self._forgetting.memory(
                    guild_id, memory.memory_id, by=member_id, moderator=is_moderator(interaction)
                )
                return gone > 0

    async def _job(self, interaction: discord.Interaction[Any], job_id: str) -> Job:
        job = await self._jobs.get(job_id)
        if job is None or job.origin.guild_id != interaction.guild_id:
            raise BadInput(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY)
        if job.origin.channel_id not in audience(interaction):
            raise BadInput(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY)
        return job

    async def _show(self, interaction: discord.Interaction[Any], job: Job, page: int, note: str = "") -> None:
        woven = woven_of(job)
        there = await self._cards.visible(interaction, woven)
        pages = max(1, -(-len(there) // PAGE))
        page = min(page, pages - 1)
        cards = await self._cards.of(interaction, there[page * PAGE : (page + 1) * PAGE])
        said = await self._memory.verdicts_of(job.origin.guild_id, interaction.user.id)
        doubted = {one.memory_id for one in said if one.job_id == job.id}
        parts: list[ui.Item[Any]] = [ui.TextDisplay(_heading(note, page, pages))]
        for number, card in enumerate(cards):
            parts += [ui.Separator()] * (number > 0)
            parts += [self._section(card), _buttons(interaction, card.memory, job.id, page, doubted)]
        if ending := _ending(interaction, there, len(woven) - len(there)):
            parts.append(ui.TextDisplay(ending))
        if pages > 1:
            parts.append(ui.ActionRow(*_turns(job.id, page, pages)))
        message = layout(parts, cards) if there else layout([ui.TextDisplay(_empty(note))], ())
        await self._delivery.update(interaction, message)

    def _section(self, card: Card) -> ui.Item[Any]:
        memory = card.memory
        place = texts_memory.SAME_PLACE if memory.same_place else ""
        colours = texts_memory.LENT_COLOURS if memory.lent_colours else ""
        facts = [*facts_of(memory), place, colours, quote(memory.why, WHY)]
        return self._cards.section(card, head_of(memory.guild_id, memory), facts)


_DONE: Final[dict[Correction, str]] = {
    "pin": texts_memory.PINNED_NOW,
    "unpin": texts_memory.UNPINNED_NOW,
    "doubt": texts_memory.DOUBTED_NOW,
    "forget": texts_memory.FORGOTTEN_NOW,
}


def may_change(interaction: discord.Interaction[Any], memory: Recalled) -> bool:
    """Whether whoever acts may pin a memory or have it forgotten: it is theirs, or they moderate."""
    return interaction.user.id == memory.author_id or is_moderator(interaction)


def _buttons(
    interaction: discord.Interaction[Any], memory: Recalled, job_id: str, page: int, doubted: set[int]
) -> ui.ActionRow[Any]:
    own = may_change(interaction, memory)
    said = memory.memory_id in doubted
    where = (memory.memory_id, job_id, page)
    return ui.ActionRow(
        MemoryButton("unpin" if memory.pinned else "pin", *where, disabled=not own),
        MemoryButton("doubt", *where, label=texts_memory.DOUBTED if said else None, disabled=said),
        MemoryButton("forget", *where, disabled=not own),
    )


def _turns(job_id: str, page: int, pages: int) -> list[WovenButton]:
    turns = []
    if page > 0:
        turns.append(WovenButton(job_id, page - 1, label=texts_memory.PREVIOUS))
    if page < pages - 1:
        turns.append(WovenButton(job_id, page + 1, label=texts_memory.NEXT))
    return turns


def _heading(note: str, page: int, pages: int) -> str:
    where = f" · {texts_memory.page_of(page + 1, pages)}" if pages > 1 else ""
    return "\n".join(filter(None, (f"### {texts_memory.RECEIPT_TITLE}{where}", note)))


def _ending(interaction: discord.Interaction[Any], there: Sequence[Recalled], hidden: int) -> str:
    lines = [texts_memory.receipt_hidden(hidden)] if hidden else []
    if not all(may_change(interaction, one) for one in there):
        lines.append(texts_memory.RECEIPT_RIGHTS)
    return "\n".join(f"-# {line}" for line in lines)


def _empty(note: str) -> str:
    return "\n".join(filter(None, (note, texts_memory.RECEIPT_EMPTY)))
