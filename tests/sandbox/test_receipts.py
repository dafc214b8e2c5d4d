"""What a result was woven from, opened and corrected by those who may, and never shown to those who may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts_memory
from bot.sandbox import permissions as rights
from bot.sandbox import roles
from bot.sandbox.errors import Refused
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message, walk_components
from bot.sandbox.person import Person
from tests.sandbox.house import moved_in, restarted
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, link_to, receipt_of, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

CORRECTIONS = ["Pin", "Not relevant", "Forget"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("receipts"), memory={"recall": 1, "score_floor": 0.05}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def photo(name: str) -> tuple[str, bytes]:
    return ("photo.png", picture(name))


async def woven(place: Place, *, by: Person | None = None) -> tuple[Message, Message]:
    """A remembered story of Sam's, and one that was woven from it."""
    await place.optin(place.sam)
    first = await place.story(place.sam)
    return first, await place.story(by or place.sam)


async def opened(person: Person, result: Message) -> Message:
    return await (await person.press(result, texts_memory.WOVEN_BUTTON)).response()


async def pressed(place: Place, person: Person, receipt: Message, button: str, note: str) -> None:
    """Press a button of a receipt and wait for the receipt to say that it was done."""
    await (await person.press(receipt, button)).acked()
    await place.until(lambda: note in receipt.text)


async def refused(handle: Handle) -> str:
    """What is said privately instead, while the receipt stays as it is."""
    assert (await handle.acked()).kind == "message"
    answer = await handle.response()
    assert answer.ephemeral
    return answer.text


async def test_the_result_names_it_and_the_receipt_shows_it(place: Place) -> None:
    first, second = await woven(place)
    assert texts_memory.WOVEN_BUTTON not in first.labels, "nothing was woven into the first"
    assert f"]({link_to(first)}) by {place.sam.name}" in receipt_of(second)
    receipt = await opened(place.robin, second)
    assert receipt.ephemeral
    assert receipt.labels == CORRECTIONS
    assert f"]({link_to(first)})" in receipt.text
    assert f"by {place.sam.name}" in receipt.text
    assert "similar picture" in receipt.text
    assert texts_memory.SAME_PLACE in receipt.text
    passage = next(line.removeprefix("> ") for line in receipt.text.splitlines() if line.startswith("> "))
    assert passage.rstrip("…") in " ".join(str(first.embeds[0]["description"]).split()), "it quotes the story"
    (shown,) = [part for part in walk_components(receipt.components) if part["type"] == 11]
    assert [file.filename for file in receipt.files] == [shown["media"]["url"].rpartition("/")[2].split("?")[0]]
    assert shown["description"]


async def test_a_pin_is_set_and_taken_away(place: Place) -> None:
    _, second = await woven(place)
    receipt = await opened(place.sam, second)
    await pressed(place, place.sam, receipt, "Pin", texts_memory.PINNED_NOW)
    assert receipt.labels == ["Unpin", "Not relevant", "Forget"]
    assert (await place.app.memory.stats(place.guild.id)).pinned == 1
    await pressed(place, place.sam, receipt, "Unpin", texts_memory.UNPINNED_NOW)
    assert (await place.app.memory.stats(place.guild.id)).pinned == 0


async def test_what_was_not_relevant_comes_back_less(place: Place) -> None:
    await place.optin(place.sam)
    told = [await place.story(place.sam, image=photo(name)) for name in ("one", "other")]
    asked = await place.story(place.robin, image=photo("one"))
    one, other = sorted(told, key=lambda story: link_to(story) not in receipt_of(asked))
    receipt = await opened(place.robin, asked)
    await pressed(place, place.robin, receipt, "Not relevant", texts_memory.DOUBTED_NOW)
    assert texts_memory.DOUBTED in receipt.labels
    with pytest.raises(Refused, match="greyed out"):
        await place.robin.press(receipt, texts_memory.DOUBTED)
    again = await place.story(place.robin, image=photo("one"))
    assert link_to(other) in receipt_of(again)
    assert link_to(one) not in receipt_of(again)
    assert link_to(one) in await place.private(place.sam, "memory search", words="harbour"), "it is still there"


async def test_forgetting_from_a_receipt_is_whole(place: Place) -> None:
    first, second = await woven(place)
    receipt = await opened(place.sam, second)
    await pressed(place, place.sam, receipt, "Forget", texts_memory.FORGOTTEN_NOW)
    assert receipt.labels == []
    assert link_to(first) not in receipt.text
    assert not first.deleted
    assert link_to(first) not in await place.private(place.sam, "memory recent")
    await place.until(lambda: texts_memory.WOVEN_BUTTON not in second.labels)
    assert link_to(first) not in str(second.embeds)


async def test_a_receipt_that_was_open_meanwhile_says_what_became_of_it(place: Place) -> None:
    _, second = await woven(place)
    open_meanwhile = await opened(place.robin, second)
    await pressed(place, place.sam, await opened(place.sam, second), "Forget", texts_memory.FORGOTTEN_NOW)
    await pressed(place, place.robin, open_meanwhile, "Not relevant", texts_memory.RECEIPT_GONE)
    assert texts_memory.RECEIPT_EMPTY in open_meanwhile.text


async def test_a_stranger_may_doubt_but_neither_pin_nor_forget(place: Place) -> None:
    _, second = await woven(place)
    mia = place.sandbox.add_person("Mia", [place.guild])
    receipt = await opened(mia, second)
    assert texts_memory.RECEIPT_RIGHTS in receipt.text
    for button in ("Pin", "Forget"):
        with pytest.raises(Refused, match="greyed out"):
            await mia.press(receipt, button)
    await pressed(place, mia, receipt, "Not relevant", texts_memory.DOUBTED_NOW)


async def test_who_moderates_no_more_is_refused(place: Place) -> None:
    _, second = await woven(place)
    kim = place.sandbox.add_person("Kim", [place.guild])
    world = place.sandbox.world
    role = roles.add(world, place.guild, "Keepers", permissions=rights.EVERYONE | rights.MANAGE_MESSAGES)
    roles.give(world, place.guild, kim.user, role)
    receipt = await opened(kim, second)
    roles.take(world, place.guild, kim.user, role)
    for button in ("Pin", "Forget"):
        assert texts_memory.NOT_YOUR_MEMORY in await refused(await kim.press(receipt, button))
    stats = await place.app.memory.stats(place.guild.id)
    assert stats.pinned == 0
    assert stats.stories == 2


async def test_a_memory_that_went_meanwhile_says_so(place: Place) -> None:
    first, second = await woven(place)
    receipt = await opened(place.sam, second)
    await place.robin.delete(first)
    await place.heard()
    await pressed(place, place.sam, receipt, "Pin", texts_memory.RECEIPT_GONE)
    assert link_to(first) not in receipt.text


async def test_a_receipt_shows_nothing_of_a_channel_that_is_private_by_now(place: Place) -> None:
    await place.optin(place.sam)
    first = await place.story(place.sam)
    general = place.sandbox.channel("#general", place.guild)
    second = await place.story(place.sam, in_=general)
    assert link_to(first) in receipt_of(second)
    receipt = await opened(place.sam, second)
    world = place.sandbox.world
    world.overwrite(place.stories, place.guild.roles[place.guild.id], deny=rights.VIEW_CHANNEL)
    await place.sandbox.until_command("story")
    await pressed(place, place.sam, receipt, "Pin", texts_memory.RECEIPT_GONE)
    for person in (place.sam, place.robin):
        shown = await opened(person, second)
        assert texts_memory.RECEIPT_EMPTY in shown.text
        assert link_to(first) not in shown.text
        assert shown.files == []


async def test_receipts_outlive_the_process(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        first = await house.story(house.sam)
        second = await house.story(house.sam)
        receipt = await opened(house.sam, second)
        async with restarted(house, tmp_path) as again:
            handle = await again.sam.press(receipt, "Pin")
            await handle.acked()
            await again.sandbox.world.watch.until(lambda: texts_memory.PINNED_NOW in receipt.text, 30.0)
            assert link_to(first) in (await opened(again.robin, second)).text


async def test_many_memories_have_pages(tmp_path: Path) -> None:
    memory = {"recall": 6, "score_floor": 0.05}
    async with moved_in(tmp_path, memory=memory, jobs={"grace_seconds": 1}) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        told = [await house.story(house.sam, image=photo(str(number))) for number in range(6)]
        last = await house.story(house.sam, image=photo("6"))
        assert "and 2 more" in receipt_of(last)
        receipt = await opened(house.sam, last)
        first_page = receipt.text
        assert receipt.labels == [*CORRECTIONS * 4, "Next"]
        await (await house.sam.press(receipt, "Next")).acked()
        await house.sandbox.world.watch.until(lambda: "Page 2 of 2" in receipt.text, 30.0)
        assert receipt.labels == [*CORRECTIONS * 2, "Previous"]
        assert all((link_to(one) in first_page) != (link_to(one) in receipt.text) for one in told)
