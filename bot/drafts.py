"""What a new job will ask for, before it is accepted: from a picture, from a text, or from an earlier job.

A draft is plain data: ids, bytes, parameters. Seeds are drawn here where nobody chose one, so that a job's request
says all that its result depends on. This module accepts nothing; `bot.intake` does.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from bot import texts
from ravsg.engine import story_of
from ravsg.engine.results import paint_request, story_request
from ravsg.errors import BadInput
from ravsg.jobs.job import Job, JobKind
from ravsg.types import PaintRequest, StoryRequest

SEEDS: Final = 2**32 - 16
VARY: Final = 0.55
"""How much of the reference is painted anew by Vary."""
LONGEST_SO_FAR: Final = 6000
"""Characters of a story that its continuation is given; the engine takes what its writer has room for."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request on its way to being a job."""

    kind: JobKind
    request: Mapping[str, Any]
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    parent_id: str | None = None
    remarks: tuple[str, ...] = ()
    """What the member should know at once, for instance that the first frame of many was used."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a request is made from besides its own words: it goes when the one who made that is unwoven."""

    author_id: int | None = None
    """Whose message gave the picture or the words; None where it was the request itself, or a message of ours."""
    job_id: str | None = None
    """The job whose result a message of ours shows."""


def made_from(draft: Draft, source: Source) -> Draft:
    """The draft, with its source kept."""
    request = {**draft.request, "source_author": source.author_id}
    return replace(draft, request=request, parent_id=draft.parent_id or source.job_id)


def new_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(SEEDS)


def story(
    request: StoryRequest, picture: bytes, *, own_picture: bool, show_picture: bool, notes: tuple[str, ...] = ()
) -> Draft:
    """A story of a picture. `show_picture`: attach it to the result, because nobody else has seen it."""
    data = {**asdict(request), "own_picture": own_picture, "show_picture": show_picture}
    return Draft("story", data, {"picture": picture}, remarks=notes)


def painting(request: PaintRequest) -> Draft:
    """Pictures of a text or a scene card."""
    return Draft("paint", asdict(request))


def retold(job: Job, inputs: Mapping[str, bytes]) -> Draft:
    """Retry: the same story job with another seed."""
    data = {**asdict(replace(story_request(job), seed=new_seed())), **_kept(job), **_instead_of(job)}
    return Draft("story", data, _with_picture(inputs), parent_id=job.parent_id)


def continued(job: Job, inputs: Mapping[str, bytes], direction: str = "", *, by: int) -> Draft:
    """Continue: the next part of a story, on the same picture, which is another's unless `by` asked for the story."""
    told = story_of(job)
    before = story_request(job)
    so_far = f"{before.continues}\n\n{told.text}".strip()[-LONGEST_SO_FAR:]
    request = replace(before, continues=so_far, seed=new_seed(), direction=direction)
    own = bool(job.request.get("own_picture", False)) and by == job.origin.author_id
    data = {**asdict(request), "own_picture": own, "show_picture": False}
    return Draft("story", data, _with_picture(inputs), parent_id=job.id)


def illustrated(job: Job, style: str) -> Draft:
    """Paint it: a picture of a story."""
    told = story_of(job)
    request = PaintRequest(text=f"{told.title}\n\n{told.text}", style=style, seed=new_seed(), seed_drawn=True)
    return Draft("paint", asdict(request), parent_id=job.id)


def repainted(job: Job, inputs: Mapping[str, bytes]) -> Draft:
    """Again: the same painting job with another seed."""
    data = {**asdict(replace(paint_request(job), seed=new_seed(), seed_drawn=False)), **_instead_of(job)}
    return Draft("paint", data, dict(inputs), parent_id=job.parent_id)


def varied(job: Job, picture: bytes) -> Draft:
    """Vary: pictures near one that was painted."""
    request = replace(paint_request(job), seed=new_seed(), seed_drawn=False, reference_strength=VARY)
    return Draft("paint", asdict(request), {"picture": picture}, parent_id=job.id)


def told(job: Job, picture: bytes, length: Any) -> Draft:
    """Tell its story: a story of a painted picture."""
    request = StoryRequest(length=length, seed=new_seed())
    data = {**asdict(request), "own_picture": False, "show_picture": False}
    return Draft("story", data, {"picture": picture}, parent_id=job.id)


def _kept(job: Job) -> dict[str, Any]:
    return {
        "own_picture": bool(job.request.get("own_picture", False)),
        "show_picture": bool(job.request.get("show_picture", False)),
    }


def _instead_of(job: Job) -> dict[str, Any]:
    """A new try is not woven from the tries that it takes the place of."""
    return {"instead_of": [*job.request.get("instead_of", ()), job.id]}


def _with_picture(inputs: Mapping[str, bytes]) -> dict[str, bytes]:
    if "picture" not in inputs:
        raise BadInput(texts.INPUT_GONE, texts.INPUT_GONE_REMEDY)
    return dict(inputs)
