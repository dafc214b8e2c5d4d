"""Sessions that are cut and resumed, by bare connections and by discord.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox import gateway
from tests.sandbox.bots import Probe, connected
from tests.sandbox.checked import checked

from .conftest import Place
from .line import Frame, line

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_resumed_session_gets_what_it_missed_in_order(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.until("GUILD_CREATE")
        await one.cut(place.sandbox, session)
    for text in ("first", "second"):
        await place.sam.say("#general", text)
    async with line(place.sandbox) as again:
        await again.resume(session, one.sequence)
        frames = [await again.next() for _ in range(3)]
    assert [frame["t"] for frame in frames] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [frame["s"] for frame in frames] == [one.sequence + 1, one.sequence + 2, one.sequence + 3]


async def test_a_session_that_was_closed_in_good_order_is_over(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.socket.close(code=1000)
    async with line(place.sandbox) as again:
        await again.resume(session, 1)
        assert await again.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_session_is_kept_for_five_minutes(place: Place) -> None:
    async with line(place.sandbox) as one:
        session = (await one.identify())["session_id"]
        await one.cut(place.sandbox, session)
    place.sandbox.clock.advance(301)
    async with line(place.sandbox) as again:
        await again.resume(session, 1)
        assert (await again.next())["op"] == 9


async def test_a_strange_session_cannot_be_resumed(place: Place) -> None:
    async with line(place.sandbox) as one:
        await one.resume("unknown", 0)
        assert (await one.next())["op"] == 9


async def _survives(place: Place, disturb: Callable[[], None], event: str) -> None:
    """Asserts that the client comes back by itself after a disturbance, in the way named, and misses nothing."""
    before, identified = len(place.client.events(event)), place.sandbox.gateway.identified
    disturb()
    written = await place.sam.say("#general", "while you were away")
    await place.client.until(lambda: len(place.client.events(event)) > before)
    if event == "resumed":
        assert (await place.heard(written)).content == "while you were away"
    later = await place.sam.say("#general", "and now")
    assert (await place.heard(later)).content == "and now"
    assert place.sandbox.gateway.identified - identified == (event == "ready"), "a resumed session is no new one"


async def test_op_7_makes_discord_py_resume(place: Place) -> None:
    await _survives(place, place.sandbox.faults.reconnect, "resumed")


async def test_op_9_that_may_be_resumed_is_resumed(place: Place) -> None:
    await _survives(place, lambda: place.sandbox.faults.invalid_session(resumable=True), "resumed")


async def test_op_9_makes_discord_py_identify_anew(place: Place) -> None:
    await _survives(place, place.sandbox.faults.invalid_session, "ready")


async def test_a_cut_connection_is_resumed(place: Place) -> None:
    await _survives(place, place.sandbox.faults.drop_gateway, "resumed")


async def test_a_close_code_that_is_not_final_is_resumed(place: Place) -> None:
    await _survives(place, lambda: place.sandbox.faults.drop_gateway(4000), "resumed")


async def test_discord_py_notices_a_dead_connection_by_its_missing_acknowledgements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "HEARTBEAT_MS", 200)
    async with checked() as sandbox:
        with sandbox.redirect_discord():
            probe = Probe(heartbeat_timeout=0.6)
            async with connected(sandbox, probe):
                sandbox.faults.silence()
                await sandbox.world.watch.until(lambda: not sandbox.gateway.connected or None, 30.0)
                sandbox.faults.clear()
                await probe.until_event("resumed")
                assert sandbox.gateway.identified == 1


async def test_a_heartbeat_that_is_asked_for_comes_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []
    receive = gateway.Gateway._receive

    def counted(self: gateway.Gateway, connection: Any, frame: Frame) -> None:
        beats.append(frame["op"])
        self._world.watch.notify()
        receive(self, connection, frame)

    monkeypatch.setattr(gateway.Gateway, "_receive", counted)
    place.sandbox.gateway.send_all({"op": 1, "d": None, "s": None, "t": None})
    await place.sandbox.world.watch.until(lambda: beats or None, 30.0)
    assert beats == [1], "the very next that the client sends"
