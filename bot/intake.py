"""One way in for every request: permissions, acknowledge, read, judge its words, commit, and then say "accepted".

Commands, menus, buttons, forms and mentions all end here, so that each keeps the same order: nothing is promised
before it is on disk, and what is missing is named before anything is read. Errors pass through to the funnel of
whoever called. What is asked for is a draft (`bot.drafts`); how it goes on is `bot.progress`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import discord

from bot import texts
from bot.convert import missing_permissions, origin_of
from bot.courier import Courier
from bot.delivery import Delivery
from bot.drafts import Draft
from bot.progress import Progress
from bot.progress_lines import Line, OpenLine, PrivateLine
from bot.rating import asked_words, may_be_adult
from bot.visibility import visible_channels
from ravsg import safety
from ravsg.errors import Refused
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.types import Origin

Prepare = Callable[[], Awaitable[Draft]]
"""Reads what is needed and gives the draft; called after the acknowledgement, so it may take its time."""


class Intake:
    """Accepts jobs from interactions and from messages."""

    def __init__(
        self, *, jobs: JobService, memory: Memory, delivery: Delivery, courier: Courier, progress: Progress
    ) -> None:
        self._jobs = jobs
        self._memory = memory
        self._delivery = delivery
        self._courier = courier
        self._progress = progress

    def check_permissions(self, interaction: discord.Interaction[Any]) -> None:
        """Raise Refused naming what the bot lacks where the interaction happened, before anything else is done."""
        missing = missing_permissions(interaction.channel, interaction.app_permissions)
        if missing:
            raise Refused(*texts.missing_permissions(missing))
        if interaction.channel_id is not None:
            self._courier.reopen(interaction.channel_id)

    async def interaction(
        self, interaction: discord.Interaction[Any], prepare: Prepare, *, reply_to: int | None = None
    ) -> Job | None:
        """Accept what an interaction asks for; None where Discord had given it up before it was acknowledged.

        Raises RavsgError: Refused, Unfit, BadInput, QueueFull, StoreError.
        """
        self.check_permissions(interaction)
        origin = origin_of(interaction)
        if not await self._delivery.defer(interaction):
            return None
        draft = await prepare()
        if draft.kind != "cast" and not await self._memory.may_remember(origin.guild_id, origin.author_id):
            draft = replace(draft, remarks=(*draft.remarks, texts.NOT_REMEMBERED))
        line = PrivateLine(self._delivery, interaction)
        return await self.accept(draft, origin, interaction.channel, line, reply_to=reply_to)

    async def message(self, message: discord.Message, prepare: Prepare) -> Job:
        """Accept what a message asks for; its state is shown in an ordinary answer. Raises RavsgError.

        Unlike a command's private answer, this one does not say that the result will not be remembered: everybody in
        the channel would read what a member decided for themselves. `/privacy what` says it to them alone.
        """
        origin = origin_of(message)
        draft = await prepare()
        line = OpenLine(self._delivery, origin.channel_id, reply_to=message.id)
        return await self.accept(draft, origin, message.channel, line, reply_to=message.id)

    async def accept(
        self, draft: Draft, origin: Origin, channel: object, line: Line, *, reply_to: int | None = None
    ) -> Job:
        """Accept what was acknowledged already: judge its words, commit it, and show its state in `line`. Raises
        Unfit, QueueFull, StoreError."""
        adult = may_be_adult(draft.kind, channel)
        await asyncio.to_thread(partial(safety.check, *asked_words(draft.request), adult=adult))
        around = surroundings(channel, origin.channel_id)
        around["place"] |= draft.request.get("place", {})
        request: Mapping[str, Any] = {**draft.request, "reply_to": reply_to, "adult": adult, **around}
        job = await self._jobs.accept(draft.kind, origin, request, draft.inputs, parent_id=draft.parent_id)
        self._progress.follow(job, line, draft.remarks)
        return job


def surroundings(channel: object, channel_id: int) -> dict[str, Any]:
    """What a request says of where its result will stand: which channels its audience may read, and the place as
    memory keeps it."""
    place = channel if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else None
    visible = visible_channels(place) if place is not None else [channel_id]
    return {"visible_channels": visible, "place": _place(channel)}


def _place(channel: object) -> dict[str, Any]:
    """Where a result will stand, as its memory keeps it: a thread's channel, and whether others see the thread."""
    if not isinstance(channel, discord.Thread):
        return {}
    return {"parent_channel_id": channel.parent_id, "private": channel.is_private()}
