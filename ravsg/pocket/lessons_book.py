"""Lessons of book making: chapters, summaries, keywords, titles, recaps and branches."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

from ravsg.pocket.captions import alt_text
from ravsg.pocket.plots import Plot, plot_of
from ravsg.pocket.stories import Told, hour_of, tell
from ravsg.pocket.teaching import Lesson, Material, analysis, material
from ravsg.pocket.wishes import turn_away
from ravsg.pocket.world import Scene, mood, setting
from ravsg.story.answers import sentences
from ravsg.story.chapters import Step, chapter_prompt, step_of
from ravsg.story.lengths import tail
from ravsg.story.tasks import (
    DESCRIBE,
    KEYWORDS,
    branch_prompt,
    keywords_prompt,
    recap_prompt,
    summary_prompt,
    title_prompt,
)

LAST: Final = 400
"""Characters of the last passage that a chapter is shown."""

_OUTCOMES: Final[dict[Step, str]] = {
    "begin": "It has only just begun, and nobody knows how it will end.",
    "grow": "The trouble grows, and {name} does not give up.",
    "height": "Now everything depends on {name}.",
}


def summary_of(scene: Scene, name: str, plot: Plot, step: Step) -> str:
    """A chapter in three sentences: who and where, what is the matter, and where that stands."""
    hero = scene.figures[0].phrase
    first = f"{name}, {hero}, is {setting(scene.setting).place} on {hour_of(scene)}."
    second = f"{plot.conflict[0].upper()}{plot.conflict[1:]}."
    third = f"In the end {plot.outcome}." if step == "end" else _OUTCOMES[step].format(name=name)
    return f"{first} {second} {third}"


def chapter_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """Any chapter of a book, with what came before it."""
    seen = analysis(scene, rng)
    plot = plot_of(seen.conflicts[0])
    count = rng.choice((3, 4, 5, 5, 5))
    number = rng.randint(1, count)
    made = material(scene, rng, named=number > 1, most=2)
    summary = last = ""
    before: Told | None = None
    if number > 1:
        step = step_of(number - 1, count)
        summary = summary_of(scene, made.hero, plot, step)
        before = _chapter(scene, rng, Material(made.hero, made.friend), plot, step)
        last = tail(before.text, LAST)
    told = _chapter(scene, rng, made, plot, step_of(number, count), before=before)
    prompt = chapter_prompt(
        seen,
        number=number,
        count=count,
        summary=summary,
        last=last,
        cast=made.cast,
        woven=made.woven,
        direction=made.wish.direction,
    )
    return Lesson("chapter", prompt, told.answer, True)


def summary_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A chapter, or a whole story, in three sentences."""
    made = material(scene, rng, named=rng.random() < 0.5, most=0)
    told, plot, step = _any_chapter(scene, rng, made)
    earlier = summary_of(scene, made.hero, plot, "begin") if step != "begin" and rng.random() < 0.4 else ""
    return Lesson("summary", summary_prompt([told.text], earlier), summary_of(scene, made.hero, plot, step), False)


def keywords_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """The words of a chapter that one would look for."""
    made = material(scene, rng, named=rng.random() < 0.5, most=0)
    told, plot, _ = _any_chapter(scene, rng, made)
    where, hour = setting(scene.setting), mood(scene.mood)
    wanted = [made.hero, scene.figures[0].key, *where.words[:1], *scene.things]
    wanted += [word for word in plot.conflict.split() if len(word) > 4] + list(hour.words)
    inside = told.text.lower()
    kept = [
        word for word in dict.fromkeys(wanted) if word.lower() in inside.replace(",", " ").replace(".", " ").split()
    ]
    return Lesson("keywords", keywords_prompt(told.text), ", ".join(kept[:KEYWORDS]), False)


def title_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A title for a text that has none."""
    made = material(scene, rng, named=rng.random() < 0.5, most=0)
    told, plot, _ = _any_chapter(scene, rng, made)
    return Lesson("title", title_prompt(told.text), f"{told.hero} and {plot.title}", False)


def describe_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """Picture to alt text."""
    return Lesson("describe", DESCRIBE, f"{alt_text(scene)}.", True)


def recap_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """What happened so far, for a reader who was away: the summary without its last sentence, and the last words."""
    made = material(scene, rng, named=True, most=0)
    plot = plot_of(analysis(scene, rng).conflicts[0])
    step: Step = rng.choice(("begin", "grow", "height"))
    told = _chapter(scene, rng, made, plot, step)
    summary = summary_of(scene, made.hero, plot, step)
    last = tail(told.text, LAST // 2) if rng.random() < 0.7 else ""
    who, matter, state = sentences(summary)
    closing = sentences(last)[-1] if last else state
    return Lesson(
        "recap",
        recap_prompt(told.title, summary, last),
        f"Previously on {told.title}: {who} {matter} {closing}",
        False,
    )


def branch_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A story that goes on another way than it did."""
    seen = analysis(scene, rng)
    plot = plot_of(seen.conflicts[0])
    made = material(scene, rng, named=True, most=0)
    so_far = _chapter(scene, rng, Material(made.hero, made.friend), plot, "begin", short=True)
    asked = turn_away(rng, scene.figures[0].key, made.hero)
    turned = replace(so_far, onward=" ".join(asked.sentences))
    told = tell(scene, rng, "short", name=made.hero, friend=made.friend, plot=plot, resumed=True, before=turned)
    prompt = branch_prompt(so_far.text, asked.direction, seen)
    return Lesson("branch", prompt, told.answer, True)


def _any_chapter(scene: Scene, rng: random.Random, made: Material) -> tuple[Told, Plot, Step]:
    plot = plot_of(analysis(scene, rng).conflicts[0])
    step: Step = rng.choice(("begin", "grow", "height", "end", "end"))
    return _chapter(scene, rng, made, plot, step, short=rng.random() < 0.5), plot, step


def _chapter(
    scene: Scene,
    rng: random.Random,
    made: Material,
    plot: Plot,
    step: Step,
    *,
    short: bool = False,
    before: Told | None = None,
) -> Told:
    return tell(
        scene,
        rng,
        "short" if short else "long",
        name=made.hero,
        friend=made.friend,
        plot=plot,
        guests=made.guests,
        wishes=(*made.reminders, *made.wish.sentences),
        remembers=made.remembers,
        step=step,
        before=before,
    )
