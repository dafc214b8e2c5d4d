"""A book without a person: three files, every figure of every chapter, and the bot's own sentence where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.once_book import once_book
from ravsg.errors import RavsgError
from ravsg.models.profiles import pocket
from tests.sandbox.house import configured
from tests.sandbox.quick import QuickDevice, picture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(picture("a photo"))
    return path


async def test_it_tells_measures_and_binds(tmp_path: Path, photo: Path) -> None:
    said: list[str] = []
    out = tmp_path / "deep" / "out"
    made = await once_book(
        configured(tmp_path / "data"),
        photo,
        out,
        chapters=2,
        say=said.append,
        profile=pocket(tmp_path),
        device=QuickDevice,
    )
    assert sorted(path.suffix for path in out.iterdir()) == [".epub", ".html", ".json", ".json", ".pdf"]
    assert {path.name for path in out.iterdir()} == {*made.files, "validation.json", "transcript.json"}
    written = json.loads((out / "validation.json").read_text())
    assert written["title"] == made.title
    assert [one["number"] for one in written["chapters"]] == [1, 2]
    for one in written["chapters"]:
        assert {"words", "mood", "conflicts", "names", "repetition"} <= set(one["figures"])
        assert one["words"] > 100
        assert one["picture"]["verdict"] in {"fits", "differs"}
        assert one["picture"]["alt_text"]
        assert any(one["title"] in line and line.startswith(f"chapter {one['number']}: ") for line in said)
    assert sum(line.strip().startswith("words ") for line in said) == 2, "every figure is told as it comes"
    html = next(path for path in out.iterdir() if path.suffix == ".html").read_text()
    assert all(one["title"] in html for one in written["chapters"])
    shown = json.loads((out / "transcript.json").read_text())
    assert sum("Next chapter" in message["buttons"] for message in shown) == 2


async def test_a_book_that_stops_ends_in_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_text("these are words")
    with pytest.raises(RavsgError, match="picture"):
        await once_book(
            configured(tmp_path / "data"), path, tmp_path, say=str, profile=pocket(tmp_path), device=QuickDevice
        )
