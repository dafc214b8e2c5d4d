"""What `/book` does with story threads: a thread has turns, not chapters, and its messages stay what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts_books
from tests.sandbox.house import moved_in
from tests.sandbox.loom import EVERY_MESSAGE, begun, handled


@pytest.mark.parametrize("command", ["continue", "retry"])
async def test_chapters_are_not_told_in_a_thread(tmp_path: Path, command: str) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.go_on(house.robin)
        said = await house.refusal(await house.robin.command(f"book {command}", in_=loom.thread))
        assert texts_books.TOLD_IN_TURNS in said
        assert [piece.kind for piece in await loom.path()] == ["continuation"]


async def test_a_continuation_that_was_edited_stays_a_turn(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        told = await loom.go_on(house.robin)
        labels = told.labels
        form = await house.robin.command("book edit", in_=loom.thread)
        await (await house.robin.fill(form, title="The key", text="The fox hides the key.")).response()
        assert "The fox hides the key." in told.text
        assert told.content == "", "nobody is called, and no chapter is named"
        assert told.labels == labels
        assert await loom.texts() == ["The fox hides the key."]


async def test_a_turn_from_the_form_that_was_edited_stays_its_members(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        loom = await begun(house)
        form = await house.sam.press(loom.guide, "Write")
        await (await house.sam.fill(form, text="And waits.")).response()
        written = loom.messages()[-1]
        form = await house.sam.command("book edit", in_=loom.thread)
        await (await house.sam.fill(form, text="And listens.")).response()
        assert "Sam writes" in written.text
        assert "And listens." in written.text
        assert "Write" in written.labels


async def test_a_members_message_is_edited_where_it_stands(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        for person in (house.sam, house.robin):
            said = await house.refusal(await person.command("book edit", in_=loom.thread))
            assert texts_books.TURN_IS_A_MESSAGE in said
        await handled()
        assert await loom.texts() == ["The fox hears steps."]
