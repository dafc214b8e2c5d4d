"""Servers that the bot is removed from: their data waits for the time of grace, and goes; outages are nothing."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from bot.app import DATABASE
from bot.departures import Departures
from bot.sandbox.model import Guild
from ravsg.store.connection import Database
from ravsg.store.erasures import ErasureStore
from ravsg.types import Memorable, MemoryKind
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import text_vector
from tests.sandbox.village import job_of

DAY = 86_400.0
PLANTED = b"Xylophonia"
DIRECT = -77


def rows(data: Path, table: str) -> set[int]:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        return {guild for (guild,) in db.execute(f"SELECT guild_id FROM {table}")}


def left(data: Path) -> set[int]:
    return rows(data, "servers_left")


def traces(data: Path) -> list[str]:
    return [path.name for path in data.rglob("*") if path.is_file() and PLANTED in path.read_bytes()]


async def lived_in(house: House) -> Guild:
    """A server with a remembered story, a waiting refusal and settings, and direct messages that are remembered."""
    await (await house.sam.command("privacy optin", in_=house.stories)).response()
    await (await house.robin.command("privacy optout", in_=house.stories)).response()
    made = await house.story(house.sam, direction=f"the strange word {PLANTED.decode()}")
    await house.app.jobs.wait(job_of(made))
    memory = house.app.memory
    await memory.set_consent(DIRECT, house.sam.user.id, True)
    item = Memorable(MemoryKind.STORY, "told directly", "T", house.sam.user.id, "Sam", 5, 6, "direct12")
    assert await memory.remember(DIRECT, item, ["told directly"], text_vector("told directly")[None], "quick@1")
    return next(iter(house.sandbox.world.guilds.values()))


async def heard(house: House, event: Literal["guild_remove", "guild_join"], happen: Callable[[], None]) -> None:
    """Let something happen, and wait until the bot has dealt with it."""
    told = asyncio.ensure_future(house.app.bot.wait_for(event, timeout=20.0))
    await asyncio.sleep(0)  # from here on it listens
    happen()
    await told
    await asyncio.gather(*(one for one in asyncio.all_tasks() if event in one.get_name()))


async def noticed(house: House) -> None:
    """Wait until the bot has dealt with what the gateway told it."""
    await house.app.bot.parts.privacy.departures.compare()


def departures(house: House) -> Departures:
    return house.app.bot.parts.privacy.departures


def later(house: House, monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    now = departures(house)._now
    monkeypatch.setattr(departures(house), "_now", lambda: now() + days * DAY)


async def test_a_server_that_was_left_goes_after_the_time_of_grace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with moved_in(tmp_path, privacy={"grace_days": 3}) as house:
        guild = await lived_in(house)
        await heard(house, "guild_remove", lambda: house.sandbox.world.remove_bot(guild))
        assert left(tmp_path) == {guild.id}
        later(house, monkeypatch, 2.9)
        await departures(house).sweep()
        assert traces(tmp_path)
        later(house, monkeypatch, 0.2)
        await departures(house).sweep()
        assert traces(tmp_path) == []
        assert left(tmp_path) == set()
        for table in ("jobs", "memories", "memory_consent", "memory_settings", "erasures"):
            assert guild.id not in rows(tmp_path, table)
        assert rows(tmp_path, "memories") == {DIRECT}, "direct messages are no server and were not left"


async def test_a_deletion_that_was_begun_is_ended_by_the_next_start(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        guild = await lived_in(house)
        await house.stop()
        async with Database(tmp_path / DATABASE) as db:
            await ErasureStore(db).begin(guild.id, None)
        assert traces(tmp_path)
        async with restarted(house, tmp_path) as again:
            await again.app.bot.parts.privacy.unweaver.go_on()
            assert rows(tmp_path, "erasures") == set()
        assert traces(tmp_path) == []


async def test_coming_back_in_time_keeps_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with moved_in(tmp_path, privacy={"grace_days": 3}) as house:
        guild = await lived_in(house)
        await heard(house, "guild_remove", lambda: house.sandbox.world.remove_bot(guild))
        assert left(tmp_path) == {guild.id}
        await heard(house, "guild_join", lambda: house.sandbox.world.invite_bot(guild))
        assert left(tmp_path) == set()
        later(house, monkeypatch, 10)
        await departures(house).sweep()
        assert traces(tmp_path)


async def test_an_outage_is_not_leaving(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with moved_in(tmp_path) as house:
        guild = await lived_in(house)
        house.sandbox.world.outage(guild)
        await noticed(house)
        assert left(tmp_path) == set()
        async with restarted(house, tmp_path) as again:
            await noticed(again)
            assert left(tmp_path) == set()
            again.sandbox.world.outage(guild, over=True)
    assert "is not among the bot's" not in caplog.text


async def test_a_start_notices_that_it_was_removed_and_that_it_came_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with moved_in(tmp_path) as house:
        guild = await lived_in(house)
        await house.stop()
        house.sandbox.world.remove_bot(guild)
        with caplog.at_level(logging.WARNING, "bot.departures"):
            async with restarted(house, tmp_path) as again:
                await noticed(again)
                assert left(tmp_path) == {guild.id}
        assert f"server {guild.id} is not among the bot's, and not unavailable either" in caplog.text
        house.sandbox.world.invite_bot(guild)
        async with restarted(house, tmp_path) as third:
            await noticed(third)
            assert left(tmp_path) == set()
