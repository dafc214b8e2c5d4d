"""What a press on a story thread's button does, and what its forms bring.

Continue, Write, Paint this and What if? are for everybody who reads the thread; Undo and Retry take back what is
one's own or the bot's; polls are for those who wrote in the story, finishing is for whoever began it, and moderators
may do all of it. Every press ends in an answer (`bot.presses`).
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Final

import discord

from bot import texts_weave
from bot.convert import Reader, origin_of
from bot.delivery import Delivery
from bot.drafts import Draft
from bot.embeds import message_link
from bot.intake import Intake
from bot.outgoing import Outgoing
from bot.presses import Presses
from bot.progress_lines import PrivateLine
from bot.rating import age_restricted
from bot.views import form_text
from bot.views_weave import QUESTION_LIMIT, Action, FormOf, form
from bot.weave_continuing import Continuing
from bot.weave_finishing import Finishing
from bot.weave_lines import Line, Lines, check_open
from bot.weave_opening import Opening
from bot.weave_order import Order
from bot.weave_polls import Polls
from bot.weave_undoing import Undoing
from bot.weave_writing import Writing
from ravsg import safety
from ravsg.config import Config
from ravsg.errors import BadInput, BadText
from ravsg.store.books import BookStore
from ravsg.types import PaintRequest

LEAST_QUESTION: Final = 3


class WeavePresses:
    """Buttons and forms of story threads, with what they need."""

    def __init__(
        self,
        *,
        store: BookStore,
        lines: Lines,
        order: Order,
        writing: Writing,
        continuing: Continuing,
        undoing: Undoing,
        opening: Opening,
        polls: Polls,
        finishing: Finishing,
        intake: Intake,
        delivery: Delivery,
        presses: Presses,
        reader: Reader,
        config: Config,
    ) -> None:
        self._store = store
        self._lines = lines
        self._order = order
        self._writing = writing
        self._continuing = continuing
        self._undoing = undoing
        self._opening = opening
        self._polls = polls
        self._finishing = finishing
        self._intake = intake
        self._delivery = delivery
        self._presses = presses
        self._reader = reader
        self._config = config

    async def press(
        self, interaction: discord.Interaction[Any], action: Action, branch_id: int, piece_id: int
    ) -> None:
        """A button was pressed."""
        await self._presses.answered(
            interaction, f"button {action} of a thread", lambda: self._press(interaction, action, branch_id, piece_id)
        )

    async def sent(self, interaction: discord.Interaction[Any], of: FormOf) -> None:
        """A form was sent, perhaps one that was opened before a restart."""
        await self._presses.answered(interaction, f"the form {of.form}", lambda: self._sent(interaction, of))

    async def what_if(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Apps ▸ What if? on any turn. Raises BadInput for other messages."""
        piece = await self._store.piece_of_message(interaction.guild_id or 0, message.id)
        if piece is None or piece.state != "told":
            raise BadInput(texts_weave.NO_SUCH_TURN, texts_weave.NO_SUCH_TURN_REMEDY)
        line = await self._lines.of_branch(interaction.guild_id, piece.branch_id)
        await self._show_form(interaction, line, FormOf("whatif", line.branch.id, piece.id))

    async def _press(
        self, interaction: discord.Interaction[Any], action: Action, branch_id: int, piece_id: int
    ) -> None:
        line = await self._lines.of_branch(interaction.guild_id, branch_id)
        match action:
            case "continue":
                await self._continue(interaction, line)
            case "write":
                await self._show_form(interaction, line, FormOf("write", branch_id, 0))
            case "whatif":
                piece = await self._lines.piece(line, piece_id)
                await self._show_form(interaction, line, FormOf("whatif", branch_id, piece.id))
            case "paint":
                await self._paint(interaction, line, piece_id)
            case "undo":
                await self._undoing.undo(interaction, line)
            case "retry":
                await self._undoing.retry(interaction, line, piece_id)
            case "choose":
                await self._polls.open(interaction, line)
            case "finish":
                await self._finishing.ask(interaction, line)
            case "bind":
                await self._finishing.finish(interaction, line)

    async def _continue(self, interaction: discord.Interaction[Any], line: Line) -> None:
        self._intake.check_permissions(interaction)
        check_open(line)
        if await self._delivery.defer(interaction):
            shown = PrivateLine(self._delivery, interaction)
            await self._continuing.by_button(line, origin_of(interaction), interaction.channel, shown)

    async def _show_form(self, interaction: discord.Interaction[Any], line: Line, of: FormOf) -> None:
        self._intake.check_permissions(interaction)
        check_open(line)
        await self._delivery.open_modal(interaction, form(of, self._config.limits.text_characters))

    async def _paint(self, interaction: discord.Interaction[Any], line: Line, piece_id: int) -> None:
        """Paint a piece; its picture becomes the piece's illustration once it is posted."""
        piece = await self._lines.piece(line, piece_id)
        branches = await self._store.ancestry(line.guild_id, piece.branch_id)
        request = PaintRequest(
            text=f"{piece.title}\n\n{piece.text}".strip(),
            style=line.book.style or self._config.paint.style,
            seed=line.book.seed,
        )
        data = {
            **asdict(request),
            "piece_id": piece.id,
            "branches": branches,
            "source_author": piece.author_id or None,
            "place": {"book_id": line.book.id, "chapter": piece.position, "branch": str(piece.branch_id)},
        }

        async def prepare() -> Draft:
            return Draft("paint", data, parent_id=piece.job_id)

        reply_to = interaction.message.id if interaction.message is not None and piece_id else None
        await self._intake.interaction(interaction, prepare, reply_to=reply_to)

    # ------------------------------------------------------------------ forms

    async def _sent(self, interaction: discord.Interaction[Any], of: FormOf) -> None:
        line = await self._lines.of_branch(interaction.guild_id, of.branch_id)
        check_open(line)
        self._intake.check_permissions(interaction)
        what = "Your turn" if of.form == "write" else "Your question"
        words = self._reader.text(form_text(interaction), what)
        adult = line.book.adult and age_restricted(interaction.channel)
        await asyncio.to_thread(partial(safety.check, words, adult=adult))
        if not await self._delivery.defer(interaction):
            return
        if of.form == "write":
            await self._write(interaction, line, words)
        else:
            await self._branch(interaction, line, of.piece_id, words)

    async def _write(self, interaction: discord.Interaction[Any], line: Line, words: str) -> None:
        if not words:
            raise BadText(*texts_weave.too_short(1))
        await self._writing.post(line, words, origin_of(interaction), interaction.channel)
        await self._delivery.update(interaction, Outgoing(texts_weave.POSTED))

    async def _branch(self, interaction: discord.Interaction[Any], line: Line, piece_id: int, question: str) -> None:
        if sum(char.isalnum() for char in question) < LEAST_QUESTION:
            raise BadText(*texts_weave.too_short(LEAST_QUESTION))
        piece = await self._lines.piece(line, piece_id)
        asked = " ".join(question.split())[:QUESTION_LIMIT]
        branch, thread = await self._opening.branch(interaction, line, piece, asked)
        guide = await self._opening.guide(branch)
        link = message_link(branch.guild_id, guide.channel_id, guide.message_id)
        await self._delivery.update(interaction, Outgoing(texts_weave.branch_opened(link)))
        origin = origin_of(interaction)
        shown = PrivateLine(self._delivery, interaction)
        async with self._order.of(thread.id):
            there = replace(origin, channel_id=thread.id)
            await self._continuing.ask(branch, there, thread, shown, what_if=asked)
