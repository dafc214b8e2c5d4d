"""What the writer learns from: prompts exactly as `ravsg.story.prompts` builds them, with the right answers.

Every lesson is made from a scene and a random generator; nothing is read from disk. Names in `names.UNKNOWN` and
held-out pairs never occur unless the scene that is given holds them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ravsg.pocket.captions import alt_text, caption, card
from ravsg.pocket.names import TELLERS, pick
from ravsg.pocket.plots import plot_of, plots_for
from ravsg.pocket.stories import Guest, Told, tell
from ravsg.pocket.wishes import Wish, wish
from ravsg.pocket.world import Scene, mood, sample_scene, setting, thing
from ravsg.story.prompts import ANALYSE, scene_prompt, story_prompt
from ravsg.types import Analysis, Length, MemoryKind, Recalled

LENGTHS: Final[tuple[Length, ...]] = ("short", "medium", "long")
CHUNK: Final = 500
"""Characters of a remembered passage, as memory cuts them."""

_REMINDED: Final = (
    "It was almost as in the picture that <H> knew from before: <alt>.",
    "<H> had dreamed of it once: <alt>.",
    "Somebody had told <him> about it long ago: <alt>.",
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A user's turn, whether the scene's picture goes with it, and the answer."""

    kind: str
    prompt: str
    answer: str
    with_picture: bool


def analysis(scene: Scene, rng: random.Random) -> Analysis:
    """What is to be seen in the scene, with one or two conflicts that fit it."""
    fitting = plots_for(scene.mood, scene.things)
    # A conflict of the scene's own things comes first, where there is one: it can be seen.
    first = rng.choice(fitting[: len(scene.things) + 1])
    conflicts = [first.conflict]
    if rng.random() < 0.4:
        conflicts.append(rng.choice([one.conflict for one in fitting if one is not first]))
    return Analysis(
        setting=setting(scene.setting).phrase,
        characters=tuple(figure.phrase for figure in scene.figures),
        mood=mood(scene.mood).feeling,
        objects=tuple(thing(key).phrase for key in scene.things),
        conflicts=tuple(conflicts),
    )


def analysis_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """Picture to JSON."""
    return Lesson("analysis", ANALYSE, analysis(scene, rng).to_json(), True)


def story_lesson(scene: Scene, rng: random.Random, length: Length | None = None) -> Lesson:
    """Picture and analysis to a story, with up to three memories, a direction, and perhaps a story to go on with."""
    seen = analysis(scene, rng)
    plot = plot_of(seen.conflicts[0])
    names = pick(rng, 8)
    hero, friend = names[0], names[1]
    woven, guests, reminders = _memories(rng, names[2:], rng.choices((0, 1, 2, 3), (6, 3, 1, 1))[0])
    before: Told | None = None
    if rng.random() < 0.15:
        second = plot_of(seen.conflicts[1]) if len(seen.conflicts) > 1 else None
        before = tell(scene, rng, "short", name=hero, friend=friend, plot=second)
    asked = Wish("")
    if before is None and rng.random() < 0.35:
        asked = wish(rng, scene.figures[0].key, hero)
    told = tell(
        scene,
        rng,
        rng.choice(LENGTHS) if length is None else length,
        name=hero,
        friend=friend,
        plot=plot,
        guests=guests,
        wishes=(*reminders, *asked.sentences),
        resumed=before is not None,
    )
    prompt = story_prompt(
        seen,
        length=_length_of(told),
        woven=woven,
        direction=asked.direction,
        continues=before.text if before else "",
    )
    return Lesson("story", prompt, told.answer, True)


def scene_lesson(scene: Scene, rng: random.Random) -> Lesson:
    """A story, a piece of one, or a member's own words, to a scene card."""
    kind = rng.random()
    if kind < 0.45:
        text = caption(scene, rng)
    else:
        name, friend = pick(rng, 2)
        told = tell(scene, rng, rng.choice(LENGTHS), name=name, friend=friend)
        text = f"{told.title}\n\n{told.text}" if kind < 0.7 else told.text
        if rng.random() < 0.3:
            text = told.paragraphs[0]
    woven, _, _ = _memories(rng, pick(rng, 6), rng.choices((0, 1, 2), (7, 2, 1))[0])
    return Lesson("scene", scene_prompt(text, woven), card(scene, rng).to_json(), False)


def lesson(scene: Scene, rng: random.Random) -> Lesson:
    """One of the three, most often a story."""
    make = rng.choices((analysis_lesson, story_lesson, scene_lesson), (8, 5, 2))[0]
    return make(scene, rng)


def remembered(scene: Scene, rng: random.Random, name: str, number: int = 1) -> tuple[Recalled, Told]:
    """A passage of an earlier story about somebody called `name`, as memory brings it back."""
    told = tell(scene, rng, "short", name=name, friend=pick(rng, 1)[0])
    start = 0 if rng.random() < 0.75 else rng.randrange(0, max(1, len(told.text) - CHUNK))
    return _recalled(number, MemoryKind.STORY, told.text[start : start + CHUNK].strip(), told.title, rng), told


def _length_of(told: Told) -> Length:
    count = len(told.text.split())
    return "short" if count < 215 else "medium" if count < 295 else "long"


def _memories(
    rng: random.Random, names: list[str], count: int
) -> tuple[list[Recalled], tuple[Guest, ...], tuple[str, ...]]:
    woven: list[Recalled] = []
    guests: list[Guest] = []
    reminders: list[str] = []
    for number in range(1, count + 1):
        scene = sample_scene(rng)
        if rng.random() < 0.2:
            shown = alt_text(scene)
            woven.append(_recalled(number, MemoryKind.PICTURE, shown, shown[:40], rng))
            reminders.append(rng.choice(_REMINDED).replace("<alt>", shown[0].lower() + shown[1:]))
            continue
        memory, told = remembered(scene, rng, names[number - 1], number)
        woven.append(memory)
        if told.hero in memory.text or told.hero in memory.title:
            look = scene.figures[0].phrase
            guests.append(Guest(told.hero, look if look in memory.text else "an old friend"))
    # Two guests are company, three a crowd: a short story has no room for more.
    return woven, tuple(guests[:2]), tuple(reminders[:1])


def _recalled(number: int, kind: MemoryKind, text: str, title: str, rng: random.Random) -> Recalled:
    return Recalled(
        memory_id=number,
        kind=kind,
        text=text,
        title=title,
        author_id=number,
        author_name=rng.choice(TELLERS),
        channel_id=1,
        message_id=None,
        job_id="lesson",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        score=0.9,
        why="similar picture",
    )
