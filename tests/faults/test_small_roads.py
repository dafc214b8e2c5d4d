"""Faults on the roads beside the main ones: forms, suggestions, menus, Delete, Cancel, memory, privacy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bot import texts, texts_memory, texts_privacy
from bot.sandbox.fault_rules import Fault
from bot.sandbox.faults import Faults
from tests.faults.conftest import CALLBACK, FOX, PRIVATE_STATUS, REMOVAL, agree
from tests.faults.ledger import started
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture

Road = tuple[str, str]
Play = Callable[[Faults, str, str], Fault]
PLAYS: dict[str, Play] = {
    "429 of the edge": Faults.edge_limit,
    "429 of this user": Faults.rate_limit,
    "503": partial(Faults.next, status=503),
    "a reset connection": Faults.reset,
    "a lost answer": Faults.lose_answer,
    "a page with status 200": Faults.html,
}


class Disturbed:
    """A house in which the next request on each named road meets the same fault."""

    def __init__(self, house: House, play: Play) -> None:
        self.house = house
        self._play = play
        self._rules: list[Fault] = []

    def now(self, *roads: Road) -> None:
        """From here on."""
        self._rules += [self._play(self.house.sandbox.faults, *road) for road in roads]

    async def over(self) -> None:
        """Each has met it."""
        await self.house.sandbox.world.watch.until(lambda: all(rule.hits == 1 for rule in self._rules), 20.0)


async def form(place: Disturbed) -> None:
    house = place.house
    place.now(CALLBACK)
    opened = await (await house.sam.command("paint", in_=house.stories)).form()
    place.now(CALLBACK, PRIVATE_STATUS)
    assert await house.result(house.sam, await house.sam.fill(opened, text=FOX))


async def suggestions(place: Disturbed) -> None:
    """Some faults cost the suggestions of one keystroke; the next has them."""
    house = place.house
    place.now(CALLBACK)
    await house.sam.autocomplete("paint", "style", "s", in_=house.stories)
    await place.over()
    shown = await (await house.sam.autocomplete("paint", "style", "st", in_=house.stories)).suggestions()
    assert ("Storybook watercolour", "storybook") in shown


async def pictures_of_a_message(place: Disturbed) -> None:
    house = place.house
    photos = await house.sam.say("#stories", files=[(f"{one}.png", picture(one)) for one in "ab"])
    place.now(CALLBACK)
    offered = await (await house.sam.message_command(texts.MENU_TELL, photos)).response()
    place.now(CALLBACK, PRIVATE_STATUS)
    assert await house.result(house.sam, await house.sam.select(offered, "2. b.png"))


async def pictures_of_a_painting(place: Disturbed) -> None:
    house = place.house
    painting = await house.painting(house.sam, text=FOX, count=2)
    place.now(CALLBACK)
    offered = await (await house.sam.press(painting, "Vary")).response()
    place.now(CALLBACK, PRIVATE_STATUS)
    assert await house.result(house.sam, await house.sam.select(offered, "Picture 2"))


async def delete(place: Disturbed) -> None:
    house = place.house
    painting = await house.painting(house.sam, text=FOX)
    place.now(CALLBACK, PRIVATE_STATUS, REMOVAL)
    told = await (await house.sam.press(painting, "Delete")).response()
    assert told.text == texts.DELETED
    assert painting.deleted


async def cancel(place: Disturbed) -> None:
    house = place.house
    house.device.hold("paint")
    handle = await house.sam.command("paint", in_=house.stories, text=FOX)
    job = await started(house, handle)
    place.now(CALLBACK)
    assert handle.original is not None
    assert (await (await house.sam.press(handle.original, "Cancel")).response()).text == texts.CANCELLING
    assert (await house.app.jobs.wait(job)).state == "cancelled"
    house.device.let_go()


async def memory(place: Disturbed) -> None:
    house = place.house
    await house.painting(house.sam, text=FOX)
    place.now(CALLBACK)
    listed = await (await house.sam.command("memory recent", in_=house.stories)).response()
    number = int(listed.text.split("`")[1])
    place.now(CALLBACK, PRIVATE_STATUS)
    found = await house.sam.command("memory search", in_=house.stories, words="fox")
    assert "fox" in (await found.response()).text
    place.now(CALLBACK, PRIVATE_STATUS)
    told = await (await house.sam.command("memory forget", in_=house.stories, number=number)).response()
    assert told.text == texts_memory.MEMORY_FORGOTTEN


async def privacy(place: Disturbed) -> None:
    house = place.house
    await house.painting(house.sam, text=FOX)
    place.now(CALLBACK)
    asked = await (await house.sam.command("privacy forget", in_=house.stories)).response()
    place.now(CALLBACK, PRIVATE_STATUS)
    told = await (await house.sam.press(asked, texts_privacy.FORGET_LABEL)).response()
    await house.sandbox.world.watch.until(lambda: "Deleted" in told.text, 60.0)
    left = await (await house.sam.command("memory recent", in_=house.stories)).response()
    assert left.text == texts_memory.MEMORY_EMPTY


ROADS: dict[str, Callable[[Disturbed], Awaitable[None]]] = {
    one.__name__: one
    for one in (form, suggestions, pictures_of_a_message, pictures_of_a_painting, delete, cancel, memory, privacy)
}


@pytest.mark.parametrize("play", PLAYS)
async def test_the_small_roads_come_through(tmp_path: Path, play: str) -> None:
    roomy = {"waiting_per_member": 50}
    async with moved_in(tmp_path, delivery={"requests_per_second": 50}, jobs=roomy) as house:
        await agree(house.sandbox)
        for road in ROADS.values():
            place = Disturbed(house, PLAYS[play])
            await road(place)
            await place.over()
        assert house.app.telemetry.snapshot().count("errors.unexpected") == 0
