"""SIGKILL while a poll about the canon is posted: there is one poll afterwards, and what it chooses counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts_weave
from bot.sandbox.model import Channel, Message
from bot.sandbox.server import Sandbox
from tests.faults.conftest import ledger_of
from tests.faults.ledger import Ledger
from tests.faults.quick_bot import PATIENCE, Fate, Life, life
from tests.faults.test_weave_killed import begun

ANSWERS = [texts_weave.AS_IT_WENT, "What if the lamp breaks"]
LONG = 25 * 3600
"""Seconds after which a poll has ended, and its nonce is long forgotten."""


def polls(sandbox: Sandbox) -> list[Message]:
    return [one for one in sandbox.messages(sandbox.channel("#stories")) if one.poll is not None]


async def branched(sandbox: Sandbox) -> Channel:
    """Sam begins a story and lets it turn another way; the thread of that line, once its first turn is told."""
    sam, watch = sandbox.person("Sam"), sandbox.world.watch
    thread, guide = await begun(sandbox)
    await sam.press(guide, "Continue")
    told = await watch.until(lambda: last(thread, "Retry"), PATIENCE)
    form = await sam.press(told, "What if?")
    await sam.fill(form, text="the lamp breaks")

    def opened() -> Channel | None:
        found = [one for one in sandbox.world.channels.values() if one.name == ANSWERS[1]]
        return found[0] if found and last(found[0], "Retry") is not None else None

    return await watch.until(opened, PATIENCE)


def last(thread: Channel, label: str) -> Message | None:
    return next((one for one in reversed(thread.messages.values()) if label in one.labels), None)


async def at_rest(alive: Life, ledger: Ledger) -> None:
    await alive.until(lambda: bool(ledger.rows("SELECT 1 FROM pieces")) and ledger.settled())


@pytest.mark.parametrize("away", [0, LONG])
@pytest.mark.parametrize(
    "death",
    ["after BookStore.ask_poll", "before ThreadDoor.ask", "after ThreadDoor.ask", "after BookStore.poll_posted"],
)
async def test_a_death_at_a_named_moment(tmp_path: Path, sandbox: Sandbox, death: str, away: int) -> None:
    ledger, sam = ledger_of(tmp_path, sandbox), sandbox.person("Sam")
    async with life(tmp_path, sandbox, Fate(death=death)) as first:
        branch = await branched(sandbox)
        await at_rest(first, ledger)
        told = last(branch, "Let the server choose")
        assert told is not None
        await sam.press(told, "Let the server choose")
        assert await first.ended() == -9
    before = [one.id for one in polls(sandbox)]
    if before:
        await sam.vote(polls(sandbox)[0], 2)
    sandbox.clock.advance(away)
    async with life(tmp_path, sandbox) as last_life:
        await sandbox.world.watch.until(lambda: polls(sandbox) or None, PATIENCE)
        (poll,) = polls(sandbox)
        assert poll.poll is not None
        assert [one.text for one in poll.poll.answers] == ANSWERS
        if before:
            assert poll.id == before[0]
        else:
            await sam.vote(poll, 2)
        if not before or not away:
            known = f"SELECT count(*) FROM branches WHERE poll_message_id = {poll.id}"
            await last_life.until(lambda: ledger.rows(known) == [(2,)])
            sandbox.clock.advance(LONG)
        await last_life.until(
            lambda: ledger.rows("SELECT fate FROM branches ORDER BY id") == [("aside",), ("canon",)]
        )
        await last_life.until(lambda: not ledger.rows("SELECT 1 FROM branches WHERE poll_asked_id IS NOT NULL"))
        assert await last_life.terminate() == 0
    assert len(polls(sandbox)) == 1
