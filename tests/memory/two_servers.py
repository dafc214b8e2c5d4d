"""Two servers with the same words, members, jobs and messages: everything that memory can do, done in one of them.

`live` fails where anything of the other server is seen, changed or missed. It also damages what stands before the
rows (an index that names foreign passages, words under a foreign server's name), so that each guard is the last one.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from ravsg.config import MemorySection
from ravsg.memory.query import Query
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.store.embeddings import EmbeddingStore
from ravsg.store.erasures import DepartureStore, ErasureStore
from ravsg.store.memory_filter import MemoryFilter
from ravsg.store.memory_search import MemorySearch
from ravsg.store.memory_settings import ServerMemory
from ravsg.types import MemoryKind, Recalled
from tests.memory.helpers import MODEL, ask, direction, keep, open_memory

THEIRS, OURS = 1, 2
"""Theirs come first wherever rows have an order."""
ANA, BEN, CAT, NEW = 7, 8, 9, 1000
TABLES: Final = (
    "memories", "passages", "memory_pictures", "memory_consent", "memory_settings", "memory_feedback", "erasures",
    "servers_left",
)  # fmt: skip
SINCE_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def furnish(memory: Memory, guild_id: int) -> None:
    """The same in every server, except for what each calls its own and what its members decided."""
    for author in (ANA, BEN, CAT):
        await memory.set_consent(guild_id, author, True)
    own = f"only{'ours' if guild_id == OURS else 'theirs'}"
    for number, author in enumerate((ANA, BEN, CAT)):
        place = {"channel_id": 99, "parent_channel_id": 11, "private": True} if author == CAT else {}
        for kind in MemoryKind:
            await keep(
                memory, guild_id, f"{own} {kind} fox {number}", direction(10 * number + (kind is MemoryKind.PICTURE)),
                kind=kind, author_id=author, job_id=f"job {number}", message_id=500 + number,
                picture=own.encode() if kind is MemoryKind.PICTURE else None, **place,
            )  # fmt: skip


def foreign(found: list[Recalled]) -> list[Recalled]:
    """What is not ours."""
    return [one for one in found if "onlytheirs" in one.text or one.guild_id != OURS]


async def rows_of(db: Database, guild_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """All that a server has in the tables of memory, and its words."""
    found = {
        table: [tuple(row) for row in await db.read(f"SELECT * FROM {table} WHERE guild_id = {guild_id}")]
        for table in TABLES
    }
    words = f"SELECT rowid, * FROM passage_words WHERE guild = 'g{guild_id}'"
    return found | {"words": [tuple(row) for row in await db.read(words)]}


async def live(db: Database) -> None:
    """A life of our server. Raises AssertionError where it touches the other one, or misses its own."""
    memory = open_memory(db, MemorySection(consent="opt-in"))
    query = Query("fox", direction(0), model=MODEL)
    await furnish(memory, THEIRS)
    their_erasure = await decide_otherwise(db, memory, query)
    await furnish(memory, OURS)
    before = await rows_of(db, THEIRS)
    their_first = next(row[0] for row in before["memories"])

    await read_all(db, memory)
    await correct_all(memory, query, their_first)
    await change_minds(db, memory)
    await erase_one(db, their_erasure)
    assert await rows_of(db, THEIRS) == before, "nothing of theirs has changed"
    await damaged(db, memory, query)
    await forget_all(db, memory, before)


async def decide_otherwise(db: Database, memory: Memory, query: Query) -> int:
    """In their server all is decided as it is not in ours; gives their erasure's id."""
    await memory.policy.set_settings(THEIRS, ServerMemory("opt-out", 5), by=ANA)
    await memory.set_consent(THEIRS, BEN, False)
    await DepartureStore(db).left(THEIRS, SINCE_1970)
    first, *_ = await memory.recent(THEIRS, 1)
    assert await memory.pin(THEIRS, first.memory_id, by=ANA)
    assert await memory.not_relevant(THEIRS, first.memory_id, query, by=ANA, job_id="job 0")
    return (await ErasureStore(db).begin(THEIRS, ANA)).erasure_id


async def seen(db: Database, memory: Memory, **where: Any) -> set[str]:
    """Our jobs that a filter lets through. All ways of reading must agree, and name nothing of theirs."""
    one_filter = MemoryFilter(**where)
    query = Query("fox", direction(0), model=MODEL)
    ways = [
        await memory.recall(OURS, query, one_filter, top_k=50, floor=-1.0),
        await memory.search(OURS, Query(texts=direction(0), model=MODEL), one_filter, limit=50),
        await memory.search(OURS, Query("fox"), one_filter, limit=50),
        await memory.recent(OURS, 50, one_filter),
    ]
    rows = await db.read("SELECT id, job_id FROM memories")
    each = [await memory.one(OURS, row["id"], one_filter) for row in rows]
    ways.append([one for one in each if one is not None])
    for found in ways:
        assert foreign(found) == []
    ids = await MemorySearch(db).ids(OURS, one_filter, MODEL, allowed_by_default=False)
    by_id = await db.read(
        "SELECT job_id FROM memories JOIN passages AS p ON p.memory_id = memories.id WHERE memories.guild_id = 2"
        f" AND p.id IN ({', '.join(map(str, ids)) or 'NULL'})"
    )
    assert len(by_id) == len(ids), "every id is one of ours, and named once"
    jobs: list[set[str]] = [{one.job_id for one in found} for found in ways]
    jobs.append({str(row["job_id"]) for row in by_id})
    assert all(one == jobs[0] for one in jobs)
    return jobs[0]


async def read_all(db: Database, memory: Memory) -> None:
    """Ours are all there, theirs are nowhere."""
    assert await seen(db, memory) == {"job 0", "job 1", "job 2"}
    assert await seen(db, memory, channels=[10]) == {"job 0", "job 1"}
    assert await seen(db, memory, channels=[11]) == set(), "job 2 is a private thread's"
    assert await seen(db, memory, channels=[99]) == {"job 2"}
    for kind in MemoryKind:
        ((*hits,),), _ = await memory._cache.search(OURS, kind, MODEL, direction(0), 1000)
        passages = await db.read("SELECT id FROM passages WHERE guild_id = ? AND kind = ?", (OURS, kind))
        assert {hit.passage_id for hit in hits} == {row["id"] for row in passages}, "the index is ours alone"
    for row in await db.read("SELECT id, guild_id FROM memories"):
        ours = row["guild_id"] == OURS
        assert await memory.picture(OURS, row["id"]) == (b"onlyours" if ours else None)
        assert (await memory.job_to_forget(OURS, row["id"], by=ANA, moderator=True) is not None) == ours
    stats = await memory.stats(OURS)
    assert (stats.stories, stats.pictures, stats.passages, stats.authors) == (3, 3, 6, 3)
    kept = [one async for one in memory.kept_of(OURS, ANA)]
    assert [one.passages for one in kept] == [("onlyours story fox 0",), ("onlyours picture fox 0",)]
    assert await memory.verdicts_of(OURS, ANA) == []
    assert await memory.policy.settings(OURS) == ServerMemory()
    assert await memory.may_remember(OURS, BEN)
    assert not await memory.may_remember(OURS, NEW), "their default is not ours"
    assert await keep(memory, OURS, "onlyours undecided", direction(78), author_id=NEW) == []


async def correct_all(memory: Memory, query: Query, theirs: int) -> None:
    """Pins, verdicts and settings of ours; theirs cannot be named."""
    assert not await memory.pin(OURS, theirs, by=ANA)
    assert not await memory.not_relevant(OURS, theirs, query, by=BEN)
    first, *_ = await memory.recall(OURS, query, top_k=5, floor=-1.0)
    assert await memory.pin(OURS, first.memory_id, by=ANA)
    assert await memory.not_relevant(OURS, first.memory_id, query, by=ANA, job_id="job 0")
    assert len(await memory.verdicts_of(OURS, ANA)) == 1
    await memory.policy.set_settings(OURS, ServerMemory("opt-out", 9), by=ANA)
    assert await memory.policy.settings(OURS) == ServerMemory("opt-out", 9)


async def change_minds(db: Database, memory: Memory) -> None:
    """A member refuses, and the server goes back to opt-in: both hide at once what is there, whatever theirs say."""
    assert await keep(memory, OURS, "onlyours fox undecided", direction(78), author_id=NEW, job_id="new")
    assert await seen(db, memory) == {"job 0", "job 1", "job 2", "new"}
    await memory.policy.set_settings(OURS, ServerMemory("opt-in", 9), by=ANA)
    assert await seen(db, memory) == {"job 0", "job 1", "job 2"}
    await memory.set_consent(OURS, CAT, False)
    assert await seen(db, memory) == {"job 0", "job 1"}
    assert await keep(memory, OURS, "onlyours refused", direction(77), author_id=CAT) == []
    await memory.set_consent(OURS, CAT, True)
    assert await memory.forget_author(OURS, NEW) == 1


async def erase_one(db: Database, theirs: int) -> None:
    """Our erasure, and one of theirs by a wrong number; a departure and a return."""
    erasures = ErasureStore(db)
    ours = await erasures.begin(OURS, ANA)
    wrong = replace(ours, erasure_id=theirs)
    with contextlib.suppress(ValueError):  # there is no such erasure
        await erasures.advance(wrong, "memories", {"memories": 2})
    await erasures.finish(wrong)
    await erasures.finish(await erasures.advance(ours, "memories", {"memories": 2}))
    assert [one.guild_id for one in await erasures.open()] == [THEIRS]
    await DepartureStore(db).left(OURS, SINCE_1970)
    assert await DepartureStore(db).returned(OURS)


async def damaged(db: Database, memory: Memory, query: Query) -> None:
    """Our index names a passage of theirs, and their words stand under our name: the rows' own guard holds."""
    (passage,) = await db.read(f"SELECT id FROM passages WHERE guild_id = {THEIRS} ORDER BY id LIMIT 1")
    async with memory._cache.lock(OURS):
        await memory._cache.add(OURS, MemoryKind.STORY, MODEL, [passage["id"]], direction(0))
    assert foreign(await memory.recall(OURS, query, top_k=50, floor=-1.0)) == []
    await db.write(lambda c: c.execute("UPDATE passage_words SET guild = 'g2' WHERE guild = 'g1'"))
    assert foreign(await memory.search(OURS, Query("fox onlytheirs"), limit=50)) == []
    await db.write(lambda c: c.execute("UPDATE passage_words SET guild = 'g1' WHERE text LIKE 'onlytheirs%'"))


async def forget_all(db: Database, memory: Memory, before: dict[str, list[tuple[Any, ...]]]) -> None:
    """By memory, message, member, job, age and as a whole; theirs stay to the last byte."""
    (old, *_) = await EmbeddingStore(db).outdated("new@1", after=(THEIRS, 2**40), limit=1)
    (foreign_one, *_) = await EmbeddingStore(db).outdated("new@1", after=(0, 0), limit=1)
    assert not await memory.embed_anew(replace(foreign_one, guild_id=OURS), direction(5), "new@1")
    assert old.guild_id == OURS
    assert old.picture is None
    assert await memory.embed_anew(old, direction(5), "new@1")
    theirs = next(row[0] for row in before["memories"])
    assert await memory.forget(OURS, memory_id=theirs, by=ANA, moderator=True) == 0
    (gone, *_) = await memory.recent(OURS, 1)
    assert await memory.forget(OURS, memory_id=gone.memory_id, by=0, moderator=True) == 1
    assert await memory.forget_message(OURS, 502) == 1
    assert await memory.forget(OURS, job_id="job 1", by=BEN) == 2
    assert await memory.forget_author(OURS, ANA) == 2
    assert await memory.verdicts_of(OURS, ANA) == []
    assert await rows_of(db, THEIRS) == before
    await keep(memory, OURS, "onlyours again", direction(5), author_id=BEN)
    assert await memory.forget_older(OURS, 2**45) == 1
    await keep(memory, OURS, "onlyours again", direction(5), author_id=BEN)
    assert await memory.forget_server(OURS) == 1
    assert await rows_of(db, THEIRS) == before
    assert {table for table, rows in (await rows_of(db, OURS)).items() if rows} == set()
    assert await ask(memory, OURS, direction(0), words="fox") == []
