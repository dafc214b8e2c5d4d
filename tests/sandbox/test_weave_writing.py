"""A turn from the form stands in the thread only where it stands in the story."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts_weave
from bot.sandbox.handles import Handle
from ravsg.errors import StoreError
from ravsg.store.book_rows import NewPiece, Piece
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import Loom, begun, handled


async def open_form(house: House, loom: Loom) -> Handle:
    form = await house.sam.press(loom.guide, "Write")
    await form.form()
    return form


def shown(loom: Loom) -> list[str]:
    """What Sam's turns in the thread say."""
    return [one.text for one in loom.messages() if "Sam writes" in one.text and not one.deleted]


async def test_what_cannot_be_kept_does_not_stay_in_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(guild_id: int, new: NewPiece) -> Piece:
        assert len(shown(loom)) == 1, "its message stands there already"
        raise StoreError

    async with moved_in(tmp_path) as house:
        loom = await begun(house)
        form = await open_form(house, loom)
        monkeypatch.setattr(loom.store, "add_piece", full)
        assert StoreError.default_message in await house.refusal(await house.sam.fill(form, text="And waits."))
        assert shown(loom) == []
        monkeypatch.undo()
        await house.status(await house.sam.fill(await open_form(house, loom), text="And sleeps."), texts_weave.POSTED)
        assert await loom.texts() == ["And sleeps."]
        assert len(shown(loom)) == 1


async def test_nothing_is_posted_in_a_story_that_ended_before_its_turn_came(tmp_path: Path) -> None:
    """The form is sent while something else is done in the thread, and that ends the story."""
    async with moved_in(tmp_path) as house:
        loom = await begun(house)
        form = await open_form(house, loom)
        book = await loom.book()
        async with house.app.bot.parts.weave.presses._order.of(loom.thread.id):
            sent = await house.sam.fill(form, text="And waits.")
            await sent.acked()
            await loom.store.set_book(loom.guild_id, book.id, state="finished")
        assert texts_weave.NOT_OPEN["finished"][0] in await house.refusal(sent)
        await handled()
        assert shown(loom) == []
        assert await loom.texts() == []
