"""The cast of a server: names are one server's own, wardrobes hold by chapter, and what is removed is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ravsg.errors import BadInput
from ravsg.store import cast as module
from ravsg.store.book_rows import NewBook
from ravsg.store.books import BookStore
from ravsg.store.cast import CastStore, NewCharacter, Outfit, Source
from ravsg.store.cast_erasing import CastErasing
from ravsg.store.connection import Database
from ravsg.store.erasures import DepartureStore
from ravsg.store.jobs import JobStore
from ravsg.store.member_books import MemberBooks
from ravsg.store.stale import StaleStore
from ravsg.types import Origin

MIRA = NewCharacter(
    "Mira", "a red fox with a blue scarf", added_by=7, added_by_name="Ann", seed=5, picture=b"planted picture"
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


def planted(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if b"planted" in file.read_bytes()]


async def test_a_character_comes_back_as_it_was_added(db: Database) -> None:
    store = CastStore(db)
    source = Source(channel_id=10, message_id=11, author_id=8, job_id="j", parent_channel_id=9)
    added = await store.add(1, replace(MIRA, source=source))
    assert await store.get(1, added.cast_id) == added
    assert (added.name, added.looks, added.seed, added.source) == (MIRA.name, MIRA.looks, 5, source)
    assert added.has_picture
    assert await store.picture(1, added.cast_id) == b"planted picture"


async def test_a_name_is_taken_in_every_spelling_and_in_its_own_server_only(db: Database) -> None:
    store = CastStore(db)
    await store.add(1, replace(MIRA, name="Ärwen Straße"))
    for spelling in ("ärwen strasse", "ÄRWEN  STRASSE", "\uff21\u0308rwen Straße"):
        with pytest.raises(BadInput, match="name already"):
            await store.add(1, replace(MIRA, name=spelling))
        found = await store.named(1, spelling)
        assert found is not None
        assert found.name == "Ärwen Straße"
    await store.add(2, replace(MIRA, name="ärwen straße"))


async def test_no_call_reaches_another_server(db: Database) -> None:
    store = CastStore(db)
    mira = await store.add(1, MIRA)
    assert await store.all(2) == []
    assert await store.named(2, "Mira") is None
    assert await store.get(2, mira.cast_id) is None
    assert await store.picture(2, mira.cast_id) is None
    assert not await store.edit(2, mira.cast_id, name="X", looks="x")
    assert not await store.dress(2, mira.cast_id, Outfit("a hat"))
    assert not await store.remove(2, mira.cast_id)
    await CastErasing(db).erase(2, 7)
    assert await store.all(1) == [mira]


async def test_an_outfit_holds_from_its_chapter_on_and_a_books_own_goes_first(db: Database) -> None:
    store = CastStore(db)
    mira = await store.add(1, MIRA)
    for outfit in (
        Outfit("a straw hat"),
        Outfit("a yellow raincoat", "book", 3),
        Outfit("in a ball gown", "book", 5),
        Outfit("a medal", None, 4),
    ):
        assert await store.dress(1, mira.cast_id, outfit)
    (mira,) = await store.all(1)
    assert [mira.outfit("book", chapter) for chapter in range(1, 7)] == [
        *("a straw hat", "a straw hat", "a yellow raincoat", "a yellow raincoat", "in a ball gown", "in a ball gown")
    ]
    assert (mira.outfit("other", 3), mira.outfit("other", 4), mira.outfit()) == (
        *("a straw hat", "a medal", "a straw hat"),
    )
    assert mira.dressed("book", 3) == "a red fox with a blue scarf, wearing a yellow raincoat"
    assert mira.dressed("book", 5) == "a red fox with a blue scarf, in a ball gown"


async def test_an_entry_of_the_wardrobe_is_replaced_and_taken_away(db: Database) -> None:
    store = CastStore(db)
    mira = await store.add(1, MIRA)
    await store.dress(1, mira.cast_id, Outfit("a hat"))
    await store.dress(1, mira.cast_id, Outfit("a cap"))
    (mira,) = await store.all(1)
    assert mira.wardrobe == (Outfit("a cap"),)
    assert await store.dress(1, mira.cast_id, Outfit(""))
    assert not await store.dress(1, mira.cast_id, Outfit("")), "there is no such entry any more"
    (mira,) = await store.all(1)
    assert mira.dressed() == MIRA.looks


async def test_a_name_is_changed_unless_it_is_anothers(db: Database) -> None:
    store = CastStore(db)
    mira = await store.add(1, MIRA)
    await store.add(1, replace(MIRA, name="Bruno"))
    with pytest.raises(BadInput, match="name already"):
        await store.edit(1, mira.cast_id, name="BRUNO", looks="x")
    assert await store.edit(1, mira.cast_id, name="MIRA", looks="a grey fox"), "her own, in another spelling"
    changed = await store.get(1, mira.cast_id)
    assert changed is not None
    assert (changed.name, changed.looks) == ("MIRA", "a grey fox")


async def test_a_full_cast_and_a_full_wardrobe_say_so(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    monkeypatch.setattr(module, "MOST_OUTFITS", 1)
    store = CastStore(db)
    mira = await store.add(1, MIRA)
    with pytest.raises(BadInput, match="room for 1"):
        await store.add(1, replace(MIRA, name="Bruno"))
    await store.dress(1, mira.cast_id, Outfit("a hat"))
    with pytest.raises(BadInput, match="room for 1"):
        await store.dress(1, mira.cast_id, Outfit("a coat", "book", 2))
    assert await store.dress(1, mira.cast_id, Outfit("a cap")), "an entry may be replaced in a full wardrobe"


async def test_what_is_removed_leaves_no_trace_on_the_disk(db: Database, tmp_path: Path) -> None:
    store = CastStore(db)
    mira = await store.add(1, MIRA)
    await store.dress(1, mira.cast_id, Outfit("a planted hat"))
    assert planted(tmp_path), "the look sees what is there"
    assert await store.remove(1, mira.cast_id)
    await db.leave_no_trace()
    assert not planted(tmp_path)
    assert await store.picture(1, mira.cast_id) is None
    assert not await store.remove(1, mira.cast_id)


async def test_a_member_takes_along_what_comes_from_them(db: Database) -> None:
    store, erasing = CastStore(db), CastErasing(db)
    await store.add(1, MIRA)
    await store.add(1, replace(MIRA, name="Of a picture of 7", added_by=8, source=Source(author_id=7)))
    await store.add(1, replace(MIRA, name="Of a result of 7", added_by=8, source=Source(job_id="of-7")))
    kept = await store.add(1, replace(MIRA, name="Bruno", added_by=8, source=Source(job_id="of-8")))
    assert await erasing.held(1, 7, {"of-7"}) == {"characters": 3, "characters_named": 0}
    await erasing.erase(1, 7, {"of-7"})
    assert await store.all(1) == [kept]
    assert await erasing.held(1, 7, {"of-7"}) == {"characters": 0, "characters_named": 0}
    await erasing.erase(1, None)
    assert await erasing.held(1, None) == {"characters": 0}


async def test_a_deleted_message_or_channel_takes_the_picture_and_leaves_the_words(db: Database) -> None:
    store, erasing = CastStore(db), CastErasing(db)
    there = Source(channel_id=10, message_id=11, parent_channel_id=9)
    gone = {
        "message": await store.add(1, replace(MIRA, name="A", source=there)),
        "parent channel": await store.add(1, replace(MIRA, name="B", source=replace(there, message_id=12))),
    }
    stays = await store.add(1, replace(MIRA, name="C", source=replace(there, message_id=13, parent_channel_id=None)))
    assert await erasing.message_gone(1, 11) == 1
    assert await erasing.channel_gone(1, 9) == 1
    assert await erasing.message_gone(2, 13) == 0
    for one in gone.values():
        now = await store.get(1, one.cast_id)
        assert now is not None
        assert (now.looks, now.seed, now.has_picture) == (MIRA.looks, None, False)
        assert (now.source.message_id, await store.picture(1, one.cast_id)) == (None, None)
    assert await store.get(1, stays.cast_id) == stays


async def test_a_result_that_comes_late_does_not_name_who_is_gone(db: Database) -> None:
    mira, bruno = [await CastStore(db).add(1, replace(MIRA, name=name)) for name in ("Mira", "Bruno")]
    await CastStore(db).remove(1, mira.cast_id)
    jobs = JobStore(db)
    await jobs.add("late", "story", Origin(1, 10, 8, "Ben"), {}, {}, created_at=datetime(2026, 1, 2, tzinfo=UTC))
    used = [{"cast_id": one.cast_id, "name": one.name, "added_by": 7} for one in (mira, bruno)]
    kept = await jobs.commit_result("late", {"title": "T", "cast": used}, {})
    assert [one["name"] for one in kept["cast"]] == ["Bruno"]
    await CastErasing(db).erase(1, 7)
    row = await jobs.get("late")
    assert row is not None
    assert row.result == {"title": "T", "cast": []}
    assert await StaleStore(db).results() == ["late"], "its message is written anew"


async def test_a_wardrobes_entries_for_a_book_go_with_the_book(db: Database, tmp_path: Path) -> None:
    store, books = CastStore(db), BookStore(db)
    new = NewBook(kind="book", channel_id=10, author_id=7, author_name="Ana", wanted=1)
    lost, kept = await books.start(1, new), await books.start(1, replace(new, author_id=8))
    mira = await store.add(1, replace(MIRA, picture=None))
    for outfit in (Outfit("a cap"), Outfit("a planted hat", lost.id, 2), Outfit("a coat", kept.id)):
        await store.dress(1, mira.cast_id, outfit)
    assert planted(tmp_path), "the look sees what is there"
    await MemberBooks(db).erase(1, 7)
    assert await books.book(1, lost.id) is None
    (now,) = await store.all(1)
    assert now.wardrobe == (Outfit("a cap"), Outfit("a coat", kept.id))
    await db.leave_no_trace()
    assert not planted(tmp_path)


async def test_a_server_with_a_cast_alone_is_known(db: Database) -> None:
    await CastStore(db).add(3, MIRA)
    assert await DepartureStore(db).known() == [3]
