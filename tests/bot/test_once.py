"""The main job without a person: what it writes, and the one sentence where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from bot.once import once
from bot.once_book import once_book
from ravsg.errors import BadInput, RavsgError
from ravsg.models.profiles import pocket
from tests.sandbox.house import configured
from tests.sandbox.quick import QuickDevice, picture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(picture("a photo"))
    return path


async def test_it_tells_paints_and_recalls(tmp_path: Path, photo: Path) -> None:
    said: list[str] = []
    out = tmp_path / "deep" / "out"
    made = await once(
        configured(tmp_path / "data"), photo, out, say=said.append, profile=pocket(tmp_path), device=QuickDevice
    )
    story = (out / "story.md").read_text()
    assert story.startswith("# ")
    assert len(story.split()) > 150
    assert "**Woven from**" in story
    assert str(made.story.id) in (out / "recalled.md").read_text()
    with Image.open(out / "picture.png") as image:
        assert (image.format, image.size) == ("PNG", (64, 64))
    shown = json.loads((out / "transcript.json").read_text())
    assert [len(message["files"]) for message in shown if "Vary" in message["buttons"]] == [1]
    assert sum("Paint it" in message["buttons"] for message in shown) == 2
    assert all(file["alt_text"] for message in shown for file in message["files"] if file["name"].startswith("pic"))
    assert any("writing" in line for line in said)
    assert any("painting" in line for line in said)


async def test_what_is_no_picture_ends_in_the_bots_own_sentence(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_text("these are words")
    with pytest.raises(RavsgError) as caught:
        await once(
            configured(tmp_path / "data"), path, tmp_path, say=str, profile=pocket(tmp_path), device=QuickDevice
        )
    assert "picture" in caught.value.user_message
    assert "id `" in caught.value.user_message


async def test_a_file_that_discord_would_not_send_is_named_with_what_it_may_hold(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(picture("a photo") + bytes(11 << 20))
    for way in (once, once_book):
        with pytest.raises(BadInput, match=r"photo\.png is larger than the 10,485,760 bytes") as caught:
            await way(
                configured(tmp_path / "data"), path, tmp_path, say=str, profile=pocket(tmp_path), device=QuickDevice
            )
        assert caught.value.remedy == "Please take a smaller picture."


async def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.png cannot be used: No such file"):
        await once(configured(tmp_path / "data"), tmp_path / "nothing.png", tmp_path, say=str)


async def test_a_story_that_recalls_nothing_is_a_failure(tmp_path: Path, photo: Path) -> None:
    config = configured(tmp_path / "data", memory={"recall": 0})
    with pytest.raises(RavsgError, match="does not name the first"):
        await once(config, photo, tmp_path, say=str, profile=pocket(tmp_path), device=QuickDevice)
