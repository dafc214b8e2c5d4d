"""A book whose channel is deleted while its first chapter is told: nothing of it is left, and its member is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import texts
from bot.app import DATABASE
from bot.sandbox import permissions as rights
from bot.sandbox.model import Channel
from ravsg.jobs.job import Job, JobState
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import handled
from tests.sandbox.quick import picture


async def being_told(house: House, place: Channel) -> Job:
    """The job of a book's first chapter, which is being written."""
    house.device.hold("write")
    handle = await house.sam.command("book start", in_=place, image=("a.png", picture("a photo")), chapters=1)
    await house.sandbox.world.watch.until(lambda: handle.original is not None and not handle.original.loading, 30.0)
    (job,) = await house.app.jobs.list_open(house.sandbox.guild("Storybook Corner").id)
    return job


def rows(data: Path, table: str) -> int:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


@pytest.mark.parametrize("thread", [False, True])
async def test_nothing_is_left_of_a_book_whose_channel_went_before_it_was_told(tmp_path: Path, thread: bool) -> None:
    async with moved_in(tmp_path) as house:
        place = house.sandbox.channel("#general")
        if thread:
            place = await house.sam.start_thread(await house.sam.say(place, "let us go on here"), "A thread")
        job = await being_told(house, place)
        house.sandbox.world.remove_channel(place)
        await handled()
        house.device.let_go()
        ended = await house.app.jobs.wait(job.id)
        assert ended.state is JobState.FAILED
        direct = house.sandbox.world.direct_channel(house.sandbox.bot, house.sam.user)
        await house.sandbox.world.watch.until(
            lambda: any(texts.CHANNEL_GONE in one.text for one in direct.messages.values()), 30.0
        )
        await house.app.bot.parts.books.settled()
        assert [rows(tmp_path, table) for table in ("books", "branches", "pieces", "plates")] == [0, 0, 0, 0]


async def test_a_book_in_a_channel_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        job = await being_told(house, house.stories)
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.READ_MESSAGE_HISTORY)
        house.device.let_go()
        assert (await house.app.jobs.wait(job.id)).state is JobState.DONE
        await chapter(house, 1)
        assert len(await store_of(house).books(house.sandbox.guild("Storybook Corner").id)) == 1
