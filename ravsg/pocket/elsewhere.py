"""Lessons from pictures that are not of the drawn world, so that a writer keeps to what it can see there.

The pictures are made (`elsewhere_make`), looked at without recognising anything (`elsewhere_look`), and told of in
light, colours and shapes (`elsewhere_told`). Real photographs are looked at by the same
function; none is learnt from.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from ravsg.pocket.elsewhere_look import SIDE, Sight, look
from ravsg.pocket.elsewhere_make import make
from ravsg.pocket.elsewhere_told import Turning, conflict_words, elsewhere_story, turnings_for
from ravsg.pocket.names import given
from ravsg.pocket.recollections import line, passage, picture
from ravsg.pocket.teaching import Lesson
from ravsg.pocket.world import sample_scene
from ravsg.story.book import LAST_CHARACTERS
from ravsg.story.chapters import chapter_prompt, step_of
from ravsg.story.condense import extract_summary
from ravsg.story.lengths import tail
from ravsg.story.prompts import ANALYSE, CastSheet, story_prompt
from ravsg.story.unfamiliar import UNFAMILIAR
from ravsg.types import Analysis, Length, Recalled

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Sight", "draw_elsewhere", "elsewhere_analysis", "elsewhere_story", "lesson", "look", "make"]

LENGTHS: Final[tuple[Length, ...]] = ("short", "medium", "long")

MOODS: Final = {
    ("bright", "warm"): "bright and friendly",
    ("bright", "cool"): "bright and clear",
    ("bright", "neutral"): "bright and open",
    ("soft", "warm"): "soft and warm",
    ("soft", "cool"): "soft and cool",
    ("soft", "neutral"): "soft and even",
    ("dim", "warm"): "dim and warm",
    ("dim", "cool"): "dim and cool",
    ("dim", "neutral"): "quiet and dim",
    ("dark", "warm"): "dark and glowing",
    ("dark", "cool"): "dark and cold",
    ("dark", "neutral"): "dark and silent",
}
"""The mood of an analysis by brightness and warmth."""

_WISHES: Final = (
    ("make it funny", "wish funny"),
    ("something funny please", "wish funny"),
    ("a bedtime story", "wish calm"),
    ("for going to sleep", "wish calm"),
    ("make it exciting", "wish exciting"),
    ("more suspense", "wish exciting"),
    ("with a happy ending", "wish happy"),
    ("a little sad", "wish sad"),
    ("about friendship", "wish friends"),
    ("about courage", "wish courage"),
    ("she longs for the sea", "wish sea"),
    ("by the sea", "wish sea"),
    ("let them sing", "wish song"),
    ("with a song", "wish song"),
    ("it begins to rain", "wish rain"),
    ("let it rain", "wish rain"),
    ("let them meet a whale", "wish any"),
    ("they find a map", "wish any"),
    ("with a pirate", "wish any"),
    ("a murder mystery", "wish any"),
    ("add a king", "wish any"),
)
"""Directions as members type them, and the fragments that grant them as far as a picture of nothing known can."""
_NAMED: Final = (
    "tell it about {}",
    "a story about {}",
    "call the hero {}",
    "{} should be in it",
    "with {}",
    "name: {}",
)


def draw_elsewhere(
    folder: Path, count: int, seed: int, *, workers: int = 2
) -> tuple[tuple[Sight, ...], npt.NDArray[np.uint8]]:
    """Make `count` pictures in `folder` on several processes, or take those that are there: what each shows, and the
    pixels, uint8 [count, 128, 128, 3], read from disk as needed. They are made anew when the rules have changed."""
    listing, pixels = folder / "sights.json", folder / "pictures.npy"
    wanted = {"count": count, "seed": seed, "rules": _rules()}
    if pixels.exists() and listing.exists():
        kept = json.loads(listing.read_text())
        if {name: kept[name] for name in wanted} == wanted:
            return tuple(_sight(one) for one in kept["sights"]), np.load(pixels, mmap_mode="r")
    folder.mkdir(parents=True, exist_ok=True)
    listing.unlink(missing_ok=True)
    rng = random.Random(seed)
    seeds = [rng.getrandbits(48) for _ in range(count)]
    pictures = np.lib.format.open_memmap(pixels, mode="w+", dtype=np.uint8, shape=(count, SIDE, SIDE, 3))
    sights = []
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for number, (drawn, sight) in enumerate(pool.imap(_made, seeds, chunksize=64)):
            pictures[number] = drawn
            sights.append(sight)
    pictures.flush()
    listing.write_text(json.dumps({**wanted, "sights": [asdict(one) for one in sights]}))
    return tuple(sights), np.load(pixels, mmap_mode="r")


def elsewhere_analysis(sight: Sight, rng: random.Random) -> Analysis:
    """What an honest eye says: an unfamiliar place, nobody, the mood of the light, coarse shapes, one or two
    conflicts of light and colour. Only the conflicts are chosen by chance."""
    fitting = turnings_for(sight)
    special = [one for one in fitting if "any" not in one.kinds]
    first = rng.choice(special if special and rng.random() < 0.6 else fitting)
    chosen: list[Turning] = [first]
    if rng.random() < 0.4:
        chosen.append(rng.choice([one for one in fitting if one is not first]))
    return Analysis(
        setting=f"{UNFAMILIAR} in {' and '.join(sight.colours)}",
        characters=(),
        mood=MOODS[sight.brightness, sight.warmth],
        objects=(*sight.shapes, sight.light) if sight.light else sight.shapes,
        conflicts=tuple(conflict_words(one, sight) for one in chosen),
    )


def analysis_lesson(sight: Sight, rng: random.Random) -> Lesson:
    """Picture to JSON."""
    return Lesson("analysis", ANALYSE, elsewhere_analysis(sight, rng).to_json(), True)


def story_lesson(sight: Sight, rng: random.Random, length: Length | None = None) -> Lesson:
    """Picture and analysis to a story; now and then with a memory, a cast sheet, a direction, or a story to go on
    with. A name that one of them gives returns."""
    seen = elsewhere_analysis(sight, rng)
    asked = rng.choice(LENGTHS) if length is None else length
    kind = rng.choices(("nothing", "memory", "picture", "cast", "name", "wish", "go on"), (30, 26, 4, 6, 8, 16, 10))[
        0
    ]
    woven: list[Recalled] = []
    cast: list[CastSheet] = []
    guests: list[str] = []
    reminders: list[str] = []
    direction = wish = before = ""
    if kind == "memory":
        for number in range(1, 2 if asked == "short" or rng.random() < 0.7 else 3):
            memory, name = _memory(rng, number, guests)
            woven.append(memory)
            guests += [name] if name else []
    elif kind == "picture":
        memory, _ = picture(sample_scene(rng), rng, 1)
        woven.append(memory)
        reminders.append(memory.text[0].lower() + memory.text[1:])
    elif kind == "cast":
        figure = sample_scene(rng).figures[0]
        guests.append(given(rng, figure.character.pronoun))
        cast.append(CastSheet(guests[0], figure.phrase))
    elif kind == "name":
        guests.append(given(rng, rng.choice(("he", "she"))))
        direction = rng.choice(_NAMED).format(guests[0])
    elif kind == "wish":
        direction, wish = rng.choice(_WISHES)
    elif kind == "go on":
        earlier = elsewhere_story(sight, elsewhere_analysis(sight, rng), rng, "short")
        before = earlier.partition("\n\n")[2]
    answer = elsewhere_story(
        sight, seen, rng, asked, guests=tuple(guests), reminders=tuple(reminders), wish=wish, before=before
    )
    prompt = story_prompt(seen, length=asked, cast=cast, woven=woven, direction=direction, continues=before)
    return Lesson("story", prompt, answer, True)


def chapter_lesson(sight: Sight, rng: random.Random) -> Lesson:
    """Any chapter of a book that began with a picture of which nothing is known."""
    seen = elsewhere_analysis(sight, rng)
    count = rng.choice((3, 4, 5, 5, 5))
    number = rng.randint(1, count)
    summary = last = before = ""
    if number > 1:
        earlier = elsewhere_story(sight, seen, rng, "long", step=step_of(number - 1, count))
        before = earlier.partition("\n\n")[2]
        summary, last = extract_summary([before], seen.conflicts), tail(before, LAST_CHARACTERS)
    guests, woven = list[str](), list[Recalled]()
    if rng.random() < 0.3:
        memory, name = _memory(rng, 1, guests)
        woven.append(memory)
        guests += [name] if name else []
    answer = elsewhere_story(
        sight, seen, rng, "long", guests=tuple(guests), before=before, step=step_of(number, count)
    )
    prompt = chapter_prompt(seen, number=number, count=count, summary=summary, last=last, woven=woven)
    return Lesson("chapter", prompt, answer, True)


def lesson(sight: Sight, rng: random.Random) -> Lesson:
    """An analysis, a story or a chapter."""
    return rng.choices((analysis_lesson, story_lesson, chapter_lesson), (3, 3, 2))[0](sight, rng)


def _memory(rng: random.Random, number: int, besides: list[str]) -> tuple[Recalled, str]:
    """Something remembered of the drawn world, and the name in it; empty where it names nobody."""
    scene = sample_scene(rng)
    name = given(rng, scene.figures[0].character.pronoun, tuple(besides))
    memory, guest = (line if rng.random() < 0.5 else passage)(scene, rng, name, number)
    return memory, guest.name if guest else ""


def _made(seed: int) -> tuple[npt.NDArray[np.uint8], Sight]:
    drawn = make(random.Random(seed))
    return drawn, look(drawn)


def _sight(raw: dict[str, list[str] | str]) -> Sight:
    return Sight(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})  # type: ignore[arg-type]


def _rules() -> str:
    """A digest of the modules that make and describe pictures."""
    names = ("elsewhere_layers", "elsewhere_make", "elsewhere_shapes", "elsewhere_look")
    return hashlib.sha256(b"".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in names)).hexdigest()
