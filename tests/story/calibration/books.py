"""Books of the pocket world, told by its own recipe, and the same chapters with one known fault each."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ravsg.pocket.fragments import pool
from ravsg.pocket.names import fitting
from ravsg.pocket.plots import all_plots, plot_of
from ravsg.pocket.stories import Told, slots_of, tell
from ravsg.pocket.teaching import analysis, material
from ravsg.pocket.teller import Teller, voiced
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, Scene, sample_scene
from ravsg.story.chapters import step_of
from ravsg.story.mood import families, families_named
from ravsg.story.plan import Plan, make_plan, with_names
from ravsg.story.prose import content_stems, split_sentences

COUNT: Final = 5


@dataclass(frozen=True, slots=True)
class Chapter:
    """A good chapter with all that it was told from."""

    scene: Scene
    plan: Plan
    number: int
    told: Told
    earlier: tuple[str, ...]
    friend: str
    seed: int


def chapters(seeds: range) -> Iterator[Chapter]:
    """The chapters of one book for each seed."""
    for seed in seeds:
        rng = random.Random(seed)
        scene = sample_scene(rng)
        plan = make_plan(analysis(scene, rng), COUNT)
        made = material(scene, rng, named=True, most=0)
        before: Told | None = None
        earlier: tuple[str, ...] = ()
        for number in range(1, COUNT + 1):
            told = _tell(scene, rng, plan, number, hero=made.hero, friend=made.friend, before=before)
            yield Chapter(scene, plan, number, told, earlier, made.friend, seed)
            plan, before, earlier = with_names(plan, told.text), told, (*earlier, told.text)


def _tell(
    scene: Scene, rng: random.Random, plan: Plan, number: int, *, hero: str, friend: str, before: Told | None = None
) -> Told:
    plot = plot_of(plan.analysis.conflicts[0])
    step = step_of(number, COUNT)
    return tell(scene, rng, "long", name=hero, friend=friend, plot=plot, step=step, before=before)


def spoilt(one: Chapter) -> Iterator[tuple[str, str]]:
    """Each check that the chapter can be made to fail, with the text that should fail it."""
    rng = random.Random(one.seed * 31 + one.number)
    for check, spoil in _FAULTS.items():
        text = spoil(one, rng)
        if text and text != one.told.text:
            yield check, text


def _short(one: Chapter, _: random.Random) -> str:
    return "\n\n".join(" ".join(split_sentences(part)[:3]) for part in one.told.paragraphs)


def _other_mood(one: Chapter, rng: random.Random) -> str:
    """The same chapter told on a day whose mood is against this one's."""
    asked = families_named(one.plan.analysis.mood)
    against = set().union(*(families()[key].against for key in asked)) - asked
    others = [other for other in MOODS if families_named(other.feeling) <= against]
    other = replace(one.scene, mood=rng.choice(others or list(MOODS)).key)
    return _tell(other, rng, one.plan, one.number, hero=one.told.hero, friend=one.friend).text


def _other_plot(one: Chapter, rng: random.Random) -> str:
    """The chapter told about something else."""
    asked = {stem for conflict in one.plan.beat(one.number).conflicts for stem in content_stems(conflict)}
    plot = rng.choice([plot for plot in all_plots() if not asked & set(content_stems(plot.conflict))])
    scene = replace(one.scene, things=())
    step = step_of(one.number, COUNT)
    return tell(scene, rng, "long", name=one.told.hero, friend=one.friend, plot=plot, step=step).text


def _closed(one: Chapter, rng: random.Random) -> str:
    """The cliffhanger gives way to an ending."""
    if one.number == COUNT:
        return ""
    teller = Teller(rng, slots_of(one.scene, one.friend, one.told.plot, rng))
    rest = teller.take(one.told.plot.solved) + teller.take(pool(f"ending {one.scene.mood}"), naming=True)
    end = voiced(rest, one.told.hero, one.scene.figures[0].character.pronoun)
    return "\n\n".join((*one.told.paragraphs[:-1], end))


def _opened(one: Chapter, rng: random.Random) -> str:
    if one.number < COUNT:
        return ""
    teller = Teller(rng, slots_of(one.scene, one.friend, one.told.plot, rng))
    cliff = [fragment.split(" => ")[0] for fragment in teller.choose(pool("cliffhanger"))]
    end = voiced([teller.fill(one) for one in cliff], one.told.hero, one.scene.figures[0].character.pronoun)
    return f"{one.told.text} {end}"


def _renamed(one: Chapter, rng: random.Random) -> str:
    """From half on somebody else, or nearly the same name."""
    hero = one.told.hero
    other = fitting(rng, one.scene.figures[0].character.pronoun, (hero, one.friend))
    if rng.random() < 0.5:
        other = f"{hero[:-1]}{'e' if hero[-1] != 'e' else 'i'}n"
    return _second_half(one, lambda text: re.sub(rf"\b{hero}\b", other, text))


def _repeated(one: Chapter, rng: random.Random) -> str:
    if not one.earlier:
        return f"{one.told.text} {one.told.paragraphs[1]}"
    old = rng.sample(split_sentences(one.earlier[-1]), 8)
    return "\n\n".join((*one.told.paragraphs[:2], " ".join(old), *one.told.paragraphs[3:]))


def _other_kind(one: Chapter, rng: random.Random) -> str:
    """The hero turns from he to she, or is of another kind than before."""
    figure = one.scene.figures[0]
    if one.number > 1 and rng.random() < 0.5:
        other = rng.choice([kind for kind in CHARACTERS[:8] if kind.key not in {figure.key, "frog"}])
        return one.told.text.replace(f"{one.told.hero}, {figure.phrase}", f"{one.told.hero}, {other.looks[0]}")
    swap = {"he": "she", "him": "her", "his": "her", "himself": "herself"}
    swap |= {"she": "he", "her": "his", "herself": "himself"} if figure.character.pronoun == "she" else {}
    swap |= {word.capitalize(): other.capitalize() for word, other in swap.items()}
    pattern = re.compile(rf"\b(?:{'|'.join(swap)})\b")
    return _second_half(one, lambda text: pattern.sub(lambda found: swap[found[0]], text))


def _other_colour(one: Chapter, _: random.Random) -> str:
    """Another coat, scarf or thing than the picture shows, in the words in which it was told."""
    for colour, other in (
        ("red", "green"),
        ("blue", "yellow"),
        ("green", "red"),
        ("golden", "blue"),
        ("purple", "white"),
    ):
        pattern = rf"\b{colour}(?= (?:scarf|dress|coat|plume|crown|flower|umbrella|balloon|teapot))"
        if re.search(pattern, one.told.text) and re.search(pattern, str(one.plan)):
            return re.sub(pattern, other, one.told.text)
    return ""


def _as_i(one: Chapter, rng: random.Random) -> str:
    """From half on told by an "I", or in the present."""
    pronoun = one.scene.figures[0].character.pronoun
    own = {"he": {"he": "I", "him": "me", "his": "my", "himself": "myself"}}
    own["she"] = {"she": "I", "her": "my", "herself": "myself"}
    words = (
        own[pronoun] | {one.told.hero: "I"} | {word.capitalize(): "I" for word in ("he", "she") if word == pronoun}
    )
    if rng.random() < 0.5:
        words = {"was": "is", "were": "are", "had": "has", "said": "says", "stood": "stands", "looked": "looks"}
        words |= {
            "felt": "feels",
            "thought": "thinks",
            "asked": "asks",
            "ran": "runs",
            "did": "does",
            "came": "comes",
        }
        words |= {"knew": "knows", "went": "goes", "could": "can", "took": "takes", "saw": "sees", "lay": "lies"}
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")
    return _second_half(one, lambda text: pattern.sub(lambda found: words[found[0]], text), speech=False)


def _other_hour(one: Chapter, rng: random.Random) -> str:
    """Two sentences that set two hours, the later one first."""
    later = rng.choice(("It was evening.", "It was late at night.", "The evening sun stood low.", "It was midnight."))
    sooner = rng.choice(("It was early morning.", "The morning sun stood there.", "It was a clear morning."))
    first, second, *rest = one.told.paragraphs
    return "\n\n".join((first, f"{later} {second} {sooner}", *rest))


def _elsewhere(one: Chapter, rng: random.Random) -> str:
    """In the middle of the chapter the same people are somewhere else."""
    far = {
        "forest": "desert", "seashore": "cave", "moon": "forest", "desert": "reef", "mountains": "seashore",
        "village": "moon", "city": "desert", "meadow": "moon", "cave": "meadow", "snowfield": "desert",
        "island": "city", "riverside": "moon", "library": "desert", "reef": "mountains",
    }  # fmt: skip
    place = next(other.place for other in SETTINGS if other.key == far[one.scene.setting])
    said = rng.choice((f"It was quiet {place}.", f"{one.told.hero} sat {place} and waited."))
    first, second, *rest = one.told.paragraphs
    return "\n\n".join((first, f"{said} {second}", *rest))


def _second_half(one: Chapter, change: Callable[[str], str], *, speech: bool = True) -> str:
    """The text with its second half changed, with or without what is said aloud."""
    half = len(one.told.paragraphs) // 2
    kept, changed = one.told.paragraphs[:half], one.told.paragraphs[half:]
    if speech:
        return "\n\n".join((*kept, *map(change, changed)))
    parts = [re.split(r'("[^"]*")', paragraph) for paragraph in changed]
    return "\n\n".join((*kept, *("".join(p if p.startswith('"') else change(p) for p in one) for one in parts)))


_FAULTS: Final[dict[str, Callable[[Chapter, random.Random], str]]] = {
    "words": _short,
    "mood": _other_mood,
    "conflicts": _other_plot,
    "advance": _other_plot,
    "cliffhanger": _closed,
    "closure": _opened,
    "names": _renamed,
    "repetition": _repeated,
    "characterisation": _other_kind,
    "detail": _other_colour,
    "style": _as_i,
    "timeline": _other_hour,
    "world": _elsewhere,
}
