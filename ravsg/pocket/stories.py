"""Tells a story of a scene, sentence by sentence, from the fragments in `texts/`.

A story names its hero from start to end, repeats no sentence, follows one conflict from trouble to ending, and takes
up what is remembered and what the member asked for. The truth it was told from comes with it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from ravsg.pocket.fragments import pool
from ravsg.pocket.plots import Plot, plots_for
from ravsg.pocket.world import Figure, Scene, mood, setting
from ravsg.story.chapters import Step
from ravsg.types import Length

RANGES: Final[dict[Length, tuple[int, int]]] = {"short": (160, 200), "medium": (252, 290), "long": (290, 335)}
"""Least and most words of a story, by length."""
NAMINGS: Final = 8
"""Sentences that name the hero."""
LONGEST: Final = 24
"""Words of the longest sentence: a story stops growing so far below its most."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody remembered who returns: "Mira", "a red fox", and perhaps what is remembered with them, "a lantern"."""

    name: str
    phrase: str
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A told story: title, paragraphs, and whom it is about."""

    title: str
    paragraphs: tuple[str, ...]
    hero: str
    plot: Plot

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        return "\n\n".join(self.paragraphs)

    @property
    def answer(self) -> str:
        """As a writer answers: title line, empty line, paragraphs."""
        return f"Title: {self.title}\n\n{self.text}"


class Teller:
    """Fills the slots of fragments for one story, and never takes the same fragment twice.

    Slots of the hero stay open until `voiced`, which knows whether the name or the pronoun is the better word.
    """

    def __init__(self, rng: random.Random, slots: dict[str, str]) -> None:
        self.rng = rng
        self.slots = slots
        self.used: set[str] = set()
        self.places: dict[str, int] = {}
        """Where a filled fragment stood in its pool."""

    def take(self, kind: tuple[str, ...], count: int = 1, *, naming: bool = False) -> list[str]:
        """Up to `count` fragments that were not used yet; with `naming` such as speak of the hero."""
        fresh = [one for one in kind if one not in self.used]
        if naming:
            fresh = [one for one in fresh if "<H>" in one or "<He>" in one] or fresh
        chosen = self.rng.sample(fresh, min(count, len(fresh)))
        self.used.update(chosen)
        filled = [self.fill(one) for one in chosen]
        self.places.update(zip(filled, map(kind.index, chosen), strict=True))
        return filled

    def fill(self, fragment: str) -> str:
        """Choose among `{a|b}` and put all slots in but the hero's."""
        chosen = re.sub(r"\{([^}]*)\}", lambda found: self.rng.choice(found[1].split("|")), fragment)
        return re.sub(r"<(\w+)>", lambda found: self.slots.get(found[1], found[0]), chosen)


_PRONOUNS: Final = {
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself", "He": "He", "His": "His"},
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself", "He": "She", "His": "Her"},
}
_OWN: Final = re.compile(r"<(he|He|him|his|His)>")


def voiced(sentences: list[str], name: str, pronoun: str, sure: int = 0) -> str:
    """One paragraph: the hero's slots filled, with the name wherever the pronoun could be somebody else.

    The first `sure` sentences use the name in any case.
    """
    said = []
    clear = False
    for number, sentence in enumerate(sentences):
        open_slot = _OWN.search(sentence)
        filled = sentence
        if open_slot and "<H>" not in sentence[: open_slot.start()] and (number < sure or not clear):
            own = f"{name}'s" if open_slot[1].lower() == "his" else name
            filled = sentence[: open_slot.start()] + own + sentence[open_slot.end() :]
        filled = filled.replace("<H>", name)
        filled = re.sub(r"<(\w+)>", lambda found: _PRONOUNS[pronoun][found[1]], filled)
        # The next pronoun is clear after a sentence that named the hero and nobody else.
        clear = name in filled and not re.search(r"(?<=[a-z,] )[A-Z][a-z]+", filled.replace(name, ""))
        # A sentence may begin with a slot such as "a wren", also inside quotation marks.
        said.append(re.sub(r"^(\W*)(\w)", lambda found: found[1] + found[2].upper(), filled))
    return " ".join(said)


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
    remembers: str | None = None,
    step: Step | None = None,
) -> Told:
    """A story of the scene whose hero is called `name`.

    `friend` is the second character's name. `wishes` are sentences that a member's direction asked for, `guests`
    return from memories, `resumed` goes on with an earlier story, `remembers` is the thing ("the lantern", or "")
    that memory tells of the hero itself. With `step` it is a chapter: all but the "end" stop at a cliffhanger.
    """
    chosen = plot or rng.choice(plots_for(scene.mood, scene.things))
    teller = Teller(rng, slots_of(scene, friend, chosen, rng))
    take = teller.take
    hero = scene.figures[0]
    short = length == "short"
    full = not short or not (guests or wishes)
    closes = step in (None, "end")
    goes_on = resumed or step not in (None, "begin")
    arrived, helped, last = _returning(teller, guests, remembers)
    parts: dict[str, list[str]] = {
        "start": take(pool("resumed" if goes_on else "opening")) + take(pool(f"trait {hero.key}")),
        "scenery": take(pool(f"detail {scene.setting}")) if full else [],
        "hour": take(pool(f"hour {scene.mood}")),
        "arrived": arrived,
        "company": take(pool("companion" if len(scene.figures) > 1 else "stranger"), naming=short),
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
        "solved": take(chosen.solved, naming=short) if closes else [],
        "last": last,
        "end": take(pool(f"ending {scene.mood}" if closes else "cliffhanger"), naming=True),
    }
    _grow(parts, teller, RANGES[length], _growth(scene, chosen, closes=closes))
    # What goes wrong and what comes right has an order; the fragments are written in it.
    for part in ("trouble", "solved"):
        parts[part].sort(key=teller.places.__getitem__)
    filled = [[one for part in group for one in parts[part]] for group in _PARAGRAPHS]
    told = _voiced_story([one for one in filled if one], name, hero)
    return Told(_title(scene, chosen, name, rng), told, name, chosen)


_PARAGRAPHS: Final = (
    ("start", "scenery", "hour"),
    ("arrived", "company", "others", "seen", "worse", "trouble", "named"),
    ("tries", "feeling", "talk"),
    ("helped", "wished", "turn"),
    ("solved", "last", "end"),
)
"""The parts of a story by paragraphs."""


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
        ("start", pool(f"trait {hero}")),
        ("trouble", plot.trouble),
        ("turn", talk),
        ("feeling", feeling),
        ("tries", plot.tries),
        ("scenery", detail),
        ("talk", talk),
        ("tries", deed),
    ]


def _voiced_story(paragraphs: list[list[str]], name: str, hero: Figure) -> tuple[str, ...]:
    """The paragraphs with the hero's name in the first two sentences and in `NAMINGS` or more of all."""
    pronoun = hero.character.pronoun
    told = tuple(voiced(one, name, pronoun, 0 if number else 2) for number, one in enumerate(paragraphs))
    if sum(name in sentence for one in told for sentence in re.split(r"(?<=[.!?\"]) ", one)) >= NAMINGS:
        return told
    return tuple(voiced(one, name, pronoun, len(one)) for one in paragraphs)


def _returning(
    teller: Teller, guests: tuple[Guest, ...], remembers: str | None
) -> tuple[list[str], list[str], list[str]]:
    """How those who are remembered come in, what they do, and how they are seen last: each is named three times."""
    arrived: list[str] = []
    helped: list[str] = []
    last: list[str] = []
    if remembers is not None:
        teller.slots |= {"t": remembers}
        arrived += teller.take(pool("recalled hero thing" if remembers else "recalled hero"))
    for guest in guests:
        teller.slots |= {"M": guest.name, "m": guest.phrase, "t": guest.thing}
        arrived += teller.take(pool("recalled thing" if guest.thing else "recalled"))
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
