"""Requests that are empty, endless, hostile, late, or come where the bot may not answer: told, and nothing lost."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot import texts, texts_memory
from bot.sandbox import permissions as rights
from bot.sandbox.commands import Filling, find_command
from bot.sandbox.errors import Refused
from bot.sandbox.handles import Handle
from bot.sandbox.interaction import COMMAND
from bot.sandbox.model import Message
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, PaintTask, WriteTask, Written
from tests.sandbox.house import moved_in
from tests.sandbox.quick import QuickDevice, picture
from tests.sandbox.village import PICTURE_BUTTONS, STORY_BUTTONS, Place, Village, said, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

ID = re.compile(r"id `[a-z2-7]{8}`")
HOSTILE = (
    "@everyone @here <@&{role}> <@{user}> come to https://evil.example/a?b=c and HTTP://evil.example, "
    "[free gifts](https://evil.example/gift), <https://evil.example>, discord.gg/abcdef, </paint:1234>"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("bad-requests")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def hostile(place: Place) -> str:
    """Words that would ping, link and run something wherever they came back alive."""
    return HOSTILE.format(role=place.guild.id, user=place.robin.id)


def assert_harmless(message: Message, *, may_ping: Sequence[int] = ()) -> None:
    """No ping but the given ones, and nothing to click but links to messages of this Discord."""
    text = re.sub(r"https://discord\.com/channels/\d+/\d+/\d+", "", message.text)
    for pattern in (r"@(everyone|here)", r"<@&", r"https?://\S", r"discord\.gg", r"\]\(\S", r"</\w"):
        assert not re.search(pattern, text.replace("]()", ""), re.IGNORECASE), (pattern, text)
    assert not message.mention_everyone
    assert message.mention_roles == []
    assert set(message.mentions) <= set(may_ping)
    assert set(map(int, re.findall(r"<@!?(\d+)>", message.text))) <= set(may_ping)


def raw_command(place: Place, name: str, values: dict[str, Any], **options: Any) -> Handle:
    """A command with values that Discord's client would not let through: its numbers are not the bot's safety."""
    world, sam = place.sandbox.world, place.sam
    command = find_command(world, sam.user, place.stories, name, 1)
    filling = Filling(world, sam.user, place.stories)
    data = filling.data(command, [], options)
    kinds = {str: 3, int: 4}
    data["options"] += [{"name": key, "type": kinds[type(value)], "value": value} for key, value in values.items()]
    interactions = place.sandbox.interactions
    begun = interactions.start(COMMAND, sam.user, place.stories, data, uploads=filling.uploads)
    return Handle(begun, world.watch)


class TestText:
    @pytest.mark.parametrize("text", ["   ", "…!?", "\u200b\u202e\u2066"])
    async def test_without_words(self, place: Place, text: str) -> None:
        told = await place.refusal(await place.sam.command("paint", in_=place.stories, text=text))
        assert texts.NOTHING_TO_PAINT in told
        assert ID.search(told)
        form = await (await place.sam.command("paint", in_=place.stories)).form()
        assert texts.NOTHING_TO_PAINT in await place.refusal(await place.sam.fill(form, text=text))
        assert place.steps == []

    async def test_a_message_without_words(self, place: Place) -> None:
        post = await place.sam.say(place.stories, files=[("a.png", picture("a"))])
        told = await place.refusal(await place.sam.message_command(texts.MENU_PAINT, post))
        assert texts.NO_TEXT in told
        assert ID.search(told)

    async def test_ten_thousand_characters(self, place: Place) -> None:
        endless = "A grey fox waits at the harbour. " * 303 + "!"
        assert len(endless) == 10_000
        with pytest.raises(Refused):
            await place.sam.command("paint", in_=place.stories, text=endless)
        for handle in (
            raw_command(place, "paint", {"text": endless}),
            raw_command(place, "paint", {"subjects": endless}),
            raw_command(place, "story", {"direction": endless}, image=("a.png", picture("a"))),
        ):
            told = await place.refusal(handle)
            assert "10,000 characters" in told
            assert "4,000" in told
            assert ID.search(told)
        assert place.steps == []

    async def test_the_longest_text_that_is_taken_is_read_to_its_end_or_said_not_to_be(self, place: Place) -> None:
        text = "A grey fox waits at the harbour. " * 121
        painting = await place.painting(place.sam, text=text[:3999].strip())
        assert painting.labels == PICTURE_BUTTONS
        prompt = place.prompts[-1]
        whole = prompt.count("grey fox") == text[:3999].count("grey fox")
        assert whole or "I read the first" in painting.text

    async def test_values_that_no_client_sends(self, place: Place) -> None:
        assert "at most 4" in await place.refusal(raw_command(place, "paint", {"text": "A fox.", "count": 9}))
        for values in ({"count": 0}, {"seed": -1}, {"seed": 2**53}):
            painting = await place.result(place.sam, raw_command(place, "paint", {"text": "A fox.", **values}))
            assert len(painting.files) == 1
        round_one = raw_command(place, "paint", {"text": "A fox.", "shape": "round"})
        told = await place.until(lambda: said(round_one) if "could not be finished" in said(round_one) else None)
        assert re.search(r"job `[a-z2-7]{8}`", told)
        assert (await place.painting(place.sam, text="A fox.")).labels == PICTURE_BUTTONS


class TestHostileText:
    async def test_in_every_part_of_a_picture(self, place: Place) -> None:
        words = hostile(place)
        for asked in ({"text": f"A fox. {words}"}, {"setting": words, "subjects": words, "keywords": words}):
            painting = await place.painting(place.sam, **asked)
            assert "evil.example" in painting.text
            assert_harmless(painting, may_ping=[place.sam.id])
            assert "https://evil" not in (painting.files[0].description or "").replace(": //", "")

    async def test_in_a_direction_and_a_message(self, place: Place) -> None:
        story = await place.story(place.sam, direction=hostile(place))
        assert_harmless(story, may_ping=[place.sam.id])
        post = await place.robin.say(place.stories, hostile(place))
        painting = await place.result(place.sam, await place.sam.message_command(texts.MENU_PAINT, post))
        assert_harmless(painting, may_ping=[place.sam.id])

    async def test_in_a_name(self, place: Place) -> None:
        place.sam.user.global_name = "@everyone https://evil.example"
        await place.optin(place.sam)
        await place.story(place.sam)
        assert_harmless(await place.story(place.robin), may_ping=[place.robin.id])
        assert "evil.example" in await place.private(place.robin, "memory recent")

    async def test_in_what_the_models_write(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        device = HostileDevice()
        async with village(tmp_path_factory.mktemp("hostile"), device=device) as town:
            place = await town.place()
            device.words = hostile(place)
            await place.optin(place.sam)
            story = await place.story(place.sam)
            assert "evil.example" in story.text
            assert_harmless(story, may_ping=[place.sam.id])
            second = await place.story(place.sam)
            assert_harmless(second, may_ping=[place.sam.id])
            receipt = await (await place.sam.press(second, texts_memory.WOVEN_BUTTON)).response()
            assert "evil.example" in receipt.text, "the receipt quotes it"
            assert_harmless(receipt)
            painting = await place.result(place.robin, await place.robin.press(second, "Paint it"))
            assert_harmless(painting, may_ping=[place.robin.id])
            for command in ("memory recent", "memory search"):
                words = {"words": "evil"} if command == "memory search" else {}
                answer = await (await place.sam.command(command, in_=place.stories, **words)).response()
                assert "evil.example" in answer.text
                assert_harmless(answer)


class TestPermissions:
    @pytest.mark.parametrize(
        ("missing", "name"),
        [
            (rights.SEND_MESSAGES, "Send Messages"),
            (rights.EMBED_LINKS, "Embed Links"),
            (rights.ATTACH_FILES, "Attach Files"),
        ],
    )
    async def test_what_is_missing_is_named_at_every_door(self, place: Place, missing: int, name: str) -> None:
        story = await place.story(place.sam)
        post = await place.sam.say(place.stories, "a fox", files=[("a.png", picture("a"))])
        form = await (await place.sam.command("paint", in_=place.stories)).form()
        asked = len(place.steps)
        bot = place.sandbox.bot
        place.sandbox.world.overwrite(place.stories, bot, deny=missing)
        for handle in (
            await place.sam.command("story", in_=place.stories, image=("a.png", picture("a"))),
            await place.sam.command("paint", in_=place.stories, text="A fox."),
            await place.sam.command("paint", in_=place.stories),
            await place.sam.message_command(texts.MENU_TELL, post),
            await place.sam.message_command(texts.MENU_PAINT, post),
            await place.sam.press(story, "Continue"),
            await place.sam.press(story, "Paint it"),
            await place.sam.fill(form, text="A fox."),
        ):
            told = await place.refusal(handle)
            assert f"**{name}**" in told
            assert ID.search(told)
        assert len(place.steps) == asked
        place.sandbox.world.overwrite(place.stories, bot)
        assert (await place.story(place.sam)).labels == STORY_BUTTONS

    async def test_in_a_thread_the_threads_own_permission_counts(self, place: Place) -> None:
        post = await place.sam.say(place.stories, "let us write")
        thread = await place.sam.start_thread(post, "A story")
        bot = place.sandbox.bot
        place.sandbox.world.overwrite(place.stories, bot, deny=rights.SEND_MESSAGES_IN_THREADS)
        handle = await place.sam.command("paint", in_=thread, text="A fox.")
        assert "**Send Messages in Threads**" in await place.refusal(handle)
        place.sandbox.world.overwrite(place.stories, bot, deny=rights.SEND_MESSAGES)
        painting = await place.painting(place.sam, text="A fox.", in_=thread)
        assert painting.channel_id == thread.id


class TestTime:
    async def test_an_acknowledgement_that_comes_too_late_begins_nothing(self, place: Place) -> None:
        late = await place.sam.command("paint", in_=place.stories, text="A fox.")
        place.sandbox.clock.advance(3.1)  # before the bot had a chance
        assert late.failed
        await place.painting(place.sam, text="A whale.")
        assert ["whale" in task.prompt for task in place.tasks(PaintTask)] == [True]

    async def test_an_interaction_that_died_while_its_job_ran_is_answered_in_the_open(self, tmp_path: Path) -> None:
        async with moved_in(tmp_path) as house:
            house.device.hold("paint")
            handle = await house.sam.command("paint", in_=house.stories, text="A fox.")
            await house.sandbox.world.watch.until(lambda: "job `" in said(handle), 20.0)
            house.sandbox.clock.advance(16 * 60)
            house.device.let_go()
            painting = await house.sam.wait_for(house.stories, lambda one: one.labels == PICTURE_BUTTONS)
            assert painting.mentions == [house.sam.id]

    async def test_the_same_event_twice_is_one_request(self, place: Place) -> None:
        place.sandbox.faults.duplicate_events(1)
        await place.painting(place.sam, text="A fox.")
        await place.painting(place.sam, text="A whale.")
        assert len(place.tasks(PaintTask)) == 2
        assert len([one for one in place.sam.read(place.stories) if one.labels == PICTURE_BUTTONS]) == 2


class HostileDevice(QuickDevice):
    """A writer that was talked into the worst."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        return [
            Written(text=self._tale(), prompt_tokens=1, tokens=1, complete=True)
            if isinstance(step.task, WriteTask) and step.task.schema is None
            else outcome
            for step, outcome in zip(steps, super().run(steps, watches), strict=True)
        ]

    def _tale(self) -> str:
        line = f"The fox said: {self.words} and nobody at the harbour believed it."
        return f"Title: {self.words[:80]}\n\n" + "\n\n".join(f"# {number}. {line}" for number in range(9))
