"""`/cast`: pages, cards, changes by those who may, wardrobes by chapter, suggestions, and how characters go."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts, texts_books, texts_cast, texts_privacy
from bot.cast_showing import PAGE
from bot.sandbox.person import Person
from ravsg.store.cast import CastStore, Character, NewCharacter, Outfit
from tests.sandbox.books import shelved
from tests.sandbox.casting import FOX, add, fields_of, posted
from tests.sandbox.house import moved_in, restarted
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, village

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("cast commands"), bot={"own_pictures_only": "never"}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def store_of(place: Place) -> CastStore:
    return place.app.bot.parts.cast.store


async def grown(place: Place, person: Person, *names: str) -> list[Character]:
    """Characters that a member added, straight into the store: the way through Discord is `test_cast`."""
    new = [NewCharacter(name, FOX, person.id, person.name, picture=picture(name)) for name in names]
    return [await store_of(place).add(place.guild.id, one) for one in new]


async def only(place: Place) -> Character:
    (one,) = await store_of(place).all(place.guild.id)
    return one


class TestLooking:
    async def test_the_list_has_pages_with_small_pictures(self, place: Place) -> None:
        names = [f"Nr {number}" for number in range(PAGE + 1)]
        await grown(place, place.sam, *names)
        shown = await (await place.robin.command("cast list", in_=place.stories)).response()
        assert shown.ephemeral
        assert [name for name in names if name in shown.text] == names[:PAGE]
        assert len(shown.files) == PAGE
        await place.robin.press(shown, "Next")
        await place.until(lambda: names[PAGE] in shown.text)
        assert (names[0] in shown.text, len(shown.files)) == (False, 1)
        await place.robin.press(shown, "Previous")
        await place.until(lambda: names[0] in shown.text)

    async def test_a_card_shows_all_that_is_kept(self, place: Place) -> None:
        await grown(place, place.sam, "Mira")
        await shelved(place, place.robin, title="The Lantern")
        await place.private(place.sam, "cast outfit", name="Mira", outfit="a straw hat")
        told = await place.private(
            place.sam, "cast outfit", name="mira", outfit="a crown", book="the lantern", chapter=3
        )
        assert told == "**Mira** wears a crown: from chapter 3 on, in “The Lantern”."
        shown = await (await place.robin.command("cast show", in_=place.stories, name="MIRA")).response()
        assert "a straw hat: from the beginning" in shown.text
        assert "a crown: from chapter 3 on, in “The Lantern”" in shown.text
        assert f"added by {place.sam.name}" in shown.text
        assert [file.filename for file in shown.files] == [f"cast-{(await only(place)).cast_id}.png"]

    async def test_a_book_that_is_not_read_here_is_not_named(self, place: Place) -> None:
        (mira,) = await grown(place, place.sam, "Mira")
        await store_of(place).dress(place.guild.id, mira.cast_id, Outfit("a crown", "elsewhere", 2))
        shown = await place.private(place.robin, "cast show", name="Mira")
        assert f"a crown: from chapter 2 on, in {texts_cast.ANOTHER_BOOK}" in shown
        unknown = await place.private(place.sam, "cast outfit", name="Mira", outfit="a hat", book="elsewhere")
        assert texts_books.BOOK_UNKNOWN in unknown

    async def test_books_are_suggested(self, place: Place) -> None:
        book, _ = await shelved(place, place.robin)
        handle = await place.sam.autocomplete("cast outfit", "book", "lant", in_=place.stories)
        assert [value for _, value in await handle.suggestions()] == [book.id]

    async def test_names_are_suggested_while_typing(self, place: Place, town: Village) -> None:
        await grown(place, place.sam, "Mira", "Bruno")
        assert await suggested(place, "IR") == ["Mira"]
        assert await suggested(place, "") == ["Bruno", "Mira"]
        assert await suggested(await town.place(), "") == []


async def suggested(place: Place, typed: str) -> list[str]:
    handle = await place.sam.autocomplete("cast show", "name", typed, in_=place.stories)
    return [name for name, _ in await handle.suggestions()]


class TestChanging:
    async def test_whoever_added_it_changes_it_in_a_form(self, place: Place) -> None:
        await grown(place, place.sam, "Mira")
        form = await (await place.sam.command("cast edit", in_=place.stories, name="Mira")).form()
        assert {one: form.fields[one].get("value") for one in ("name", "looks")} == {"name": "Mira", "looks": FOX}
        answer = await (
            await place.sam.fill(form, name="Mirabelle", looks="a red fox", outfit="a yellow raincoat")
        ).response()
        assert texts_cast.changed("Mirabelle") in answer.text
        now = await only(place)
        assert (now.name, now.dressed()) == ("Mirabelle", "a red fox, wearing a yellow raincoat")
        again = await (await place.sam.command("cast edit", in_=place.stories, name="Mirabelle")).form()
        await (await place.sam.fill(again, outfit="")).response()
        assert (await only(place)).wardrobe == (), "an empty field takes the outfit off"

    async def test_others_may_not_and_moderators_may(self, place: Place) -> None:
        await grown(place, place.robin, "Mira")
        for command in ("edit", "outfit", "remove"):
            handle = await place.sam.command(f"cast {command}", in_=place.stories, name="Mira")
            assert texts_cast.NOT_YOURS in await place.refusal(handle)
        await grown(place, place.sam, "Bruno")
        told = await place.private(place.robin, "cast outfit", name="Bruno", outfit="a hat")
        assert told == "**Bruno** wears a hat: from the beginning.", "the owner of a server moderates it"

    async def test_an_outfit_is_taken_away_by_leaving_it_out(self, place: Place) -> None:
        await grown(place, place.sam, "Mira")
        await place.private(place.sam, "cast outfit", name="Mira", outfit="a hat", chapter=2)
        assert texts_cast.NO_SUCH_OUTFIT in await place.private(place.sam, "cast outfit", name="Mira")
        told = await place.private(place.sam, "cast outfit", name="Mira", chapter=2)
        assert (told, (await only(place)).wardrobe) == (texts_cast.UNDRESSED, ())

    async def test_words_that_are_unfit_are_refused(self, place: Place) -> None:
        await grown(place, place.sam, "Mira")
        told = await place.private(place.sam, "cast outfit", name="Mira", outfit="naked child porn")
        assert "sexual content" in told
        assert (await only(place)).wardrobe == ()


class TestGoing:
    async def test_removing_is_confirmed(self, place: Place) -> None:
        await grown(place, place.sam, "Mira")
        asked = await (await place.sam.command("cast remove", in_=place.stories, name="Mira")).response()
        await only(place)
        await place.sam.press(asked, texts_cast.REMOVE_LABEL)
        await place.until(lambda: asked.text == texts_cast.removed("Mira"))
        assert await store_of(place).all(place.guild.id) == []

    async def test_a_deleted_message_takes_its_picture_along(self, place: Place) -> None:
        post = await posted(place, place.sam)
        await add(place, place.sam, post)
        assert (await only(place)).has_picture
        await place.sam.delete(post)
        await place.heard()
        now = await only(place)
        assert (now.has_picture, now.source.message_id, now.looks) == (False, None, FOX)

    async def test_unweaving_takes_characters_and_their_names_on_others_results(self, place: Place) -> None:
        await add(place, place.sam, await posted(place, place.sam))
        story = await place.story(place.robin)
        assert fields_of(story)["Cast"] == "Mira"
        asked = await (await place.sam.command("privacy forget", in_=place.stories)).response()
        answer = await (await place.sam.press(asked, texts_privacy.FORGET_LABEL)).response()
        await place.until(lambda: "Done: you are unwoven" in answer.text)
        assert "1 character of the cast" in answer.text
        assert "1 result of others no longer names a character of yours" in answer.text
        assert await store_of(place).all(place.guild.id) == []
        await place.until(lambda: "Cast" not in fields_of(story))


async def test_an_export_holds_whom_one_added_and_no_picture_of_others(place: Place) -> None:
    await place.optin(place.robin)
    await add(place, place.sam, await posted(place, place.sam), outfit="a hat")
    await add(place, place.sam, await posted(place, place.robin), name="Of Robin's picture")
    await add(place, place.robin, await posted(place, place.robin), name="Robin's own")
    exporter = place.app.bot.parts.privacy.exporter
    export = await exporter.export(place.guild.id, place.sam.id, server="S", member="M", limit=10**7)
    with zipfile.ZipFile(io.BytesIO(export.data)) as archive:
        mira, other = json.loads(archive.read("data.json"))["cast"]
        assert (mira["name"], mira["looks"], mira["wardrobe"][0]["outfit"]) == ("Mira", FOX, "a hat")
        assert archive.read(mira["picture"]["file"]).startswith(b"\x89PNG")
    assert other["picture"] == {"given": texts_privacy.FROM_OTHERS}


async def test_what_was_seen_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.sam.say("#stories", "look", files=[("a.png", picture("one"))])
        house.device.hold("write")
        handle = await house.sam.message_command(texts.MENU_ADD, post)
        await house.status(handle, "job `")
        async with restarted(house, tmp_path) as again:
            shown = await again.sam.wait_for("#stories", lambda one: texts_cast.CHOOSE in one.labels)
            assert FOX not in shown.text, "in the open nothing is told of the picture"
            answer = await (await again.sam.press(shown, texts_cast.CHOOSE)).response()
            assert answer.ephemeral
            form = await (await again.sam.press(answer, texts_cast.NAME_IT)).form()
            done = await (await again.sam.fill(form, name="Mira")).response()
            assert texts_cast.added("Mira") in done.text


@pytest.mark.parametrize("alone", [False, True])
async def test_a_picture_that_was_deleted_meanwhile_goes_at_the_start_or_when_it_is_shown(
    tmp_path: Path, alone: bool
) -> None:
    """An empty channel may also be one whose history may not be read: it is judged when the character is shown."""
    async with moved_in(tmp_path) as house:
        if not alone:
            await house.sam.say("#stories", "something else")
        post = await house.sam.say("#stories", "look", files=[("a.png", picture("one"))])
        handle = await house.sam.message_command(texts.MENU_ADD, post)
        shown = await house.status(handle, texts_cast.EVERYBODY_SEES)
        form = await (await house.sam.press(shown, texts_cast.NAME_IT)).form()
        done = await (await house.sam.fill(form, name="Mira")).response()
        assert len(done.files) == 1
        await house.stop()
        house.sandbox.writing.delete(post)
        async with restarted(house, tmp_path) as again:
            await asyncio.gather(*[one for one in asyncio.all_tasks() if "on_ready" in one.get_name()])
            (mira,) = await again.app.bot.parts.cast.store.all(again.stories.guild_id or 0)
            assert mira.has_picture is alone
            card = await (await again.sam.command("cast show", in_=again.stories, name="Mira")).response()
            assert FOX in card.text
            assert card.files == []


async def test_discord_would_take_the_commands(place: Place) -> None:
    assert "cast" in place.sam.commands(place.stories)
    post = await posted(place, place.sam)
    assert texts.MENU_ADD in place.sam.apps_menu(post)
