"""The composition root's part for story threads. It only builds; `bot.app` starts and closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import discord

from bot.book_delivery import BookDelivery
from bot.book_posts import ChapterPosts
from bot.bookkeeping import Bookkeeping
from bot.convert import Reader
from bot.courier import Courier
from bot.delivery import Delivery
from bot.forgetting import Forgetting
from bot.fresh import Freshness
from bot.intake import Intake
from bot.presses import Presses
from bot.results import Results
from bot.thread_door import ThreadDoor
from bot.weave_catching_up import CatchingUp
from bot.weave_continuing import Continuing
from bot.weave_finishing import Finishing
from bot.weave_lines import Lines
from bot.weave_opening import Opening
from bot.weave_order import Order
from bot.weave_plates import Plates
from bot.weave_polls import Polls
from bot.weave_posts import TurnPosts
from bot.weave_presses import WeavePresses
from bot.weave_settings import StorySettings
from bot.weave_turns import Turns
from bot.weave_undoing import Undoing
from bot.weave_watch import Watch
from bot.weave_writing import Writing
from ravsg.config import Config
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory


@dataclass(frozen=True, slots=True)
class Weave:
    """What story threads need."""

    lines: Lines
    opening: Opening
    turns: Turns
    continuing: Continuing
    undoing: Undoing
    polls: Polls
    watch: Watch
    presses: WeavePresses
    settings: StorySettings
    catching_up: CatchingUp

    @classmethod
    def build(
        cls,
        *,
        client: discord.Client,
        books: Bookkeeping,
        making: BookDelivery,
        chapters: ChapterPosts,
        jobs: JobService,
        memory: Memory,
        forgetting: Forgetting,
        intake: Intake,
        results: Results,
        delivery: Delivery,
        courier: Courier,
        presses: Presses,
        freshness: Freshness,
        reader: Reader,
        config: Config,
        note: str,
    ) -> Self:
        """All of it, in the order in which it needs each other. `note` names the models."""
        store, every_message = books.store, config.bot.message_content
        lines, order, door = Lines(store), Order(), ThreadDoor(client, courier)
        continuing = Continuing(client=client, books=books, lines=lines, jobs=jobs, intake=intake, order=order)
        opening = Opening(
            store=store,
            lines=lines,
            door=door,
            delivery=delivery,
            intake=intake,
            reader=reader,
            results=results,
            style=config.paint.style,
            every_message=every_message,
            spoiler=config.delivery.spoiler,
        )
        turns = Turns(
            client=client,
            books=books,
            lines=lines,
            order=order,
            continuing=continuing,
            memory=memory,
            door=door,
            delivery=delivery,
            reader=reader,
            first=freshness.first,
            every_message=every_message,
        )
        undoing = Undoing(
            store=store,
            order=order,
            continuing=continuing,
            memory=memory,
            jobs=jobs,
            forgetting=forgetting,
            results=results,
            intake=intake,
            delivery=delivery,
            door=door,
        )
        polls = Polls(
            client=client,
            store=store,
            lines=lines,
            continuing=continuing,
            door=door,
            delivery=delivery,
            hours=config.weave.poll_hours,
        )
        finishing = Finishing(store=store, lines=lines, continuing=continuing, memory=memory, delivery=delivery)
        watch = Watch(client=client, store=store, lines=lines, continuing=continuing, delivery=delivery)
        pressed = WeavePresses(
            store=store,
            lines=lines,
            order=order,
            writing=Writing(books=books, lines=lines, order=order, continuing=continuing, delivery=delivery),
            continuing=continuing,
            undoing=undoing,
            opening=opening,
            polls=polls,
            finishing=finishing,
            intake=intake,
            delivery=delivery,
            presses=presses,
            reader=reader,
            config=config,
        )
        posts = TurnPosts(store, jobs, lines, note, every_message)
        making.makers["turn"] = posts.messages
        chapters.turns.update({"continuation": posts.anew, "turn": posts.anew})
        jobs.on_change.append(continuing.on_change)
        results.keepers.append(Plates(store, jobs).keep)
        books.on_told.append(undoing.replaced)
        return cls(
            lines=lines,
            opening=opening,
            turns=turns,
            continuing=continuing,
            undoing=undoing,
            polls=polls,
            watch=watch,
            presses=pressed,
            settings=StorySettings(store=store, lines=lines, order=order, delivery=delivery),
            catching_up=CatchingUp(
                client=client, store=store, lines=lines, turns=turns, continuing=continuing, polls=polls, watch=watch
            ),
        )

    async def settled(self) -> None:
        """Wait for what goes on beside requests; it takes a moment."""
        await self.continuing.settled()
