"""The cast in what is made: who of a server's characters belongs into a story or a painting, and how they look there.

Somebody belongs into it who is named in the words, or whose kind is that of a figure seen in the picture
(`ravsg.story.figures`), at most `MOST` of them. The look at a picture that finds new characters is `look_at`. Adding
and changing them is the store's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from ravsg import safety
from ravsg.engine.telling import analyse
from ravsg.engine.words import judge
from ravsg.errors import BadPicture
from ravsg.jobs.job import Job, JobResult
from ravsg.store.cast import key_of
from ravsg.story.figures import Candidate, kind_of, meant, place_of, with_looks
from ravsg.story.prompts import CastSheet
from ravsg.types import CastUsed, SceneCard, StepRunner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ravsg.store.cast import CastStore, Character

MOST: Final = 4
"""Characters in one result: a story of 250 words has room for no more."""


@dataclass(frozen=True, slots=True)
class Role:
    """A character, dressed for where it plays."""

    character: Character
    sheet: CastSheet

    @property
    def used(self) -> CastUsed:
        """As a result keeps it."""
        one = self.character
        return CastUsed(one.cast_id, one.name, one.added_by)


class Casting:
    """Chooses from the casts of servers."""

    def __init__(self, store: CastStore) -> None:
        self._store = store

    async def sheets(
        self, guild_id: int, book_id: str | None = None, chapter: int = 0, names: Collection[str] | None = None
    ) -> list[CastSheet]:
        """A server's cast as it is dressed in a chapter, by name; of `names` alone where they are given.

        Raises StoreError.
        """
        wanted = None if names is None else {key_of(name) for name in names}
        cast = await self._store.all(guild_id)
        return [_sheet(one, book_id, chapter) for one in cast if wanted is None or key_of(one.name) in wanted]

    async def fitting(
        self,
        guild_id: int,
        words: str,
        figures: Sequence[str] = (),
        *,
        book_id: str | None = None,
        chapter: int = 0,
        adult: bool = False,
    ) -> tuple[Role, ...]:
        """Those who belong into what is made of these words and figures, dressed for a chapter; named ones first.

        Who is not fit to stand beside the words (`ravsg.safety`) is left out. Raises StoreError.
        """
        cast = sorted(await self._store.all(guild_id), key=lambda one: one.updated_at, reverse=True)
        if not cast:
            return ()

        def chosen() -> tuple[Role, ...]:
            found = meant([Candidate(one.name, one.looks) for one in cast], words, figures, MOST)
            roles: list[Role] = []
            together = [words, *figures]
            for role in (Role(cast[n], _sheet(cast[n], book_id, chapter)) for n in found):
                if safety.fits(*together, role.sheet.name, role.sheet.looks, adult=adult):
                    roles.append(role)
                    together += (role.sheet.name, role.sheet.looks)
            return tuple(roles)

        return await asyncio.to_thread(chosen)

    async def likeness(self, roles: Sequence[Role]) -> bytes | None:
        """The reference picture (PNG) that a painting of these may begin from: of one alone, where there is one.

        Raises StoreError.
        """
        if len(roles) != 1:
            return None
        return await self._store.picture(roles[0].character.guild_id, roles[0].character.cast_id)


async def look_at(job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
    """Whom a picture shows, for the member who adds to the cast. `inputs` holds "picture". Raises BadPicture without
    one, Unfit, ModelError, JobCancelled."""
    if "picture" not in inputs:
        raise BadPicture("There is no picture to look at.")
    run.stage("looking at the picture", 1.0)
    analysis = await analyse(inputs["picture"], run)
    await judge(analysis.to_json(), adult=False)
    return JobResult({"analysis": asdict(analysis)})


def figures_of(job: Job) -> tuple[str, ...]:
    """Whom the picture of a finished look shows."""
    return tuple((job.result or {}).get("analysis", {}).get("characters", ()))


def in_scene(card: SceneCard, roles: Sequence[Role]) -> tuple[Role, ...]:
    """Those of the roles who are in a scene: named in it, or of the kind of its subjects; each kind once."""
    words = " ".join((card.subjects, card.setting, card.keywords))
    named = [role for role in roles if place_of(role.sheet.name, words) >= 0]
    kinds = {kind_of(role.sheet.looks) for role in named}
    for role in roles:
        kind = kind_of(role.sheet.looks)
        if role not in named and kind and kind not in kinds and place_of(kind, card.subjects) >= 0:
            named.append(role)
            kinds.add(kind)
    return tuple(role for role in roles if role in named)


def as_painted(card: SceneCard, roles: Sequence[Role]) -> SceneCard:
    """The scene with looks in the place of names, which say nothing to a painter; who stands in other fields than
    the subjects is added to those."""
    subjects = card.subjects
    for role in roles:
        dressed = with_looks(subjects, Candidate(role.sheet.name, role.sheet.looks))
        subjects = ", ".join(filter(None, (role.sheet.looks, subjects))) if dressed is None else dressed
    return SceneCard(card.setting, subjects, card.atmosphere, card.keywords)


def _sheet(one: Character, book_id: str | None, chapter: int) -> CastSheet:
    return CastSheet(one.name, one.dressed(book_id, chapter))
