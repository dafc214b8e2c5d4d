"""The recipes of single results, each in a straight line, and what happens to memory around them; those of books are
`ravsg.engine.books`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ravsg.config import Config
from ravsg.engine.books import BookRecipes
from ravsg.engine.casting import Casting, look_at
from ravsg.engine.colours import Colours
from ravsg.engine.painting import Artist, Beginning, Scene
from ravsg.engine.places import Places
from ravsg.engine.remembering import Remembering
from ravsg.engine.results import paint_request, painting_result, story_request, story_result
from ravsg.engine.telling import Teller, analyse
from ravsg.engine.words import judge
from ravsg.errors import BadPicture
from ravsg.jobs.job import Job, JobKind, JobResult, Recipe
from ravsg.memory.service import Memory
from ravsg.models.profiles import Profile
from ravsg.store.cast import CastStore
from ravsg.types import EmbedTask, Recalled, StepRunner


class Engine:
    """Turns jobs into results. One for the process; it holds no state of its own between jobs."""

    def __init__(self, *, config: Config, profile: Profile, memory: Memory, cast: CastStore) -> None:
        self._config = config
        self._profile = profile
        self.casting = Casting(cast)
        self._remembering = Remembering(memory, config.memory, profile.score_floor)
        self._places = Places(memory, config.memory, profile.same_place)
        self._colours = Colours(memory, config.memory, profile.same_scene)
        self._books = BookRecipes(
            config=config,
            profile=profile,
            remembering=self._remembering,
            places=self._places,
            casting=self.casting,
        )

    @property
    def recipes(self) -> Mapping[JobKind, Recipe]:
        """What to run for each kind of job."""
        return {"story": self.tell_story, "paint": self.paint, "cast": look_at, **self._books.recipes}

    async def tell_story(self, job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        """Picture → story. `inputs` holds "picture". Raises BadPicture without one, Unfit, ModelError,
        JobCancelled."""
        request = story_request(job)
        if "picture" not in inputs:
            raise BadPicture("There is no picture to tell a story of.")
        picture = inputs["picture"]

        run.stage("looking at the picture", 0.2)
        analysis = await analyse(picture, run)
        await judge(analysis.to_json(), request.direction, adult=False)

        run.stage("remembering", 0.25)
        words = " ".join((analysis.setting, *analysis.characters, *analysis.objects, request.direction))
        seen = await run.embed(EmbedTask(texts=(words,), pictures=(picture,)))
        woven = await self._places.marked(job, seen, await self._remembering.recall(job, seen, words))
        said = f"{request.direction}\n{request.continues}"
        roles = await self.casting.fitting(job.origin.guild_id, said, analysis.characters)

        run.stage("writing", 0.95)
        cast = [(role.used, role.sheet) for role in roles]
        teller = Teller(request, picture, analysis, woven, self._config.story, self._profile, cast)
        story = await teller.tell(run)

        run.stage("keeping it", 1.0)
        keepsakes = await self._remembering.prepare_story(job, story, picture, seen, run)
        return story_result(story, {**keepsakes, **self._remembering.question(seen, words, woven)})

    async def paint(self, job: Job, inputs: Mapping[str, bytes], run: StepRunner) -> JobResult:
        """Text or scene card → pictures. Raises BadText when both are empty, Unfit, ModelError,
        JobCancelled."""
        request = paint_request(job)
        artist = Artist(
            request, inputs.get("picture"), self._config, self._profile, adult=bool(job.request.get("adult"))
        )
        artist.check()

        run.stage("reading the text", 0.1)
        seen = await run.embed(EmbedTask(texts=(artist.words,)))
        woven = await self._remembering.recall(job, seen, artist.words)

        run.stage("choosing the moment", 0.3)
        adult = bool(job.request.get("adult"))
        roles = await self.casting.fitting(job.origin.guild_id, artist.words, adult=adult)
        scene = await artist.find(woven, run, roles)

        run.stage("painting", 0.95)
        painting = await artist.paint(scene, woven, run, await self._beginning(job, scene, woven, run))

        run.stage("keeping it", 1.0)
        keepsakes = await self._remembering.prepare_painting(job, painting, run)
        return painting_result(painting, {**keepsakes, **self._remembering.question(seen, artist.words, woven)})

    async def _beginning(
        self, job: Job, scene: Scene, woven: Sequence[Recalled], run: StepRunner
    ) -> Beginning | None:
        """What a painting begins from beside its words: a variant, from its own picture; a scene with one character
        of the cast, from that one's; else from the colours of a memory of the scene."""
        if job.request.get("reference_strength", 0) > 0:
            return None
        likeness = await self.casting.likeness(scene.cast) if self._config.paint.likeness else None
        if likeness is not None:
            return Beginning(likeness, self._config.paint.likeness, role=scene.cast[0])
        lender = await self._colours.lender(job, scene.card, woven, run)
        if lender is None:
            return None
        return Beginning(lender.picture, self._config.memory.lent_colours, lender=lender.memory)

    async def remember(
        self,
        job: Job,
        blobs: Mapping[str, bytes],
        message_id: int | None = None,
        place: Mapping[str, Any] | None = None,
    ) -> list[int]:
        """Remember a delivered job from its result blobs: call it once the message exists, and again after a restart
        if in doubt. `place`: book, chapter and branch of a piece. Gives the ids of new memories; none where its
        member has not agreed."""
        return await self._remembering.keep(job, blobs, message_id, place)
