"""No memory ever crosses from one server to another: by data, by every guard alone, and read off the SQL."""

from __future__ import annotations

import ast
import asyncio
import re
from pathlib import Path

import pytest

import ravsg.store.consent
import ravsg.store.erasures
import ravsg.store.feedback
import ravsg.store.memories
import ravsg.store.memory_filter
import ravsg.store.memory_search
import ravsg.store.memory_settings
from ravsg.config import MemorySection
from ravsg.errors import StoreError
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from ravsg.types import MemoryKind
from tests.memory.helpers import ask, direction, keep, open_memory

SERVERS = (*range(1, 31), -1, -2)
"""Negative ids stand for direct messages, each a tenant of its own: -1 is not 1."""
FACTS = range(4)


async def plant(memory: Memory) -> None:
    """The same words and vectors in every server; only the job names its server."""
    for guild_id in SERVERS:
        for fact in FACTS:
            kind = tuple(MemoryKind)[fact % 2]
            await keep(memory, guild_id, f"fact {fact}", direction(fact), job_id=f"{guild_id}/{fact}", kind=kind)


async def test_servers_with_the_same_words_share_nothing(db: Database) -> None:
    memory = open_memory(db, MemorySection(consent="opt-out", indices_in_memory=5))
    await plant(memory)

    async def retrieve(guild_id: int, fact: int) -> None:
        results = await ask(memory, guild_id, direction(fact), words=f"fact {fact}", top_k=50)
        assert {one.job_id for one in results} == {f"{guild_id}/{other}" for other in FACTS}
        assert {one.job_id for one in await ask(memory, guild_id, words="fact", top_k=50)} == {
            f"{guild_id}/{other}" for other in FACTS
        }
        assert {one.job_id.split("/")[0] for one in await memory.recent(guild_id, 500)} == {str(guild_id)}

    await asyncio.gather(*(retrieve(guild_id, fact) for fact in FACTS for guild_id in SERVERS))


async def test_deleting_in_one_server_leaves_the_others(memory: Memory) -> None:
    await plant(memory)
    assert await memory.forget_author(3, 7) == len(FACTS)
    assert await ask(memory, 3, direction(1), words="fact") == []
    for guild_id in (2, 4):
        assert len(await ask(memory, guild_id, direction(1), words="fact", top_k=50)) == len(FACTS)


async def test_direct_messages_are_a_server_of_their_own(memory: Memory) -> None:
    """Their tenant is the negative id of the channel: no server has it, not even one of the same number."""
    for tenant in (5, -5, -6):
        await keep(memory, tenant, "a fox", direction(1), job_id=str(tenant))
    for tenant in (5, -5, -6):
        for found in (
            await ask(memory, tenant, direction(1), words="fox"),
            await ask(memory, tenant, words="fox"),
            await memory.recent(tenant, 9),
        ):
            assert [one.job_id for one in found] == [str(tenant)]


async def test_another_servers_ids_open_nothing(memory: Memory) -> None:
    (ours,) = await keep(memory, 1, "a fox", direction(1), job_id="j", message_id=5, picture=b"thumb")
    assert await memory.forget(2, memory_id=ours, by=7, moderator=True) == 0
    assert await memory.forget(2, job_id="j", by=7, moderator=True) == 0
    assert await memory.forget_message(2, 5) == 0
    assert await memory.forget_author(2, 7) == 0
    assert await memory.picture(2, ours) is None
    (still,) = await memory.recent(1, 5)
    assert still.message_id == 5


class TestEachGuardAlone:
    """With one guard broken on purpose, the next one holds."""

    async def test_a_wrong_index_reveals_nothing(self, memory: Memory) -> None:
        (foreign,) = await keep(memory, 2, "a foreign secret", direction(1))
        await keep(memory, 1, "ours", direction(9))
        await ask(memory, 1, direction(9))
        (row,) = await memory._cache._rows.page(2, MemoryKind.STORY, "tiny-clip@1", after=0)
        async with memory._cache.lock(1):
            await memory._cache.add(1, MemoryKind.STORY, "tiny-clip@1", [row[0]], direction(1))
        assert foreign == row[0]
        assert [one.text for one in await ask(memory, 1, direction(1))] == ["ours"]

    async def test_wrong_words_reveal_nothing(self, db: Database, memory: Memory) -> None:
        await keep(memory, 2, "a foreign secret", direction(1))
        await db.write(lambda c: c.execute("UPDATE passage_words SET guild = 'g1'"))
        assert await ask(memory, 1, words="secret") == []

    async def test_words_of_another_server_are_not_even_read(self, db: Database, memory: Memory) -> None:
        await keep(memory, 1, "ours, under another name", direction(1))
        await db.write(lambda c: c.execute("UPDATE passage_words SET guild = 'g2'"))
        assert await ask(memory, 1, words="ours") == []

    async def test_a_passage_cannot_hang_on_another_servers_memory(self, db: Database, memory: Memory) -> None:
        (foreign,) = await keep(memory, 2, "a foreign secret", direction(1))
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            await db.write(
                lambda c: c.execute(
                    "INSERT INTO passages (guild_id, memory_id, kind, part, text, model, vector)"
                    " VALUES (1, ?, 'story', 0, 'x', 'm', x'00')",
                    (foreign,),
                )
            )


@pytest.mark.parametrize("module", [ravsg.store.memories, ravsg.store.consent])
def test_every_statement_asks_for_the_server(module: object) -> None:
    source = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    statements = [
        text
        for text in texts
        if isinstance(text, str)
        and re.match(r"(SELECT|INSERT|UPDATE|DELETE|WHERE|JOIN passage_words)\b", text.strip())
    ]
    assert len(statements) >= 2
    for statement in statements:
        whole = statement.startswith(("SELECT", "DELETE", "UPDATE")) and " WHERE " in statement
        if whole or statement.startswith("WHERE"):
            assert re.search(r"WHERE (\w\.)?guild_id = \?", statement), statement
        elif statement.startswith("INSERT"):
            assert re.search(r"\(guild_id,|rowid, guild,", statement), statement
