"""The door to threads: opening and closing them, marking messages, asking by a native poll, reading what is there.

Like `bot.delivery`, beside which it stands, it carries every request through the courier and lets no text leave
unguarded. What a thread is for is the affair of others.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import discord

from bot.courier import Courier
from bot.delivery import Posted, judged
from bot.markup import guarded, plain, shorten
from bot.outgoing import Outgoing, guard
from ravsg.errors import DeliveryError

_log = logging.getLogger(__name__)
NAME_LIMIT: Final = 100
"""Characters of a thread's name."""
QUESTION_LIMIT: Final = 300
ANSWER_LIMIT: Final = 55
MOST_ANSWERS: Final = 10
"""What Discord lets a poll hold."""
LOOKED_AT: Final = 200
"""Messages behind a press among which its poll is looked for: it is posted within seconds."""
READING_SECONDS: Final = 60.0
"""How long reading a thread may take: some requests, one after the other."""
HAS_THREAD: Final = 160004
"""A thread stands on this message already: an earlier try arrived."""
IDLE_MINUTES: Final = 10080
"""Threads are archived after a week of silence, the longest that Discord offers: stories are slow."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a poll ended: votes by answer, in the order of the answers."""

    votes: tuple[int, ...]

    @property
    def winner(self) -> int | None:
        """The answer with the most votes, counted from 0; None for a draw and where nobody voted."""
        most = max(self.votes, default=0)
        best = [number for number, votes in enumerate(self.votes) if votes == most]
        return best[0] if most and len(best) == 1 else None


class ThreadDoor:
    """What is done to threads, through one courier."""

    def __init__(self, client: discord.Client, courier: Courier) -> None:
        self._client = client
        self._courier = courier

    async def open_on(self, guild_id: int, place: Posted, name: str) -> discord.Thread:
        """Open a public thread on a message of ours, whose id it takes. Raises DeliveryError."""
        channel = self._client.get_partial_messageable(place.channel_id, guild_id=guild_id)
        message = channel.get_partial_message(place.message_id)

        async def start() -> discord.Thread:
            try:
                return await message.create_thread(name=_name(name), auto_archive_duration=IDLE_MINUTES)
            except discord.HTTPException as error:
                if error.code != HAS_THREAD:
                    raise
            there = await self._client.fetch_channel(place.message_id)
            assert isinstance(there, discord.Thread)
            return there

        with judged():
            return await self._courier.carry(place.channel_id, start)

    async def open_post(
        self, forum: discord.ForumChannel, name: str, message: Outgoing, tags: Sequence[discord.ForumTag]
    ) -> discord.Thread:
        """Write a post in a forum: a thread and its first message, of one id. Raises DeliveryError."""
        ready = guard(message)

        async def post() -> discord.Thread:
            made = await forum.create_thread(
                name=_name(name), auto_archive_duration=IDLE_MINUTES, applied_tags=list(tags), **ready.sent()
            )
            return made.thread

        with judged():
            return await self._courier.carry(forum.id, post)

    async def rename(self, thread_id: int, name: str) -> bool:
        """Give a thread another name, asleep or awake; False where it is gone. Raises DeliveryError, also where the
        bot may not."""

        async def change() -> bool:
            try:
                thread = self._client.get_channel(thread_id) or await self._client.fetch_channel(thread_id)
                if not isinstance(thread, discord.Thread):
                    return False
                asleep = thread.archived
                await thread.edit(name=_name(name), archived=False)  # one that sleeps takes no other name
                if asleep:
                    await thread.edit(archived=True)
            except discord.NotFound:
                return False
            return True

        with judged():
            return await self._courier.carry(None, change)

    async def close(self, thread_id: int) -> bool:
        """Archive and lock a thread; False where the bot may not lock, or the thread is gone."""
        try:
            thread = self._client.get_channel(thread_id) or await self._fetched(thread_id)
        except DeliveryError as error:
            _log.info("a thread could not be closed: %s", error)
            return False
        if not isinstance(thread, discord.Thread) or not thread.permissions_for(thread.guild.me).manage_threads:
            return False

        async def lock() -> object:
            return await thread.edit(locked=True, archived=True)

        try:
            with judged():
                await self._courier.carry(None, lock)
        except DeliveryError as error:
            _log.info("a thread could not be closed: %s", error)
            return False
        return True

    async def _fetched(self, thread_id: int) -> object:
        async def fetch() -> object:
            return await self._client.fetch_channel(thread_id)

        with judged():
            return await self._courier.carry(None, fetch)

    async def mark(self, place: Posted, emoji: str, *, instead_of: str | None = None) -> None:
        """React to a message, perhaps instead of an earlier reaction of ours; where that may not be, nothing is said:
        it is a courtesy."""
        channel = self._client.get_partial_messageable(place.channel_id)
        message = channel.get_partial_message(place.message_id)
        me = self._client.user

        async def react() -> None:
            if instead_of is not None and me is not None:
                await message.remove_reaction(instead_of, me)
            await message.add_reaction(emoji)

        try:
            # no channel's breaker: whoever may not react may well write
            await self._courier.carry(None, react)
        except (DeliveryError, discord.HTTPException) as error:
            _log.info("a message could not be marked: %s", error)

    # ------------------------------------------------------------------ polls

    async def ask(
        self, channel_id: int, message: Outgoing, question: str, answers: Sequence[str], hours: int, *, nonce: str
    ) -> Posted:
        """Post a native poll with 2 to 10 answers, once for a nonce of at most 25 characters. Raises DeliveryError,
        ValueError for any other number of answers."""
        if not 2 <= len(answers) <= MOST_ANSWERS:
            raise ValueError(f"a poll has 2 to {MOST_ANSWERS} answers, not {len(answers)}")
        ready = guard(message)
        channel = self._client.get_partial_messageable(channel_id)

        async def post() -> discord.Message:
            poll = discord.Poll(_guarded(question, QUESTION_LIMIT), timedelta(hours=hours))
            for answer in answers:
                poll.add_answer(text=_guarded(answer, ANSWER_LIMIT))
            return await channel.send(**ready.sent(), poll=poll, nonce=nonce)

        with judged():
            sent = await self._courier.carry(channel_id, post)
        return Posted(sent.channel.id, sent.id)

    async def asked(self, channel_id: int, after: int, words: Sequence[str]) -> Posted | None:
        """The first poll of ours behind a snowflake whose message says all these words, open or not; None also where
        the history may not be read, or the channel is gone. Raises DeliveryError."""
        channel = self._client.get_partial_messageable(channel_id)
        me = self._client.user

        async def look() -> Posted | None:
            try:
                async for one in channel.history(limit=LOOKED_AT, after=discord.Object(after), oldest_first=True):
                    ours = me is not None and one.author.id == me.id and one.poll is not None
                    if ours and all(word in one.content for word in words):
                        return Posted(channel_id, one.id)
            except (discord.Forbidden, discord.NotFound) as error:
                _log.warning("the history of channel %d cannot be read: %s", channel_id, error)
            return None

        with judged():
            return await self._courier.carry(channel_id, look)

    async def outcome(self, place: Posted) -> Outcome | None:
        """How a poll ended; None while it is open. Raises DeliveryError, also where its message is gone."""
        channel = self._client.get_partial_messageable(place.channel_id)

        async def look() -> Outcome | None:
            poll = (await channel.fetch_message(place.message_id)).poll
            if poll is None or not poll.is_finalised():
                return None
            return Outcome(tuple(answer.vote_count for answer in poll.answers))

        with judged():
            return await self._courier.carry(place.channel_id, look)

    # ------------------------------------------------------------------ reading

    async def since(self, guild_id: int, thread_id: int, oldest: int, most: int) -> list[discord.Message] | None:
        """A thread's messages from a snowflake on and the one before, oldest first: the last `most`, in requests of
        100. None where it was deleted, and nothing where the history may not be read. Raises DeliveryError."""
        known = self._client.get_channel(thread_id)
        channel = (
            known
            if isinstance(known, discord.Thread)
            else self._client.get_partial_messageable(thread_id, guild_id=guild_id)
        )

        async def look() -> list[discord.Message] | None:
            found: list[discord.Message] = []
            try:
                async for message in channel.history(limit=most):
                    found.append(message)
                    if message.id < oldest:
                        break
            except discord.NotFound:
                return None
            return found[::-1]

        with judged():
            return await self._courier.carry(None, look, patience=READING_SECONDS)


def result_of(message: discord.Message) -> Posted | None:
    """The poll whose end a notice of Discord's tells; None for every other message."""
    reference = message.reference
    if message.type is not discord.MessageType.poll_result or reference is None or reference.message_id is None:
        return None
    return Posted(reference.channel_id, reference.message_id)


def _name(name: str) -> str:
    return shorten(" ".join(plain(name).split()), NAME_LIMIT) or "…"


def _guarded(text: str, limit: int) -> str:
    return shorten(guarded(" ".join(plain(text).split())), limit) or "…"
