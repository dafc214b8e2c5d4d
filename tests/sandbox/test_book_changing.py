"""`/book edit`, `map` and `export`: who may, what changes with it, and what the files hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from bot import texts_books
from bot.sandbox.errors import InteractionFailed
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.books import shelved, store_of
from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, link_to, village

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("changing")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def form(place: Place, person: Person, **options: object) -> Handle:
    handle = await person.command("book edit", in_=place.stories, **options)
    await handle.acked()
    return handle


class TestEdit:
    async def test_the_author_changes_a_chapter_and_what_comes_later_is_marked(self, place: Place) -> None:
        book, pieces = await shelved(place, place.sam)
        handle = await form(place, place.sam, chapter=2)
        fields = (await handle.form()).fields
        assert fields["title"]["value"] == "Title of 2"
        assert fields["text"]["value"] == pieces[1].text
        sent = await place.sam.fill(handle, title="A Better Title", text="Better words.\n\nAnd more.")
        told = await sent.response()
        assert told.ephemeral
        assert "A Better Title" in told.text
        assert "The chapter after it is marked" in told.text
        path = await store_of(place).path(place.guild.id, book.trunk_id)
        assert [(one.title, one.stale) for one in path] == [
            ("Title of 1", False),
            ("A Better Title", False),
            ("Title of 3", True),
        ]
        assert (path[1].text, path[1].edited_by) == ("Better words.\n\nAnd more.", place.sam.id)

    async def test_what_summed_up_the_old_words_goes(self, place: Place) -> None:
        book, _ = await shelved(place, place.sam)
        store = store_of(place)
        story = '{"summary": "They find a walrus.", "summed_up": 3}'
        await store.keep_story(place.guild.id, book.trunk_id, story)
        sent = await place.sam.fill(await form(place, place.sam, chapter=2), title="", text="They find a badger.")
        await sent.response()
        branch = await store.branch(place.guild.id, book.trunk_id)
        assert branch is not None
        assert "walrus" not in branch.story

    async def test_memory_and_its_message_follow(self, place: Place) -> None:
        await place.optin(place.sam)
        handle = await place.sam.command(
            "book start", in_=place.stories, image=("photo.png", picture("a photo")), chapters=1
        )
        message = await place.result(place.sam, handle)
        await place.app.bot.parts.books.settled()
        kept = await place.private(place.sam, "memory search", words="harbour")
        assert link_to(message) in kept
        sent = await place.sam.fill(await form(place, place.sam), title="Zimbelo", text="Only zimbelo was told here.")
        await sent.response()
        await place.until(lambda: "Only zimbelo was told here." in message.text)
        await place.app.bot.parts.books.settled()
        assert link_to(message) in await place.private(place.sam, "memory search", words="zimbelo", kind="story")
        old = message.embeds[0]
        assert old["title"] == "Zimbelo"
        memories = await place.app.memory.recent(place.guild.id, 50)
        assert {one.text for one in memories if one.kind == "story"} == {"Only zimbelo was told here."}

    async def test_moderators_may_and_strangers_may_not(self, place: Place) -> None:
        await shelved(place, place.sam)
        mia = place.sandbox.add_person("Mia", [place.guild])
        assert texts_books.NOT_YOUR_BOOK in await place.private(mia, "book edit")
        handle = await form(place, place.robin)
        assert (await handle.form()).fields["title"]["value"] == "Title of 3", "without a number, the last"

    async def test_a_chapter_that_there_is_not(self, place: Place) -> None:
        await shelved(place, place.sam)
        told = await place.private(place.sam, "book edit", chapter=4)
        assert texts_books.NO_SUCH_CHAPTER in told
        assert "1 to 3" in told

    async def test_nothing_new_and_nothing_at_all(self, place: Place) -> None:
        book, pieces = await shelved(place, place.sam)
        handle = await form(place, place.sam, chapter=1)
        same = await place.sam.fill(handle, title=pieces[0].title, text=pieces[0].text)
        assert (await same.response()).text == texts_books.UNCHANGED
        empty = await place.sam.fill(await form(place, place.sam, chapter=1), title="", text="…")
        assert texts_books.NO_WORDS in (await empty.response()).text
        assert (await store_of(place).path(place.guild.id, book.trunk_id))[0].edited_ms is None

    async def test_what_was_deleted_while_the_form_was_open(self, place: Place) -> None:
        _, pieces = await shelved(place, place.sam)
        handle = await form(place, place.sam, chapter=3)
        await store_of(place).set_state(place.guild.id, pieces[2].id, "deleted")
        sent = await place.sam.fill(handle, title="Mine", text="Mine.")
        assert texts_books.CHAPTER_GONE in (await sent.response()).text

    async def test_words_that_are_not_fit_change_nothing(self, place: Place) -> None:
        book, pieces = await shelved(place, place.sam)
        handle = await form(place, place.sam, chapter=1)
        sent = await place.sam.fill(handle, title="Title", text="The 14-year-old girl had sex.")
        assert "id `" in (await sent.response()).text
        assert (await store_of(place).path(place.guild.id, book.trunk_id))[0].text == pieces[0].text

    async def test_a_chapter_too_long_for_a_form(self, place: Place) -> None:
        _, pieces = await shelved(place, place.sam)
        await store_of(place).edit_piece(place.guild.id, pieces[0].id, text="word " * 1000, by=0)
        with pytest.raises(InteractionFailed):
            await (await form(place, place.sam, chapter=1)).form()
        assert texts_books.TOO_LONG_FOR_FORM in await place.private(place.sam, "book edit", chapter=1)


async def exported(place: Place, person: Person, **options: object) -> tuple[Message, str, bytes]:
    answer = await (await person.command("book export", in_=place.stories, **options)).response(90)
    assert answer.ephemeral
    (file,) = answer.files
    return answer, file.filename, await person.download(file)


class TestExport:
    async def test_three_forms(self, place: Place) -> None:
        await shelved(place, place.sam)
        _, name, data = await exported(place, place.robin)
        assert name == "The-Lantern.epub"
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.read("mimetype") == b"application/epub+zip"
            pictures = [one for one in archive.namelist() if one.startswith("EPUB/images/")]
        assert len(pictures) == 4, "the front and three plates"
        _, name, data = await exported(place, place.robin, form="pdf")
        assert (name, data[:5]) == ("The-Lantern.pdf", b"%PDF-")
        _, name, data = await exported(place, place.robin, form="html")
        assert name == "The-Lantern.html"
        for number in (1, 2, 3):
            assert f"Title of {number}" in data.decode()
            assert f"What chapter {number} shows" in data.decode()

    async def test_only_those_who_agreed_are_named(self, place: Place) -> None:
        await shelved(place, place.sam)
        answer, _, data = await exported(place, place.robin, form="html")
        assert place.sam.name not in data.decode()
        assert "a member" in data.decode()
        assert texts_books.EXPORT_UNNAMED in answer.text
        await place.optin(place.sam)
        answer, _, data = await exported(place, place.robin, form="html")
        assert place.sam.name in data.decode()
        assert texts_books.EXPORT_UNNAMED not in answer.text

    async def test_who_only_edited_is_named_too(self, place: Place) -> None:
        _, pieces = await shelved(place, place.sam)
        await place.optin(place.robin)
        await store_of(place).edit_piece(place.guild.id, pieces[0].id, text="Edited.", by=place.robin.id)
        _, _, data = await exported(place, place.sam, form="html")
        assert place.robin.name in data.decode()
        assert "editing" in data.decode()

    async def test_the_colophon_names_models_and_licences(self, place: Place) -> None:
        await shelved(place, place.sam)
        _, _, data = await exported(place, place.robin, form="html")
        for spec in place.app.profile.models:
            assert spec.label in data.decode()
            assert spec.licence in data.decode()
        assert "3 of 3 show" in data.decode()


class TestMap:
    async def test_a_picture_with_its_words(self, place: Place) -> None:
        book, pieces = await shelved(place, place.sam)
        store, guild_id = store_of(place), place.guild.id
        await store.fork(guild_id, book.id, pieces[1].id, "What if it rains?", place.robin.id)
        answer = await (await place.robin.command("book map", in_=place.stories)).response(90)
        assert answer.ephemeral
        assert "**The Lantern**: 3 chapters in 2 lines of telling." in answer.text
        (file,) = answer.files
        assert "Title of 1 → Title of 2 → Title of 3" in (file.description or "")
        with Image.open(io.BytesIO(await place.robin.download(file))) as image:
            assert image.format == "PNG"
            assert image.width >= 550
