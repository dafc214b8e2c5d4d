"""The composition root's part for the cast: what takes characters from pictures, shows them and changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.book_shelf import Shelf
from bot.cast_adding import CastAdding
from bot.cast_changing import CastChanging
from bot.cast_showing import CastShowing
from bot.convert import Reader
from bot.delivery import Delivery
from bot.intake import Intake
from bot.lookout import Lookout
from bot.presses import Presses
from bot.progress import Progress
from bot.results import PrivateResult, Results
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.store.cast import CastStore


@dataclass(frozen=True, slots=True)
class CastParts:
    """What `/cast` and its menus need."""

    store: CastStore
    adding: CastAdding
    showing: CastShowing
    changing: CastChanging

    @classmethod
    def build(
        cls,
        *,
        store: CastStore,
        shelf: Shelf,
        jobs: JobService,
        memory: Memory,
        intake: Intake,
        progress: Progress,
        lookout: Lookout,
        results: Results,
        reader: Reader,
        delivery: Delivery,
        presses: Presses,
        spoiler: bool,
    ) -> Self:
        """All of them, in the order in which they need each other; what looks at pictures found is shown by them."""
        showing = CastShowing(
            cast=store,
            shelf=shelf,
            lookout=lookout,
            delivery=delivery,
            presses=presses,
            spoiler=spoiler,
        )
        adding = CastAdding(
            cast=store,
            jobs=jobs,
            memory=memory,
            intake=intake,
            results=results,
            reader=reader,
            delivery=delivery,
            presses=presses,
            showing=showing,
        )
        results.private["cast"] = PrivateResult(adding.seen, adding.seen_in_the_open, progress.show_result)
        changing = CastChanging(cast=store, reader=reader, delivery=delivery, presses=presses, showing=showing)
        return cls(store, adding, showing, changing)
