"""Writing until a story passes, and telling honestly when it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ravsg.config import StorySection
from ravsg.engine.telling import Teller, analyse
from ravsg.errors import ModelError, PromptTooLong
from ravsg.models.profiles import classic, pocket
from ravsg.story.unfamiliar import OUTSIDE_NOTE, UNFAMILIAR, english_only
from ravsg.types import ANALYSIS_SCHEMA, Analysis, MemoryKind, Recalled, StoryRequest
from tests.engine.runners import Answers

ANALYSIS = Analysis("harbour", ("a fox",), "calm", ("lantern",), ("the fog hides the pier",))
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def prose(words: int, title: str = "The Lantern") -> str:
    """So many words without a repetition."""
    return f"Title: {title}\n\n" + " ".join(f"{NUMBERS[i % 10]}{i}" for i in range(words)) + "."


def memory(text: str, number: int = 1) -> Recalled:
    when = datetime(2026, 11, 1, tzinfo=UTC)
    return Recalled(
        number, MemoryKind.STORY, text, f"Tale {number}", 7, "Bo", 3, 9, "bbbbbbbb", when, 0.5, "similar picture"
    )


def teller(request: StoryRequest | None = None, *, woven: tuple[Recalled, ...] = (), tries: int = 2) -> Teller:
    config = StorySection(minimum_words=100, tries=tries)
    return Teller(request or StoryRequest(seed=7), b"picture", ANALYSIS, woven, config, pocket())


async def test_a_good_story_is_written_once() -> None:
    run = Answers([prose(120)])
    story = await teller().tell(run)
    assert (story.title, story.notes, story.seed, story.profile) == ("The Lantern", (), 7, "pocket")
    (task,) = run.asked
    assert (task.prompt, task.picture, task.seed) == (story.prompt, b"picture", 7)
    assert 100 < task.min_tokens < task.max_tokens


async def test_a_short_story_is_written_again_with_another_seed_and_more_tokens() -> None:
    run = Answers([prose(20), prose(120, "Longer")])
    story = await teller().tell(run)
    assert (story.title, story.notes) == ("Longer", ())
    first, second = run.asked
    assert first.seed != second.seed
    assert second.min_tokens > first.min_tokens


async def test_after_the_last_try_the_best_one_comes_with_a_note() -> None:
    run = Answers([prose(60), prose(20, "Worse"), prose(30, "Also worse")])
    story = await teller(tries=3).tell(run)
    assert story.title == "The Lantern"
    assert "60 words" in story.notes[0]
    assert run.texts == []


async def test_a_story_is_preferred_to_an_empty_one_whatever_its_faults() -> None:
    story = await teller().tell(Answers(["", "Title: Round\n\n" + "the fox ran to the lantern " * 9]))
    assert (story.title, len(story.notes)) == ("Round", 2)


async def test_no_words_at_all_is_an_error_with_a_sentence() -> None:
    with pytest.raises(ModelError, match="no readable words"):
        await teller().tell(Answers(["", " … "]))


async def test_memories_stand_in_the_prompt_and_in_the_receipt() -> None:
    story = await teller(woven=(memory("Jorobel lit the lamp."),)).tell(Answers([prose(120)]))
    assert "Jorobel lit the lamp." in story.prompt
    assert [woven.memory_id for woven in story.woven] == [1]


async def test_what_does_not_fit_the_context_is_not_in_the_receipt() -> None:
    many = tuple(memory((f"{number} sheep. " * 60).strip(), number) for number in range(1, 9))
    request = StoryRequest(direction="In verse.", continues="Once upon a time. " * 200 + "Then it ended.")
    story = await teller(request, woven=many).tell(Answers([prose(120)]))
    assert 0 < len(story.woven) < len(many)
    assert len(story.prompt) < 2048 * 4
    assert all(woven.text in story.prompt for woven in story.woven)
    assert "In verse." in story.prompt
    assert "Then it ended." in story.prompt
    assert "Tale 8" not in story.prompt


async def test_a_prompt_that_proves_too_long_is_asked_again_with_less() -> None:
    run = Answers([prose(120)], context=300)
    many = tuple(memory(f"{number} sheep ran over the hill. " * 16, number) for number in range(1, 4))
    story = await teller(StoryRequest(direction="In verse. " * 20), woven=many).tell(run)
    assert len(run.asked) > 1
    assert len(run.asked[-1].prompt) < len(run.asked[0].prompt)
    assert story.prompt == run.asked[-1].prompt
    assert len(story.woven) < 3
    with pytest.raises(PromptTooLong):
        await teller().tell(Answers([], context=10))


async def test_a_direction_that_is_read_in_part_is_told() -> None:
    story = await teller(StoryRequest(direction="In verse and rhyme. " * 200)).tell(Answers([prose(120)]))
    assert "of your 4,000 characters" in story.notes[0]
    assert story.prompt.count("In verse and rhyme.") > 50


async def test_a_story_that_copies_its_memory_is_told_off() -> None:
    story = await teller(woven=(memory(prose(60)),), tries=1).tell(Answers([prose(120)]))
    assert "word for word" in story.notes[0]


async def test_a_picture_outside_the_pocket_world_is_told_so_beside_other_faults() -> None:
    outside = Analysis(
        f"{UNFAMILIAR} in blue and grey", (), "quiet and dim", ("upright lines",), ("the light is fading",)
    )
    at_home, away = teller(tries=1), replace(teller(tries=1), analysis=outside)
    assert (await away.tell(Answers([prose(120)]))).notes == (OUTSIDE_NOTE,)
    assert (await at_home.tell(Answers([prose(120)]))).notes == ()
    assert (await replace(away, profile=classic()).tell(Answers([prose(120)]))).notes == ()
    first, second = (await away.tell(Answers([prose(60)]))).notes
    assert first == OUTSIDE_NOTE
    assert "60 words" in second


async def test_another_language_is_asked_for_where_the_writer_knows_it() -> None:
    spanish = replace(teller(StoryRequest(language="Spanish"), tries=1), profile=classic())
    run = Answers([prose(120)])
    story = await spanish.tell(run)
    assert 'Write in Spanish.\nBegin with "Title:".' in story.prompt
    assert story.notes == ()
    english = Answers([prose(120)])
    await replace(teller(tries=1), profile=classic()).tell(english)
    assert run.asked[0].max_tokens > english.asked[0].max_tokens, "foreign words cost more tokens"
    turned = replace(spanish, what_if="it snows", request=StoryRequest(language="Spanish", continues="Once."))
    assert "Write in Spanish." in (await turned.tell(Answers([prose(120)]))).prompt


async def test_a_writer_that_knows_english_only_is_asked_as_ever_and_says_so() -> None:
    story = await teller(StoryRequest(seed=7, language="español"), tries=1).tell(Answers([prose(120)]))
    assert story.prompt == (await teller(tries=1).tell(Answers([prose(120)]))).prompt
    assert story.notes == (english_only("español"),)
    assert (await teller(StoryRequest(language="English"), tries=1).tell(Answers([prose(120)]))).notes == ()


async def test_a_picture_is_looked_at_under_the_schema_and_without_chance() -> None:
    run = Answers([ANALYSIS.to_json()])
    assert await analyse(b"picture", run) == ANALYSIS
    (task,) = run.asked
    assert json.loads(task.schema or "") == ANALYSIS_SCHEMA
    assert task.temperature == 0


async def test_an_analysis_that_does_not_parse_is_an_error_with_a_sentence() -> None:
    with pytest.raises(ModelError, match="could not make out"):
        await analyse(b"picture", Answers(['{"setting": "har']))
