"""What memory brings back in a lesson: passages of earlier stories, short lines about somebody, captions."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Final

from ravsg.pocket.captions import alt_text
from ravsg.pocket.names import TELLERS, fitting
from ravsg.pocket.stories import Guest, Told, hour_of, tell
from ravsg.pocket.world import Scene, setting
from ravsg.types import MemoryKind, Recalled

CHUNK: Final = 500
"""Characters of a remembered passage, as memory cuts them."""

_LINES: Final = (
    "<M> <the> lost <his> <t> <place>.",
    "<M> <the> found a <t> <place>.",
    "<M> <the> hid the <t> <place>.",
    "<M> <the> carried the <t> all the way home.",
    "<M>, <a>, was looking for <his> <t>.",
    "<M>, <a>, gave away <his> <t> and never asked for it back.",
    "<M>, <a>, mended the <t> with a piece of string.",
    "Nobody has seen <M> <the> since the <t> disappeared.",
    "It was <M> <the> who kept the <t> safe <place>.",
    "Once <M> <the> forgot <his> <t> <place>, and it rained.",
    "<M> <the> promised to come back for the <t>.",
    "The <t> belongs to <M> <the>.",
)
_LINES_WITHOUT: Final = (
    "<M> <the> lives <place>.",
    "<M> <the> got lost <place> on <hour>.",
    "<M>, <a>, waited <place> for a friend.",
    "<M>, <a>, is afraid of thunder.",
    "<M> <the> learned to whistle <place>.",
    "Everybody <place> knows <M> <the>.",
    "<M>, <a>, sang so loudly that the moon looked round.",
    "On <hour> <M> <the> fell asleep <place>.",
)
"""Lines as members and summaries leave them: who, and what happened."""

REMINDED: Final = (
    "It was almost as in the picture that <H> knew from before: <alt>.",
    "<H> had dreamed of it once: <alt>.",
    "Somebody had told <H> about it long ago: <alt>.",
)


def remembered(scene: Scene, rng: random.Random, name: str, number: int = 1) -> tuple[Recalled, Told]:
    """A passage of an earlier story about somebody called `name`, as memory brings it back."""
    friend = fitting(rng, rng.choice(("he", "she")), (name,))
    told = tell(scene, rng, "short", name=name, friend=friend)
    start = 0 if rng.random() < 0.75 else rng.randrange(0, max(1, len(told.text) - CHUNK))
    return recalled(number, MemoryKind.STORY, told.text[start : start + CHUNK].strip(), told.title, rng), told


def passage(scene: Scene, rng: random.Random, name: str, number: int) -> tuple[Recalled, Guest | None]:
    """A remembered passage and whom it tells of; None where it is cut so that it names nobody."""
    memory, told = remembered(scene, rng, name, number)
    if name not in memory.text and name not in memory.title:
        return memory, None
    look = scene.figures[0].phrase
    things = [key for key in scene.things if key in memory.text]
    thing = f"the {things[0]}" if things else ""
    place = setting(scene.setting).place
    shown = look if look in memory.text else "an old friend"
    return memory, Guest(told.hero, shown, thing, place if place in memory.text else "")


def line(scene: Scene, rng: random.Random, name: str, number: int) -> tuple[Recalled, Guest]:
    """One short line about the scene's hero, called `name`, and that hero."""
    hero = scene.figures[0]
    said = rng.choice(_LINES if scene.things else _LINES_WITHOUT)
    called = f"{'an' if hero.key[0] in 'aeiou' else 'a'} {hero.key}"
    look = rng.choice((hero.phrase, called))
    slots = {
        "<M>": name,
        "<the>": f"the {hero.key}",
        "<a>": look,
        "<his>": "his" if hero.character.pronoun == "he" else "her",
        "<t>": scene.things[0] if scene.things else "",
        "<place>": setting(scene.setting).place,
        "<hour>": hour_of(scene),
    }
    for slot, word in slots.items():
        said = said.replace(slot, word)
    thing = f"the {scene.things[0]}" if scene.things else ""
    title = f"{name} {rng.choice(('the', 'the brave', 'the little'))} {hero.key}"
    shown = look if look in said else f"the {hero.key}"
    place = slots["<place>"] if slots["<place>"] in said else ""
    return recalled(number, MemoryKind.STORY, said, title, rng), Guest(name, shown, thing, place)


def picture(scene: Scene, rng: random.Random, number: int) -> tuple[Recalled, str]:
    """A remembered picture, and a sentence by which a story thinks of it."""
    shown = alt_text(scene)
    reminder = rng.choice(REMINDED).replace("<alt>", shown[0].lower() + shown[1:])
    return recalled(number, MemoryKind.PICTURE, shown, shown[:40], rng), reminder


def recalled(number: int, kind: MemoryKind, text: str, title: str, rng: random.Random) -> Recalled:
    """A memory as retrieval hands it over, by one of the lessons' tellers."""
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
