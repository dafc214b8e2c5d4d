"""A chapter's illustration: find its moment, paint it with the book's cast, seed and style, and read it again.

Where too little of the scene is seen in the picture it is painted once more with another seed, and the better one of
the two is kept with an honest verdict (`ravsg.story.roundtrip`). A chapter does not fail for its illustration, and a
book goes on in the usual style where its own was taken out of the configuration.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ravsg.config import Config
from ravsg.engine.book_results import PlateResult
from ravsg.engine.casting import Casting, Role
from ravsg.engine.painting import Artist, Beginning, Scene
from ravsg.engine.telling import SEED_STEP, SEEDS, analyse
from ravsg.errors import BadInput, BadText, DeviceLost, ModelError, Unfit
from ravsg.models.profiles import Profile
from ravsg.picture.styles import choose_style
from ravsg.story.plan import Plan
from ravsg.story.prompts import CastSheet
from ravsg.story.roundtrip import UNSEEN, RoundTrip, Wanted, compare, dressed, wanted
from ravsg.types import CastUsed, PaintedPicture, PaintRequest, StepRunner

_log = logging.getLogger(__name__)

TRIES: Final = 2
"""Pictures of one scene at most: another seed helps where the painter left something out, a third seldom does."""
NOT_PAINTED: Final = "I could not paint this chapter."
STYLE_GONE: Final = "The style of this book is not there any more, so this picture has the usual one."


@dataclass(frozen=True, slots=True)
class Plated:
    """What came of it: an illustration or none, remarks for readers, and who of the server's cast is in it."""

    plate: PlateResult | None
    notes: tuple[str, ...] = ()
    cast: tuple[CastUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Illustrator:
    """Illustrates chapters."""

    config: Config
    profile: Profile
    casting: Casting

    async def illustrate(
        self,
        title: str,
        text: str,
        plan: Plan,
        roles: Sequence[Role],
        run: StepRunner,
        *,
        style: str,
        seed: int,
        language: str = "",
    ) -> Plated:
        """The illustration of a chapter, which is told in `language`; empty for English. Raises JobCancelled,
        DeviceLost, StoreError."""
        style, notes = self._still_known(style)
        request = PaintRequest(text=f"{title}\n\n{text}", style=style, seed=seed)
        artist = Artist(request, None, self.config, self.profile, language=language)
        try:
            artist.check()
            scene = await artist.find((), run, roles)
            asked = await asyncio.to_thread(wanted, scene.card, text, plan.cast, plan.analysis)
            painted = replace(scene, card=dressed(scene.card, _without(plan, roles)))
            best = await self._best(artist, painted, asked, run)
            return replace(best, notes=(*notes, *best.notes))
        except DeviceLost:
            raise
        except (ModelError, Unfit, BadText) as error:
            _log.warning("a chapter stays without an illustration: %s", error)
            return Plated(None, (NOT_PAINTED,))

    def _still_known(self, style: str) -> tuple[str, tuple[str, ...]]:
        """A book's style, or none with a remark where the operator took it away since the book began."""
        try:
            choose_style(style, self.config.styles, self.config.paint.style)
        except BadInput:
            return "", (STYLE_GONE,)
        return style, ()

    async def _best(self, artist: Artist, scene: Scene, asked: Wanted, run: StepRunner) -> Plated:
        """The picture in which most is seen, of one or two."""
        beginning = await self._beginning(scene)
        best: tuple[RoundTrip, PaintedPicture] | None = None
        tries = 0
        while tries < TRIES and (best is None or not best[0].fits):
            seed = (artist.request.seed + tries * SEED_STEP) % SEEDS
            tries += 1
            again = replace(artist, request=replace(artist.request, seed=seed))
            painting = await again.paint(scene, (), run, beginning)
            picture = painting.pictures[0]
            trip = await self._read(picture.png, asked, run)
            _log.info("an illustration shows %.2f of its scene", trip.whole)
            if best is None or trip.whole > best[0].whole:
                best, kept = (trip, picture), painting
        assert best is not None  # TRIES is at least 1
        trip, picture = best
        plate = PlateResult(
            alt=picture.alt_text,
            seed=picture.seed,
            style=kept.style,
            figures=trip.figures,
            verdict="fits" if trip.fits else "differs",
            tries=tries,
            png=picture.png,
        )
        return Plated(plate, kept.notes, kept.cast)

    async def _read(self, png: bytes, asked: Wanted, run: StepRunner) -> RoundTrip:
        try:
            return await asyncio.to_thread(compare, asked, await analyse(png, run))
        except DeviceLost:
            raise
        except ModelError as error:
            _log.info("an illustration could not be read: %s", error)
            return UNSEEN

    async def _beginning(self, scene: Scene) -> Beginning | None:
        """The reference picture of a character who is alone in the scene, where there is one."""
        kept = self.config.paint.likeness
        likeness = await self.casting.likeness(scene.cast) if kept else None
        return None if likeness is None else Beginning(likeness, kept, role=scene.cast[0])


def _without(plan: Plan, roles: Sequence[Role]) -> list[CastSheet]:
    """The book's cast without those whom the server's own sheets describe."""
    known = {role.sheet.name for role in roles}
    return [one for one in plan.cast if one.name not in known]
