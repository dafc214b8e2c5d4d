"""`/memory` and `/settings memory`: filters, pages, pins, suggestions, counts, and what a server decides."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import texts, texts_memory
from bot.listings import PAGE
from bot.sandbox import permissions as rights
from bot.sandbox.commands import Filling, find_command
from bot.sandbox.errors import Refused
from bot.sandbox.handles import Handle
from bot.sandbox.interaction import COMMAND
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, link_to, village

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("commands")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def title_of(story: Message) -> str:
    return str(story.embeds[0]["title"])


async def recent(place: Place, person: Person, **options: object) -> str:
    return await place.private(person, "memory recent", **options)


async def number_of(place: Place, result: Message) -> int:
    """The number of a result's story in `/memory recent`."""
    listed = await recent(place, place.sam, kind="story")
    return next(int(line.split("`")[1]) for line in listed.splitlines() if link_to(result) in line)


class TestLists:
    async def test_filters(self, place: Place) -> None:
        await place.optin(place.sam, place.robin)
        mine = await place.story(place.sam)
        theirs = await place.painting(place.robin, text="A fox with a lantern.")
        listed = await recent(place, place.sam, kind="story")
        assert link_to(mine) in listed
        assert link_to(theirs) not in listed
        by_robin = await recent(place, place.sam, author=place.robin.user)
        assert link_to(theirs) in by_robin
        assert link_to(mine) not in by_robin
        assert link_to(theirs) not in await recent(place, place.sam, mine=True)
        assert await recent(place, place.sam, pinned=True) == texts_memory.MEMORY_EMPTY
        await place.private(place.sam, "memory pin", number=await number_of(place, mine))
        assert link_to(mine) in await recent(place, place.sam, pinned=True)
        found = await place.private(place.sam, "memory search", words="fox", kind="picture", since="a day ago")
        assert link_to(theirs) in found

    async def test_pages_turn_both_ways_with_small_pictures(self, place: Place) -> None:
        await place.optin(place.sam)
        told = [await place.story(place.sam, image=("a.png", picture(str(n)))) for n in range(PAGE)]
        shown = await (await place.sam.command("memory recent", in_=place.stories, kind="picture")).response()
        assert shown.labels == [], "one page has nothing to turn"
        assert len(shown.files) == PAGE
        shown = await (await place.sam.command("memory recent", in_=place.stories)).response()
        first = shown.text
        with pytest.raises(Refused, match="greyed out"):
            await place.sam.press(shown, "Previous")
        await (await place.sam.press(shown, "Next")).acked()
        await place.until(lambda: "Page 2 of 2" in shown.text)
        assert link_to(told[-1]) in first
        assert link_to(told[0]) in shown.text
        assert len(shown.files) == PAGE
        await (await place.sam.press(shown, "Previous")).acked()
        await place.until(lambda: "Page 1 of 2" in shown.text)
        assert shown.text == first

    async def test_a_page_leaves_out_what_was_forgotten_meanwhile(self, place: Place) -> None:
        await place.optin(place.sam)
        told = [await place.story(place.sam, image=("a.png", picture(str(n)))) for n in range(PAGE)]
        shown = await (await place.sam.command("memory recent", in_=place.stories)).response()
        await place.robin.delete(told[0])
        await place.heard()
        await (await place.sam.press(shown, "Next")).acked()
        await place.until(lambda: "Page 2 of 2" in shown.text)
        assert link_to(told[0]) not in shown.text


class TestPins:
    async def test_the_author_and_moderators_pin_and_strangers_do_not(self, place: Place) -> None:
        await place.optin(place.sam)
        number = await number_of(place, await place.story(place.sam))
        mia = place.sandbox.add_person("Mia", [place.guild])
        for command in ("memory pin", "memory unpin"):
            assert texts_memory.NOT_YOUR_MEMORY in await place.private(mia, command, number=number)
        assert await place.private(place.sam, "memory pin", number=number) == texts_memory.PINNED_NOW
        assert texts_memory.PINNED in await recent(place, mia)
        assert await place.private(place.robin, "memory unpin", number=number) == texts_memory.UNPINNED_NOW
        assert (await place.app.memory.stats(place.guild.id)).pinned == 0

    async def test_what_may_not_be_seen_here_is_unknown(self, town: Village, place: Place) -> None:
        elsewhere = await town.place()
        await place.optin(place.sam)
        number = await number_of(place, await place.story(place.sam))
        assert texts_memory.MEMORY_UNKNOWN in await elsewhere.private(elsewhere.robin, "memory pin", number=number)
        place.sandbox.world.overwrite(place.stories, place.guild.roles[place.guild.id], deny=rights.VIEW_CHANNEL)
        general = place.sandbox.channel("#general", place.guild)
        told = await place.private(place.robin, "memory pin", number=number, in_=general)
        assert texts_memory.MEMORY_UNKNOWN in told


class TestSuggestions:
    async def test_titles_while_the_device_is_busy(self, place: Place) -> None:
        await place.optin(place.sam)
        story = await place.story(place.sam)
        place.device.hold("embed")
        try:
            busy = await place.robin.command("memory search", in_=place.stories, words="anything")
            await place.until(lambda: place.device.entered.is_set() or None)
            typed = title_of(story).split()[0][:2].lower()
            handle = await place.sam.autocomplete("memory search", "words", typed, in_=place.stories)
            assert (title_of(story), title_of(story)) in await handle.suggestions()
        finally:
            place.device.let_go()
        await busy.response()

    async def test_numbers_are_of_what_one_may_correct(self, town: Village, place: Place) -> None:
        await place.optin(place.sam)
        story = await place.story(place.sam)
        number = await number_of(place, story)

        async def offered(who: Person, command: str, typed: str = "", where: Place = place) -> list[int]:
            handle = await who.autocomplete(command, "number", typed, in_=where.stories)
            return [value for _, value in await handle.suggestions()]

        assert number in await offered(place.sam, "memory pin")
        assert number in await offered(place.robin, "memory forget")
        assert await offered(place.sam, "memory unpin") == []
        assert await offered(place.sandbox.add_person("Mia", [place.guild]), "memory pin") == []
        assert await offered(place.sam, "memory pin", "999999") == []
        elsewhere = await town.place()
        assert await offered(elsewhere.robin, "memory forget", where=elsewhere) == []

    async def test_there_are_never_too_many_and_none_too_long(self, place: Place) -> None:
        await place.optin(place.sam)
        for n in range(13):
            await place.painting(place.sam, text=f"A fox {n} {'with a very long red tail ' * 8}", count=2)
        handle = await place.sam.autocomplete("memory forget", "number", "", in_=place.stories)
        names = [name for name, _ in await handle.suggestions()]
        assert len(names) == 25
        assert max(map(len, names)) <= 100


class TestStats:
    async def test_counts_of_this_server(self, place: Place) -> None:
        await place.optin(place.sam, place.robin)
        await place.story(place.sam)
        await place.painting(place.robin, text="A fox with a lantern.")
        answer = await (await place.robin.command("memory stats", in_=place.stories)).response()
        told = {field["name"]: field["value"] for field in answer.embeds[0]["fields"]}
        assert (told["Stories"], told["Pictures"], told["Members"], told["Pinned"]) == ("1", "2", "2", "0")
        assert "kB" in told["Passages"]


class TestSettings:
    async def test_a_server_chooses_its_default_and_how_long(self, place: Place) -> None:
        shown = await place.private(place.robin, "settings memory")
        assert texts_memory.CONSENT_EXPLAINED["opt-in"] in shown
        assert texts_memory.OF_THE_OPERATOR in shown
        changed = await place.private(place.robin, "settings memory", consent="opt-out", retention_days=30)
        assert texts_memory.SETTINGS_SAVED in changed
        assert texts_memory.kept_for(30) in changed
        story = await place.story(place.sam)
        assert link_to(story) in await recent(place, place.robin), "Sam has not decided, and the server has"
        back = await place.private(place.robin, "settings memory", consent="as the operator chose")
        assert texts_memory.kept_for(30) in back, "what was not given stays"
        assert await recent(place, place.robin) == texts_memory.MEMORY_EMPTY

    async def test_only_those_who_manage_the_server(self, place: Place) -> None:
        assert "settings" in place.robin.commands(place.stories)
        assert "settings" not in place.sam.commands(place.stories)
        command = find_command(place.sandbox.world, place.robin.user, place.stories, "settings", 1)
        filling = Filling(place.sandbox.world, place.sam.user, place.stories)
        data = filling.data(command, ["memory"], {"consent": "opt-out"})
        begun = place.sandbox.interactions.start(COMMAND, place.sam.user, place.stories, data)
        told = await Handle(begun, place.sandbox.world.watch).response()
        assert texts.MANAGERS_ONLY in told.text, "a server may offer the command to more people than it lets use it"
        assert await place.app.memory.policy.default(place.guild.id) == "opt-in"
