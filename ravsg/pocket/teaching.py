"""What every lesson is made of: the lesson itself, the truth of its scene as an analysis, and who is in the story."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from ravsg.pocket.names import fitting, given, usual
from ravsg.pocket.plots import plots_for
from ravsg.pocket.recollections import line, passage, picture
from ravsg.pocket.stories import Guest
from ravsg.pocket.wishes import NO_WISH, Wish, named_wish, plain_wish
from ravsg.pocket.world import Figure, Scene, mood, sample_scene, setting, thing
from ravsg.story.prompts import CastSheet
from ravsg.types import Analysis, Recalled


@dataclass(frozen=True, slots=True)
class Lesson:
    """A user's turn, whether the scene's picture goes with it, and the answer."""

    kind: str
    prompt: str
    answer: str
    with_picture: bool


@dataclass(frozen=True, slots=True)
class Material:
    """Who is in a story and what it is woven from."""

    hero: str
    friend: str
    cast: tuple[CastSheet, ...] = ()
    woven: tuple[Recalled, ...] = ()
    guests: tuple[Guest, ...] = ()
    reminders: tuple[str, ...] = ()
    remembers: Guest | None = None
    """What memory tells of the hero itself."""
    wish: Wish = NO_WISH


def analysis(scene: Scene, rng: random.Random) -> Analysis:
    """What is to be seen in the scene, with one or two conflicts that fit it."""
    fitting_plots = plots_for(scene.mood, scene.things)
    # A conflict of the scene's own things comes first, where there is one: it can be seen.
    first = rng.choice(fitting_plots[: len(scene.things) + 1])
    conflicts = [first.conflict]
    if rng.random() < 0.4:
        conflicts.append(rng.choice([one.conflict for one in fitting_plots if one is not first]))
    return Analysis(
        setting=setting(scene.setting).phrase,
        characters=tuple(figure.phrase for figure in scene.figures),
        mood=mood(scene.mood).feeling,
        objects=tuple(thing(key).phrase for key in scene.things),
        conflicts=tuple(conflicts),
    )


def material(scene: Scene, rng: random.Random, *, named: bool = False, most: int = 3) -> Material:
    """Names, cast, memories and a direction for a story of the scene.

    Six in ten give a name: by a memory, a cast sheet or the direction. `named` says that the hero's name is given in
    another way, by the story so far; `most` memories at most.
    """
    hero, pronoun = _named(scene.figures[0], rng, given_name=named)
    second = scene.figures[1] if len(scene.figures) > 1 else None
    friend, _ = _named(second, rng, given_name=named, besides=hero)
    made = Material(hero, friend)
    kind = rng.choices(("nothing", "memory", "cast", "direction"), (40, 38, 11, 11))[0]
    if kind == "memory":
        made = _remembering(made, scene, rng, min(most, rng.choices((1, 2, 3), (7, 2, 1))[0]), fixed=named)
    elif kind == "cast" and not named:
        made = _cast(made, scene, rng)
    elif kind == "direction" and not named:
        name = given(rng, pronoun, (friend,))
        made = replace(made, hero=name, wish=named_wish(rng, scene.figures[0].key, name))
    elif rng.random() < 0.12:
        memory, reminder = picture(sample_scene(rng), rng, 1)
        made = replace(made, woven=(memory,), reminders=(reminder,))
    if not made.wish.direction and not named and rng.random() < 0.25:
        made = replace(made, wish=plain_wish(rng))
    return made


def _named(figure: Figure | None, rng: random.Random, *, given_name: bool, besides: str = "") -> tuple[str, str]:
    """A name and the pronoun that goes with it."""
    pronoun = figure.character.pronoun if figure else rng.choice(("he", "she"))
    taken = (besides,) if besides else ()
    if given_name:
        return given(rng, pronoun, taken), pronoun
    return (usual(rng, figure.key, taken) if figure else fitting(rng, pronoun, taken)), pronoun


def _cast(made: Material, scene: Scene, rng: random.Random) -> Material:
    hero = scene.figures[0]
    name = given(rng, hero.character.pronoun, (made.friend,))
    sheets = [CastSheet(name, hero.phrase)]
    friend = made.friend
    if len(scene.figures) > 1 and rng.random() < 0.5:
        friend = given(rng, scene.figures[1].character.pronoun, (name,))
        sheets.append(CastSheet(friend, scene.figures[1].phrase))
    rng.shuffle(sheets)
    return replace(made, hero=name, friend=friend, cast=tuple(sheets))


def _remembering(made: Material, scene: Scene, rng: random.Random, count: int, *, fixed: bool) -> Material:
    """Up to `count` memories; now and then the first tells of the hero itself, unless its name is `fixed`."""
    woven: list[Recalled] = []
    guests: list[Guest] = []
    reminders: list[str] = []
    hero, remembers = made.hero, made.remembers
    for number in range(1, count + 1):
        if number > 1 and rng.random() < 0.3:
            memory, reminder = picture(sample_scene(rng), rng, number)
            woven.append(memory)
            reminders.append(reminder)
            continue
        itself = number == 1 and not fixed and rng.random() < 0.2
        earlier = _earlier(scene, rng, itself=itself)
        taken = (hero, made.friend, *(guest.name for guest in guests))
        name = given(rng, earlier.figures[0].character.pronoun, taken)
        found: tuple[Recalled, Guest | None]
        found = line(earlier, rng, name, number) if rng.random() < 0.5 else passage(earlier, rng, name, number)
        memory, guest = found
        woven.append(memory)
        if guest and earlier.setting == scene.setting:
            guest = replace(guest, place="")
        if guest and itself:
            hero, remembers = name, guest
        elif guest:
            guests.append(guest)
    # Two guests are company, three a crowd.
    return replace(
        made,
        hero=hero,
        woven=tuple(woven),
        guests=tuple(guests[:2]),
        reminders=tuple(reminders[:1]),
        remembers=remembers,
    )


def _earlier(scene: Scene, rng: random.Random, *, itself: bool) -> Scene:
    """A scene that happened before: with the same hero (`itself`), or with nobody of this one."""
    here = {figure.key for figure in scene.figures}
    while True:
        earlier = sample_scene(rng)
        if itself:
            return replace(earlier, figures=scene.figures[:1])
        if not here & {figure.key for figure in earlier.figures}:
            return earlier
