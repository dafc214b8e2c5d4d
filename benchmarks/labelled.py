"""Memories and questions of the pocket world whose relevance is known from the scenes, made anew from one seed.

A memory is a story told of a scene with the picture that it was told from, or a painted picture alone, as the bot
keeps them. What was seen in a story's picture errs as often as the pocket writer does, and a painted picture goes by
what somebody asked for, which is seldom all that is in it. A question asks for some of a scene's attributes, in words
or by a picture; how relevant a memory is follows from the share of them that its own scene has, and from whose story
it is. Nothing here has seen an index.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ravsg.engine.remembering import CAPTION_CHARACTERS
from ravsg.pocket.captions import caption, spoken
from ravsg.pocket.drawn import sample_scenes
from ravsg.pocket.names import KNOWN, fitting, invent
from ravsg.pocket.stories import tell
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, THINGS, Scene, mood, setting, thing
from ravsg.story.lengths import head

QuestionKind = Literal["place", "name", "other words", "thing", "two", "name and thing", "asked", "picture"]
RIGHT: Final = {"setting": 0.93, "mood": 0.99, "character": 0.84, "thing": 0.91}
"""How often the pocket writer's analysis is right (docs/pocket.md)."""
GRADES: Final = ((1.0, 3), (0.66, 2), (0.5, 1))
"""Relevance by the least share of the wanted attributes."""


@dataclass(frozen=True, slots=True)
class Made:
    """One job's result: a story with its picture, or a painted picture without a story."""

    job_id: str
    scene: Scene
    title: str
    story: str
    """Empty for a painted picture."""
    caption: str
    keywords: tuple[str, ...]
    hero: str = ""
    """The main character's name; empty for a painted picture."""
    friend: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for. The wanted attributes are a scene's, as (field, key) pairs."""

    kind: QuestionKind
    words: str
    wanted: frozenset[tuple[str, str]]
    name: str = ""
    scene: Scene | None = None
    """The picture that is given, for questions by picture."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """All of it."""

    made: tuple[Made, ...]
    questions: tuple[Question, ...] = field(default=())

    @property
    def memories(self) -> int:
        """How many memories the results are kept as."""
        return sum(2 if one.story else 1 for one in self.made)


def labelled(*, stories: int = 900, paintings: int = 500, each: int = 40, seed: int = 2026) -> Labelled:
    """So many results, and `each` questions of every kind."""
    rng = random.Random(seed)
    scenes = sample_scenes(stories + paintings, seed, held_out=None)
    names = [*KNOWN, *(invent(rng) for _ in range(stories // 5))]
    eye, hand = random.Random(seed + 1), random.Random(seed + 2)
    made = [_told(number, scene, rng.choice(names), rng, eye) for number, scene in enumerate(scenes[:stories])]
    made += [_painted(stories + number, scene, hand) for number, scene in enumerate(scenes[stories:])]
    questions: dict[str, Question] = {}
    for number, (ask, fits) in enumerate(_ASKED, 1):
        of_kind = [one for one in made if fits(one)]
        while len(questions) < number * each:  # none twice: one half is asked, the other was tuned on
            question = ask(rng.choice(of_kind), rng)
            questions.setdefault(question.words, question)
    return Labelled(tuple(made), tuple(questions.values()))


def gain(question: Question, made: Made) -> int:
    """How relevant a result is to a question: 0 (not at all) to 3."""
    if question.name and made.hero != question.name:
        return 1 if made.friend == question.name else 0
    there = attributes(made.scene)
    share = len(question.wanted & there) / len(question.wanted) if question.wanted else 1.0
    graded = next((grade for least, grade in GRADES if share >= least), 0)
    return max(1, graded) if question.name else graded


def attributes(scene: Scene) -> frozenset[tuple[str, str]]:
    """What a scene holds, as (field, key) pairs."""
    pairs = [("setting", scene.setting), ("mood", scene.mood)]
    pairs += [("character", figure.key) for figure in scene.figures] + [("thing", key) for key in scene.things]
    return frozenset(pairs)


def seen(scene: Scene, eye: random.Random) -> tuple[str, ...]:
    """An analysis of the scene's picture: place, characters, things, mood, each right as often as the writer is."""
    where = setting(scene.setting if eye.random() < RIGHT["setting"] else eye.choice(SETTINGS).key)
    hour = mood(scene.mood if eye.random() < RIGHT["mood"] else eye.choice(MOODS).key)
    figures = [
        one.phrase if eye.random() < RIGHT["character"] else eye.choice(eye.choice(CHARACTERS).looks)
        for one in scene.figures
    ]
    things = [thing(key if eye.random() < RIGHT["thing"] else eye.choice(THINGS).key).phrase for key in scene.things]
    return (where.phrase, *figures, *things, hour.feeling)


def _told(number: int, scene: Scene, name: str, rng: random.Random, eye: random.Random) -> Made:
    friend = fitting(rng, rng.choice(("he", "she")), (name,))
    told = tell(scene, rng, "short", name=name, friend=friend)
    keywords = seen(scene, eye)
    shown = f"{', '.join(keywords[:-1])}. {head(told.text, CAPTION_CHARACTERS)}"
    known = friend if friend in told.text else ""
    return Made(f"story-{number}", scene, told.title, told.text, shown, keywords, name, known)


def _painted(number: int, scene: Scene, hand: random.Random) -> Made:
    who = spoken([one.phrase for one in scene.figures])
    return Made(f"paint-{number}", scene, who, "", caption(scene, hand), (who,))


def _place(made: Made, rng: random.Random) -> Question:
    who, where = rng.choice(made.scene.figures).key, made.scene.setting
    words = f"a {who} {setting(where).place}"
    return Question("place", words, frozenset({("character", who), ("setting", where)}))


def _name(made: Made, rng: random.Random) -> Question:
    kind = made.scene.figures[0].key
    words = rng.choice((f"What happened to {made.hero}?", f"{made.hero} the {kind}", f"Where does {made.hero} live?"))
    return Question("name", words, frozenset(), made.hero)


def _other_words(made: Made, rng: random.Random) -> Question:
    """Names of the place and the mood that its own phrases do not use, where the world has any."""
    where, hour = setting(made.scene.setting), mood(made.scene.mood)
    word = rng.choice([one for one in where.words if one not in where.place] or list(where.words))
    words = f"something {hour.feeling}, {word}"
    return Question("other words", words, frozenset({("setting", where.key), ("mood", hour.key)}))


def _thing(made: Made, rng: random.Random) -> Question:
    what, hour = rng.choice(made.scene.things), made.scene.mood
    words = f"{thing(what).phrase}, {mood(hour).phrase}"
    return Question("thing", words, frozenset({("thing", what), ("mood", hour)}))


def _two(made: Made, rng: random.Random) -> Question:
    one, other = rng.sample([figure.key for figure in made.scene.figures], 2)
    return Question("two", f"a {one} and a {other}", frozenset({("character", one), ("character", other)}))


def _name_and_thing(made: Made, rng: random.Random) -> Question:
    what = rng.choice(made.scene.things)
    return Question("name and thing", f"{made.hero} and the {what}", frozenset({("thing", what)}), made.hero)


def _asked(made: Made, rng: random.Random) -> Question:
    who, what, where = rng.choice(made.scene.figures).key, rng.choice(made.scene.things), made.scene.setting
    words = f"Do you remember the {who} with {thing(what).phrase} {setting(where).place}?"
    return Question("asked", words, frozenset({("character", who), ("thing", what), ("setting", where)}))


def _picture(made: Made, rng: random.Random) -> Question:
    """Another picture of the same place and main character, asked as a story's job does: with what is seen there."""
    scene, hero = made.scene, made.scene.figures[0]
    again = Scene(
        scene.setting, rng.choice(setting(scene.setting).moods), (hero,), scene.things[:1], rng.randrange(2**31)
    )
    wanted = {("setting", scene.setting), ("character", hero.key), *(("thing", key) for key in scene.things[:1])}
    words = " ".join(seen(again, rng)[:-1])
    return Question("picture", words, frozenset(wanted), scene=again)


def _has_story(made: Made) -> bool:
    return bool(made.story)


def _has_thing(made: Made) -> bool:
    return bool(made.scene.things)


def _has_two(made: Made) -> bool:
    return len(made.scene.figures) > 1


def _has_story_and_thing(made: Made) -> bool:
    return bool(made.story and made.scene.things)


def _any(_made: Made) -> bool:
    return True


_Ask = Callable[[Made, random.Random], Question]
_ASKED: Final[Sequence[tuple[_Ask, Callable[[Made], bool]]]] = (
    (_place, _any),
    (_name, _has_story),
    (_other_words, _any),
    (_thing, _has_thing),
    (_two, _has_two),
    (_name_and_thing, _has_story_and_thing),
    (_asked, _has_thing),
    (_picture, _any),
)
