"""SIGKILL while the bot goes on in a story thread: it is told once and in its place, and no turn is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts_weave
from bot.sandbox.model import Channel, Message
from bot.sandbox.server import Sandbox
from tests.faults.conftest import ledger_of
from tests.faults.quick_bot import PATIENCE, Fate, life


def guide_in(sandbox: Sandbox) -> Message | None:
    """The message that says how a thread works."""
    try:
        thread = sandbox.channel("#The lantern")
    except KeyError:
        return None
    return next((one for one in thread.messages.values() if "Finish" in one.labels), None)


async def begun(sandbox: Sandbox) -> tuple[Channel, Message]:
    """Sam begins a story and writes its first turn."""
    sam, watch = sandbox.person("Sam"), sandbox.world.watch
    await sam.command("weave start", in_="#stories", premise="A fox guards a lantern.", title="The lantern")
    guide = await watch.until(lambda: guide_in(sandbox), PATIENCE)
    thread = sandbox.channel("#The lantern")
    first = await sam.say(thread, "It hears steps.", mention_bot=True)
    await watch.until(lambda: [one.emoji for one in first.reactions] == [texts_weave.TAKEN], PATIENCE)
    return thread, guide


@pytest.mark.parametrize(
    ("death", "nth"),
    [
        ("after JobStore.add", 1),
        ("before JobStore.commit_result", 1),
        ("before BookStore.add_piece", 2),
        ("after BookStore.add_piece", 2),
        ("before Delivery.send", 3),
        ("after Delivery.send", 3),
        ("before BookStore.posted", 1),
        ("before JobStore.finish", 1),
    ],
)
async def test_a_death_at_a_named_moment(tmp_path: Path, sandbox: Sandbox, death: str, nth: int) -> None:
    ledger, sam = ledger_of(tmp_path, sandbox), sandbox.person("Sam")
    async with life(tmp_path, sandbox, Fate(death=death, nth=nth)) as first:
        thread, guide = await begun(sandbox)
        await sam.press(guide, "Continue")
        assert await first.ended() == -9
    late = await sam.say(thread, "Nobody is there.", mention_bot=True)
    told = "SELECT kind, message_id FROM pieces WHERE state = 'told' ORDER BY position"
    async with life(tmp_path, sandbox) as last:
        await last.until(lambda: len(ledger.rows(told)) == 3 and ledger.settled())
        assert await last.terminate() == 0
    shown = [one.id for one in thread.messages.values() if "Retry" in one.labels]
    assert len(shown) == 1
    kinds = [kind for kind, _ in ledger.rows(told)]
    assert kinds == ["turn", "continuation", "turn"]
    assert [message for _, message in ledger.rows(told)][1:] == [shown[0], late.id]
    assert ledger.rows("SELECT 1 FROM pieces WHERE state <> 'told'") == []


async def test_a_picture_of_a_turn_is_its_illustration_after_a_death(tmp_path: Path, sandbox: Sandbox) -> None:
    ledger, sam = ledger_of(tmp_path, sandbox), sandbox.person("Sam")
    async with life(tmp_path, sandbox, Fate(death="before BookStore.add_plate", nth=1)) as first:
        thread, guide = await begun(sandbox)
        await sam.press(guide, "Continue")
        told = await sandbox.world.watch.until(
            lambda: next((one for one in thread.messages.values() if "Retry" in one.labels), None), PATIENCE
        )
        await sam.press(told, "Paint this")
        assert await first.ended() == -9
    async with life(tmp_path, sandbox) as last:
        await last.until(lambda: len(ledger.rows("SELECT 1 FROM plates")) == 1 and ledger.settled())
        assert await last.terminate() == 0
    assert sum("Again" in one.labels for one in thread.messages.values()) == 1
