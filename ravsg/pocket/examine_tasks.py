"""What the writer is examined in besides stories: chapters, mending, and everything short that a book needs.

Prompts are those of the lessons, of held-out scenes; the material in them was told by the recipe, the answers are the
writer's own first try. Form is judged by the readers that the bot uses (`ravsg.story.answers`), content by names,
places and conflicts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ravsg.config import StorySection
from ravsg.pocket.examine_text import LEAST_WORDS, hero_of, kinds_named, names_somebody, repeats_nothing, takes_place
from ravsg.pocket.hands import Writer
from ravsg.pocket.lessons_book import (
    branch_lesson,
    chapter_lesson,
    describe_lesson,
    keywords_lesson,
    recap_lesson,
    summary_lesson,
    title_lesson,
)
from ravsg.pocket.lessons_mending import correction_lesson, rewrite_lesson
from ravsg.pocket.measures import Measure, share
from ravsg.pocket.teaching import Lesson
from ravsg.pocket.world import Scene
from ravsg.story.answers import ends_open, is_recap, is_summary, names_conflict, read_keywords, read_title, sentences
from ravsg.story.lengths import HELD_OPEN, answer_bounds, count_words
from ravsg.story.parse import Told, parse_story
from ravsg.story.tasks import KEYWORDS

SURE: Final = 0.2
"""Temperature of short answers."""
TITLE_WORDS: Final = 8
BRANCH_WORDS: Final = 120
"""Asked for are about 170."""

_CONFLICT: Final = re.compile(r"^conflicts: ([^;\n]+)", re.MULTILINE)
_NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")

Make = Callable[[Scene, random.Random], Lesson]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One writer before held-out scenes and their pictures."""

    writer: Writer
    scenes: Sequence[Scene]
    pictures: Sequence[bytes]

    def lessons(self, make: Make, words: str = "") -> list[Lesson]:
        """One lesson of each scene whose prompt holds these words."""
        return [asked(make, scene, number, words) for number, scene in enumerate(self.scenes)]

    def short(self, lessons: Sequence[Lesson], most: int, what: str) -> list[str]:
        """Answers of a line or a paragraph."""
        return self._answers(lessons, most=most, least=0, temperature=SURE, what=what)

    def long(self, lessons: Sequence[Lesson], *, least_words: int, what: str) -> list[Told]:
        """Answers in a story's form."""
        bot, profile = StorySection(), self.writer.profile
        bounds = answer_bounds("long", least_words, profile.context_tokens, profile.tokens_per_word)
        least = round(least_words * profile.tokens_per_word * HELD_OPEN)
        told = self._answers(lessons, most=bounds.most, least=least, temperature=bot.temperature, what=what)
        return [parse_story(one) for one in told]

    def _answers(
        self, lessons: Sequence[Lesson], *, most: int, least: int, temperature: float, what: str
    ) -> list[str]:
        pictures = self.pictures if lessons[0].with_picture else None
        prompts = [one.prompt for one in lessons]
        told = self.writer.write(prompts, pictures, most=most, least=least, temperature=temperature, what=what)
        return [one.text.strip() for one in told]


def asked(make: Make, scene: Scene, number: int, words: str) -> Lesson:
    """The first lesson of the scene whose prompt holds these words; `number` chooses among all there could be."""
    tries = (make(scene, random.Random(1000 * number + again)) for again in range(400))
    return next(one for one in tries if words in one.prompt)


def task_measures(writer: Writer, scenes: Sequence[Scene], pictures: Sequence[bytes]) -> dict[str, Measure]:
    """Shares of answers that can be used as they are: `chapter_…`, `fixed_…` and `task_…`."""
    sitting = Sitting(writer, scenes, pictures)
    return chapter_measures(sitting) | mending_measures(sitting) | short_measures(sitting)


def chapter_measures(sitting: Sitting) -> dict[str, Measure]:
    """Chapters before the last one, at the first try.

    - `chapter_words`: 250 words or more
    - `chapter_setting`: the opening names the right setting, and no other
    - `chapter_open`: it ends on a cliffhanger
    - `chapter_conflict`: the conflict of the picture is spoken out
    """
    lessons = sitting.lessons(chapter_lesson, "and end on a cliffhanger")
    told = sitting.long(lessons, least_words=LEAST_WORDS, what="chapters")
    pairs = list(zip(told, sitting.scenes, strict=True))
    conflicts = [conflict_of(one.prompt) for one in lessons]
    return {
        "chapter_words": share([count_words(one.text) >= LEAST_WORDS for one in told]),
        "chapter_setting": share([takes_place(one.text, scene.setting) for one, scene in pairs]),
        "chapter_open": share([ends_open(one.text) for one in told]),
        "chapter_conflict": share(
            [names_conflict(one.text, conflict) for one, conflict in zip(told, conflicts, strict=True)]
        ),
    }


def mending_measures(sitting: Sitting) -> dict[str, Measure]:
    """Texts with one fault, written once more: whether the fault is gone (`fixed_…`)."""

    def mended(need: str, least_words: int) -> list[tuple[Lesson, str]]:
        lessons = sitting.lessons(correction_lesson, need)
        told = sitting.long(lessons, least_words=least_words, what=f"texts mended: {need}")
        return list(zip(lessons, (one.text for one in told), strict=True))

    return {
        "fixed_short": share([count_words(text) >= LEAST_WORDS for _, text in mended("too short", LEAST_WORDS)]),
        "fixed_conflict": share(
            [names_conflict(text, inside(one, "conflict")) for one, text in mended("Name the conflict", 0)]
        ),
        "fixed_open": share([ends_open(text) for _, text in mended("End on a cliffhanger", 0)]),
        "fixed_name": share([keeps_name(one, text) for one, text in mended("Keep the name", 0)]),
        "fixed_once": share([repeats_nothing(text) for _, text in mended("Say nothing twice", 0)]),
    }


def short_measures(sitting: Sitting) -> dict[str, Measure]:
    """What a book needs besides its chapters.

    - `task_title`: one line of at most eight words
    - `task_summary`: three sentences that name the main character
    - `task_keywords`: three words or more that stand in the text
    - `task_alt`: one sentence that names the main character's kind
    - `task_recap`: begins as recaps do, and names the one whom the summary names
    - `task_rewrite`: the passage is where the picture is, about the same one as before
    - `task_branch`: a titled story of the same one
    """
    titles = sitting.short(sitting.lessons(title_lesson), 40, "titles")
    summaries = sitting.lessons(summary_lesson)
    summed = sitting.short(summaries, 120, "summaries")
    texts = sitting.lessons(keywords_lesson)
    words = sitting.short(texts, 60, "keywords")
    seen = sitting.short(sitting.lessons(describe_lesson), 80, "descriptions")
    recaps = sitting.lessons(recap_lesson)
    recalled = sitting.short(recaps, 160, "recaps")
    passages = sitting.lessons(rewrite_lesson)
    changed = sitting.short(passages, 220, "passages")
    branches = sitting.lessons(branch_lesson)
    turned = sitting.long(branches, least_words=BRANCH_WORDS, what="branches")
    return {
        "task_title": share(["\n" not in one and 0 < len(read_title(one).split()) <= TITLE_WORDS for one in titles]),
        "task_summary": share(
            [
                is_summary(one) and names_somebody(one, lesson.answer.split(",")[0])
                for one, lesson in zip(summed, summaries, strict=True)
            ]
        ),
        "task_keywords": share(
            [
                3 <= len(read_keywords(one, inside(lesson, "text"))) <= KEYWORDS
                for one, lesson in zip(words, texts, strict=True)
            ]
        ),
        "task_alt": share(
            [
                len(sentences(one)) == 1 and scene.figures[0].key in kinds_named(one)
                for one, scene in zip(seen, sitting.scenes, strict=True)
            ]
        ),
        "task_recap": share(
            [
                is_recap(one, inside(lesson, "title"))
                and names_somebody(one, inside(lesson, "summary").split(",")[0])
                for one, lesson in zip(recalled, recaps, strict=True)
            ]
        ),
        "task_rewrite": share(
            [
                takes_place(one, scene.setting) and (not hero or names_somebody(one, hero))
                for one, scene, hero in zip(changed, sitting.scenes, _heroes(passages, sitting.scenes), strict=True)
            ]
        ),
        "task_branch": share(
            [
                one.titled and (not hero or names_somebody(one.text, hero))
                for one, hero in zip(turned, _heroes(branches, sitting.scenes), strict=True)
            ]
        ),
    }


def inside(lesson: Lesson, name: str) -> str:
    """What stands between the marks of that name in a lesson's prompt. Raises ValueError where nothing does."""
    found = re.search(rf"\[{name}\]\n(.*?)\n\[/{name}\]", lesson.prompt, re.DOTALL)
    if found is None:
        raise ValueError(f"no [{name}] in the prompt")
    return found[1]


def conflict_of(prompt: str) -> str:
    """The first conflict that the picture block of a prompt names. Raises ValueError where it names none."""
    found = _CONFLICT.search(prompt)
    if found is None:
        raise ValueError("no conflict in the prompt")
    return found[1]


def keeps_name(lesson: Lesson, text: str) -> bool:
    """Whether the name that was to be kept stands in both halves, and the one that had taken its place in neither."""
    name = inside(lesson, "name")
    spoilt, good = set(_NAME.findall(inside(lesson, "text"))), set(_NAME.findall(lesson.answer))
    half = len(text) // 2
    both = names_somebody(text[:half], name) and names_somebody(text[half:], name)
    return both and not any(names_somebody(text, other) for other in spoilt - good)


def _heroes(lessons: Sequence[Lesson], scenes: Sequence[Scene]) -> list[str]:
    """The names that the right answers give to the main characters; empty where they give none beside the kind."""
    return [
        hero_of(one.answer.partition("\n\n")[2] or one.answer, scene.figures[0].key)
        for one, scene in zip(lessons, scenes, strict=True)
    ]
