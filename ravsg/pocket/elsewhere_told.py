"""Tells of a picture of which nothing is known: light, colours, shapes, the hour, what one may hear or remember.

A narrator looks, is troubled by one conflict, and lets it turn. Nobody is invented; who is remembered, or named by a
member, is thought of and not seen. The sentences are in `texts/elsewhere.txt` and `texts/elsewhere_turns.txt`; slots
are `<A>` and `<B>` for the colours, `<c>` for the conflict, `<M>` for a name, `<alt>` for a remembered picture, and
`<from>`, `<there>`, `<There>` and `<to>` for the side that the light is on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ravsg.pocket.elsewhere_look import Sight
from ravsg.story.chapters import Step
from ravsg.types import Analysis, Length

FOLDER: Final = Path(__file__).parent / "texts"
BOUNDS: Final[dict[Length, tuple[int, int]]] = {"short": (162, 190), "medium": (254, 280), "long": (293, 325)}
"""Least and most words of the paragraphs, by length; a title of up to 8 words comes on top."""

HOURS: Final = {
    ("dark", "warm"): "night",
    ("dark", "cool"): "night",
    ("dark", "neutral"): "night",
    ("dim", "warm"): "evening",
    ("dim", "cool"): "dusk",
    ("dim", "neutral"): "grey day",
    ("soft", "warm"): "late afternoon",
    ("soft", "cool"): "early morning",
    ("soft", "neutral"): "grey day",
    ("bright", "warm"): "full day",
    ("bright", "cool"): "full day",
    ("bright", "neutral"): "full day",
}
"""The hour that brightness and warmth could be taken for."""

_SIDES: Final = {
    "light from the left": {"from": "from the left", "there": "on the left", "to": "to the left"},
    "light from the right": {"from": "from the right", "there": "on the right", "to": "to the right"},
    "light from above": {"from": "from above", "there": "at the top", "to": "upwards"},
    "light from below": {"from": "from below", "there": "at the bottom", "to": "downwards"},
}


@dataclass(frozen=True, slots=True)
class Turning:
    """A conflict that a picture of anything can have, and the four steps through it."""

    kinds: frozenset[str]
    """Words of a sight that it fits (any of them): "dim", "cool", "two" for two colours; "any" fits always."""
    conflict: str
    title: str
    trouble: tuple[str, ...]
    tries: tuple[str, ...]
    turn: tuple[str, ...]
    solved: tuple[str, ...]


@cache
def fragments() -> dict[str, tuple[str, ...]]:
    """All sentences by what they are for, as `texts/elsewhere.txt` has them."""
    parts = (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").removeprefix("== ").split("\n== ")
    return {lines[0]: tuple(lines[1:]) for lines in (part.strip().splitlines() for part in parts)}


@cache
def turnings() -> tuple[Turning, ...]:
    """All conflicts, in the order of `texts/elsewhere_turns.txt`."""
    parts = (FOLDER / "elsewhere_turns.txt").read_text(encoding="utf-8").removeprefix("== ").split("\n== ")
    return tuple(_turning(part) for part in parts)


def _turning(part: str) -> Turning:
    kinds, *lines = part.strip().splitlines()
    said: dict[str, list[str]] = {}
    for line in lines:
        name, _, text = line.partition(": ")
        said.setdefault(name, []).append(text)
    steps = {name: tuple(said[name]) for name in ("trouble", "tries", "turn", "solved")}
    return Turning(frozenset(kinds.split()), said["conflict"][0], said["title"][0], **steps)


def turnings_for(sight: Sight) -> list[Turning]:
    """The conflicts that fit what is seen, in a fixed order; never empty."""
    words = {"any", sight.brightness, sight.warmth, sight.contrast, "two" if len(sight.colours) > 1 else "one"}
    return [one for one in turnings() if one.kinds & words]


def conflict_words(turning: Turning, sight: Sight) -> str:
    """The conflict as an analysis of that sight names it."""
    return _filled(turning.conflict, _slots(sight))


def elsewhere_story(
    sight: Sight,
    analysis: Analysis,
    rng: random.Random,
    length: Length,
    *,
    guests: tuple[str, ...] = (),
    reminders: tuple[str, ...] = (),
    wish: str = "",
    before: str = "",
    step: Step | None = None,
) -> str:
    """A story that keeps to what is seen, as a writer answers: "Title: …", an empty line, paragraphs.

    The first conflict of `analysis` is the one that turns (KeyError when it is none of this sight's). `guests` are
    names that memory or the member gives, `reminders` remembered pictures in words, `wish` the kind of fragments that
    grant a direction ("wish funny"); a story that goes on from `before` takes none of its sentences. With `step` it
    is a chapter: it says what the conflict is, and all but the "end" stop at a cliffhanger.
    """
    turning = {conflict_words(one, sight): one for one in turnings_for(sight)}[analysis.conflicts[0]]
    closes = step in {None, "end"}
    page = _Page(rng, _slots(sight) | {"c": analysis.conflicts[0]}, BOUNDS[length], before)
    page.tell("open", "resumed" if before else "open")
    page.tell("light", sight.brightness)
    page.tell("colour", sight.colours[0])
    page.say("trouble", turning.trouble)
    if step is not None:
        page.tell("trouble", "named")
    if step in {"grow", "height"}:
        page.tell("trouble", "worse")
    if closes:
        page.say("turn", [one for one in turning.turn if not one.startswith("And ")])
        page.say("solved", turning.solved)
    page.tell("end", f"{sight.brightness} end" if closes else "cliffhanger")
    for name in guests:
        page.slots["M"] = name
        page.tell("guest", "memory")
        page.tell("guest", "memory after")
    for shown in reminders:
        page.slots["alt"] = shown
        page.tell("guest", "reminded")
    if wish:
        page.tell("wish", wish)
    for part, pool in _grow(sight, turning, rng, named=bool(guests), closes=closes):
        if page.words >= BOUNDS[length][0]:
            break
        page.say(part, pool)
    return f"Title: {_title(sight, turning, rng)}\n\n{page.text}"


def _grow(
    sight: Sight, turning: Turning, rng: random.Random, *, named: bool, closes: bool
) -> list[tuple[str, tuple[str, ...]]]:
    """Where a story may grow and from which fragments: what the picture shows first, then the rest in any order."""
    has = fragments()
    first, second = sight.colours[0], sight.colours[-1]
    pair = has["two"] if len(sight.colours) > 1 else has["one"]
    lightest = [("light", has["side"] if sight.light in _SIDES else has["middle"])] if sight.light else []
    seen = [("shape", has[shape]) for shape in sight.shapes]
    early = [("colour", pair), ("colour", has[second]), *seen, ("light", has[sight.warmth]), *lightest]
    late = [
        ("tries", turning.tries),
        ("light", has[HOURS[sight.brightness, sight.warmth]]),
        ("light", has[sight.contrast]),
        ("hear", has["hear"]),
        ("hear", has["remember"]),
        ("trouble", turning.trouble),
        *((("turn", tuple(one for one in turning.turn if one.startswith("And "))),) if closes else ()),
        ("solved", turning.solved) if closes else ("tries", has["worse"]),
        ("tries", has["think"]),
        *seen,
        ("colour", has[first]),
        ("light", has[sight.brightness]),
        ("hear", has["hear"]),
        ("hear", has["remember"]),
        ("end" if closes else "hear", has["think"]),
        ("colour", pair),
        ("tries", turning.tries),
    ]
    if named:
        late.append(("end" if closes else "hear", has["memory last"]))
    rng.shuffle(early)
    rng.shuffle(late)
    return [*early[:3], ("tries", turning.tries), *early[3:], *late, *[("tries", has["think"])] * 6]


class _Page:
    """The sentences of one story by their part; none is taken twice, and none too many."""

    def __init__(self, rng: random.Random, slots: dict[str, str], bounds: tuple[int, int], before: str) -> None:
        self.rng = rng
        self.slots = slots
        self.most = bounds[1]
        self.before = before
        self.taken: set[str] = set()
        self.parts: dict[str, list[str]] = {}

    def tell(self, part: str, kind: str) -> None:
        """One more sentence of a kind."""
        self.say(part, fragments()[kind])

    def say(self, part: str, pool: Collection[str]) -> None:
        """One more sentence, the first of the shuffled pool that is new and still has room; else none."""
        for fragment in self.rng.sample(list(pool), len(pool)):
            said = _filled(fragment, self.slots)
            if said not in self.taken and said not in self.before and self.words + len(said.split()) <= self.most:
                self.taken.add(said)
                there = self.parts.setdefault(part, [])
                # The last sentence stays the last, and an objection comes first.
                first = 0 if said.startswith("But ") else len(there)
                there.insert(-1 if part == "end" else first, said)
                return

    @property
    def words(self) -> int:
        """Words so far."""
        return sum(len(said.split()) for part in self.parts.values() for said in part)

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        groups = (("open", "light"), ("colour", "shape"), ("hear", "guest"), ("trouble", "tries", "wish"))
        paragraphs = [
            " ".join(said for part in group for said in self.parts.get(part, ()))
            for group in (*groups, ("turn", "solved"), ("end",))
        ]
        return "\n\n".join(one for one in paragraphs if one)


def _filled(fragment: str, slots: dict[str, str]) -> str:
    said = re.sub(r"<(\w+)>", lambda found: slots[found[1]], fragment)
    return said[0].upper() + said[1:] if fragment.startswith("<") and said.endswith(".") else said


def _slots(sight: Sight) -> dict[str, str]:
    slots = {"A": sight.colours[0], "B": sight.colours[-1], **_SIDES.get(sight.light, {})}
    if "there" in slots:
        slots["There"] = slots["there"].capitalize()
    return slots


def _title(sight: Sight, turning: Turning, rng: random.Random) -> str:
    named = turning.title.replace("{A}", sight.colours[0].capitalize()).replace("{B}", sight.colours[-1].capitalize())
    place = f"A Place in {' and '.join(colour.capitalize() for colour in sight.colours)}"
    return rng.choice((named, named, place))
