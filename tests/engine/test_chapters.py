"""Writing a book: corrected until it passes, delivered with honest notes, gone on with after a stop."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ravsg.engine.chapters import Chronicler
from ravsg.engine.condensing import book_title_of
from ravsg.errors import ModelError, Unfit
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile, classic, pocket
from ravsg.pocket.lessons_book import summary_of
from ravsg.pocket.plots import plot_of
from ravsg.pocket.stories import Told, tell
from ravsg.pocket.teaching import analysis
from ravsg.pocket.world import Figure, Scene
from ravsg.story.book import Book
from ravsg.story.chapters import step_of
from ravsg.story.plan import make_plan
from ravsg.story.prose import split_sentences
from ravsg.story.unfamiliar import OUTSIDE_NOTE, UNFAMILIAR, english_only
from tests.engine.runners import Answers, OnDevice

SCENE = Scene("forest", "night", (Figure("fox", 0), Figure("owl", 0)), ("lantern",), 5)
SEEN = replace(analysis(SCENE, random.Random(3)), conflicts=("the lantern may go out before the way is found",))
WRITER = Chronicler(pocket(), tries=2)
KEYWORDS = "Mira, lantern, forest"


def book(count: int = 5) -> Book:
    return Book(make_plan(SEEN, count), seed=7)


def good(number: int, count: int = 5, before: Told | None = None, seed: int = 0) -> Told:
    """A chapter as the pocket world's recipe tells it."""
    plot = plot_of(SEEN.conflicts[0])
    step = step_of(number, count)
    chance = random.Random(seed + number)
    return tell(SCENE, chance, "long", name="Mira", friend="Tilo", plot=plot, step=step, before=before)


async def test_a_chapter_that_passes_is_written_once() -> None:
    run = Answers([good(1).answer, KEYWORDS])
    told = await WRITER.write_chapter(book(), b"picture", run)
    (chapter,) = told.chapters
    assert (chapter.number, chapter.title, chapter.text, chapter.tries) == (1, good(1).title, good(1).text, 1)
    assert (chapter.notes, chapter.keywords) == ((), ("Mira", "lantern", "forest"))
    assert chapter.figures["words"] >= 250
    assert chapter.prompt == run.asked[0].prompt
    assert run.asked[0].picture == b"picture"
    assert (told.next_number, told.summed_up, told.finished) == (2, 0, False)


async def test_a_title_that_an_earlier_chapter_has_is_asked_for_anew() -> None:
    first = good(1)
    begun = await WRITER.write_chapter(book(), b"picture", Answers([first.answer, KEYWORDS]))
    second = good(2, before=first)
    same = f"Title: {first.title.upper()}\n\n{second.text}"
    run = Answers([same, "I", "The Far Side of the Pond", KEYWORDS])
    told = await WRITER.write_chapter(begun, b"picture", run)
    assert told.chapters[1].title == "The Far Side of the Pond"
    _, once, again, _ = run.asked
    assert once.prompt == again.prompt
    assert (once.temperature, once.seed) != (again.temperature, again.seed)
    sentence = "I left it there and would not say which of the two it had been"
    stubborn = Answers([same, first.title, sentence, "I", KEYWORDS])
    told = await WRITER.write_chapter(begun, b"picture", stubborn)
    assert told.chapters[1].title == first.title.upper()


async def test_of_an_unfamiliar_picture_no_second_title_is_asked_for() -> None:
    unknown = Book(make_plan(replace(SEEN, setting=f"{UNFAMILIAR} in brown"), 5), seed=7)
    tries = [good(1).answer, good(1, seed=9).answer, KEYWORDS]
    begun = await Chronicler(pocket(), tries=2).write_chapter(unknown, b"picture", Answers(tries))
    title = begun.chapters[0].title
    assert begun.chapters[0].notes[-1:] == (OUTSIDE_NOTE,)
    assert await book_title_of(begun, Answers([]), pocket()) == title
    same = f"Title: {title}\n\n{good(2).text}"
    told = await Chronicler(pocket(), tries=1).write_chapter(begun, b"picture", Answers([same, KEYWORDS]))
    assert told.chapters[1].title == title
    assert OUTSIDE_NOTE not in told.chapters[1].notes
    known = Book(make_plan(SEEN, 5), 7, chapters=begun.chapters)
    assert await book_title_of(known, Answers(["A Book."]), pocket()) == title, "a sentence is no title"
    assert await book_title_of(known, Answers(["A Book"]), pocket()) == "A Book"


async def test_a_failing_chapter_is_corrected_and_told_what_failed() -> None:
    short = " ".join(good(1).text.split()[:120]) + "."
    run = Answers([f"Title: Short\n\n{short}", good(1).answer, KEYWORDS])
    told = await Chronicler(classic(), tries=2).write_chapter(book(), b"picture", run)
    first, second, _ = run.asked
    assert "Write this text again." in second.prompt
    assert "at least 250 words" in second.prompt
    assert "End on a cliffhanger." in second.prompt
    assert short in second.prompt
    assert second.picture is None
    assert second.seed != first.seed
    assert told.chapters[0].text == good(1).text
    assert (told.chapters[0].notes, told.chapters[0].tries) == ((), 2)


async def test_a_small_writer_is_asked_anew_for_what_a_large_one_mends() -> None:
    told = good(1)
    wrong = told.answer.replace("It helped Mira", "Mira was a white rabbit. It helped Mira")
    assert wrong != told.answer
    for profile, again in ((pocket(), False), (classic(), True)):
        run = Answers([wrong, told.answer, KEYWORDS])
        book_told = await Chronicler(profile, tries=2).write_chapter(book(), b"picture", run)
        first, second, _ = run.asked
        assert ("Write this text again." in second.prompt) is again
        assert (second.prompt == first.prompt) is not again
        assert second.seed != first.seed
        assert (book_told.chapters[0].text, book_told.chapters[0].tries) == (told.text, 2)


async def test_pieces_of_data_are_no_prose_however_well_the_rest_is_told() -> None:
    told = good(1)
    spoilt = told.answer.replace("It helped Mira", 'It was s", "characters": [], "mood": "dark. It helped Mira')
    run = Answers([spoilt, told.answer, KEYWORDS])
    book_told = await WRITER.write_chapter(book(), b"picture", run)
    assert (book_told.chapters[0].text, book_told.chapters[0].tries) == (told.text, 2)
    short = f"Title: Short\n\n{' '.join(told.text.split()[:120])}."
    book_told = await WRITER.write_chapter(book(), b"picture", Answers([spoilt, short, KEYWORDS]))
    assert book_told.chapters[0].title == "Short"


async def test_after_the_last_try_the_better_draft_comes_with_honest_notes() -> None:
    closed = " ".join((*good(1).paragraphs[:-1], "Then Mira went home, and everybody slept in peace."))
    worse = "Title: Worse\n\nMira slept."
    told = await WRITER.write_chapter(book(), b"picture", Answers([f"Title: Closed\n\n{closed}", worse, KEYWORDS]))
    (chapter,) = told.chapters
    assert (chapter.title, chapter.tries) == ("Closed", 2)
    assert any("cliffhanger" in note for note in chapter.notes)
    assert chapter.figures["cliffhanger"] < 0.5


async def test_an_empty_draft_is_asked_for_anew_and_no_words_at_all_are_an_error() -> None:
    run = Answers(["", good(1).answer, KEYWORDS])
    await WRITER.write_chapter(book(), b"picture", run)
    assert "Write chapter 1 of 5" in run.asked[1].prompt
    with pytest.raises(ModelError, match="no readable words"):
        await WRITER.write_chapter(book(), b"picture", Answers(["", " … "]))


async def test_words_that_may_not_be_shown_are_never_delivered() -> None:
    bad = "Title: No\n\nThe child was naked and the sex was explicit. " * 3
    with pytest.raises(Unfit):
        await WRITER.write_chapter(book(), b"picture", Answers([bad, bad]))
    told = await WRITER.write_chapter(book(), b"picture", Answers([bad, good(1).answer, KEYWORDS]))
    assert told.chapters[0].text == good(1).text


async def test_a_whole_book_is_summed_up_and_each_prompt_knows_what_happened() -> None:
    told, before = book(6), None
    prompts = []
    for number in range(1, 7):
        chapter = good(number, 6, before)
        sums = summary_of(SCENE, "Mira", chapter.plot, step_of(number, 6))
        answer = f"Title: Chapter {number}\n\n{chapter.text}"
        run = Answers([answer, KEYWORDS, *([sums] if number in {5, 6} else [])])
        told = await Chronicler(pocket(), tries=1).write_chapter(told, b"picture", run)
        prompts.append(run.asked[0].prompt)
        assert run.texts == []
        before = chapter
    assert told.finished
    assert told.summary == summary_of(SCENE, "Mira", plot_of(SEEN.conflicts[0]), "end")
    assert "[summary]" not in prompts[0]
    assert told.texts[0][-60:] in prompts[1]
    assert "[cast]\nMira: a red fox\n" in prompts[1]
    assert "Mira, a red fox, is in the forest" in prompts[5]
    assert "Bring the conflict to its end" in prompts[5]
    with pytest.raises(ValueError, match="no chapter 7"):
        await WRITER.write_chapter(told, b"picture", Answers([good(1).answer] * 3))


@pytest.mark.parametrize("answer", ["Mira ran away.", "I cannot. I will not. That is all.", ""])
async def test_an_unusable_summary_and_keywords_are_taken_from_the_text(answer: str) -> None:
    told = await WRITER.write_chapter(book(1), b"picture", Answers([good(1, 1).answer, "banana", answer]))
    assert told.finished
    (chapter,) = told.chapters
    assert len(chapter.keywords) == 5
    assert all(word.casefold() in chapter.text.casefold() for word in chapter.keywords)
    parts = split_sentences(told.summary)
    assert len(parts) == 3
    assert all(part in chapter.text for part in parts)


async def test_a_chapter_in_another_language_is_not_measured_by_english_words() -> None:
    words = " ".join(f"palabra{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300))
    spanish = replace(WRITER, profile=classic())
    run = Answers([f"Title: El faro\n\n{words}.", KEYWORDS, "Uno es. Dos son. Tres van."])
    told = await spanish.write_chapter(book(1), b"picture", run, language="Spanish")
    (chapter,) = told.chapters
    assert (set(chapter.figures), chapter.notes, chapter.tries) == ({"words", "repetition"}, (), 1)
    assert ["Write in Spanish." in task.prompt for task in run.asked] == [True] * 3
    short = Answers(["Title: El faro\n\nCorto.", f"Title: El faro\n\n{words}.", KEYWORDS])
    await spanish.write_chapter(book(), b"picture", short, language="Spanish")
    assert short.asked[1].prompt.endswith('Write in Spanish.\nBegin with "Title:".')


async def test_a_chapter_that_cannot_be_told_in_its_language_is_measured_and_says_so() -> None:
    run = Answers([good(1).answer, KEYWORDS])
    told = await WRITER.write_chapter(book(), b"picture", run, language="Spanish")
    (chapter,) = told.chapters
    assert chapter.notes == (english_only("Spanish"),)
    assert "mood" in chapter.figures
    assert not any("Spanish" in task.prompt for task in run.asked)


async def test_a_stopped_book_goes_on_where_it_was() -> None:
    first = await WRITER.write_chapter(book(), b"picture", Answers([good(1).answer, KEYWORDS]))
    kept = first.to_json()
    with pytest.raises(IndexError):  # the process stops in the middle of chapter 2
        await WRITER.write_chapter(first, b"picture", Answers(["Title: Half\n\nA word."]))
    again = Book.from_json(kept)
    assert again == first
    second = good(2, before=good(1)).answer
    whole = await WRITER.write_chapter(first, b"picture", Answers([second, KEYWORDS]))
    resumed = await WRITER.write_chapter(again, b"picture", Answers([second, KEYWORDS]))
    assert resumed == whole
    assert resumed.next_number == 3


async def test_a_prompt_that_proves_too_long_is_asked_with_less() -> None:
    first = await WRITER.write_chapter(book(), b"picture", Answers([good(1).answer, KEYWORDS]))
    run = Answers([good(2, before=good(1)).answer, KEYWORDS], context=280)
    direction = "In verse and rhyme. " * 60
    await Chronicler(pocket(), tries=1).write_chapter(first, b"picture", run, direction=direction)
    long, shorter, *_ = (task.prompt for task in run.asked if "Write chapter 2" in task.prompt)
    assert len(shorter) < len(long)


async def test_real_classes_with_random_weights_write_a_chapter(
    tiny: Profile, device: ModelDevice, picture: bytes
) -> None:
    told = await Chronicler(tiny, tries=1).write_chapter(book(1), picture, OnDevice(device))
    (chapter,) = told.chapters
    assert chapter.text
    assert chapter.notes  # random words keep no mood and name no conflict
    assert told.summary
    assert Book.from_json(told.to_json()) == told
