"""`/privacy export`: all that is kept of one member, their pictures with it, and nothing of anybody else's."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot import texts, texts_privacy
from bot.export import Exporter
from bot.sandbox.person import Person
from ravsg.errors import Refused
from ravsg.types import MemoryKind
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, job_of, link_to, receipt_of, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINE = "Wyvernglass stands in my own words."
THEIRS = "A fox at the harbour, in words of somebody else."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("export"), bot={"own_pictures_only": "never"}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def opened(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files["data.json"]), files


async def exported(
    place: Place, person: Person, command: str = "privacy export"
) -> tuple[dict[str, Any], dict[str, bytes]]:
    answer = await (await person.command(command, in_=place.stories)).response()
    await place.until(lambda: answer.files or None)
    assert answer.ephemeral
    (file,) = answer.files
    return opened(await person.download(file))


async def test_a_member_gets_what_is_theirs_and_nobody_elses(place: Place) -> None:
    await place.optin(place.sam, place.robin)
    theirs = await place.story(place.robin, direction="the strange word Quincunxia")
    first = await place.story(place.sam, direction=f"the strange word Wyvernglass {MINE}")
    assert link_to(theirs) in receipt_of(first)
    painted = await place.painting(place.sam, text=MINE)
    continued = await place.result(place.sam, await place.sam.press(theirs, "Continue"))
    post = await place.robin.say(place.stories, THEIRS, files=[("r.png", picture("robins photo"))])
    words = await place.result(place.sam, await place.sam.message_command(texts.MENU_PAINT, post))
    told = await place.result(place.sam, await place.sam.message_command(texts.MENU_TELL, post))
    for one in (first, painted, continued, words, told):
        await place.app.jobs.wait(job_of(one))
    guild, memory = place.guild.id, place.app.memory
    (robins,) = [one async for one in memory.kept_of(guild, place.robin.user.id) if one.kind == MemoryKind.STORY]
    await memory.pin(guild, robins.memory_id, by=place.sam.user.id)

    data, files = await exported(place, place.sam)

    everything = b"".join(files.values()).decode("utf-8", "replace")
    assert "Wyvernglass" in everything
    assert "Quincunxia" not in everything
    assert place.robin.name not in everything
    assert data["your_word"]["agreed"] is True
    assert data["pins"] == [robins.memory_id]
    assert {one["author_name"] for one in data["memories"]} == {place.sam.name}
    requests = {one["request"]: one for one in data["requests"]}
    assert set(requests) == {job_of(one) for one in (first, painted, continued, words, told)}
    assert robins.memory_id in [one["memory"] for one in requests[job_of(first)]["woven_from"]]
    assert requests[job_of(first)]["messages"] == [link_to(first)]
    assert requests[job_of(painted)]["asked"]["text"] == MINE
    assert requests[job_of(words)]["asked"]["text"] == "from others: left out"
    assert requests[job_of(continued)]["asked"]["continues"] == "from others: left out"
    of_theirs = [one for one in data["memories"] if one["request"] in (job_of(continued), job_of(told))]
    assert {one["kind"] for one in of_theirs} == {"story"}, "another's picture is nobody else's memory"
    assert requests[job_of(told)]["pictures"] == [{"given": "from others: left out"}]
    named = {one["file"] for entry in data["requests"] for one in entry["pictures"] if "file" in one}
    named |= {entry["picture"]["file"] for entry in data["memories"] if "picture" in entry}
    assert named == {name for name in files if name.startswith("pictures/")}
    assert len(named) >= 4
    assert all(files[name].startswith(b"\x89PNG") for name in named)
    assert all(field in files["README.txt"].decode() for field in data), "each field is explained"


async def test_nothing_kept_is_an_export_too(place: Place) -> None:
    data, files = await exported(place, place.sam)
    assert (data["your_word"], data["memories"], data["requests"], data["pins"]) == (None, [], [], [])
    assert set(files) == {"data.json", "README.txt"}


async def test_the_largest_pictures_are_left_out_where_there_is_no_room(place: Place) -> None:
    await place.optin(place.sam)
    for number in range(3):
        await place.app.jobs.wait(job_of(await place.story(place.sam, image=("a.png", picture(f"p{number}")))))
    exporter: Exporter = place.app.bot.parts.privacy.exporter
    guild, sam = place.guild.id, place.sam.user.id
    whole = await exporter.export(guild, sam, server="S", member="M", limit=10**7)
    assert whole.left_out == 0
    data, _ = opened(whole.data)
    room = len(json.dumps(data, ensure_ascii=False, indent=1).encode()) + 512 * (whole.pictures + 3)
    room += len(texts_privacy.EXPORT_README) + 2 * 160
    small = await exporter.export(guild, sam, server="S", member="M", limit=room)
    assert 0 < small.left_out < whole.pictures
    assert len(small.data) <= room
    data, files = opened(small.data)
    left = [one for entry in data["requests"] for one in entry["pictures"] if one.get("left_out")]
    left += [one["picture"] for one in data["memories"] if one.get("picture", {}).get("left_out")]
    assert len(left) == small.left_out
    with pytest.raises(Refused):
        await exporter.export(guild, sam, server="S", member="M", limit=500)
    assert "README.txt" in files


async def test_no_file_of_it_stays_on_the_disk(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    exporter: Exporter = place.app.bot.parts.privacy.exporter
    await exporter.export(place.guild.id, place.sam.user.id, server="S", member="M", limit=10**7)
    assert os.listdir(tmp_path) == []


async def test_memory_export_gives_the_same_copy(place: Place) -> None:
    await place.optin(place.sam)
    made = await place.story(place.sam, direction=MINE)
    await place.app.jobs.wait(job_of(made))
    data, files = await exported(place, place.sam, "memory export")
    assert (data, sorted(files)) == ((again := await exported(place, place.sam))[0], sorted(again[1]))
    assert link_to(made) in {one["message"] for one in data["memories"]}
