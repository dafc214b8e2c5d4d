"""What a server made shapes what it makes next: with consent, with a receipt, inside its walls, until forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict

import pytest
import pytest_asyncio

from bot import texts, texts_memory, texts_privacy
from bot.sandbox import permissions as rights
from bot.sandbox.model import Channel, Message
from ravsg.engine import KEEPSAKES
from ravsg.types import Origin, PaintTask, StoryRequest, WriteTask
from tests.sandbox.quick import picture
from tests.sandbox.village import STORY_BUTTONS, Place, Village, job_of, link_to, receipt_of, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOX = "A grey fox waits at the harbour with a lantern."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("recall")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def title_of(story: Message) -> str:
    return str(story.embeds[0]["title"])


async def told_with_seed(place: Place, seed: int) -> Message:
    """A story whose seed is chosen, which no command lets a member do: the job is given to the bot's own service."""
    before = place.sam.read(place.stories)
    origin = Origin(place.guild.id, place.stories.id, place.sam.id, place.sam.name, "en-US")
    request = {**asdict(StoryRequest(seed=seed)), "own_picture": False, "show_picture": False}
    await place.app.jobs.accept("story", origin, request, {"picture": picture("a lighthouse")})
    return await place.sam.wait_for(
        place.stories, lambda one: one.labels[:4] == STORY_BUTTONS, after=before[-1] if before else None
    )


def private_channel(place: Place) -> Channel:
    """A channel that Robin and the bot see, and nobody else."""
    world = place.sandbox.world
    channel = world.add_channel(place.guild, "secret")
    world.overwrite(channel, place.guild.roles[place.guild.id], deny=rights.VIEW_CHANNEL)
    for user in (place.robin.user, place.sandbox.bot):
        world.overwrite(channel, user, allow=rights.VIEW_CHANNEL)
    return channel


class TestReceipts:
    async def test_the_second_story_names_the_first(self, place: Place) -> None:
        await place.optin(place.sam)
        first = await place.story(place.sam)
        second = await place.story(place.sam, direction="she returns to the harbour")
        assert receipt_of(first) == texts.WOVEN_NOTHING
        receipt = receipt_of(second)
        assert f"[{title_of(first)}]({link_to(first)})" in receipt
        assert f"by {place.sam.name}" in receipt
        assert f"{title_of(first)} by {place.sam.name}" in place.prompts[-1], "and its writer was told of it"

    async def test_another_member_meets_it_too(self, place: Place) -> None:
        await place.optin(place.sam)
        first = await place.story(place.sam)
        assert link_to(first) in receipt_of(await place.story(place.robin))

    async def test_another_server_does_not_see_it(self, town: Village, place: Place) -> None:
        elsewhere = await town.place()
        await place.optin(place.sam)
        await elsewhere.optin(elsewhere.sam)
        first = await place.story(place.sam)
        foreign = await elsewhere.story(elsewhere.sam)
        assert receipt_of(foreign) == texts.WOVEN_NOTHING
        assert not any(title_of(first) in prompt for prompt in elsewhere.prompts)
        assert await elsewhere.private(elsewhere.sam, "memory search", words="harbour") != texts_memory.MEMORY_NOTHING
        listed = await elsewhere.private(elsewhere.sam, "memory recent")
        assert title_of(foreign) in listed
        assert str(first.id) not in listed

    async def test_a_person_in_both_servers_carries_nothing_over(self, town: Village, place: Place) -> None:
        elsewhere = await town.place()
        place.sandbox.world.join(elsewhere.guild, place.sam.user)
        await place.optin(place.sam)
        await place.story(place.sam)
        told = await elsewhere.story(place.sam)
        assert receipt_of(told) == texts.WOVEN_NOTHING

    async def test_a_picture_remembers_the_story_and_a_story_the_picture(self, place: Place) -> None:
        await place.optin(place.sam)
        story = await place.story(place.sam)
        painting = await place.painting(place.sam, text=FOX)
        assert link_to(story) in receipt_of(painting)
        assert link_to(painting) in receipt_of(await place.story(place.robin, direction="the grey fox"))


class TestSameSeed:
    async def test_a_story_differs_with_memory_and_only_with_it(self, town: Village, place: Place) -> None:
        other = await town.place()
        await place.optin(place.sam)
        remembered = await place.story(place.sam)
        with_memory = await told_with_seed(place, 7)
        without = await told_with_seed(other, 7)
        again = await told_with_seed(other, 7)
        assert with_memory.embeds[0]["description"] != without.embeds[0]["description"]
        assert without.embeds[0]["description"] == again.embeds[0]["description"]
        assert title_of(remembered) in place.prompts[-1]
        assert not any("[memory" in prompt for prompt in other.prompts)

    async def test_a_picture_differs_with_memory_and_only_with_it(self, town: Village, place: Place) -> None:
        other = await town.place()
        await place.optin(place.sam)
        remembered = await place.story(place.sam)
        with_memory = await place.painting(place.sam, text=FOX, seed=7)
        without = await other.painting(other.sam, text=FOX, seed=7)
        again = await other.painting(other.robin, text=FOX, seed=7)
        assert with_memory.files[0].data != without.files[0].data == again.files[0].data
        name = title_of(remembered).split(" at ")[0]
        assert name in place.tasks(PaintTask)[-1].prompt
        assert "remembered" not in other.tasks(PaintTask)[-1].prompt


class TestConsent:
    async def test_who_has_not_agreed_is_not_stored(self, place: Place) -> None:
        await place.story(place.sam)
        await place.painting(place.sam, text=FOX)
        assert (await place.app.memory.stats(place.guild.id)).stories == 0
        assert (await place.app.memory.stats(place.guild.id)).pictures == 0
        assert await place.private(place.sam, "memory recent") == texts_memory.MEMORY_EMPTY
        assert receipt_of(await place.story(place.sam)) == texts.WOVEN_NOTHING

    async def test_who_refuses_is_neither_stored_nor_used_from_then_on(self, place: Place) -> None:
        await place.optin(place.sam)
        await place.story(place.sam)
        before = await place.app.memory.stats(place.guild.id)
        assert before.stories == 1
        assert await place.private(place.sam, "privacy optout") == texts_privacy.OPTED_OUT
        later = await place.story(place.sam)
        assert receipt_of(later) == texts.WOVEN_NOTHING
        assert (await place.app.memory.stats(place.guild.id)).stories == before.stories
        assert await place.private(place.robin, "memory recent") == texts_memory.MEMORY_EMPTY

    async def test_one_persons_no_is_not_anothers(self, place: Place) -> None:
        await place.optin(place.robin)
        mine = await place.story(place.robin)
        theirs = await place.story(place.sam)
        listed = await place.private(place.sam, "memory recent")
        assert title_of(mine) in listed
        assert link_to(theirs) not in listed

    async def test_everything_of_ones_own_goes_on_demand(self, place: Place) -> None:
        await place.optin(place.sam, place.robin)
        await place.story(place.sam)
        kept = await place.story(place.robin)
        question = await (await place.sam.command("privacy forget", in_=place.stories)).response()
        answer = await (await place.sam.press(question, texts_privacy.FORGET_LABEL)).response()
        await place.until(lambda: "Done" in answer.text)
        listed = await place.private(place.robin, "memory recent")
        assert f"by {place.sam.name}" not in listed
        assert title_of(kept) in listed


class TestCommands:
    async def test_what_was_prepared_for_memory_is_in_memory_alone(self, place: Place) -> None:
        await place.optin(place.sam)
        for result in (await place.story(place.sam), await place.painting(place.sam, text=FOX)):
            job_id = job_of(result)
            await place.app.jobs.wait(job_id)
            assert KEEPSAKES not in await place.app.jobs.blobs(job_id, "result")
        assert (await place.app.memory.stats(place.guild.id)).stories == 1

    async def test_search_recent_and_forget(self, place: Place) -> None:
        assert await place.private(place.sam, "memory search", words="harbour") == texts_memory.MEMORY_NOTHING
        await place.optin(place.sam)
        first = await place.story(place.sam)
        second = await place.story(place.sam, direction="snow falls on the orchard")
        listed = await place.private(place.sam, "memory recent")
        assert title_of(first) in listed
        assert listed.index(title_of(second)) < listed.index(title_of(first)), "the newest first"
        found = await place.private(place.sam, "memory search", words=title_of(first).split()[-1])
        assert link_to(first) in found
        number, *others = [int(one.split("`")[1]) for one in listed.splitlines() if link_to(second) in one]
        assert await place.private(place.sam, "memory forget", number=number) == texts_memory.MEMORY_FORGOTTEN
        for other in others:  # they went along: they are of the same result
            assert texts_memory.MEMORY_UNKNOWN in await place.private(place.sam, "memory forget", number=other)
        left = await place.private(place.sam, "memory recent")
        assert link_to(second) not in left
        assert link_to(first) in left
        assert link_to(second) not in receipt_of(await place.story(place.sam))

    async def test_only_the_author_or_a_moderator_may_have_one_forgotten(self, place: Place) -> None:
        await place.optin(place.sam)
        await place.story(place.sam)
        stranger = place.sandbox.add_person("Mia", [place.guild])
        number = int((await place.private(place.sam, "memory recent")).split("`")[1])
        told = await place.private(stranger, "memory forget", number=number)
        assert "somebody else" in told
        assert "id `" in told
        assert f"`{number}`" in await place.private(place.sam, "memory recent")
        assert await place.private(place.robin, "memory forget", number=number) == texts_memory.MEMORY_FORGOTTEN
        assert f"`{number}`" not in await place.private(place.sam, "memory recent")

    async def test_a_number_of_another_server_is_unknown(self, town: Village, place: Place) -> None:
        elsewhere = await town.place()
        await place.optin(place.sam)
        await place.story(place.sam)
        number = int((await place.private(place.sam, "memory recent")).split("`")[1])
        assert texts_memory.MEMORY_UNKNOWN in await elsewhere.private(elsewhere.robin, "memory forget", number=number)
        assert f"`{number}`" in await place.private(place.sam, "memory recent")


class TestDeletedMessages:
    async def test_a_deleted_message_takes_its_memory_with_it(self, place: Place) -> None:
        await place.optin(place.sam)
        first = await place.story(place.sam)
        second = await place.story(place.sam)
        await place.robin.delete(first)
        await place.heard()
        listed = await place.private(place.sam, "memory recent")
        assert link_to(first) not in listed
        assert link_to(second) in listed
        assert link_to(first) not in receipt_of(await place.story(place.sam))

    async def test_the_delete_button_too(self, place: Place) -> None:
        await place.optin(place.sam)
        story = await place.story(place.sam)
        answer = await (await place.sam.press(story, "Delete")).response()
        assert answer.text == texts.DELETED
        assert story.deleted
        assert (await place.app.memory.stats(place.guild.id)).stories == 0
        assert receipt_of(await place.story(place.sam)) == texts.WOVEN_NOTHING


class TestPrivateChannels:
    async def test_a_private_channels_memory_never_surfaces_in_a_public_one(self, place: Place) -> None:
        secret = private_channel(place)
        await place.optin(place.robin)
        hidden = await place.story(place.robin, in_=secret)
        assert title_of(hidden) in await place.private(place.robin, "memory recent", in_=secret)
        for person in (place.sam, place.robin):
            assert await place.private(person, "memory recent") == texts_memory.MEMORY_EMPTY
            assert await place.private(person, "memory search", words="harbour") == texts_memory.MEMORY_NOTHING
        asked = len(place.steps)
        assert receipt_of(await place.story(place.sam)) == texts.WOVEN_NOTHING
        assert receipt_of(await place.painting(place.sam, text=FOX)) == texts.WOVEN_NOTHING
        assert link_to(hidden) not in receipt_of(await place.story(place.robin))
        given = [step.task.prompt for step in place.steps[asked:] if isinstance(step.task, WriteTask | PaintTask)]
        assert given
        assert not any(title_of(hidden) in prompt for prompt in given)
        assert link_to(hidden) in receipt_of(await place.story(place.robin, in_=secret))

    async def test_a_public_memory_may_return_in_a_private_channel(self, place: Place) -> None:
        secret = private_channel(place)
        await place.optin(place.robin)
        told = await place.story(place.robin)
        assert link_to(told) in receipt_of(await place.story(place.robin, in_=secret))

    async def test_a_channel_that_became_private_keeps_its_memories(self, place: Place) -> None:
        await place.optin(place.robin)
        told = await place.story(place.robin)
        world = place.sandbox.world
        world.overwrite(place.stories, place.guild.roles[place.guild.id], deny=rights.VIEW_CHANNEL)
        general = place.sandbox.channel("#general", place.guild)
        assert await place.private(place.sam, "memory recent", in_=general) == texts_memory.MEMORY_EMPTY
        assert link_to(told) not in receipt_of(await place.story(place.sam, in_=general))


class TestWords:
    async def test_a_search_goes_by_meaning_too(self, place: Place) -> None:
        await place.optin(place.sam)
        story = await place.story(place.sam)
        found = await (await place.robin.command("memory search", in_=place.stories, words="zzz")).response()
        assert title_of(story) in found.text, "what lies nearest is shown, though no word is the same"

    async def test_the_privacy_text_tells_the_members_state(self, place: Place) -> None:
        before = await (await place.sam.command("privacy what", in_=place.stories)).response()
        await place.optin(place.sam)
        after = await (await place.sam.command("privacy what", in_=place.stories)).response()
        assert before.ephemeral
        assert "You have not decided here" in before.content
        assert "You agreed on" in after.content
