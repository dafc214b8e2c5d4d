"""Snapshots on disk: used when they are whole and fit, else deleted, logged and rebuilt from the rows."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from benchmarks.many import MODEL, plant, unit, unplant
from ravsg.config import MemorySection
from ravsg.memory.cache import FOLDER, IndexCache
from ravsg.memory.kinds import Kind, Segment
from ravsg.memory.snapshots import Place, Snapshots
from ravsg.store.connection import Database
from ravsg.types import MemoryKind
from tests.memory.helpers import DIMENSIONS
from tests.memory.indices import GUILD, SMALL, cache_of, found, segment_of
from tests.memory.test_cache import QUERIES, Paused, truth

PLACE = Place(GUILD, MemoryKind.STORY, MODEL, DIMENSIONS)
VECTORS = unit(300, DIMENSIONS, 1)
TRIALS = 200


def saved(folder: Path, kind: Kind = Kind.SQ8) -> tuple[Snapshots, Segment, Path]:
    snapshots = Snapshots(folder)
    segment = segment_of(kind, np.arange(300) * 2 + 1, VECTORS)
    assert snapshots.save(snapshots.ticket(PLACE), segment)
    return snapshots, segment, folder / PLACE.name


def born(path: Path) -> int:
    """When a file was written; its inode may be used again."""
    return path.stat().st_mtime_ns


async def written(db: Database, kind: str = "sq8") -> tuple[list[int], Path]:
    """Rows, and the snapshot that a first search leaves."""
    ids = await asyncio.to_thread(plant, db.path, GUILD, VECTORS)
    async with cache_of(db, index=kind) as cache:
        await found(cache, QUERIES)
        await cache.settle()
    path = db.path.parent / FOLDER / PLACE.name
    assert path.exists()
    return ids, path


async def rebuilt(db: Database, path: Path, caplog: pytest.LogCaptureFixture) -> str:
    """Search with a snapshot that must not be used; it must be right, and gone or new. Gives what the log said."""
    before = born(path)
    caplog.clear()
    with caplog.at_level(logging.INFO, "ravsg"):
        async with cache_of(db, index="sq8") as cache:
            ids = [row["id"] for row in await db.read("SELECT id FROM passages ORDER BY id")]
            assert await found(cache, QUERIES) == truth(ids, VECTORS)
            await cache.settle()
    assert born(path) != before, "a new one is in its place"
    return caplog.text


class TestFile:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_what_was_saved_is_loaded(self, tmp_path: Path, kind: Kind) -> None:
        snapshots, segment, path = saved(tmp_path, kind)
        again = snapshots.load(PLACE)
        assert again is not None
        assert (again.kind, again.effort) == (segment.kind, segment.effort)
        assert np.array_equal(again.ids, segment.ids)
        assert np.array_equal(again.search(VECTORS[:9], 10)[1], segment.search(VECTORS[:9], 10)[1])
        assert os.listdir(tmp_path) == [path.name]
        assert path.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("what", ["cut off", "a bit flipped", "longer"])
    def test_damage_anywhere_is_noticed(self, tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture) -> None:
        snapshots, _, path = saved(tmp_path)
        whole = path.read_bytes()
        chance = np.random.default_rng(7)
        for _ in range(TRIALS):
            damaged = bytearray(whole)
            place = int(chance.integers(0, len(whole)))
            if what == "cut off":
                del damaged[place:]
            elif what == "longer":
                damaged[place:place] = b"\0"
            else:
                damaged[place] ^= 1 << int(chance.integers(0, 8))
            path.write_bytes(damaged)
            assert snapshots.load(PLACE) is None
            assert not path.exists()
        assert caplog.text.count("checksum is wrong") == TRIALS

    @pytest.mark.parametrize(
        "other",
        [
            Place(2, MemoryKind.STORY, MODEL, DIMENSIONS),
            Place(GUILD, MemoryKind.PICTURE, MODEL, DIMENSIONS),
            Place(GUILD, MemoryKind.STORY, "other@2", DIMENSIONS),
            Place(GUILD, MemoryKind.STORY, MODEL, DIMENSIONS * 2),
        ],
    )
    def test_a_file_under_anothers_name_is_not_believed(
        self, tmp_path: Path, other: Place, caplog: pytest.LogCaptureFixture
    ) -> None:
        snapshots, _, path = saved(tmp_path)
        path.rename(tmp_path / other.name)
        assert snapshots.load(other) is None
        assert os.listdir(tmp_path) == []
        assert " is not used and deleted" in caplog.text

    def test_a_folder_that_cannot_be_is_no_error(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        (tmp_path / "indices").write_text("a file")
        snapshots = Snapshots(tmp_path / "indices")
        segment = segment_of(Kind.SQ8, np.arange(300), VECTORS)
        assert not snapshots.save(snapshots.ticket(PLACE), segment)
        assert "no snapshot" in caplog.text

    def test_a_ticket_that_ended_writes_nothing(self, tmp_path: Path) -> None:
        snapshots, segment, _ = saved(tmp_path)
        ticket = snapshots.ticket(PLACE)
        snapshots.discard(2)
        assert ticket.valid
        snapshots.discard(GUILD)
        assert os.listdir(tmp_path) == []
        assert not snapshots.save(ticket, segment)
        assert os.listdir(tmp_path) == []

    def test_forgetting_in_the_middle_of_saving_leaves_nothing(self, tmp_path: Path) -> None:
        snapshots, segment, _ = saved(tmp_path)

        class Forgotten(Segment):
            """While it is serialised, somebody asks to be forgotten."""

            def serialised(self) -> npt.NDArray[np.uint8]:
                assert len(os.listdir(tmp_path)) == 2, "the old file, and the new one that has begun"
                snapshots.discard(GUILD)
                return super().serialised()

        segment.__class__ = Forgotten
        assert not snapshots.save(snapshots.ticket(PLACE), segment)
        assert os.listdir(tmp_path) == []

    def test_forgetting_takes_what_is_half_written_too(self, tmp_path: Path) -> None:
        snapshots, _, path = saved(tmp_path)
        path.with_suffix(".new").write_bytes(b"half, from a process that died")
        (tmp_path / f"{GUILD}0-story.index").write_bytes(b"another server's")
        snapshots.discard(GUILD)
        assert os.listdir(tmp_path) == [f"{GUILD}0-story.index"]


class TestInTheCache:
    async def test_a_good_one_is_used(self, db: Database) -> None:
        ids, path = await written(db)
        before = born(path)
        async with cache_of(db, index="sq8") as cache:
            assert await found(cache, QUERIES) == truth(ids, VECTORS)
            await cache.settle()
        assert born(path) == before

    async def test_rows_after_it_are_caught_up_and_deleted_ones_dropped(self, db: Database) -> None:
        ids, path = await written(db)
        before = born(path)
        later = unit(20, DIMENSIONS, 5)
        ids += await asyncio.to_thread(plant, db.path, GUILD, later)
        await asyncio.to_thread(unplant, db.path, ids[:10])
        async with cache_of(db, index="sq8") as cache:
            assert await found(cache, QUERIES) == truth(ids[10:], np.concatenate([VECTORS, later])[10:])
            assert await found(cache, VECTORS[:1], 1) != [[ids[0]]]
            await cache.settle()
        assert born(path) == before

    async def test_damage_is_rebuilt(self, db: Database, caplog: pytest.LogCaptureFixture) -> None:
        _, path = await written(db)
        os.truncate(path, path.stat().st_size // 2)
        assert "checksum is wrong" in await rebuilt(db, path, caplog)

    async def test_another_kind_is_rebuilt(self, db: Database, caplog: pytest.LogCaptureFixture) -> None:
        _, path = await written(db, "flat")
        assert "now kept as sq8, not flat" in await rebuilt(db, path, caplog)

    async def test_a_database_that_was_put_back_does_not_get_others_vectors(
        self, db: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        ids, _ = await written(db)
        last = unit(1, DIMENSIONS, 77).astype("<f4").tobytes()  # the same ids, another vector
        await db.write(lambda c: c.execute("UPDATE passages SET vector = ? WHERE id >= ?", (last, ids[-5])))
        caplog.clear()
        async with cache_of(db, index="sq8") as cache:
            ((best,),) = await found(cache, unit(1, DIMENSIONS, 77), 1)
            assert best in ids[-5:]
        assert "does not fit the rows" in caplog.text

    async def test_what_was_forgotten_is_in_no_file(self, db: Database) -> None:
        ids, path = await written(db)
        async with cache_of(db, index="sq8") as cache:
            async with cache.lock(GUILD):
                await cache.forgetting(GUILD)  # before the row goes
                assert not path.exists()
                await asyncio.to_thread(unplant, db.path, ids[:1])
                await cache.remove(GUILD, ids[:1])
            assert await found(cache, QUERIES) == truth(ids[1:], VECTORS[1:])
            await cache.settle()
            assert path.exists(), "made anew from the rows that are left"
        content = path.read_bytes()
        assert np.asarray(ids[1], "<i8").tobytes() in content
        ids_there = Snapshots(path.parent).load(PLACE)
        assert ids_there is not None
        assert ids[0] not in ids_there.ids

    async def test_an_index_that_was_dropped_while_it_was_made_leaves_none(self, db: Database) -> None:
        """It does not hear of what is forgotten after that."""
        ids = await asyncio.to_thread(plant, db.path, GUILD, VECTORS)
        rows = Paused(db, GUILD)
        cache = IndexCache(rows, MemorySection(index="sq8"), SMALL)
        waiting = asyncio.create_task(found(cache, QUERIES))
        await rows.asked.wait()
        cache.drop(GUILD)
        async with cache.lock(GUILD):
            await cache.forgetting(GUILD)
            await cache.remove(GUILD, ids[:1])
        rows.may.set()
        await waiting
        await cache.settle()
        assert await _files(cache, db.path.parent) == ["ravsg.sqlite", "ravsg.sqlite-shm", "ravsg.sqlite-wal"]

    async def test_with_tombstones_none_is_written(self, db: Database) -> None:
        ids, path = await written(db)
        path.unlink()
        async with cache_of(db, index="sq8") as cache:
            await found(cache, QUERIES)  # its snapshot is being written now, or will be
            async with cache.lock(GUILD):
                await cache.forgetting(GUILD)
                await asyncio.to_thread(unplant, db.path, ids[:1])
                await cache.remove(GUILD, ids[:1])
            await cache.settle()
            assert not path.exists()
            assert await _files(cache, path.parent) == []


async def _files(cache: IndexCache, folder: Path) -> list[str]:
    await cache.close()
    return sorted(await asyncio.to_thread(os.listdir, folder))
