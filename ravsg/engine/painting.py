"""Text → picture: find the scene, put it into the tokens that the painter reads, paint, enlarge, describe.

A scene card is taken as it is; a text that leaves the painter room for style and memories is painted as it stands; a
longer one is distilled by the writer into the one moment to paint, or by rule where its answer is unusable. Whatever
finds no room is told in a note. The same request with the same seed, memories and models gives the same pictures.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from math import floor
from typing import Any, Final, TypeVar

from ravsg.config import Config
from ravsg.engine.casting import Role, as_painted, in_scene
from ravsg.engine.telling import SEED_STEP, SEEDS, UNFIT, UNFIT_REMEDY, shrinking
from ravsg.engine.words import fits, judge
from ravsg.errors import BadPicture, BadText, NoImageToImage, Unfit
from ravsg.models.profiles import Profile
from ravsg.picture.alt import painted_alt
from ravsg.picture.distil import compose, scene_from_text
from ravsg.picture.shapes import delivered_size, enlarge, native_size
from ravsg.picture.styles import choose_style
from ravsg.story.lengths import characters_left, first_words, fit_memories, head, read_in_part
from ravsg.story.prompts import CastSheet, scene_prompt
from ravsg.types import (
    SCENE_SCHEMA,
    Counted,
    CountTask,
    PaintedPicture,
    Painting,
    PaintRequest,
    PaintTask,
    Recalled,
    SceneCard,
    StepRunner,
    WriteTask,
    Written,
)

SCENE_TOKENS: Final = 400
"""More than the longest scene that the schema allows (about 350 characters), even spelt letter by letter."""
SCENE_TEMPERATURE: Final = 0.3
"""A text has few moments worth painting: another seed may choose another, but not any."""
TRIES: Final = 2
"""How often a scene is looked for whose words may be shown."""
WHOLE_SHARE: Final = 0.6
"""A text under this share of the painter's tokens is painted as it stands; the rest is for style and memories."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Scene:
    """What will be painted, and what must be told about how it was found."""

    card: SceneCard
    notes: tuple[str, ...] = ()
    cast: tuple[Role, ...] = ()
    """Who of the server's cast is in it."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A picture that a painting begins from, and whose it is: a memory's, or that of a character of the cast."""

    picture: bytes
    kept: float
    """Share of the picture that is kept, in (0, 1)."""
    lender: Recalled | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Artist:
    """Paints one request. `reference` is the picture to vary, where one came with it."""

    request: PaintRequest
    reference: bytes | None
    config: Config
    profile: Profile
    adult: bool = False
    """Whether explicit words were allowed where it was asked for."""
    language: str = ""
    """In which the text is told; empty for English, which is what painters read."""

    @property
    def words(self) -> str:
        """Everything that was asked for, as memory is searched with it."""
        return "\n".join(filter(None, (*asdict(self.request.card).values(), self.request.text)))

    def check(self) -> None:
        """Raises BadText when there is nothing to paint, BadInput for an unknown style, BadPicture when the picture
        to vary is missing."""
        choose_style(self.request.style, self.config.styles, self.config.paint.style)
        if not any(c.isalnum() for c in self.words):
            raise BadText("There are no words to paint.")
        if self.request.reference_strength > 0 and self.reference is None:
            raise BadPicture("The picture that was to be varied is not there any more.", "Please ask for a new one.")

    async def find(self, woven: Sequence[Recalled], run: StepRunner, roles: Sequence[Role] = ()) -> Scene:
        """The scene: the card, where there is one, over what the text says; and who of `roles` is in it."""
        card, text = self.request.card, self.request.text.strip()
        if not text:
            return Scene(card, cast=in_scene(card, roles))
        counted = await run.count(CountTask((text,)))
        if counted.tokens[0] <= counted.limit * WHOLE_SHARE:
            scene = Scene(SceneCard(subjects=text))
        else:
            scene = await self._fitting(text, woven, run, [role.sheet for role in roles])
        filled = {name: value for name, value in asdict(card).items() if value}
        whole = SceneCard(**{**asdict(scene.card), **filled})
        return Scene(whole, scene.notes, in_scene(whole, roles))

    async def paint(
        self, scene: Scene, woven: Sequence[Recalled], run: StepRunner, beginning: Beginning | None = None
    ) -> Painting:
        """All pictures, queued at once so that they may run as a batch; they begin from another picture where one is
        given and the painter can. Raises BadText, BadInput, Unfit, ModelError."""

        async def count(texts: tuple[str, ...]) -> Counted:
            return await run.count(CountTask(texts))

        request, settings = self.request, self.config.paint
        name, style = choose_style(request.style, self.config.styles, settings.style)
        prompt = await compose(as_painted(scene.card, scene.cast), woven, style, count, cast=bool(scene.cast))
        width, height = native_size(request.shape, self.profile.native_side)
        alt_text = painted_alt(scene.card, style.label)
        await judge(self.words, prompt.text, alt_text, adult=self.adult)
        task = PaintTask(
            prompt=prompt.text,
            negative=style.negative,
            width=width,
            height=height,
            steps=settings.steps or self.profile.steps,
            guidance=self.profile.guidance if settings.guidance is None else settings.guidance,
            seed=self._seed(scene),
            reference=self.reference if request.reference_strength > 0 else None,
            strength=request.reference_strength,
        )
        if beginning is None:
            pictures = await self._paint(task, alt_text, run)
        else:
            begun = replace(task, reference=beginning.picture, strength=1 - beginning.kept)
            try:
                pictures = await self._paint(begun, alt_text, run)
            except NoImageToImage:
                pictures, beginning = await self._paint(task, alt_text, run), None
        lender, role = (beginning.lender, beginning.role) if beginning else (None, None)
        return Painting(
            pictures=pictures,
            scene=scene.card,
            prompt=prompt.text,
            style=name,
            woven=prompt.woven if lender is None else _with_lender(prompt.woven, lender),
            profile=self.profile.name,
            notes=tuple(filter(None, (*scene.notes, prompt.note))),
            cast=tuple(replace(one.used, reference=one is role) for one in scene.cast),
        )

    def _seed(self, scene: Scene) -> int:
        """The first picture's: what was asked for, or where nobody chose it that of the first in the scene."""
        own = [role.character.seed for role in scene.cast if role.character.seed is not None]
        return own[0] if own and self.request.seed_drawn else self.request.seed

    async def _paint(self, task: PaintTask, alt_text: str, run: StepRunner) -> tuple[PaintedPicture, ...]:
        """As many pictures of a task as were asked for, each with a seed of its own."""
        request, settings = self.request, self.config.paint
        size = delivered_size(request.shape, settings.size, self.profile.native_side)

        async def picture(seed: int) -> PaintedPicture:
            painted = await run.paint(replace(task, seed=seed))
            png = await asyncio.to_thread(enlarge, painted.png, *size)
            return PaintedPicture(png, seed, alt_text, *size)

        seeds = [(task.seed + i) % SEEDS for i in range(min(request.count, settings.most_at_once))]
        return tuple(await _together(picture(seed) for seed in seeds))

    async def _fitting(
        self, text: str, woven: Sequence[Recalled], run: StepRunner, sheets: Sequence[CastSheet]
    ) -> Scene:
        """The one moment of a text whose words may be shown, with another seed at the second try. Raises Unfit."""
        for number in range(TRIES):
            seed = (self.request.seed + number * SEED_STEP) % SEEDS
            scene = await self._distil(text, woven, seed, run, sheets)
            if await fits(self.words, *asdict(scene.card).values(), adult=self.adult):
                return scene
        raise Unfit(UNFIT, UNFIT_REMEDY, detail="the writer's scene")

    async def _distil(
        self, text: str, woven: Sequence[Recalled], seed: int, run: StepRunner, sheets: Sequence[CastSheet]
    ) -> Scene:
        """The one moment of a text, in the writer's words, or by rule."""
        frame = len(scene_prompt("-", cast=sheets, language=self.language))
        room = characters_left(self.profile.context_tokens, SCENE_TOKENS, frame, picture_tokens=0)

        async def write(share: float) -> tuple[str, Written]:
            most = floor(room * share)
            read = head(text, most) or first_words(text, most)
            task = WriteTask(
                prompt=scene_prompt(read, fit_memories(woven, most - len(read)), sheets, language=self.language),
                max_tokens=SCENE_TOKENS,
                schema=json.dumps(SCENE_SCHEMA),
                temperature=SCENE_TEMPERATURE,
                seed=seed,
            )
            return read, await run.write(task)

        read, written = await shrinking(write)
        notes = [] if len(read) == len(text) else [read_in_part(len(read), len(text))]
        try:
            card = SceneCard.from_json(written.text)
        except ValueError:
            notes.append("The writer named no scene, so I chose its first moment.")
            return Scene(scene_from_text(text), tuple(notes))
        return Scene(card, tuple(notes))


def _with_lender(woven: Sequence[Recalled], lender: Recalled) -> tuple[Recalled, ...]:
    """The memories that shaped a painting, with a mark on the one that lent its colours; it is first where none of
    its words found room."""
    known = any(one.memory_id == lender.memory_id for one in woven)
    return tuple(
        replace(one, lent_colours=one.memory_id == lender.memory_id) for one in (woven if known else (lender, *woven))
    )


async def _together(work: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    """The results in order. When one fails the others are cancelled and waited for, and its error is raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
