"""Unweaves one member from a server, or erases a server that was left: everywhere, to the end, over any crash.

The erasure is written down before anything goes. Then, with the member's jobs at rest: what there is is counted for
the receipt, every store of the registry erases its part, and is asked whether anything is left. After that the bot's
own messages go (`bot.mending`), the member is told once, and the note of the erasure itself is deleted. Each step is
safe to repeat, so a restart begins with the first that is not done. What stays is told in the receipt.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot import texts_privacy as texts
from bot.courier import DiscordDown
from bot.delivery import Delivery
from bot.erasable import Erasable
from bot.mending import Mender
from bot.outgoing import Outgoing
from ravsg.errors import RavsgError, Refused, StoreError
from ravsg.jobs.service import JobService
from ravsg.store.erasures import Erasure, ErasureStore

_log = logging.getLogger(__name__)

COUNTED: Final = "counted"
ERASED: Final = "erased"
TELLING: Final = "telling"
RETRY_SECONDS: Final = 300.0
"""Seconds after which an erasure that the disk or Discord stopped is taken up again."""
RECEIPTS: Final = 50
"""Direct messages that are searched for a receipt that may have arrived before a crash."""

Answer = Callable[[str], Awaitable[bool]]
"""Shows a text where the member asked; False where that is not possible any more."""
_Whose = tuple[int, int | None]


class Unweaver:
    """Erasures of members and of servers; one for the whole bot."""

    def __init__(
        self,
        *,
        records: Sequence[Erasable],
        jobs: JobService,
        erasures: ErasureStore,
        mender: Mender,
        delivery: Delivery,
        server_name: Callable[[int], str],
    ) -> None:
        """`server_name`: a server as a receipt calls it, safe to be shown."""
        self._records = records
        self._jobs = jobs
        self._erasures = erasures
        self._mender = mender
        self._delivery = delivery
        self._server_name = server_name
        self._running: dict[_Whose, asyncio.Task[None]] = {}

    async def unweave(self, guild_id: int, member_id: int, answer: Answer) -> None:
        """Erase everything of a member in a server, and give them the receipt.

        Goes on to its end when the caller is cancelled. Raises Refused where it is under way already, StoreError and
        DiskFull where it could not be ended now: it is taken up again.
        """
        if (guild_id, member_id) in self._running:
            raise Refused(texts.UNDER_WAY, texts.UNDER_WAY_REMEDY)
        await asyncio.shield(self._begun(guild_id, member_id, answer))

    async def erase_server(self, guild_id: int) -> None:
        """Erase everything of a server. Raises StoreError, DiskFull, as `unweave` does."""
        task = self._running.get((guild_id, None)) or self._begun(guild_id, None, None)
        await asyncio.shield(task)

    async def run(self) -> None:
        """Take up what a crash, a full disk or a silent Discord stopped, for as long as the bot lives."""
        while True:
            try:
                await self.go_on()
            except RavsgError as error:
                _log.error("an erasure could not be ended, next try in %.0f s: %s", RETRY_SECONDS, error)
            except Exception:
                _log.exception("an erasure met a bug, next try in %.0f s", RETRY_SECONDS)
            await asyncio.sleep(RETRY_SECONDS)

    async def go_on(self) -> None:
        """End every erasure that was begun. Raises StoreError, DiskFull, DiscordDown."""
        for erasure in await self._erasures.open():
            task = self._running.get((erasure.guild_id, erasure.member_id))
            if task is None:
                _log.info("erasure %d goes on", erasure.erasure_id)
                task = self._begun(erasure.guild_id, erasure.member_id, None)
            await asyncio.shield(task)

    async def close(self) -> None:
        """Stop; the next start goes on."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _begun(self, guild_id: int, member_id: int | None, answer: Answer | None) -> asyncio.Task[None]:
        whose = (guild_id, member_id)
        task = asyncio.create_task(self._erase_all(guild_id, member_id, answer), name="erasure")
        self._running[whose] = task
        task.add_done_callback(lambda _: self._running.pop(whose))
        return task

    async def _erase_all(self, guild_id: int, member_id: int | None, answer: Answer | None) -> None:
        erasure = await self._erasures.begin(guild_id, member_id)
        if erasure.step not in (ERASED, TELLING):
            erasure = await self._erase(erasure)
        if member_id is not None:
            await self._mender.take_back(erasure.erasure_id)
            await self._tell(await self._erasures.begin(guild_id, member_id), member_id, answer)
        await self._erasures.finish(erasure)

    async def _erase(self, erasure: Erasure) -> Erasure:
        guild_id, member_id = erasure.guild_id, erasure.member_id
        async with self._jobs.frozen(guild_id, member_id):
            if not erasure.step:
                erasure = await self._erasures.advance(erasure, COUNTED, await self._held(guild_id, member_id))
            for one in self._records:
                await one.erase(guild_id, member_id)
                erasure = await self._erasures.advance(erasure, one.name, {})
            left = {name: count for name, count in (await self._held(guild_id, member_id)).items() if count}
            if left:
                raise StoreError(detail=f"erasure {erasure.erasure_id} left {left}")
            return await self._erasures.advance(erasure, ERASED, {})

    async def _held(self, guild_id: int, member_id: int | None) -> Mapping[str, int]:
        return {name: n for one in self._records for name, n in (await one.held(guild_id, member_id)).items()}

    # ------------------------------------------------------------------ the receipt

    async def _tell(self, erasure: Erasure, member_id: int, answer: Answer | None) -> None:
        """Where the member asked, or directly where that is not possible any more; once."""
        try:
            told = answer is not None and await answer(texts.receipt(erasure.counts))
        except RavsgError as error:
            _log.info("a receipt could not be shown where it was asked for: %s", error)
            told = False
        if not told:
            await self._tell_directly(erasure, member_id)

    async def _tell_directly(self, erasure: Erasure, member_id: int) -> None:
        mark = f"`f-{erasure.erasure_id}`"
        text = texts.direct_receipt(erasure.counts, self._server_name(erasure.guild_id), mark)
        nonce = hashlib.sha256(f"receipt {erasure.erasure_id} {erasure.asked_at}".encode()).hexdigest()[:24]
        perhaps_told = erasure.step == TELLING
        if not perhaps_told:
            await self._erasures.advance(erasure, TELLING, {})
        try:
            channel_id = await self._delivery.direct_channel(member_id)
            if perhaps_told and await self._delivery.search(
                channel_id, lambda message: mark in message.content, most=RECEIPTS
            ):
                return
            await self._delivery.send(channel_id, Outgoing(text), nonce=nonce)
        except DiscordDown:
            raise
        except RavsgError as error:
            _log.warning("erasure %d is done, and its member takes no messages: %s", erasure.erasure_id, error)
