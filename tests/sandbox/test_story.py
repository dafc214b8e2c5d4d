"""A picture becomes a story through every door: slash command, Apps menu, mention, reply."""

from __future__ import annotations

import re
from pathlib import Path

from bot import texts
from bot.sandbox import permissions as rights
from ravsg.config import LimitsSection
from ravsg.picture.intake import clean_picture
from ravsg.types import WriteTask
from tests.sandbox.house import moved_in
from tests.sandbox.quick import picture
from tests.sandbox.village import job_of

BUTTONS = ["Continue", "Retry", "Paint it", "Delete"]


async def test_slash_command_posts_a_story_as_an_ordinary_message(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        handle = await house.robin.command(
            "story", in_=house.stories, image=("photo.png", picture("a photo")), direction="she finds a key"
        )
        ack = await handle.acked()
        assert ack.kind == "deferred"
        story = await house.result(house.robin, handle)
        assert not story.ephemeral
        assert story.labels == BUTTONS
        embed = story.embeds[0]
        assert "at the Harbour" in embed["title"]
        assert len(embed["description"].split()) >= 150
        assert [field["name"] for field in embed["fields"]] == [texts.WOVEN]
        assert "pocket models" in embed["footer"]["text"]
        assert re.search(r"job [a-z2-7]{8}", embed["footer"]["text"])
        assert story.mentions == [house.robin.id]
        assert [file.filename for file in story.files] == ["picture.png"]
        assert "harbour" in (story.files[0].description or "")
        assert any("she finds a key" in prompt for prompt in house.device.prompts)
        assert handle.original is not None
        assert handle.original.ephemeral


async def test_apps_menu_tells_ones_own_picture_and_answers_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.sam.say("#stories", "look", files=[("a.png", picture("one"))])
        story = await house.result(house.sam, await house.sam.message_command(texts.MENU_TELL, post))
        assert story.reference is not None
        assert story.reference.message_id == post.id
        assert story.files == [], "the picture stands in the message that is answered"


async def test_apps_menu_offers_a_picker_for_several_pictures(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        files = [("a.png", picture("one")), ("b.png", picture("two"))]
        post = await house.sam.say("#stories", "look", files=files)
        handle = await house.sam.message_command(texts.MENU_TELL, post)
        menu = await handle.response()
        assert menu.ephemeral
        story = await house.result(house.sam, await house.sam.select(menu, ["1"]))
        assert story.reference is not None
        seen = [step.task.picture for step in house.device.steps if isinstance(step.task, WriteTask)]
        assert {clean_picture(picture("two"), LimitsSection()).png} == set(seen)


async def test_a_forwarded_picture_is_taken_through_the_apps_menu_and_through_a_reply(tmp_path: Path) -> None:
    async with moved_in(tmp_path, bot={"message_content": True}) as house:
        post = await house.sam.say("#general", "look", files=[("a.png", picture("one"))])
        forward = await house.sam.forward(post, "#stories")
        told = await house.result(house.robin, await house.robin.message_command(texts.MENU_TELL, forward))
        assert told.reference is not None
        assert told.reference.message_id == forward.id
        await house.sam.say("#stories", "make it sad", reply_to=forward, mention_bot=True)
        await house.sam.wait_for("#stories", lambda one: one.labels == BUTTONS, after=told)
        seen = [step.task.picture for step in house.device.steps if isinstance(step.task, WriteTask)]
        assert set(seen) == {clean_picture(picture("one"), LimitsSection()).png}


async def test_whoever_forwards_a_picture_does_not_own_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path, bot={"message_content": True, "own_pictures_only": "always"}) as house:
        await (await house.robin.command("privacy optin", in_=house.stories)).response()
        post = await house.robin.say("#general", "mine", files=[("a.png", picture("one"))])
        forward = await house.sam.forward(post, "#stories")
        told = await house.refusal(await house.sam.message_command(texts.MENU_TELL, forward))
        assert texts.OWN_ONLY in told
        asked = await house.sam.say("#stories", "tell it", reply_to=forward, mention_bot=True)
        await house.sam.wait_for("#stories", texts.OWN_ONLY, after=asked)
        own = await house.robin.forward(post, "#stories")
        story = await house.result(house.robin, await house.robin.message_command(texts.MENU_TELL, own))
        await house.app.jobs.wait(job_of(story))
        stats = await house.app.memory.stats(house.sandbox.guild("Storybook Corner").id)
        assert (stats.stories, stats.pictures) == (1, 0), "a moderator may, and it is not remembered as their picture"


async def test_other_peoples_pictures_are_theirs_in_the_apps_menu(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.robin.say("#stories", "mine", files=[("a.png", picture("one"))])
        told = await house.refusal(await house.sam.message_command(texts.MENU_TELL, post))
        assert texts.OWN_ONLY in told
        post = await house.sam.say("#stories", "mine", files=[("a.png", picture("one"))])
        await house.result(house.robin, await house.robin.message_command(texts.MENU_TELL, post))


async def test_apps_menu_without_a_picture_says_so(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.sam.say("#stories", "only words")
        assert texts.NO_PICTURE in await house.refusal(await house.sam.message_command(texts.MENU_TELL, post))


async def test_a_picture_with_a_mention_becomes_a_story_without_any_privileged_intent(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.sam.say("#stories", "with a storm", files=[("a.png", picture("one"))], mention_bot=True)
        story = await house.sam.wait_for("#stories", lambda one: one.labels == BUTTONS)
        assert story.reference is not None
        assert story.reference.message_id == post.id
        assert any("with a storm" in prompt for prompt in house.device.prompts)
        await house.sandbox.world.watch.until(
            lambda: [one.id for one in house.sam.read("#stories")] == [post.id, story.id], 10.0
        )


async def test_reply_with_mention_works_with_message_content(tmp_path: Path) -> None:
    async with moved_in(tmp_path, bot={"message_content": True}) as house:
        post = await house.robin.say("#stories", "look", files=[("a.png", picture("one"))])
        await house.sam.say("#stories", "make it sad", reply_to=post, mention_bot=True)
        await house.sam.wait_for("#stories", lambda one: one.labels == BUTTONS)
        assert any("make it sad" in prompt for prompt in house.device.prompts)


async def test_reply_with_mention_points_to_the_menu_without_message_content(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.robin.say("#stories", "look", files=[("a.png", picture("one"))])
        await house.sam.say("#stories", "make it sad", reply_to=post, mention_bot=True)
        await house.sam.wait_for("#stories", lambda one: one.content == texts.POINTER)
        assert house.device.steps == []


async def test_reply_with_ping_to_a_story_goes_on_with_it(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        first = await house.story(house.sam)
        await house.sam.say("#stories", "then it snows", reply_to=first)
        second = await house.sam.wait_for("#stories", lambda one: one.labels == BUTTONS, after=first)
        assert second.reference is not None
        prompt = house.device.prompts[-1]
        assert "then it snows" in prompt
        assert "[so far]" in prompt


async def test_where_the_history_may_not_be_read_the_story_comes_without_its_reference(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.READ_MESSAGE_HISTORY)
        await house.sam.say("#stories", "look", files=[("a.png", picture("one"))], mention_bot=True)
        story = await house.sam.wait_for("#stories", lambda one: one.labels == BUTTONS)
        assert story.reference is None


async def test_opening_a_thread_on_a_story_asks_for_nothing(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        first = await house.story(house.sam)
        asked = len(house.device.steps)
        thread = await house.sam.start_thread(first, "What we think of it")
        await house.sam.say(thread, "hello", mention_bot=True)  # events come in order: this one after the opening
        await house.sam.wait_for(thread, lambda one: one.content == texts.HELLO)
        assert len(house.device.steps) == asked


async def test_words_without_a_picture_get_a_greeting_and_others_are_not_heard(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await house.sam.say("#stories", "nobody asked")
        await house.sam.say("#stories", "hello", mention_bot=True)
        greeting = await house.sam.wait_for("#stories", lambda one: one.author.bot)
        assert greeting.content == texts.HELLO
