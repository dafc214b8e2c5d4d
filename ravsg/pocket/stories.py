"""Tells a story of a scene, sentence by sentence, from the fragments in `texts/`.

A story names its hero from start to end, repeats no sentence, follows one conflict from trouble to ending, and takes
up what is remembered and what the member asked for. The truth it was told from comes with it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from ravsg.pocket.fragments import pool
from ravsg.pocket.plots import Plot, plots_for
from ravsg.pocket.teller import Teller, voiced, voiced_story
from ravsg.pocket.world import Scene, mood, setting
from ravsg.story.chapters import Step
from ravsg.types import Length

RANGES: Final[dict[Length, tuple[int, int]]] = {"short": (160, 200), "medium": (252, 290), "long": (290, 335)}
"""Least and most words of a story, by length."""
LONGEST: Final = 24
"""Words of the longest sentence: a story stops growing so far below its most."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody remembered who returns: "Mira", "a red fox", and perhaps what is remembered with them, "the lantern",
    and where else that was, "in the meadow"."""

    name: str
    phrase: str
    thing: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A told story: title, paragraphs, and whom it is about."""

    title: str
    paragraphs: tuple[str, ...]
    hero: str
    plot: Plot
    onward: str = ""
    """The fragment that begins the next chapter, where this one stopped at a cliffhanger."""
    used: frozenset[str] = frozenset()
    """The fragments it was told from."""

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        return "\n\n".join(self.paragraphs)

    @property
    def answer(self) -> str:
        """As a writer answers: title line, empty line, paragraphs."""
        return f"Title: {self.title}\n\n{self.text}"


def tell(
    scene: Scene,
    rng: random.Random,
    length: Length,
    *,
    name: str,
    friend: str,
    plot: Plot | None = None,
    guests: tuple[Guest, ...] = (),
    wishes: tuple[str, ...] = (),
    resumed: bool = False,
    remembers: Guest | None = None,
    step: Step | None = None,
    before: Told | None = None,
) -> Told:
    """A story of the scene whose hero is called `name`.

    `friend` is the second character's name. `wishes` are sentences that a member's direction asked for, `guests`
    return from memories, `resumed` goes on with an earlier story, `remembers` is what memory tells of the hero
    itself. With `step` it is a chapter: all but the "end" stop at a cliffhanger,
    and `before` is the chapter that it goes on from, none of whose sentences it says again.
    """
    chosen = plot or rng.choice(plots_for(scene.mood, scene.things))
    teller = Teller(rng, slots_of(scene, friend, chosen, rng))
    teller.used |= before.used if before else set()
    take = teller.take
    hero = scene.figures[0]
    short = length == "short"
    full = not short or not (guests or wishes)
    closes = step in (None, "end")
    goes_on = resumed or step not in (None, "begin")
    end, onward = take(pool(f"ending {scene.mood}"), naming=True), ""
    if not closes:
        ((cliffhanger, onward),) = (one.split(" => ") for one in teller.choose(pool("cliffhanger")))
        end = [teller.fill(cliffhanger)]
    after = before.onward if before else ""
    again = " again" if after else ""
    arrived, helped, last = _returning(teller, guests, remembers)
    parts: dict[str, list[str]] = {
        "start": take(
            pool("again" if after else "resumed" if goes_on else rng.choice(("opening", f"opening {scene.mood}")))
        ),
        "first": [teller.fill(after)] if after else take(pool(f"trait {hero.key}")),
        "scenery": take(pool(f"detail {scene.setting}")) if full else [],
        "hour": take(pool(f"hour {scene.mood}")),
        "arrived": arrived,
        "company": take(pool(("companion" if len(scene.figures) > 1 else "stranger") + again), naming=short),
        "others": take(pool("other")) if len(scene.figures) > 2 else [],
        "seen": take(pool(f"seen {scene.things[0]}")) if scene.things and full else [],
        "worse": take(pool("worse"), naming=True) if step in ("grow", "height") else [],
        "trouble": take(chosen.trouble, naming=True),
        "named": take(pool("named"), naming=short),
        "tries": take(chosen.tries, naming=True),
        "feeling": take(pool("feeling"), naming=True) if full else [],
        "talk": take(pool("words")) if full else [],
        "helped": helped,
        "wished": [teller.fill(one) for one in wishes],
        "turn": take(chosen.turn, naming=True) if closes else take(pool("height")) if step == "height" else [],
        "solved": take(chosen.solved, naming=short) if closes else take(pool("feeling"), naming=True),
        "last": last,
        "end": end,
    }
    _grow(parts, teller, RANGES[length], _growth(scene, chosen, closes=closes))
    parts["seen"].sort(key=lambda said: not said.startswith(("A ", "An ")))
    # What goes wrong and what comes right has an order; the fragments are written in it.
    for part in ("trouble", "solved"):
        parts[part].sort(key=teller.places.__getitem__)
    # Some speak of "it": they wait until the conflict was named.
    parts["then"] = [said for said in parts["trouble"] if not said.startswith("But ")]
    parts["trouble"] = [said for said in parts["trouble"] if said.startswith("But ")]
    filled = [[one for part in group for one in parts[part]] for group in _PARAGRAPHS]
    told = voiced_story([one for one in filled if one], name, hero.character.pronoun)
    title = voiced(take(pool(f"title {step}")), name, hero.character.pronoun) if step and rng.random() < 0.7 else ""
    return Told(title or _title(scene, chosen, name, rng), told, name, chosen, onward, frozenset(teller.used))


_PARAGRAPHS: Final = (
    ("start", "first", "arrived", "scenery", "hour"),
    ("company", "others", "seen", "worse", "trouble", "named", "then"),
    ("tries", "feeling", "talk"),
    ("helped", "wished", "turn"),
    ("solved", "last", "end"),
)
"""The parts of a story by paragraphs. Who is remembered comes in early: a writer learns that soonest."""


def _grow(
    parts: dict[str, list[str]],
    teller: Teller,
    words: tuple[int, int],
    more: list[tuple[str, tuple[str, ...]]],
) -> None:
    """Add fragments until the story is long enough, every second one about the hero; too long, it loses some."""
    low, high = words
    for part in ("others", "tries"):
        if _count(parts) > high:
            parts[part] = []
    target = teller.rng.randint(low + 2, high - LONGEST)
    for number, (part, kind) in enumerate(more + more):
        count = _count(parts)
        if count >= target:
            return
        taken = teller.take(kind, naming=number % 2 == 0)
        if count + sum(len(one.split()) for one in taken) <= high:
            parts[part].extend(taken)


def _count(parts: dict[str, list[str]]) -> int:
    return sum(len(sentence.split()) for said in parts.values() for sentence in said)


def _growth(scene: Scene, plot: Plot, *, closes: bool) -> list[tuple[str, tuple[str, ...]]]:
    """Where a story that is still too short goes on: its part, and the fragments to take from."""
    hero = scene.figures[0].key
    detail, hour = pool(f"detail {scene.setting}"), pool(f"hour {scene.mood}")
    talk, feeling, deed = pool("words"), pool("feeling"), pool(f"deed {hero}")
    return [
        ("talk", talk),
        ("trouble", plot.trouble),
        ("tries", plot.tries),
        ("feeling", feeling),
        ("scenery", detail),
        ("tries", deed),
        ("solved", plot.solved) if closes else ("turn", pool("worse")),
        ("turn", pool("turning")) if closes else ("turn", feeling),
        ("talk", talk),
        ("hour", hour),
        *(("seen", pool(f"seen {key}")) for key in scene.things[:2]),
        ("first", pool(f"trait {hero}")),
        ("trouble", plot.trouble),
        ("turn", talk),
        ("feeling", feeling),
        ("tries", plot.tries),
        ("scenery", detail),
        ("talk", talk),
        ("tries", deed),
    ]


def _returning(
    teller: Teller, guests: tuple[Guest, ...], remembers: Guest | None
) -> tuple[list[str], list[str], list[str]]:
    """How those who are remembered come in, what they do, and how they are seen last: each is named three times."""
    arrived: list[str] = []
    helped: list[str] = []
    last: list[str] = []
    if remembers is not None:
        teller.slots |= {"t": remembers.thing, "w": remembers.place}
        arrived += teller.take(pool("recalled hero thing" if remembers.thing else "recalled hero"))
        arrived += teller.take(pool("recalled hero place")) if remembers.place else []
    for guest in guests:
        teller.slots |= {"M": guest.name, "m": guest.phrase, "t": guest.thing, "w": guest.place}
        arrived += teller.take(pool("recalled thing" if guest.thing else "recalled"))
        arrived += teller.take(pool("recalled place")) if guest.place else []
        helped += teller.take(pool("recalled after"))
        last += teller.take(pool("recalled last"))
    return arrived, helped, last


def _title(scene: Scene, plot: Plot, name: str, rng: random.Random) -> str:
    where = setting(scene.setting)
    hero = scene.figures[0].key.capitalize()
    return rng.choice(
        (
            f"{name} and {plot.title}",
            f"{name} and {plot.title}",
            plot.title[0].upper() + plot.title[1:],
            f"{name} {_titled(where.place)}",
            f"The {hero} {_titled(where.place)}",
        )
    )


def _titled(place: str) -> str:
    """ "in the old library" as it stands in a title: "in the Old Library"."""
    small = {"in", "on", "by", "at", "the"}
    return " ".join(word if word in small else word.capitalize() for word in place.split())


def hour_of(scene: Scene) -> str:
    """The day as a sentence can have it: "a golden sunset"."""
    return "a dark and stormy day" if scene.mood == "storm" else mood(scene.mood).phrase


def slots_of(scene: Scene, friend: str, plot: Plot, rng: random.Random) -> dict[str, str]:
    """What the slots of fragments stand for in a story of the scene; `friend` is the second character's name."""
    where = setting(scene.setting)
    if len(scene.figures) > 1:
        companion, called = f"{friend}, {scene.figures[1].phrase}", friend
    else:
        (companion,) = pool(f"local {scene.setting}")
        called = f"the {companion.split(' ', 1)[1]}"
    slots = {
        "hero": scene.figures[0].phrase,
        "place": where.place,
        "Place": where.place[0].upper() + where.place[1:],
        "hour": hour_of(scene),
        "Conflict": plot.conflict[0].upper() + plot.conflict[1:],
        "P": called,
        "p": companion,
    }
    if len(scene.figures) > 2:
        slots["Third"] = rng.choice((f"The {scene.figures[2].key}", scene.figures[2].phrase))
    return slots
