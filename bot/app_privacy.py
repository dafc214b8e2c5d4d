"""The composition root's part for privacy: what unweaves members, mends messages, lets servers go and gives copies.

It only builds and names the tasks; `bot.app` starts and ends them.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import discord

from bot import texts
from bot.clock import DiscordClock
from bot.courier import Courier
from bot.delivery import Delivery
from bot.departures import Departures
from bot.erasable import registry
from bot.export import Exporter
from bot.export_books import BookExport
from bot.markup import quote
from bot.mending import Mender
from bot.results import Results
from bot.thread_door import ThreadDoor
from bot.unweaving import Unweaver
from ravsg.config import PrivacySection
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.store.books import BookStore
from ravsg.store.cast import CastStore
from ravsg.store.cast_erasing import CastErasing
from ravsg.store.connection import Database
from ravsg.store.erasures import DepartureStore, ErasureStore
from ravsg.store.jobs import JobStore
from ravsg.store.member_books import MemberBooks
from ravsg.store.member_memories import MemberMemories
from ravsg.store.stale import StaleStore


@dataclass(frozen=True, slots=True)
class PrivacyParts:
    """What a member's or a server's leaving needs."""

    unweaver: Unweaver
    mender: Mender
    departures: Departures
    exporter: Exporter

    @classmethod
    def build(
        cls,
        *,
        db: Database,
        store: JobStore,
        books: BookStore,
        cast: CastStore,
        memory: Memory,
        jobs: JobService,
        results: Results,
        delivery: Delivery,
        courier: Courier,
        client: discord.Client,
        clock: DiscordClock,
        config: PrivacySection,
    ) -> Self:
        """All of them, in the order in which they need each other."""
        members, member_books = MemberMemories(db), MemberBooks(db)
        mender = Mender(
            stale=StaleStore(db), jobs=jobs, results=results, delivery=delivery, door=ThreadDoor(client, courier)
        )
        memory.on_forgotten.append(mender.poke)
        unweaver = Unweaver(
            records=registry(memory, members, CastErasing(db), member_books, store),
            jobs=jobs,
            erasures=ErasureStore(db),
            mender=mender,
            delivery=delivery,
            server_name=partial(_server_name, client),
        )
        departures = Departures(
            store=DepartureStore(db),
            unweaver=unweaver,
            present=lambda: [guild.id for guild in client.guilds],
            grace_days=config.grace_days,
            now=clock.now,
        )
        exporter = Exporter(
            memory=memory, members=members, cast=cast, books=BookExport(member_books, books), jobs=store
        )
        return cls(unweaver, mender, departures, exporter)

    def work(self) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
        """What goes on in the background, with a name each."""
        yield "mending of results", self.mender.run()
        yield "erasures that go on", self.unweaver.run()
        yield "servers that were left", self.departures.run()


def _server_name(client: discord.Client, guild_id: int) -> str:
    guild = client.get_guild(guild_id)
    return quote(guild.name, 100) if guild is not None else texts.A_SERVER
