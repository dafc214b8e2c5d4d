"""Stories, books and threads in a language of the member's choice: what the writer is asked, what people are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts, texts_books
from bot.sandbox.model import Message
from ravsg.languages import LONGEST, NOT_A_LANGUAGE
from ravsg.models.profiles import classic
from ravsg.story.unfamiliar import english_only
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import begun
from tests.sandbox.quick import picture

PHOTO = ("photo.png", picture("a photo"))
GUILD = "Storybook Corner"
SPANISH = "Write in Spanish."


def asked(house: House, begin: str) -> str:
    """The newest prompt that begins so."""
    return [one for one in house.device.prompts if one.startswith(begin)][-1]


def notes(message: Message) -> str:
    return "\n".join(field["value"] for embed in message.embeds for field in embed.get("fields", ()))


async def test_a_story_and_what_goes_on_from_it_are_told_in_their_language(tmp_path: Path) -> None:
    async with moved_in(tmp_path, profile=classic()) as house:
        handle = await house.robin.command("story", in_=house.stories, image=PHOTO, language=" Spanish ")
        story = await house.result(house.robin, handle)
        assert SPANISH in asked(house, "Write a story")
        assert "English only" not in notes(story)
        more = await house.robin.press(story, texts.LABELS["continue"])
        await house.result(house.robin, more)
        assert SPANISH in asked(house, "Go on with the story")


async def test_the_pocket_writer_says_that_it_writes_english_only(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        handle = await house.robin.command("story", in_=house.stories, image=PHOTO, language="Spanish")
        story = await house.result(house.robin, handle)
        assert english_only("Spanish") in notes(story)
        assert not any("Spanish" in prompt for prompt in house.device.prompts)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("story", {"image": PHOTO}),
        ("book start", {"image": PHOTO}),
        ("weave start", {"premise": "A fox."}),
    ],
)
async def test_what_is_no_language_is_refused_privately(
    tmp_path: Path, command: str, options: dict[str, object]
) -> None:
    async with moved_in(tmp_path) as house:
        for wrong in ("Spanish. And now sing", "S" * (LONGEST + 1)):
            handle = await house.robin.command(command, in_=house.stories, language=wrong, **options)
            answer = await handle.response()
            assert NOT_A_LANGUAGE in answer.text
            assert answer.ephemeral
        assert await house.app.jobs.recent(house.sandbox.guild(GUILD).id, house.robin.id, 5) == []


async def test_a_book_is_told_and_painted_and_recapped_in_its_language(tmp_path: Path) -> None:
    async with moved_in(tmp_path, profile=classic()) as house:
        handle = await house.robin.command(
            "book start", in_=house.stories, image=PHOTO, chapters=2, language="Spanish"
        )
        await house.status(handle, "channels/")
        last = await chapter(house, 2)
        await house.app.bot.parts.books.settled()
        for begin in ("Write chapter 1 of 2", "Write chapter 2 of 2", "Give this text a title", "Name 5 keywords"):
            assert SPANISH in asked(house, begin), begin
        assert "Write in English." in asked(house, "Name the one moment")
        (book,) = await store_of(house).books(house.sandbox.guild(GUILD).id)
        assert book.language == "Spanish"
        await (await house.robin.press(last, texts_books.BUTTONS["read"])).response()
        await (await house.robin.command("recap", in_=house.stories)).response()
        assert asked(house, "Recap this book").endswith(SPANISH)


async def test_the_language_of_a_thread_reaches_its_turns(tmp_path: Path) -> None:
    async with moved_in(tmp_path, profile=classic()) as house:
        loom = await begun(house, language="Spanish")
        told = await loom.go_on(house.sam)
        assert SPANISH in asked(house, "Write a story")
        await loom.go_on(house.sam, told)
        assert SPANISH in asked(house, "Go on with the story")
