"""The cast with the weights that ship with the project: somebody seen in a picture keeps their name in the next story
of it, and their looks and picture in a painting."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from bot import drafts, texts, texts_cast
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from ravsg.models.profiles import pocket
from ravsg.types import PaintTask
from tests.sandbox.casting import fields_of
from tests.sandbox.recorder import Recorder
from tests.sandbox.village import Place, said, village

pytestmark = pytest.mark.timeout(300)

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch comes: threads that spin starve a busy computer
FOREST = Path(__file__).parents[1] / "pocket" / "fixtures" / "forest.png"
NAME = "Quillan"
"""The models' world has no such name."""


async def done(place: Place, handle: Handle) -> Message:
    await handle.acked()
    await place.sandbox.world.watch.until(lambda: "channels/" in said(handle), 240.0)
    return await place.result(place.sam, handle)


async def looks_of(place: Place) -> str:
    """Add whoever is seen in the forest; gives the looks that the form was filled in with."""
    post = await place.sam.say(place.stories, "look", files=[("forest.png", FOREST.read_bytes())])
    handle = await place.sam.message_command(texts.MENU_ADD, post)
    shown = await place.sandbox.world.watch.until(
        lambda: handle.original if texts_cast.EVERYBODY_SEES in said(handle) else None, 240.0
    )
    several = texts_cast.NAME_IT not in shown.labels
    pressed = place.sam.select(shown, ["0"]) if several else place.sam.press(shown, texts_cast.NAME_IT)
    form = await (await pressed).form()
    await (await place.sam.fill(form, name=NAME)).response()
    return str(form.fields["looks"]["value"])


async def test_a_character_keeps_its_name_and_its_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "new_seed", itertools.count(1).__next__)  # what nobody chose must not vary here
    profile = pocket()
    settings = {"story": {"length": "short"}, "paint": {"size": 128, "steps": 4}, "memory": {"score_floor": "auto"}}
    async with village(tmp_path, device=Recorder(profile), profile=profile, **settings) as town:
        place, elsewhere = await town.place(), await town.place()
        looks = await looks_of(place)
        asked = {"image": ("forest.png", FOREST.read_bytes())}
        story = await done(place, await place.sam.command("story", in_=place.stories, **asked))
        assert fields_of(story)["Cast"] == NAME
        assert NAME in story.embeds[0]["description"]
        painted = await done(place, await place.sam.command("paint", in_=place.stories, text=f"{NAME} on an island."))
        assert fields_of(painted)["Cast"] == f"{NAME} (from the reference picture)"
        (task,) = [step.task for step in place.steps if isinstance(step.task, PaintTask)]
        assert looks in task.prompt
        assert task.reference is not None
        other = await done(elsewhere, await elsewhere.sam.command("story", in_=elsewhere.stories, **asked))
        assert NAME not in other.embeds[0]["description"]
