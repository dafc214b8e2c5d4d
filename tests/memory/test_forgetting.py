"""What is forgotten is gone: from rows, indices and words, and from the bytes of the data folder."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from ravsg.config import MemorySection
from ravsg.errors import Refused
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.types import MemoryKind
from tests.memory.helpers import ask, direction, keep, open_memory

GUILD = 1
SECRET = "Xylophonia kept the quincunx beneath Zarathovia"
PLANTED = (b"xylophonia", b"quincunx", b"zarathovia", b"plantedtitle", b"plantedname", b"plantedpicture")
VECTOR = direction(4242)


async def plant(memory: Memory) -> int:
    (memory_id,) = await keep(
        memory,
        GUILD,
        SECRET,
        VECTOR,
        title="Plantedtitle",
        author_name="Plantedname",
        job_id="secret job",
        message_id=55,
        picture=b"plantedpicture" * 400,
    )
    return memory_id


async def plant_among_others(memory: Memory) -> int:
    """Other memories before and after it, so that it lies in the middle of pages and word lists."""
    for i in range(40):
        await keep(memory, GUILD, f"creature {i} by the sea", direction(i), author_id=8, author_name="Ben")
    memory_id = await plant(memory)
    for i in range(40, 80):
        await keep(memory, GUILD, f"creature {i} by the sea", direction(i), author_id=8, author_name="Ben")
    return memory_id


def traces(folder: Path) -> list[str]:
    """Planted bytes in the files of a folder: words, names, the picture and the vector."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{word.decode()} in {path.name}" for word in PLANTED if word in content.lower()]
            if VECTOR.tobytes()[:24] in content:
                found.append(f"the vector in {path.name}")
    return found


async def forget_by(way: str, memory: Memory, memory_id: int) -> int:
    if way == "memory":
        return await memory.forget(GUILD, memory_id=memory_id, by=7)
    if way == "job":
        return await memory.forget(GUILD, job_id="secret job", by=7)
    if way == "message":
        return await memory.forget_message(GUILD, 55)
    return await memory.forget_author(GUILD, 7)


@pytest.mark.parametrize("way", ["memory", "job", "message", "author"])
async def test_no_planted_byte_is_left(tmp_path: Path, db: Database, memory: Memory, way: str) -> None:
    memory_id = await plant_among_others(memory)
    assert (await ask(memory, GUILD, VECTOR, words="quincunx"))[0].text == SECRET
    assert len({trace.split(" in ")[0] for trace in traces(tmp_path)}) == len(PLANTED) + 1, "the scan sees them all"

    assert await forget_by(way, memory, memory_id) == 1
    await db.leave_no_trace()

    assert traces(tmp_path) == []
    results = await ask(memory, GUILD, VECTOR, words="quincunx", top_k=100)
    assert len(results) == 80
    assert SECRET not in {one.text for one in results}
    assert await memory.picture(GUILD, memory_id) is None
    assert await forget_by(way, memory, memory_id) == 0


async def test_an_orderly_end_leaves_nothing_either(tmp_path: Path) -> None:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        memory = open_memory(db, MemorySection(consent="opt-out"))
        assert await forget_by("job", memory, await plant_among_others(memory)) == 1
        assert traces(tmp_path), "not yet: the files are written anew for many deletions at once"
    assert traces(tmp_path) == []


async def test_a_process_that_dies_midway_leaves_nothing_after_the_next_start(tmp_path: Path) -> None:
    """It dies after the commit and before the log is emptied: the planted bytes are still there at that moment."""
    program = """
import asyncio, os, sys
from pathlib import Path
from ravsg.config import MemorySection
from ravsg.store.connection import Database
from tests.memory.helpers import open_memory
from tests.memory.test_forgetting import GUILD, plant_among_others

class Dying(Database):
    async def checkpoint(self) -> bool:
        if getattr(self, "ready", False):
            os._exit(9)
        return await super().checkpoint()

async def main() -> None:
    async with Dying(Path(sys.argv[1]) / "ravsg.sqlite") as db:
        memory = open_memory(db, MemorySection(consent="opt-out"))
        await plant_among_others(memory)
        db.ready = True
        await memory.forget_author(GUILD, 7)

asyncio.run(main())
"""
    run = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 9, run.stderr
    assert traces(tmp_path)
    async with Database(tmp_path / "ravsg.sqlite") as db:
        assert traces(tmp_path) == []
        assert (await open_memory(db, MemorySection(consent="opt-out")).stats(GUILD)).authors == 1


async def test_a_replaced_embedding_leaves_no_old_vector(memory: Memory, db: Database) -> None:
    await plant(memory)
    await keep(memory, GUILD, SECRET, direction(5), title="Plantedtitle", author_name="Plantedname", model="newer")
    vectors = [bytes(row["vector"]) for row in await db.read("SELECT vector FROM passages")]
    assert vectors == [direction(5).astype("<f4").tobytes()]


class TestWhoMay:
    async def test_a_stranger_is_refused(self, memory: Memory) -> None:
        memory_id = await plant(memory)
        for which in ({"memory_id": memory_id}, {"job_id": "secret job"}):
            with pytest.raises(Refused) as refusal:
                await memory.forget(GUILD, by=8, **which)
            assert "somebody else's" in refusal.value.user_message
        assert len(await memory.recent(GUILD, 5)) == 1

    async def test_a_moderator_may(self, memory: Memory) -> None:
        assert await memory.forget(GUILD, memory_id=await plant(memory), by=8, moderator=True) == 1

    async def test_nothing_to_forget_is_no_error(self, memory: Memory) -> None:
        assert await memory.forget(GUILD, memory_id=12345, by=8) == 0

    async def test_one_of_memory_and_job_is_named(self, memory: Memory) -> None:
        with pytest.raises(ValueError, match="either"):
            await memory.forget(GUILD, by=8)
        with pytest.raises(ValueError, match="either"):
            await memory.forget(GUILD, memory_id=1, job_id="x", by=8)


async def test_forgetting_and_remembering_again_gives_a_new_id(memory: Memory) -> None:
    first = await plant(memory)
    await memory.forget_author(GUILD, 7)
    assert await plant(memory) > first


async def test_a_job_with_story_and_picture_goes_as_a_whole(memory: Memory) -> None:
    await keep(memory, GUILD, "told", direction(1), job_id="j")
    await keep(memory, GUILD, "drawn", direction(2), job_id="j", kind=MemoryKind.PICTURE)
    assert await memory.forget(GUILD, job_id="j", by=7) == 2
    assert (await memory.stats(GUILD)).passages == 0


async def test_consent_outlives_forgetting(db: Database) -> None:
    memory = open_memory(db, MemorySection())
    await memory.set_consent(GUILD, 7, True)
    await plant(memory)
    await memory.forget_author(GUILD, 7)
    assert await memory.may_remember(GUILD, 7)
