"""A poll among a story's lines, posted once over crashes.

That it is asked for is kept before it leaves, with the id of the press that asked: a moment in Discord's own time,
from which the poll's nonce is made and after which its message stands. Whoever dies before the poll's own id is kept
looks for it there, and posts it where it never arrived. What its end does is `bot.weave_polls`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Sequence
from typing import Final

from bot import texts_weave
from bot.courier import DiscordDown
from bot.delivery import Posted
from bot.embeds import message_link
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.thread_door import MOST_ANSWERS, ThreadDoor
from bot.weave_lines import TITLE, Line, Lines, canon
from ravsg.errors import BadInput, DeliveryError, RavsgError, Refused
from ravsg.store.book_rows import Branch
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)
HOUR_MS: Final = 3_600_000


class Asking:
    """Posts polls."""

    def __init__(self, *, store: BookStore, lines: Lines, door: ThreadDoor, hours: int) -> None:
        """`hours`: how long a poll is open."""
        self._store = store
        self._lines = lines
        self._door = door
        self._hours = hours
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, line: Line, channel_id: int, asked_id: int) -> Posted:
        """Ask which of a story's lines goes on. `asked_id`: the press. Raises Refused, BadInput, DeliveryError,
        StoreError."""
        async with self._one_at_a_time:  # who presses meanwhile finds this poll
            lines = await self._lines.of_book(line.book)
            if begun := [one.branch for one in lines if _waits(one.branch)]:
                await self._finish(begun)
                lines = await self._lines.of_book(line.book)
            if any(one.branch.poll_message_id is not None for one in lines):
                raise Refused(texts_weave.POLL_OPEN, texts_weave.POLL_OPEN_REMEDY)
            asked = _candidates(lines)
            await self._store.ask_poll(line.guild_id, [one.branch.id for one in asked], channel_id, asked_id)
            return await self._post(asked, channel_id, asked_id)

    async def catch_up(self) -> None:
        """After a start: finish what a death has left. Raises StoreError."""
        async with self._one_at_a_time:
            polls: dict[tuple[str, int | None], list[Branch]] = {}
            for branch in await self._store.asked_polls():
                polls.setdefault((branch.book_id, branch.poll_asked_id), []).append(branch)
            for branches in polls.values():
                try:
                    await self._finish(branches)
                except RavsgError as error:
                    _log.warning("a poll that was asked for could not be finished: %s", error)

    async def _finish(self, branches: Sequence[Branch]) -> None:
        """A poll was asked for, and whether it was posted is not known: find it, or post it where it may still be
        decided on. Raises DeliveryError, StoreError."""
        lines = [await self._lines.of_branch(one.guild_id, one.id) for one in branches]
        channel_id, asked_id = branches[0].poll_channel_id or 0, branches[0].poll_asked_id or 0
        poll = await self._door.asked(channel_id, asked_id, [str(one.thread_id) for one in lines])
        if poll is not None:
            await self._keep(lines, poll)
        elif len(lines) > 1 and all(one.open for one in lines):
            await self._post(lines, channel_id, asked_id)
        else:
            await self._store.clear_poll(branches[0].guild_id, [one.id for one in branches])

    async def _post(self, lines: Sequence[Line], channel_id: int, asked_id: int) -> Posted:
        said = texts_weave.poll_opening(lines[0].title, [_link(one) for one in lines])
        answers = [one.branch.title or texts_weave.AS_IT_WENT for one in lines]
        nonce = hashlib.sha256(f"poll {lines[0].book.id} {asked_id}".encode()).hexdigest()[:24]
        try:
            poll = await self._door.ask(
                channel_id, Outgoing(said), texts_weave.QUESTION, answers, self._hours, nonce=nonce
            )
        except DiscordDown:
            raise  # it may have arrived: the next press or the next start looks
        except DeliveryError:
            await self._store.clear_poll(lines[0].guild_id, [one.branch.id for one in lines])
            raise
        await self._keep(lines, poll)
        return poll

    async def _keep(self, lines: Sequence[Line], poll: Posted) -> None:
        book = lines[0].book
        people = {book.author_id, *(one.branch.opened_by for one in lines)}
        await self._store.shows(book.guild_id, book.id, poll.channel_id, poll.message_id, people)
        ends = time.time_ns() // 1_000_000 + self._hours * HOUR_MS
        await self._store.poll_posted(book.guild_id, [one.branch.id for one in lines], poll.message_id, ends)


def _waits(branch: Branch) -> bool:
    """Whether a poll was asked for that is not known to be posted."""
    return branch.poll_asked_id is not None and branch.poll_message_id is None


def _candidates(lines: Sequence[Line]) -> list[Line]:
    """The lines that a poll asks about: all that are open, as many as it holds, the canon always among them. Raises
    BadInput where there is nothing to choose from."""
    candidates = [one for one in lines if one.branch.fate != "aside"]
    if len(candidates) < 2:
        raise BadInput(texts_weave.NO_BRANCHES, texts_weave.NO_BRANCHES_REMEDY)
    counts = canon(lines).branch.id
    left_out = [one for one in candidates if one.branch.id != counts][MOST_ANSWERS - 1 :]
    return [one for one in candidates if one not in left_out]


def _link(line: Line) -> str:
    """Where a line is told: a thread's id stands for its first message too, or for none, and leads there all the
    same."""
    title = quote(line.branch.title or texts_weave.AS_IT_WENT, TITLE).replace("[", "(").replace("]", ")")
    return f"[{title}]({message_link(line.guild_id, line.thread_id, line.thread_id)})"
