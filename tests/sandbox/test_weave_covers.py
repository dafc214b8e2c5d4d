"""The picture that a story thread begins with, where Discord takes smaller files than it says."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.sandbox.model import Channel
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import PREMISE, Loom, loom_of


def noise(side: int) -> bytes:
    """A PNG that is as large as its pixels."""
    file = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


async def begun(house: House, limit: int, place: Channel) -> Loom:
    """A story that begins with a picture, of which Discord takes so many bytes."""
    image = ("a.png", noise(256))
    handle = await house.sam.command("weave start", in_=place, premise=PREMISE, title="The lantern", image=image)
    house.sandbox.world.attachment_limit = limit  # the member's own file was taken before
    await house.status(handle, "begins here")
    return await loom_of(house, "#The lantern")


@pytest.mark.parametrize(("limit", "names"), [(30_000, ["picture.jpg"]), (100, [])])
async def test_a_cover_that_discord_finds_too_large_is_smaller_or_left_out(
    tmp_path: Path, limit: int, names: list[str]
) -> None:
    async with moved_in(tmp_path) as house:
        loom = await begun(house, limit, house.stories)
        first = house.sandbox.world.find_message(house.stories.id, loom.thread.id)
        assert first is not None
        assert [one.filename for one in first.files] == names
        assert all(len(one.data) <= limit for one in first.files)
        assert PREMISE in first.text


async def test_a_story_in_a_post_keeps_its_guide(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        forum = house.sandbox.world.add_forum(house.sandbox.guild("Storybook Corner"), "tales")
        post = await house.sam.post(forum, "The lantern", "Who writes along?")
        loom = await begun(house, 30_000, post)
        assert [one.filename for one in loom.guide.files] == ["picture.jpg"]
        assert "Continue" in loom.guide.labels
