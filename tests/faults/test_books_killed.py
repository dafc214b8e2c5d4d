"""SIGKILL while a book is told: it goes on with the chapter where it stopped, none is told twice and none is lost."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.faults.conftest import MESSAGES, agree, ledger_of
from tests.faults.ledger import Ledger, promised
from tests.faults.quick_bot import PATIENCE, Fate, life
from tests.sandbox.quick import picture

CHAPTERS = 3


async def begin(sandbox: Sandbox, *, wait: bool = False) -> None:
    """Sam asks for a book; `wait`: until it is promised."""
    sam = sandbox.person("Sam")
    handle = await sam.command("book start", in_="#stories", image=("a.png", picture("a")), chapters=CHAPTERS)
    if wait:
        await sandbox.world.watch.until(lambda: promised(handle), PATIENCE)


def is_told(ledger: Ledger) -> bool:
    """Whether the whole book is told and its last job has ended."""
    return ledger.rows("SELECT state FROM books") == [("finished",)] and ledger.settled()


async def finish(folder: Path, sandbox: Sandbox) -> Ledger:
    """A last life that is left in peace until the book is told."""
    ledger = ledger_of(folder, sandbox)
    async with life(folder, sandbox) as last:
        await last.until(lambda: is_told(ledger))
        assert await last.terminate() == 0
    return ledger


def check(ledger: Ledger, sandbox: Sandbox, *, remembered: bool = True) -> None:
    """Every chapter once: in the book, in the channel and in memory, with its illustration."""
    told = ledger.rows("SELECT position, job_id, message_id FROM pieces WHERE state = 'told' ORDER BY position")
    assert [position for position, _, _ in told] == [1, 2, 3]
    assert len(ledger.rows("SELECT 1 FROM pieces")) == CHAPTERS, "no chapter was told twice and put aside"
    states = ledger.states()
    assert {job: states[job] for _, job, _ in told} == dict.fromkeys((job for _, job, _ in told), "done")
    assert list(states.values()).count("done") == CHAPTERS
    assert len(ledger.rows("SELECT 1 FROM plates")) == CHAPTERS
    shown: Counter[str] = Counter()
    for message in sandbox.messages("#stories"):
        if not message.deleted and (found := re.search(r"chapter (\d) of 3", message.text)):
            shown[found[1]] += 1
    assert shown == {"1": 1, "2": 1, "3": 1}
    posted = {message.id for message in sandbox.messages("#stories")}
    assert {message for _, _, message in told} <= posted
    if remembered:
        stories = ledger.rows("SELECT chapter, count(*) FROM memories WHERE kind = 'story' GROUP BY chapter")
        assert stories == [(1, 1), (2, 1), (3, 1)]
        assert ledger.rows("SELECT DISTINCT branch, book_id IS NOT NULL FROM memories") == [("1", 1)]
    assert not ledger.rows("SELECT 1 FROM job_blobs WHERE name = 'book'"), "a job leaves no copy of the book behind"


@pytest.mark.parametrize(
    ("death", "nth"),
    [
        ("after JobStore.add", 2),
        ("before JobStore.commit_result", 2),
        ("after JobStore.commit_result", 1),
        ("after BookStore.start", 1),
        ("before BookStore.add_piece", 2),
        ("after BookStore.add_piece", 1),
        ("after BookStore.add_plate", 2),
        ("after BookStore.keep_story", 2),
        ("after BookStore.set_book", 1),
        ("after Delivery.send", 2),
        ("before BookStore.posted", 3),
        ("after MemoryStore.add", 4),
        ("before JobStore.drop_input", 2),
        ("before JobStore.finish", 2),
        ("after JobStore.finish", 1),
        ("after JobStore.finish", 3),
    ],
)
async def test_a_death_at_a_named_moment(tmp_path: Path, sandbox: Sandbox, death: str, nth: int) -> None:
    async with life(tmp_path, sandbox, Fate(death=death, nth=nth)) as first:
        await agree(sandbox)
        await begin(sandbox)
        assert await first.ended() == -9
    sandbox.clock.advance(3600)  # long enough for a nonce to be forgotten
    check(await finish(tmp_path, sandbox), sandbox)


async def test_deaths_at_every_stage_of_one_book(tmp_path: Path, sandbox: Sandbox) -> None:
    """The process dies in each chapter, at another place, and once while it takes up what was left."""
    deaths = ("after BookStore.add_piece", "before JobStore.settle", "before Delivery.send", "before JobStore.finish")
    for number, death in enumerate(deaths):
        async with life(tmp_path, sandbox, Fate(death=death), up=number == 0) as one:
            if number == 0:
                await agree(sandbox)
                await begin(sandbox)
            assert await one.ended() == -9
    check(await finish(tmp_path, sandbox), sandbox)


async def test_random_deaths(tmp_path: Path, sandbox: Sandbox) -> None:
    """The moment of death is drawn by chance; a book that is told earlier than that has won. A chapter that was alone
    on the device at two deaths is given up by rule, and its book pauses."""
    chance = random.Random(6)
    ledger = ledger_of(tmp_path, sandbox)
    for number in range(8):
        if chance.random() < 0.5:
            sandbox.faults.lose_answer("POST", MESSAGES)
        async with life(tmp_path, sandbox, up=number == 0) as one:
            if number == 0:
                await agree(sandbox)
                await begin(sandbox, wait=True)
            await asyncio.sleep(chance.uniform(0.1, 1.2))
            await one.kill()
        if is_told(ledger):
            break
    sandbox.faults.clear()
    if "quarantined" in ledger.states().values():
        assert ledger.rows("SELECT state FROM books") in ([("paused",)], [])
        return
    check(await finish(tmp_path, sandbox), sandbox)
