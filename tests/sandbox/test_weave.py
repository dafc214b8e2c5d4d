"""Story threads: turns in their order, continuations one at a time, and what is written is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts_weave
from bot.sandbox import permissions as rights
from tests.sandbox.house import moved_in
from tests.sandbox.loom import EVERY_MESSAGE, PREMISE, begun
from tests.sandbox.quick import picture

TURN_BUTTONS = ["Continue", "Paint this", "Undo", "Retry", "What if?", "Finish"]


async def test_a_story_begins_in_a_thread_of_its_own(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, image=("a.png", picture("a fox")), every=3)
        first = house.sandbox.world.find_message(house.stories.id, loom.thread.id)
        assert first is not None
        assert [one.filename for one in first.files] == ["picture.png"]
        assert PREMISE in first.text
        assert "3 turns" in loom.guide.content
        assert loom.guide.labels == ["Continue", "Finish"]
        book = await loom.book()
        assert (book.kind, book.title, book.every, book.premise) == ("thread", "The lantern", 3, PREMISE)
        assert book.channel_id == house.stories.id


async def test_turns_stand_in_their_order_and_the_bot_between_them(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        await loom.say(house.robin, "It hides the lantern.")
        await house.sam.say(loom.thread, "(( be right back")
        house.device.hold("write")
        asked = await house.sam.press(loom.guide, "Continue")
        await house.status(asked, "job `")
        await loom.say(house.robin, "Somebody knocks.")
        again = await house.robin.press(loom.guide, "Continue")
        assert texts_weave.WRITING in await house.refusal(again)
        house.device.let_go()
        told = await loom.next_told(0)
        assert told.labels == TURN_BUTTONS
        path = await loom.path()
        assert [(piece.kind, piece.author_name) for piece in path] == [
            ("turn", "Sam"),
            ("turn", "Robin"),
            ("continuation", ""),
            ("turn", "Robin"),
        ]
        assert path[2].message_id == told.id
        prompt = next(one for one in house.device.prompts if one.startswith("Go on with the story"))
        assert "It hides the lantern." in prompt
        assert "Somebody knocks." not in prompt
        assert "be right back" not in prompt
        second = await loom.go_on(house.sam, told)
        assert "Somebody knocks." in house.device.prompts[-1]
        assert (await loom.path())[-1].message_id == second.id


async def test_the_bot_goes_on_when_mentioned_and_by_itself_after_so_many_turns(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, every=2)
        await house.sam.say(loom.thread, "", mention_bot=True)
        await loom.next_told(0)
        await loom.say(house.sam, "One.")
        assert len(loom.told()) == 1
        await loom.say(house.robin, "Two.")
        await loom.next_told(1)
        kinds = [piece.kind for piece in await loom.path()]
        assert kinds == ["continuation", "turn", "turn", "continuation"]
        assert [one for one in loom.messages() if "Accepted" in one.text] == [], "asking makes no noise"


async def test_turns_that_came_while_it_wrote_count_for_its_next_one(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house, every=2)
        house.device.hold("write")
        for text in ("The fox hears steps.", "It hides.", "Rain begins.", "The lantern flickers."):
            await loom.say(house.sam, text)
        house.device.let_go()
        await loom.next_told(1)
        assert [piece.kind for piece in await loom.path()] == [
            *("turn", "turn", "continuation"),
            *("turn", "turn", "continuation"),
        ]


async def test_without_message_content_mentions_replies_and_the_form_are_turns(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        loom = await begun(house)
        assert "Write" in loom.guide.labels
        await house.sam.say(loom.thread, "nobody hears this")
        await loom.say(house.sam, "The fox hears steps.", mention_bot=True)
        told = await loom.go_on(house.sam)
        await loom.say(house.robin, "It hides.", reply_to=told)
        form = await house.sam.press(told, "Write")
        await (await house.sam.fill(form, text="And waits.")).response()
        assert [piece.text for piece in await loom.path() if piece.kind == "turn"] == [
            "The fox hears steps.",
            "It hides.",
            "And waits.",
        ]
        written = loom.messages()[-1]
        assert "Sam writes" in written.text
        assert (await loom.path())[-1].author_id == house.sam.id
        await (await house.sam.press(written, "Undo")).response()
        assert written.deleted
        assert (await loom.texts())[-1] == "It hides."


async def test_edits_and_deletions_are_followed(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        loom = await begun(house)
        first = await loom.say(house.sam, "The fox finds a walrus.")
        second = await loom.say(house.sam, "They share the lantern.")
        await loom.quiet()
        await house.sam.edit(first, "The fox finds a badger.")
        await loom.until(lambda: first.content.endswith("badger."))
        await loom.say(house.robin, "Rain begins.")
        await loom.quiet()
        assert await loom.texts() == ["The fox finds a badger.", "They share the lantern.", "Rain begins."]
        assert [piece.stale for piece in await loom.path()] == [False, True, False]
        listed = (await (await house.sam.command("memory recent", in_=house.stories)).response()).text
        assert "badger" in listed
        assert "walrus" not in listed
        await house.sam.delete(second)
        await loom.say(house.robin, "It stops.")
        await loom.quiet()
        assert await loom.texts() == ["The fox finds a badger.", "Rain begins.", "It stops."]
        assert (await house.app.memory.stats(loom.guild_id)).stories == 1


async def test_the_last_turn_is_taken_back_by_whom_it_is_theirs(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        mia = house.sandbox.add_person("Mia", [house.sandbox.guild("Storybook Corner")])
        loom = await begun(house)
        turn = await loom.say(house.sam, "The fox hears steps.")
        told = await loom.go_on(house.sam)
        await (await mia.press(told, "Undo")).response()
        assert told.deleted, "the bot's turns are everybody's to take back"
        assert await house.app.jobs.recent(loom.guild_id, house.sam.id, 5) == []
        other = await loom.go_on(house.sam)
        await loom.say(house.sam, "Nobody came.")
        assert texts_weave.NOT_YOUR_TURN in await house.refusal(await mia.press(other, "Undo"))
        await (await house.robin.press(other, "Undo")).response()
        path = await loom.path()
        assert [piece.message_id for piece in path] == [turn.id, other.id]


async def test_what_the_bot_is_writing_is_the_first_to_be_taken_back(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        first = await loom.say(house.sam, "The fox hears steps.")
        told = await loom.go_on(house.sam)
        await loom.say(house.sam, "It hides.")
        house.device.hold("write")
        asked = await house.status(await house.robin.press(told, "Continue"), "job `")
        late = await loom.say(house.sam, "Rain begins.")
        for said in ("Rain begins.", texts_weave.STOPPED, "It hides."):
            assert said in (await (await house.sam.press(told, "Undo")).response()).text
        house.device.let_go()
        await loom.quiet()
        await loom.until(lambda: "cancelled" in asked.text)
        assert [piece.message_id for piece in await loom.path()] == [first.id, told.id]
        assert not late.deleted


async def test_retry_tells_the_last_one_anew_and_loses_nothing_before(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        first = await loom.go_on(house.sam)
        house.device.hold("write")
        status = await house.status(await house.sam.press(first, "Retry"), "job `")
        await (await house.sam.press(status, "Cancel")).response()
        house.device.let_go()
        await loom.quiet()
        assert not first.deleted
        assert len(await loom.path()) == 2
        await house.sam.press(first, "Retry")
        await loom.until(lambda: first.deleted)
        await loom.quiet()
        (second,) = loom.told()
        assert [piece.message_id for piece in (await loom.path())[1:]] == [second.id]
        await loom.say(house.robin, "Rain begins.")
        assert texts_weave.NOT_LAST in await house.refusal(await house.sam.press(second, "Retry"))


async def test_a_story_in_a_forum_post_and_only_one_in_a_thread(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        guild = house.sandbox.guild("Storybook Corner")
        forum = house.sandbox.world.add_forum(guild, "tales")
        post = await house.sam.post(forum, "The lantern", "Who writes along?")
        loom = await begun(house, house.sam, in_=post)
        assert loom.thread is post
        assert (await loom.book()).channel_id == forum.id
        await loom.say(house.robin, "The fox hears steps.")
        again = await house.robin.command("weave start", in_=post, premise=PREMISE)
        assert texts_weave.HAS_STORY in await house.refusal(again)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, texts_weave.NO_BEGINNING),
        ({"premise": PREMISE, "rating": "for adults"}, texts_weave.ADULT_PLACE),
    ],
)
async def test_what_no_story_can_begin_with(tmp_path: Path, options: dict[str, str], said: str) -> None:
    async with moved_in(tmp_path) as house:
        assert said in await house.refusal(await house.sam.command("weave start", in_=house.stories, **options))


async def test_missing_permissions_are_named(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.CREATE_PUBLIC_THREADS)
        handle = await house.sam.command("weave start", in_=house.stories, premise=PREMISE)
        assert texts_weave.MAY_NOT_THREAD in await house.refusal(handle)


async def test_words_that_may_not_stand_there_are_no_turn(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        refused = await house.sam.say(loom.thread, "Then a graphic sex scene, hardcore porn.")
        await loom.marked(refused, texts_weave.NOT_TAKEN)
        assert await loom.path() == []
        assert loom.messages()[-1] is refused, "it is not talked about in the open"


async def test_a_picture_of_a_turn_belongs_to_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        told = await loom.go_on(house.sam)
        await house.sam.press(told, "Paint this")
        await loom.until(lambda: "Again" in loom.messages()[-1].labels)
        await loom.quiet()
        piece = (await loom.path())[-1]
        plate = await loom.store.plate_of(loom.guild_id, piece.id)
        assert plate is not None
        assert plate.picture == loom.messages()[-1].files[0].data


async def test_a_failed_continuation_leaves_its_place_and_the_story_open(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **EVERY_MESSAGE) as house:
        loom = await begun(house)
        await loom.say(house.sam, "The fox hears steps.")
        house.device.hold("write")
        status = await house.status(await house.sam.press(loom.guide, "Continue"), "job `")
        await (await house.sam.press(status, "Cancel")).response()
        house.device.let_go()
        await loom.quiet()
        await loom.until(lambda: "cancelled" in status.text)
        assert (await loom.book()).state == "writing"
        assert await loom.store.awaited(loom.guild_id, await loom.branch_id()) is None
        await loom.go_on(house.sam)
