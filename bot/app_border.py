"""The composition root's part for the border to Discord: the client, the doors, and what the cogs are given.

It only builds and connects, in the order in which the parts need each other; `bot.app` starts and closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Self

from bot.actions import Actions
from bot.app_bookkeeping import BookParts
from bot.app_books import Library
from bot.app_cast import CastParts
from bot.app_privacy import PrivacyParts
from bot.app_weave import Weave
from bot.client import Parts, RavsgBot
from bot.clock import DiscordClock
from bot.convert import Reader
from bot.courier import Courier
from bot.delivery import Delivery
from bot.errors import Funnel
from bot.forgetting import Forgetting
from bot.fresh import Freshness
from bot.intake import Intake
from bot.listings import Listings
from bot.lookout import Lookout
from bot.memory_cards import Cards
from bot.posting import Posting
from bot.presses import Presses
from bot.progress import Progress
from bot.receipts import Receipts
from bot.results import Results
from bot.steps import embedded, embedded_in_quiet, written
from ravsg.config import Config
from ravsg.engine import Engine
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.memory.upkeep import Upkeep
from ravsg.models.profiles import Profile
from ravsg.store.books import BookStore
from ravsg.store.cast import CastStore
from ravsg.store.cast_erasing import CastErasing
from ravsg.store.connection import Database
from ravsg.store.jobs import JobStore
from ravsg.telemetry.measures import Telemetry


@dataclass(frozen=True, slots=True)
class Ground:
    """What the border stands on: everything that knows no Discord."""

    config: Config
    profile: Profile
    telemetry: Telemetry
    db: Database
    store: JobStore
    books: BookStore
    cast: CastStore
    memory: Memory
    queue: GpuQueue
    upkeep: Upkeep
    engine: Engine
    jobs: JobService


@dataclass(frozen=True, slots=True)
class Way:
    """The way to Discord and back: the client, the one door out, results and progress through it."""

    bot: RavsgBot
    clock: DiscordClock
    courier: Courier
    delivery: Delivery
    posting: Posting
    results: Results
    progress: Progress

    @classmethod
    def build(cls, ground: Ground) -> Self:
        """All of it, connected with the jobs."""
        config, jobs = ground.config, ground.jobs
        clock = DiscordClock()
        bot = RavsgBot(config, resume=jobs.start, clock=clock)
        courier = Courier(ground.telemetry)
        delivery = Delivery(bot, courier, clock.now)
        posting = Posting(client=bot, delivery=delivery, store=ground.store)
        results = Results(
            client=bot,
            delivery=delivery,
            posting=posting,
            jobs=jobs,
            store=ground.store,
            engine=ground.engine,
            config=config.delivery,
            note=ground.profile.note,
        )
        progress = Progress(
            jobs,
            delivery,
            seconds=config.delivery.progress_seconds,
            posted=results.posted,
            notice=results.notice,
        )
        jobs.deliver = results.deliver
        jobs.on_change.append(progress.on_change)
        return cls(bot, clock, courier, delivery, posting, results, progress)


def furnish(ground: Ground, way: Way, hosts: frozenset[str]) -> Parts:
    """What the cogs take their things from. `hosts`: where else than from Discord files may come."""
    config, db, jobs, memory = ground.config, ground.db, ground.jobs, ground.memory
    bot, delivery, results = way.bot, way.delivery, way.results
    freshness = Freshness(ground.telemetry, way.clock)
    funnel = Funnel(delivery, ground.telemetry)
    presses = Presses(funnel, freshness)
    intake = Intake(jobs=jobs, memory=memory, delivery=delivery, courier=way.courier, progress=way.progress)
    reader = Reader(config.limits, hosts)
    forgetting = Forgetting(jobs=jobs, memory=memory, cast=CastErasing(db), results=results)
    lookout = Lookout(
        client=bot,
        delivery=delivery,
        memory=memory,
        cast=ground.cast,
        forgetting=forgetting,
        now=way.clock.now,
    )
    cards = Cards(memory=memory, lookout=lookout, spoiler=config.delivery.spoiler)
    making = BookParts.build(
        store=ground.books,
        job_store=ground.store,
        jobs=jobs,
        memory=memory,
        client=bot,
        delivery=delivery,
        posting=way.posting,
        results=results,
        config=config,
        note=ground.profile.note,
        embed=partial(embedded_in_quiet, ground.queue),
    )
    weave = Weave.build(
        client=bot,
        books=making.books,
        making=making.delivery,
        chapters=making.posts,
        jobs=jobs,
        memory=memory,
        forgetting=forgetting,
        intake=intake,
        results=results,
        delivery=delivery,
        courier=way.courier,
        presses=presses,
        freshness=freshness,
        reader=reader,
        config=config,
        note=ground.profile.note,
    )
    privacy = PrivacyParts.build(
        db=db,
        store=ground.store,
        books=ground.books,
        cast=ground.cast,
        memory=memory,
        jobs=jobs,
        results=results,
        delivery=delivery,
        courier=way.courier,
        client=bot,
        clock=way.clock,
        config=config.privacy,
    )
    library = Library.build(
        books=making.books,
        posts=making.posts,
        memory=memory,
        profile=ground.profile,
        intake=intake,
        results=results,
        delivery=delivery,
        reader=reader,
        presses=presses,
        write=partial(written, ground.queue),
        spoiler=config.delivery.spoiler,
    )
    return Parts(
        config=config,
        profile=ground.profile,
        jobs=jobs,
        memory=memory,
        forgetting=forgetting,
        lookout=lookout,
        receipts=Receipts(
            jobs=jobs, memory=memory, forgetting=forgetting, cards=cards, delivery=delivery, presses=presses
        ),
        listings=Listings(cards=cards, delivery=delivery, presses=presses),
        privacy=privacy,
        books=making.books,
        weave=weave,
        library=library,
        cast=CastParts.build(
            store=ground.cast,
            shelf=library.shelf,
            jobs=jobs,
            memory=memory,
            intake=intake,
            progress=way.progress,
            lookout=lookout,
            results=results,
            reader=reader,
            delivery=delivery,
            presses=presses,
            spoiler=config.delivery.spoiler,
        ),
        intake=intake,
        results=results,
        delivery=delivery,
        reader=reader,
        actions=Actions(
            jobs=jobs,
            memory=memory,
            forgetting=forgetting,
            unweaver=privacy.unweaver,
            intake=intake,
            results=results,
            delivery=delivery,
            presses=presses,
            reader=reader,
            config=config,
        ),
        presses=presses,
        funnel=funnel,
        freshness=freshness,
        telemetry=ground.telemetry,
        clock=way.clock,
        embed=partial(embedded, ground.queue),
        embedding=ground.upkeep.progress,
    )
