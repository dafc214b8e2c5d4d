"""The button of `/privacy forget`: whose data goes, what stays, and what the member is told."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts, texts_privacy
from bot.app import DATABASE
from bot.sandbox import permissions as rights
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from ravsg.jobs.job import JobState
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, job_of, link_to, receipt_of, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOX = "A grey fox waits at the harbour at dusk."


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("unweaving")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(data: Path) -> AsyncIterator[Village]:
    async with village(data, bot={"own_pictures_only": "never"}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def press(place: Place, person: Person) -> Handle:
    question = await (await person.command("privacy forget", in_=place.stories)).response()
    return await person.press(question, texts_privacy.FORGET_LABEL)


async def unwoven(place: Place, person: Person) -> str:
    """Press, and read the receipt."""
    answer = await (await press(place, person)).response()
    await place.until(lambda: "Done: you are unwoven" in answer.text)
    await over()
    return answer.text


async def over() -> None:
    """Wait until no erasure is under way: after the receipt its own note goes."""
    await asyncio.gather(*(one for one in asyncio.all_tasks() if one.get_name() == "erasure"))


def namings(data: Path, member_id: int) -> Iterator[str]:
    """The tables and columns in which a member's id stands, as a number or inside a text."""
    with closing(sqlite3.connect(data / DATABASE)) as db:
        for (table,) in db.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'"):
            for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,)):
                sql = f'SELECT 1 FROM "{table}" WHERE instr(CAST("{column}" AS TEXT), ?)'
                if db.execute(sql, (str(member_id),)).fetchone():
                    yield f"{table}.{column}"


async def results(place: Place) -> dict[str, Message]:
    """Sam's story and picture, what Robin made of them, and what Sam said about Robin's."""
    await place.optin(place.sam, place.robin)
    made = {"story": await place.story(place.sam), "painting": await place.painting(place.sam, text=FOX)}
    photo = await place.sam.say(place.stories, "my photo", files=[("p.png", picture("sams photo"))])
    made["of photo"] = await place.result(place.robin, await place.robin.message_command(texts.MENU_TELL, photo))
    words = await place.sam.say(place.stories, FOX)
    made["of words"] = await place.result(place.robin, await place.robin.message_command(texts.MENU_PAINT, words))
    shown = await place.robin.message_command(texts.MENU_TELL, made["painting"])
    made["of painting"] = await place.result(place.robin, shown)
    made["woven"] = await place.story(place.robin, image=("r.png", picture("robins")))
    made["of woven"] = await place.result(place.sam, await place.sam.press(made["woven"], "Paint it"))
    for one in made.values():
        await place.app.jobs.wait(job_of(one))
    guild, memory = place.guild.id, place.app.memory
    recalled = [one async for one in memory.kept_of(guild, place.robin.user.id)]
    await memory.pin(guild, recalled[0].memory_id, by=place.sam.user.id)
    return made


async def test_nothing_names_the_member_any_more_and_what_is_others_stays(data: Path, place: Place) -> None:
    made = await results(place)
    assert link_to(made["story"]) in receipt_of(made["woven"])
    assert {"jobs.author_id", "memories.author_id", "memories.pinned_by", "jobs.request", "jobs.result"} <= set(
        namings(data, place.sam.user.id)
    )

    receipt = await unwoven(place, place.sam)

    assert list(namings(data, place.sam.user.id)) == []
    gone = {name for name, one in made.items() if one.deleted}
    assert gone == {"story", "painting", "of photo", "of words", "of painting", "of woven"}
    assert "3 requests" in receipt
    assert "3 results that others made from yours alone" in receipt
    assert "1 pin that named you" in receipt
    assert "6 messages of mine" in receipt
    await place.until(lambda: link_to(made["story"]) not in receipt_of(made["woven"]))
    assert made["woven"].labels, "its buttons are still there"
    assert await place.private(place.sam, "privacy what")
    kept = {one.job_id async for one in place.app.memory.kept_of(place.guild.id, place.robin.user.id)}
    assert kept == {job_of(made["woven"])}, "what others made from the member's part is not remembered either"


async def test_what_waits_runs_or_comes_from_it_is_stopped(data: Path, place: Place) -> None:
    first = await place.story(place.sam)
    await place.app.jobs.wait(job_of(first))
    place.device.hold("write")
    try:
        running = await place.sam.command("story", in_=place.stories, image=("a.png", picture("one")))
        waiting = await place.sam.command("paint", in_=place.stories, text=FOX)
        derived = await place.robin.press(first, "Paint it")
        others = await place.robin.command("story", in_=place.stories, image=("b.png", picture("two")))
        for one in (running, waiting, derived, others):
            await place.status(one, "job `")
        handle = await press(place, place.sam)
        for one in (running, waiting, derived):
            await place.status(one, "was cancelled")
    finally:
        place.device.let_go()
    await place.until(lambda: _said(handle, "Done"))
    await over()
    assert list(namings(data, place.sam.user.id)) == []
    assert (await place.result(place.robin, others)).labels


async def test_a_refusal_stays_and_an_agreement_goes(place: Place) -> None:
    policy, guild = place.app.memory.policy, place.guild.id
    await place.optin(place.sam)
    assert "1 agreement" in await unwoven(place, place.sam)
    assert await policy.decision(guild, place.sam.user.id) is None
    await place.private(place.sam, "privacy optout")
    assert texts_privacy.NOTHING_THERE in await unwoven(place, place.sam)
    decision = await policy.decision(guild, place.sam.user.id)
    assert decision is not None
    assert not decision.allowed


async def test_messages_out_of_reach_are_counted_and_told(place: Place) -> None:
    made = await place.story(place.sam)
    await place.app.jobs.wait(job_of(made))
    elsewhere = place.sandbox.world.add_channel(place.guild, "quiet")
    place.sandbox.world.overwrite(place.stories, place.sandbox.bot, deny=rights.VIEW_CHANNEL)
    question = await (await place.sam.command("privacy forget", in_=elsewhere)).response()
    answer = await (await place.sam.press(question, texts_privacy.FORGET_LABEL)).response()
    await place.until(lambda: "Done" in answer.text)
    assert "1 message of mine could not be deleted" in answer.text
    assert not made.deleted


async def test_a_silent_discord_delays_the_messages_and_nothing_else(place: Place) -> None:
    made = await place.story(place.sam)
    assert (await place.app.jobs.wait(job_of(made))).state is JobState.DONE
    question = await (await place.sam.command("privacy forget", in_=place.stories)).response()
    down = place.sandbox.faults.next("DELETE", r"/channels/\d+/messages/\d+$", status=503, times=3)
    handle = await place.sam.press(question, texts_privacy.FORGET_LABEL)
    await place.until(lambda: down.hits or None)
    assert await place.app.jobs.get(job_of(made)) is None, "the data is gone before Discord takes the message"
    again = await place.sam.press(question, texts_privacy.FORGET_LABEL)
    assert texts_privacy.UNDER_WAY in await place.refusal(again)
    await place.until(lambda: _said(handle, "Done"))
    assert made.deleted


def _said(handle: Handle, words: str) -> bool:
    return handle.original is not None and words in handle.original.text
