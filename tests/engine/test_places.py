"""Which of the woven memories show the place of a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ravsg.config import Config
from ravsg.engine.places import Places
from ravsg.memory.service import Memory
from ravsg.types import Embedded, Memorable, MemoryKind, Recalled, StoryRequest
from tests.engine.runners import ANN, CHANNEL, GUILD, job_of

HARBOUR = np.eye(1, 4, dtype=np.float32)
FOREST = np.eye(1, 4, 1, dtype=np.float32)
SEEN = Embedded(HARBOUR[:0], HARBOUR, "m")


async def posted(memory: Memory, job_id: str, vector: np.ndarray) -> Recalled:
    """A remembered picture, as recall gave it."""
    item = Memorable(MemoryKind.PICTURE, f"seen in {job_id}", "A tale", ANN, "Ann", CHANNEL, None, job_id)
    await memory.set_consent(GUILD, ANN, allowed=True)
    await memory.remember(GUILD, item, [item.text], vector, "m")
    (newest,) = await memory.recent(GUILD, 1)
    return newest


async def test_a_picture_that_was_posted_twice_shows_its_place_for_both_jobs(memory: Memory, config: Config) -> None:
    woven = [await posted(memory, "wood", FOREST)]
    woven += [await posted(memory, job_id, HARBOUR) for job_id in ("one", "two")]
    places = Places(memory, config.memory, 0.9)
    marked = await places.marked(job_of(StoryRequest()), SEEN, woven)
    assert [(one.job_id, one.same_place) for one in marked] == [("one", True), ("two", True), ("wood", False)]
    going_on = await places.marked(replace(job_of(StoryRequest()), parent_id="one"), SEEN, woven)
    assert not any(one.same_place for one in going_on), "what goes on from a result never left"
