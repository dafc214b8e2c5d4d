"""Taking back the last turn of a line, told or being told, and having the bot tell its last one anew.

The bot's turns are everybody's to take back, members' only their own, or a moderator's. What is taken back is
forgotten, and a message of the bot's with it is deleted; a member's message stays theirs, with a mark.
"""

from __future__ import annotations

from typing import Any, Final

import discord

from bot import texts_weave
from bot.actions import is_moderator
from bot.book_memory import key_of
from bot.convert import origin_of
from bot.delivery import Delivery, Posted
from bot.forgetting import Forgetting
from bot.intake import Intake
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.progress_lines import PrivateLine
from bot.results import Results
from bot.texts_books import THE_BOT
from bot.thread_door import ThreadDoor
from bot.weave_continuing import Continuing
from bot.weave_lines import Line, check_open
from bot.weave_order import Order
from ravsg.errors import BadInput, Refused
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore

QUOTED: Final = 120
NAME: Final = 60


class Undoing:
    """Takes back, and tells anew."""

    def __init__(
        self,
        *,
        store: BookStore,
        order: Order,
        continuing: Continuing,
        memory: Memory,
        jobs: JobService,
        forgetting: Forgetting,
        results: Results,
        intake: Intake,
        delivery: Delivery,
        door: ThreadDoor,
    ) -> None:
        self._store = store
        self._order = order
        self._continuing = continuing
        self._memory = memory
        self._jobs = jobs
        self._forgetting = forgetting
        self._results = results
        self._intake = intake
        self._delivery = delivery
        self._door = door

    async def undo(self, interaction: discord.Interaction[Any], line: Line) -> None:
        """Take the last turn of the line back: where that is what the bot is telling, it stops, so that it does not
        go on from what is taken back next. Raises Refused, BadInput, StoreError."""
        check_open(line)
        if not await self._delivery.defer(interaction):
            return
        async with self._order.of(line.thread_id):
            if await self._is_telling_last(line) and await self._continuing.stop(line):
                await self._delivery.update(interaction, Outgoing(texts_weave.STOPPED))
                return
            piece = await self._last(line)
            if piece.author_id not in {0, interaction.user.id} and not is_moderator(interaction):
                raise Refused(texts_weave.NOT_YOUR_TURN, texts_weave.NOT_YOUR_TURN_REMEDY)
            await self._store.set_state(line.guild_id, piece.id, "undone")
        await self._cleared(piece)
        author = quote(piece.author_name, NAME) if piece.author_id else THE_BOT
        said = texts_weave.taken_back(author, quote(piece.text, QUOTED))
        await self._delivery.update(interaction, Outgoing(said))

    async def retry(self, interaction: discord.Interaction[Any], line: Line, piece_id: int) -> None:
        """Have the bot tell its last turn anew; the old one goes when the new one is told. Raises as `undo`."""
        self._intake.check_permissions(interaction)
        check_open(line)
        if not await self._delivery.defer(interaction):
            return
        async with self._order.of(line.thread_id):
            piece = await self._last(line)
            if piece.author_id or piece_id not in {0, piece.id}:
                raise BadInput(texts_weave.NOT_LAST, texts_weave.NOT_LAST_REMEDY)
            shown = PrivateLine(self._delivery, interaction)
            await self._continuing.ask(line, origin_of(interaction), interaction.channel, shown, instead_of=piece)

    async def replaced(self, job: Job, book: BookRow, piece: Piece) -> None:
        """A continuation was posted: where it was told anew, the old one goes. Raises StoreError, DeliveryError."""
        old_id = job.request.get("piece_id")
        if book.kind != "thread" or piece.kind != "continuation" or not isinstance(old_id, int):
            return
        old = await self._store.piece(piece.guild_id, old_id)
        if old is not None and old.id != piece.id and old.state == "undone":
            await self._cleared(old)

    async def _is_telling_last(self, line: Line) -> bool:
        """Whether nothing stands behind the place of what the bot is telling."""
        place = await self._store.awaited(line.guild_id, line.branch.id)
        path = await self._store.path(line.guild_id, line.branch.id)
        return place is not None and (not path or path[-1].position < place.position)

    async def _last(self, line: Line) -> Piece:
        """The last turn that is the line's own. Raises BadInput for none, Refused where a branch leaves from it."""
        path = await self._store.path(line.guild_id, line.branch.id)
        if not path or path[-1].branch_id != line.branch.id:
            raise BadInput(texts_weave.NOTHING_TO_TAKE)
        branches = await self._store.branches(line.guild_id, line.book.id)
        if any(one.fork_piece_id == path[-1].id for one in branches):
            raise Refused(texts_weave.LEAVES_HERE, texts_weave.LEAVES_HERE_REMEDY)
        return path[-1]

    async def _cleared(self, piece: Piece) -> None:
        """Forget a turn that was taken back, and take its message away where it is ours."""
        job = None if piece.job_id is None else await self._jobs.get(piece.job_id)
        if job is not None:
            await self._forgetting.settled(job)
        await self._memory.forget_job(piece.guild_id, key_of(piece))
        await self._store.drop_summaries(piece.guild_id, piece.book_id)
        if job is not None:
            await self._results.remove(job.id)
            await self._jobs.erase(piece.guild_id, job.id)
        elif piece.channel_id is not None and piece.message_id is not None:
            place = Posted(piece.channel_id, piece.message_id)
            if piece.ours:
                await self._delivery.delete(place)
            else:
                await self._door.mark(place, texts_weave.UNDONE, instead_of=texts_weave.TAKEN)
