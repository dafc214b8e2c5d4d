"""SIGKILL while memory follows an edit: the next start remembers the new words, and the old ones are nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.faults.conftest import agree, ledger_of
from tests.faults.ledger import Ledger
from tests.faults.quick_bot import Fate, life
from tests.sandbox.quick import picture

NEW = "A walrus sings on the pier, and nobody knows the words."
STORIES = "SELECT text FROM passages WHERE kind = 'story'"


async def tell(folder: Path, sandbox: Sandbox, ledger: Ledger) -> None:
    """A life in which Sam has a book of one chapter told, which is remembered."""
    sam = sandbox.person("Sam")
    async with life(folder, sandbox) as first:
        await agree(sandbox)
        await sam.command("book start", in_="#stories", image=("a.png", picture("a")), chapters=1)
        await first.until(lambda: ledger.rows("SELECT state FROM books") == [("finished",)] and ledger.settled())
        assert await first.terminate() == 0
    assert ledger.rows(STORIES)


@pytest.mark.parametrize(
    "death",
    [
        "after BookStore.edit_piece",
        "after MemoryStore.forget",
        "before MemoryStore.add",
        "after MemoryStore.add",
        "before BookStore.followed",
        "after BookStore.followed",
    ],
)
async def test_an_edit_outlives_a_death(tmp_path: Path, sandbox: Sandbox, death: str) -> None:
    ledger, sam = ledger_of(tmp_path, sandbox), sandbox.person("Sam")
    await tell(tmp_path, sandbox, ledger)
    async with life(tmp_path, sandbox, Fate(death=death)) as second:
        handle = await sam.command("book edit", in_="#stories", chapter=1)
        await handle.form()
        await sam.fill(handle, title="The Walrus", text=NEW)
        assert await second.ended() == -9
    assert ledger.rows("SELECT text FROM pieces") == [(NEW,)]
    async with life(tmp_path, sandbox) as last:
        await last.until(lambda: not ledger.rows("SELECT 1 FROM unremembered_pieces"))
        assert await last.terminate() == 0
    assert ledger.rows(STORIES) == [(NEW,)]
    assert ledger.rows("SELECT kind, count(*) FROM memories GROUP BY kind") == [("picture", 1), ("story", 1)]
