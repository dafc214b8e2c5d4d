"""A result's messages in its channel: each posted once over crashes, and all of them changed together.

Each message has a role, and each role a row: "sending" before it leaves, "sent" with its id afterwards. A role that
was left as "sending" may or may not have arrived: the channel's history is searched for the message's mark before it
is sent again with the same nonce. (Measured over thousands of kills: a nonce alone doubles where the downtime exceeds
Discord's window, the search alone misses a message still on its way; together 0 of 3,430.)
What the messages show is others' affair.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import discord

from bot.courier import DiscordDown
from bot.delivery import Delivery, Posted
from bot.embeds import job_mark
from bot.outgoing import Outgoing
from ravsg.errors import DeliveryError
from ravsg.jobs.job import Job
from ravsg.store.deliveries import Delivery as Sent
from ravsg.store.jobs import JobStore

PATIENCE: Final = 6 * 3600.0
"""Seconds for which a result is offered to a Discord that does not answer, before its job is called failed."""
NONCE_SECONDS: Final = 60.0
"""For how long a message is sent again without a look into the history: Discord knows a nonce for a few minutes."""
HISTORY: Final = 200
"""Messages of the channel that are searched for one that may have arrived."""
PART: Final = "part-"
SURPLUS: Final = "surplus-"
"""Before the number of a part that is deleted because the words became fewer: its deletion forgets nothing, and its
number, of which its nonce is made, is never given again."""


class Posting:
    """Posts and changes; one for the whole bot."""

    def __init__(self, *, client: discord.Client, delivery: Delivery, store: JobStore) -> None:
        self._client = client
        self._delivery = delivery
        self._store = store

    async def parts(self, job: Job, messages: Sequence[Outgoing]) -> Posted:
        """Post a result's messages in their order, each once; gives where the first stands.

        Raises DeliveryError, and discord.HTTPException with status 413 where the files are too large.
        """
        reply_to = job.request.get("reply_to")
        first: Posted | None = None
        for number, message in enumerate(messages, start=1):
            place = await self.once(
                job,
                role(number),
                message,
                mark=job_mark(job.id, number),
                reply_to=reply_to if number == 1 and isinstance(reply_to, int) else None,
            )
            first = first or place
        if first is None:
            raise DeliveryError(detail=f"job {job.id} has nothing to post")
        return first

    async def once(
        self,
        job: Job,
        role: str,
        message: Outgoing,
        *,
        mark: str,
        reply_to: int | None = None,
        patience: float | None = None,
    ) -> Posted:
        """Post one message of a job, unless it stands there. `mark`: what its footer or content is known by. Raises
        as `parts`; DiscordDown after so many seconds of `patience` (PATIENCE where none is given)."""
        patience = PATIENCE if patience is None else patience
        nonce, before = await self._store.begin_delivery(job.id, role)
        if before == "sent":
            for one in await self._store.deliveries(job.id):
                if one.role == role and one.message_id is not None:
                    return Posted(one.channel_id, one.message_id)
        place = await self._found(job, mark, patience) if before == "sending" else None
        give_up = time.monotonic() + patience
        while place is None:
            try:
                place = await self._delivery.send(
                    job.origin.channel_id,
                    message,
                    nonce=nonce,
                    reply_to=reply_to,
                    patience=min(patience, NONCE_SECONDS),
                )
            except DiscordDown:
                if time.monotonic() > give_up:
                    raise
                place = await self._found(job, mark, patience)
        await self._store.finish_delivery(job.id, role, place.message_id)
        return place

    async def change(
        self, job: Job, messages: Sequence[Outgoing], marks: Sequence[str], *, files: bool, patience: float = 20.0
    ) -> bool:
        """Have a result that was posted show other messages, with the first one's `files` where that is said: those
        that stand there are changed, the rest is posted as replies to the first, and what is too much is deleted.
        False where the first is gone. Raises DeliveryError."""
        sent = sorted((one for one in await self._store.deliveries(job.id) if _number(one)), key=_number)
        standing = [one for one in sent if one.role.startswith(PART) and one.message_id is not None]
        begun = [one.role for one in sent if one.state == "sending"]
        free = map(role, itertools.count(max(map(_number, sent), default=0) + 1))
        if not standing:
            return False
        first = _place(standing[0])
        for index, (message, mark) in enumerate(zip(messages, marks, strict=True)):
            if index < len(standing):
                own = files and index == 0
                kept = message if own else replace(message, files=())
                if not await self._delivery.edit(_place(standing[index]), kept, files=own) and index == 0:
                    return False
                continue
            as_role = begun.pop(0) if begun else next(free)
            await self.once(job, as_role, message, mark=mark, reply_to=first.message_id, patience=patience)
        for one in standing[len(messages) :]:
            await self._store.rename_delivery(job.id, one.role, f"{SURPLUS}{_number(one)}")
            await self._delivery.delete(_place(one))
        return True

    async def _found(self, job: Job, mark: str, patience: float) -> Posted | None:
        """A message of ours with this mark in the job's channel."""
        me = self._client.user

        def ours(message: discord.Message) -> bool:
            if me is None or message.author.id != me.id or message.id == job.progress_message_id:
                return False  # the message that shows the job's progress names the job too
            return mark in _marks(message)

        # by its mark alone: when the job was accepted is a matter of this machine's clock, which may be wrong
        return await self._delivery.search(job.origin.channel_id, ours, most=HISTORY, patience=patience)


def role(number: int) -> str:
    """The role of a result's n-th message, counted from 1."""
    return f"{PART}{number}"


def _number(sent: Sent) -> int:
    """The number of a part, present or deleted; 0 for what is no part."""
    kind, _, number = sent.role.rpartition("-")
    return int(number) if f"{kind}-" in {PART, SURPLUS} else 0


def _place(sent: Sent) -> Posted:
    return Posted(sent.channel_id, sent.message_id or 0)


def _marks(message: discord.Message) -> set[str]:
    """The footers' parts, and the ids that the content names in code marks."""
    found = {part for embed in message.embeds for part in (embed.footer.text or "").split(" · ")}
    return found | {f"`{part}`" for part in message.content.split("`")[1::2]}
