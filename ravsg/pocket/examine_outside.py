"""What the writer is examined in where it knows nothing: pictures from outside the drawn world.

The pictures are made (`elsewhere_make`) from a seed of their own, and what can truly be said of them is computed from
their pixels (`elsewhere_look`), so that no model judges. What chance gives is told too: the same texts, held against
the pictures of others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from ravsg.pocket.elsewhere_look import COLOURS, Sight
from ravsg.pocket.elsewhere_look import look as sight_of
from ravsg.pocket.elsewhere_make import make
from ravsg.pocket.examine_text import is_readable, kinds_named, loops, repeats_nothing, words_in
from ravsg.pocket.examine_writer import Seen, look, tell
from ravsg.pocket.hands import Writer, png_of
from ravsg.pocket.measures import Measure, share
from ravsg.story.lengths import count_words
from ravsg.story.parse import Told
from ravsg.story.unfamiliar import is_unfamiliar
from ravsg.types import Analysis

SEED: Final = 900_006
"""Of the pictures."""
LEAST_WORDS: Final = 150
"""A story under so many words is never delivered without a note."""


def outside_measures(writer: Writer, count: int, inside: Sequence[Seen]) -> dict[str, Measure]:
    """How the writer takes `count` pictures that are not of its world, and those that are (`inside`).

    - `outside_valid`: free decoding gives JSON that keeps to the schema; if not, the next two count as wrong
    - `outside_noticed`: the setting says that the place is unfamiliar
    - `outside_colour`: the first colour that the setting names is a main colour of the picture
      (`outside_colour_by_chance`: of the next picture instead)
    - `outside_story`: a story of length "short" that `keeps_to_what_is_seen`
    - `outside_mistaken`: a drawing of the world is said to be unfamiliar
    """
    rng = random.Random(SEED)
    made = [make(rng) for _ in range(count)]
    sights = [sight_of(one) for one in made]
    pictures = [png_of(one) for one in made]
    seen = look(writer, pictures)
    told = tell(writer, [one.used for one in seen], pictures, length="short", what="stories from outside")
    first = [first_colour(one.free) if one.free else "" for one in seen]
    others = [*sights[1:], *sights[:1]]
    return {
        "outside_valid": share([one.free is not None for one in seen]),
        "outside_noticed": share([one.free is not None and is_unfamiliar(one.free) for one in seen]),
        "outside_colour": share([colour in sight.colours for colour, sight in zip(first, sights, strict=True)]),
        "outside_story": share([keeps_to_what_is_seen(one, sight) for one, sight in zip(told, sights, strict=True)]),
        "outside_mistaken": share([is_unfamiliar(one.used) for one in inside]),
        "outside_colour_by_chance": share(
            [colour in sight.colours for colour, sight in zip(first, others, strict=True)]
        ),
    }


def first_colour(seen: Analysis) -> str:
    """The colour that an analysis' setting names first; empty for none."""
    named = [(seen.setting.find(colour), colour) for colour in COLOURS if colour in words_in(seen.setting)]
    return min(named)[1] if named else ""


def keeps_to_what_is_seen(told: Told, sight: Sight) -> bool:
    """Whether a story is one (150 words, no sentence twice, no loop, no broken characters), tells of the picture (a
    main colour of it, or where its light comes from), and invents nobody of the drawn world."""
    return (
        count_words(told.text) >= LEAST_WORDS
        and repeats_nothing(told.text)
        and not loops(told.text)
        and is_readable(f"{told.title} {told.text}")
        and names_sight(told.text, sight)
        and not kinds_named(told.title, told.text)
    )


def names_sight(text: str, sight: Sight) -> bool:
    """Whether a text names a main colour of the picture, or the side that its light comes from."""
    side = sight.light.removeprefix("light ")
    return bool(words_in(text) & set(sight.colours)) or bool(side and side in text.lower())
