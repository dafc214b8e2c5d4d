"""Tells a story of a scene, sentence by sentence, from the fragments of `told_places`, `told_people` and `plots`.

A story knows its hero's name from start to end, repeats no sentence, follows one conflict from trouble to ending, and
takes up what is remembered and what the member asked for. The truth it was told from comes with it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from ravsg.pocket.plots import Plot, plots_for
from ravsg.pocket.told_people import (
    COMPANIONS,
    FEELINGS,
    OPENINGS,
    OTHERS,
    RECALLED,
    RECALLED_AFTER,
    RECALLED_LAST,
    RESUMED,
    SEEN,
    STRANGERS,
    TRAITS,
    WORDS,
)
from ravsg.pocket.told_places import DETAILS, ENDINGS, HOURS, LOCALS
from ravsg.pocket.world import Scene, mood, setting
from ravsg.types import Length

TARGETS: Final[dict[Length, int]] = {"short": 176, "medium": 258, "long": 338}
"""Words aimed at, by length; a little above what is asked, since a story stops at the sentence that reaches it."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody remembered who returns: "Mira" and "a red fox"."""

    name: str
    phrase: str


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
    """Fills the slots of fragments for one story, and never takes the same fragment twice."""

    def __init__(self, rng: random.Random, slots: dict[str, str]) -> None:
        self.rng = rng
        self.slots = slots
        self.used: set[str] = set()

    def take(self, pool: tuple[str, ...], count: int = 1) -> list[str]:
        """Up to `count` fragments of the pool that were not used yet, filled."""
        fresh = [one for one in pool if one not in self.used]
        chosen = self.rng.sample(fresh, min(count, len(fresh)))
        self.used.update(chosen)
        return [self.fill(one) for one in chosen]

    def fill(self, fragment: str) -> str:
        """Choose among `{a|b}` and put the slots in."""
        chosen = re.sub(r"\{([^}]*)\}", lambda found: self.rng.choice(found[1].split("|")), fragment)
        said = re.sub(r"<(\w+)>", lambda found: self.slots[found[1]], chosen)
        # A sentence may begin with a slot such as "a wren", also inside quotation marks.
        return re.sub(r"^(\W*)(\w)", lambda found: found[1] + found[2].upper(), said)


_PRONOUNS: Final = {
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
}


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
) -> Told:
    """A story of the scene whose hero is called `name`.

    `friend` is the second character's name. `wishes` are sentences that a member's direction asked for, `guests`
    return from memories, `resumed` goes on with an earlier story.
    """
    chosen = plot or rng.choice(plots_for(scene.mood, scene.things))
    teller = Teller(rng, _slots(scene, name, friend, rng))
    take = teller.take
    start = take(RESUMED if resumed else OPENINGS)
    start += take(DETAILS[scene.setting]) + take(TRAITS[scene.figures[0].key])
    scenery = take(HOURS[scene.mood])
    company = take(COMPANIONS if len(scene.figures) > 1 else STRANGERS)
    if len(scene.figures) > 2:
        company += take(OTHERS)
    trouble, tries = take(chosen.trouble), take(chosen.tries)
    turn, solved = take(chosen.turn), take(chosen.solved)
    if scene.things:
        scenery += take(SEEN[scene.things[0]])
    returned: list[str] = []
    for guest in guests:
        teller.slots |= {"M": guest.name, "m": guest.phrase}
        returned += take(RECALLED) + take(RECALLED_AFTER)
    if guests and rng.random() < 0.5:
        solved += take(RECALLED_LAST)
    talk, end = take(WORDS), take(ENDINGS[scene.mood])
    wished = [teller.fill(one) for one in wishes]
    parts = [start, scenery, company, trouble, tries, returned, wished, talk, turn, solved, end]
    grow = [
        (start, DETAILS[scene.setting]),
        (tries, chosen.tries),
        (talk, WORDS),
        (scenery, HOURS[scene.mood]),
        (trouble, chosen.trouble),
        (tries, FEELINGS),
        (talk, FEELINGS),
        (solved, chosen.solved),
        (turn, chosen.turn),
        *((scenery, SEEN[key]) for key in scene.things[1:]),
        (tries, WORDS),
        (start, DETAILS[scene.setting]),
        (scenery, HOURS[scene.mood]),
        (turn, chosen.turn),
        (trouble, FEELINGS),
        (start, TRAITS[scene.figures[0].key]),
        (tries, FEELINGS),
    ]
    late = grow[1:]
    rng.shuffle(late)
    for part, pool in [grow[0], *late, *((talk, WORDS) for _ in range(6))]:
        if _words(parts) >= TARGETS[length] - 8:
            break
        part.extend(take(pool))
    joined = [" ".join(sentence for part in group for sentence in part) for group in _paragraphs(parts)]
    return Told(_title(scene, chosen, name, rng), tuple(one for one in joined if one), name, chosen)


def _paragraphs(parts: list[list[str]]) -> list[list[list[str]]]:
    start, scenery, company, trouble, tries, returned, wished, talk, turn, solved, end = parts
    return [[start, scenery], [company, trouble], [tries, talk], [returned, wished], [turn], [solved, end]]


def _words(parts: list[list[str]]) -> int:
    return sum(len(sentence.split()) for part in parts for sentence in part)


def _title(scene: Scene, plot: Plot, name: str, rng: random.Random) -> str:
    where = setting(scene.setting)
    hero = scene.figures[0].key.capitalize()
    return rng.choice(
        (
            f"{name} and {plot.title}",
            f"{name} and {plot.title}",
            plot.title[0].upper() + plot.title[1:],
            f"The {hero} {_titled(where.place)}",
        )
    )


def _titled(place: str) -> str:
    """ "in the old library" as it stands in a title: "in the Old Library"."""
    small = {"in", "on", "by", "at", "the"}
    return " ".join(word if word in small else word.capitalize() for word in place.split())


def _slots(scene: Scene, name: str, friend: str, rng: random.Random) -> dict[str, str]:
    where, hour = setting(scene.setting), mood(scene.mood)
    hero = scene.figures[0]
    pronouns = _PRONOUNS[hero.character.pronoun]
    if len(scene.figures) > 1:
        companion, called = f"{friend}, {scene.figures[1].phrase}", friend
    else:
        companion = LOCALS[scene.setting]
        called = f"the {companion.split(' ', 1)[1]}"
    slots = {
        **pronouns,
        "He": pronouns["he"].capitalize(),
        "His": pronouns["his"].capitalize(),
        "She": "She",
        "she": "she",
        "her": "her",
        "Her": "Her",
        "H": name,
        "hero": hero.phrase,
        "place": where.place,
        "Place": where.place[0].upper() + where.place[1:],
        "hour": hour.phrase,
        "P": called,
        "p": companion,
    }
    if len(scene.figures) > 2:
        slots["Third"] = rng.choice((f"The {scene.figures[2].key}", scene.figures[2].phrase))
    return slots
