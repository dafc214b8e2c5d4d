"""A job's JSON and its meaning: requests out of a row, results into one and back.

What is written here is read again after restarts and upgrades, so fields are only ever added, with defaults. Pictures
travel beside the JSON as blobs `picture-0` … `picture-3`. This module does not touch the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ravsg.errors import BadInput, StoreError
from ravsg.jobs.job import Job, JobResult
from ravsg.types import Painting, PaintRequest, Recalled, Story, StoryRequest

_Request = TypeVar("_Request", StoryRequest, PaintRequest)
_Result = TypeVar("_Result", Story, Painting)


def story_request(job: Job) -> StoryRequest:
    """What a story job asks for; keys that belong to the bot are left aside. Raises BadInput."""
    return _request(_story_requests(), StoryRequest, job)


def paint_request(job: Job) -> PaintRequest:
    """What a paint job asks for; keys that belong to the bot are left aside. Raises BadInput."""
    return _request(_paint_requests(), PaintRequest, job)


def story_result(story: Story, blobs: Mapping[str, bytes]) -> JobResult:
    """The row's result of a story."""
    return JobResult(data=_stories().dump_python(story, mode="json"), blobs=dict(blobs))


def painting_result(painting: Painting, blobs: Mapping[str, bytes]) -> JobResult:
    """The row's result of a painting; its pictures go to the blobs, beside those given."""
    pictures = {f"picture-{i}": picture.png for i, picture in enumerate(painting.pictures)}
    bare = replace(painting, pictures=tuple(replace(picture, png=b"") for picture in painting.pictures))
    return JobResult(data=_paintings().dump_python(bare, mode="json"), blobs={**pictures, **blobs})


def story_of(job: Job) -> Story:
    """The story that a finished job holds. Raises StoreError when the row holds none."""
    return _result(_stories(), job)


def painting_of(job: Job, blobs: Mapping[str, bytes]) -> Painting:
    """The painting that a finished job and its result blobs hold. Raises StoreError when they hold none."""
    painting = _result(_paintings(), job)
    try:
        pictures = tuple(replace(picture, png=blobs[f"picture-{i}"]) for i, picture in enumerate(painting.pictures))
    except KeyError as error:
        raise StoreError(detail=f"job {job.id} lacks the blob {error}") from error
    return replace(painting, pictures=pictures)


def woven_of(job: Job) -> tuple[Recalled, ...]:
    """What the result of a job, of whatever kind, was woven from, without what was forgotten since; nothing where
    there is no result. Raises StoreError when the row cannot be read."""
    try:
        return _recalled().validate_python((job.result or {}).get("woven", ()))
    except ValidationError as error:
        raise StoreError(detail=f"job {job.id}: {error}") from error


# Building an adapter takes 2 ms, which a job must not cost each time.
@cache
def _story_requests() -> TypeAdapter[StoryRequest]:
    return TypeAdapter(StoryRequest)


@cache
def _paint_requests() -> TypeAdapter[PaintRequest]:
    return TypeAdapter(PaintRequest)


@cache
def _stories() -> TypeAdapter[Story]:
    return TypeAdapter(Story)


@cache
def _paintings() -> TypeAdapter[Painting]:
    return TypeAdapter(Painting)


@cache
def _recalled() -> TypeAdapter[tuple[Recalled, ...]]:
    return TypeAdapter(tuple[Recalled, ...])


def _request(adapter: TypeAdapter[_Request], kind: type[_Request], job: Job) -> _Request:
    names = {field.name for field in fields(kind)}
    try:
        return adapter.validate_python({key: value for key, value in job.request.items() if key in names})
    except ValidationError as error:
        raise BadInput(detail=f"job {job.id}: {error}") from error


def _result(adapter: TypeAdapter[_Result], job: Job) -> _Result:
    if job.result is None:
        raise StoreError(detail=f"job {job.id} has no result")
    try:
        return adapter.validate_python(dict(job.result))
    except ValidationError as error:
        raise StoreError(detail=f"job {job.id}: {error}") from error
