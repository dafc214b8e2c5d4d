"""Takes back what the bot's own messages show and nobody keeps any more.

Three kinds: messages of results that went with their member are deleted, threads that the bot named with their words
get a name without any, and results that lost a quote are written anew. Which those are was written down in the
transaction that deleted (`ravsg.store.stale`), so a crash or a Discord that is down delays it and loses nothing. What
Discord refuses for good is counted, and told in the receipt.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from bot import texts_weave
from bot.courier import DiscordDown
from bot.delivery import Delivery, Posted
from bot.results import Results
from bot.thread_door import ThreadDoor
from ravsg.errors import RavsgError, StoreError
from ravsg.jobs.job import TERMINAL
from ravsg.jobs.service import JobService
from ravsg.store.stale import Naming, Outcome, StaleMessage, StaleStore, StaleThread

_log = logging.getLogger(__name__)

PAUSE: Final = 60.0
"""Seconds until Discord is asked again after it was down, and between two looks for results to be written anew."""


class Mender:
    """Works off the stale messages; one for the whole bot."""

    def __init__(
        self, *, stale: StaleStore, jobs: JobService, results: Results, delivery: Delivery, door: ThreadDoor
    ) -> None:
        self._stale = stale
        self._jobs = jobs
        self._results = results
        self._delivery = delivery
        self._door = door
        self._wanted = asyncio.Event()

    def poke(self) -> None:
        """Something was forgotten: look now."""
        self._wanted.set()

    async def run(self) -> None:
        """Write results anew for as long as the bot lives."""
        while True:
            self._wanted.clear()
            try:
                for job_id in await self._stale.results():
                    await self._write_anew(job_id)
            except StoreError as error:
                _log.error("results that lost a quote could not be looked up: %s", error)
            except Exception:
                _log.exception("a result could not be written anew")
            try:
                async with asyncio.timeout(PAUSE):
                    await self._wanted.wait()
            except TimeoutError:
                pass

    async def take_back(self, erasure_id: int) -> None:
        """Delete all messages of an erasure and rename its threads, however long Discord takes. Raises StoreError."""
        self.poke()
        for thread in await self._stale.threads(erasure_id):
            await self._stale.named(thread, await self._renamed(thread))
        for message in await self._stale.messages(erasure_id):
            await self._stale.settled(message, await self._deleted(message))

    async def _deleted(self, message: StaleMessage) -> Outcome:
        while True:
            try:
                await self._delivery.delete(Posted(message.channel_id, message.message_id))
                return "messages"
            except DiscordDown as error:
                _log.info("a message that is to go waits for Discord: %s", error)
            except RavsgError as error:
                _log.warning("a message that is to go cannot be deleted: %s", error)
                return "messages_left"
            await asyncio.sleep(PAUSE)

    async def _renamed(self, thread: StaleThread) -> Naming:
        while True:
            try:
                await self._door.rename(thread.thread_id, texts_weave.UNTITLED)
                return "threads"
            except DiscordDown as error:
                _log.info("a thread that is to be renamed waits for Discord: %s", error)
            except RavsgError as error:
                _log.warning("thread %d cannot be renamed: %s", thread.thread_id, error)
                return "threads_left"
            await asyncio.sleep(PAUSE)

    async def _write_anew(self, job_id: str) -> None:
        job = await self._jobs.get(job_id)
        if job is not None and job.state not in TERMINAL:
            return  # it is still being posted, perhaps with the quote: the next look finds it ended
        try:
            if job is not None:
                await self._results.write_anew(job)
        except DiscordDown as error:
            _log.info("the result of job %s waits to be written anew: %s", job_id, error)
            return
        except RavsgError as error:
            _log.warning("the result of job %s cannot be written anew: %s", job_id, error)
        await self._stale.written_anew(job_id)
