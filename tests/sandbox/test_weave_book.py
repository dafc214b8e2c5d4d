"""Three people and the bot write a thread of thirty turns, with all that happens on the way, and bind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot import texts_weave
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.house import House, moved_in
from tests.sandbox.loom import EVERY_MESSAGE, Loom, begun, handled, loom_of

REMEMBERED: dict[str, Any] = {**EVERY_MESSAGE, "memory": {"score_floor": 0.0}}
ROUNDS = (
    "The fox counts the boats in the rain.",
    "A bell rings below the water.",
    "The rope is wet, and somebody pulls at it.",
    "They climb the stairs of the old tower.",
    "On the wall hangs a map of the tide.",
    "The lantern flickers twice.",
)


def poll_in(house: House) -> Message | None:
    """The newest poll of #stories."""
    polls = [one for one in house.sandbox.messages(house.stories) if one.poll is not None]
    return polls[-1] if polls else None


async def rounds(loom: Loom, people: list[Person], lines: tuple[str, ...]) -> None:
    """Each line is a turn of somebody else; after every third the bot goes on."""
    for number, line in enumerate(lines):
        person = people[number % len(people)]
        await loom.say(person, f"{line} {person.name} saw it.")
        if number % 3 == 2:
            await loom.go_on(person)


async def losing(house: House, trunk: Loom, fork: Message) -> Loom:
    """A What if? that the server will not choose, with a fact of its own."""
    form = await house.sam.press(fork, "What if?")
    await (await house.sam.fill(form, text="the sea is made of glass")).response()
    branch = await loom_of(house, "#What if the sea is made of glass")
    await branch.next_told(0)
    await branch.say(house.sam, "In the glass sleeps the strange word quokka.")
    await branch.go_on(house.sam)
    assert "quokka" in "\n".join(await branch.texts())
    await branch.quiet()
    return branch


async def exported(house: House, person: Person) -> str:
    """The bound book as one HTML page."""
    handle = await person.command("book export", in_=house.stories, form="html", book="The lantern")
    answer = await house.status(handle, "The lantern")
    await house.sandbox.world.watch.until(lambda: answer.files, 30.0)
    return answer.files[0].data.decode()


async def test_thirty_turns_become_a_book_that_credits_each(tmp_path: Path) -> None:
    async with moved_in(tmp_path, **REMEMBERED) as house:
        mia = house.sandbox.add_person("Mia", [house.sandbox.guild("Storybook Corner")])
        people = [house.robin, house.sam, mia]
        for person in (house.robin, house.sam):
            await (await person.command("privacy optin", in_=house.stories)).response()
        loom = await begun(house)

        await rounds(loom, people, ROUNDS)
        first = await loom.say(house.sam, "A walrus waits at the door.")
        await house.sam.edit(first, "A badger waits at the door.")
        wrong = await loom.say(mia, "Everybody is a dragon now.")
        await mia.delete(wrong)
        hasty = await loom.say(house.robin, "And they all went home.")
        under = loom.told()[-1]
        await (await house.robin.press(under, "Undo")).response()
        await loom.marked(hasty, texts_weave.UNDONE)
        fork = await loom.go_on(mia, under)
        branch = await losing(house, loom, fork)

        await (await house.sam.press(branch.guide, "Let the server choose")).response()
        poll = await loom.until(lambda: poll_in(house))
        await rounds(loom, people, ROUNDS * 2)
        for person in people:
            await person.vote(poll, texts_weave.AS_IT_WENT)
        house.sandbox.clock.advance(24 * 3600 + 1)
        await branch.until(lambda: "stays readable" in branch.messages()[-1].text)
        await handled()
        await rounds(loom, people, ROUNDS[:3])
        # as near to the planted fact as words can be
        await loom.say(house.sam, "In the glass sleeps a strange word.")
        await loom.go_on(house.sam)

        path = await loom.path()
        assert len(path) >= 30
        assert {piece.author_id for piece in path} == {0, *(one.id for one in people)}
        told = "\n".join(piece.text for piece in path)
        assert "badger" in told
        for gone in ("walrus", "dragon", "all went home", "quokka", "made of glass"):
            assert gone not in told
        await nothing_of_the_losing_line(house, loom)

        sure = await (await house.robin.press(loom.guide, "Finish")).response()
        await (await house.robin.press(sure, texts_weave.LABELS["bind"])).response()
        await loom.until(lambda: "is finished" in loom.messages()[-1].text)
        assert "Robin, Sam and a member" in loom.messages()[-1].text
        refused = await house.refusal(await house.sam.press(under, "Continue"))
        assert texts_weave.NOT_OPEN["finished"][0] in refused

        page = await exported(house, house.sam)
        words = re.sub(r"<[^>]+>", " ", page)
        for name in ("Robin", "Sam"):
            assert name in words
        assert "a member" in words.lower()
        assert "badger" in words
        assert "On the wall hangs a map of the tide." in words
        for gone in ("walrus", "dragon", "all went home"):
            assert gone not in words
        assert "quokka" not in words.partition("sea is made of glass")[0], "the map alone names the other line"


async def nothing_of_the_losing_line(house: House, loom: Loom) -> None:
    """What was planted there stands in no prompt for the winner, though the server remembers it."""
    for step in house.device.steps:
        job = await house.app.jobs.get(step.job_id)
        if job is not None and job.origin.channel_id == loom.thread.id:
            asked = str(step.task)
            assert "quokka" not in asked
            assert "sea is made of glass" not in asked
            assert "walrus" not in asked or "badger" not in asked
    found = await (await house.sam.command("memory search", in_=house.stories, words="quokka")).response()
    assert "quokka" in found.text
