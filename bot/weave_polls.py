"""The server chooses how a story goes on: a native poll among all its open lines, and what its end does.

The line that wins is the canon and the only one that goes on; the others are set aside: told so, and locked where the
bot may do that. A draw changes nothing. Posting a poll is `bot.weave_asking`. A poll's end comes as a notice of
Discord's; what ended while the bot was away is read from the poll's message. Which answer stands for which branch
follows from the order of their ids.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import discord

from bot import texts, texts_weave
from bot.convert import missing_permissions
from bot.delivery import Delivery, Posted
from bot.embeds import message_link
from bot.outgoing import Outgoing
from bot.thread_door import Outcome, ThreadDoor, result_of
from bot.weave_asking import Asking
from bot.weave_continuing import Continuing
from bot.weave_lines import Line, Lines, canon, check_open
from ravsg.errors import DeliveryError, RavsgError, Refused
from ravsg.store.book_rows import Branch
from ravsg.store.books import BookStore

_log = logging.getLogger(__name__)


class Polls:
    """Asks by polls, and acts on their ends."""

    def __init__(
        self,
        *,
        client: discord.Client,
        store: BookStore,
        lines: Lines,
        continuing: Continuing,
        door: ThreadDoor,
        delivery: Delivery,
        hours: int,
    ) -> None:
        """`hours`: how long a poll is open."""
        self._client = client
        self._store = store
        self._lines = lines
        self._continuing = continuing
        self._door = door
        self._delivery = delivery
        self._hours = hours
        self._asking = Asking(store=store, lines=lines, door=door, hours=hours)

    async def open(self, interaction: discord.Interaction[Any], line: Line) -> None:
        """Ask the server which of a story's lines goes on. Raises Refused, BadInput, DeliveryError, StoreError."""
        check_open(line)
        await self._lines.check_teller(interaction, line)
        channel_id = self._place(canon(await self._lines.of_book(line.book)))
        if not await self._delivery.defer(interaction):
            return
        poll = await self._asking.ask(line, channel_id, interaction.id)
        link = message_link(line.guild_id, poll.channel_id, poll.message_id)
        await self._delivery.update(interaction, Outgoing(texts_weave.poll_opened(link, self._hours)))

    def _place(self, line: Line) -> int:
        """Where the poll stands: the channel around the threads, or the thread itself, where that is a post of a
        forum. Raises Refused where the bot may not post polls there."""
        thread = self._client.get_channel(line.thread_id)
        parent = thread.parent if isinstance(thread, discord.Thread) else None
        place = parent if isinstance(parent, discord.TextChannel) else thread
        if not isinstance(place, discord.TextChannel | discord.Thread):
            raise Refused(texts_weave.UNKNOWN, texts_weave.UNKNOWN_REMEDY)
        granted = place.permissions_for(place.guild.me)
        if missing := missing_permissions(place, granted):
            raise Refused(*texts.missing_permissions(missing))
        if not granted.send_polls:
            raise Refused(texts_weave.MAY_NOT_POLL, texts_weave.MAY_NOT_POLL_REMEDY)
        return place.id

    # ------------------------------------------------------------------ the end

    async def noticed(self, message: discord.Message) -> None:
        """A message came: act where it says that one of our polls ended. Raises RavsgError."""
        me = self._client.user
        place = result_of(message)
        if place is not None and me is not None and message.author.id == me.id:
            await self.look_at(
                [one for one in await self._store.open_polls() if one.poll_message_id == place.message_id]
            )

    async def deleted(self, message_id: int) -> None:
        """A message was deleted: where it was a poll of ours, all lines stay open. Raises StoreError."""
        branches = [one for one in await self._store.open_polls() if one.poll_message_id == message_id]
        await self._forget(branches, texts_weave.POLL_GONE)

    async def catch_up(self) -> None:
        """After a time away: find those that were being asked, and act on those that ended meanwhile. Raises
        StoreError."""
        await self._asking.catch_up()
        polls: dict[int, list[Branch]] = {}
        for branch in await self._store.open_polls():
            polls.setdefault(branch.poll_message_id or 0, []).append(branch)
        for branches in polls.values():
            try:
                await self.look_at(branches)
            except RavsgError as error:
                _log.warning("a poll could not be looked at: %s", error)

    async def look_at(self, branches: Sequence[Branch]) -> None:
        """Act on the poll that these branches wait for, if it ended. Raises DeliveryError, StoreError."""
        if not branches:
            return
        place = Posted(branches[0].poll_channel_id or 0, branches[0].poll_message_id or 0)
        try:
            outcome = await self._door.outcome(place)
        except DeliveryError as error:
            if not await self._delivery.is_gone(place, patience=5.0):
                raise
            _log.info("a poll is gone: %s", error)
            await self._forget(branches, texts_weave.POLL_GONE)
            return
        if outcome is not None:
            await self._decide(sorted(branches, key=lambda one: one.id), outcome)

    async def _decide(self, branches: Sequence[Branch], outcome: Outcome) -> None:
        number = outcome.winner
        if number is None or number >= len(branches):
            await self._forget(branches, texts_weave.DRAW)
            return
        won = branches[number]
        line = await self._lines.of_branch(won.guild_id, won.id)
        if line.book.state in {"finished", "gone"} or won.fate == "aside":
            await self._forget(branches, texts_weave.POLL_LATE)
            return
        lost = [one for one in branches if one.id != won.id]
        # the fates first, the polls last: whoever dies in between decides the same again
        await self._store.set_fate(won.guild_id, won.id, "canon")
        for one in lost:
            await self._store.set_fate(one.guild_id, one.id, "aside")
        link = message_link(line.guild_id, line.thread_id, line.thread_id)
        for one in lost:
            await self._set_aside(await self._lines.of_branch(one.guild_id, one.id), link)
        await self._say(line.thread_id, texts_weave.WON)
        await self._clear(branches)

    async def _set_aside(self, line: Line, link: str) -> None:
        await self._continuing.stop(line)
        await self._say(line.thread_id, texts_weave.lost(link))
        await self._door.close(line.thread_id)

    async def _forget(self, branches: Sequence[Branch], said: str) -> None:
        if branches and branches[0].poll_channel_id is not None:
            await self._clear(branches)
            await self._say(branches[0].poll_channel_id, said)

    async def _clear(self, branches: Sequence[Branch]) -> None:
        await self._store.clear_poll(branches[0].guild_id, [one.id for one in branches])

    async def _say(self, channel_id: int, text: str) -> None:
        try:
            await self._delivery.send(channel_id, Outgoing(text))
        except RavsgError as error:
            _log.info("the end of a poll could not be told in channel %d: %s", channel_id, error)
