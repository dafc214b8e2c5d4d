"""Cases for memory's effect: a new picture of the pocket world, and earlier chapters that a server remembers.

No training scene shows these heroes in these places. What a chapter tells is written by the lessons' own rules, so
that name, kind and place are known; its picture is drawn where one is asked for.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ravsg.pocket.examine_text import names_somebody
from ravsg.pocket.names import HERS, HIS, KNOWN, UNKNOWN
from ravsg.pocket.recollections import line, passage
from ravsg.pocket.world import Scene, sample_scene


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is remembered of somebody called `name`, the hero of `scene`."""

    scene: Scene
    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One held-out scene, and two things to remember."""

    scene: Scene
    earlier: Chapter
    """For a story of the scene's picture: about the same hero in another place, or by turns about another hero in the
    same place."""
    before: Chapter
    """For a painting of its hero by name: the scene itself, told of before."""

    @property
    def elsewhere(self) -> bool:
        """Whether what is remembered for the story happened in another place."""
        return self.earlier.scene.setting != self.scene.setting


def cases(scenes: Sequence[Scene], seed: int = 21) -> list[Case]:
    """A case for each scene; half of the names are known to the writer, half it never read."""
    rng = random.Random(seed)
    made = []
    for number, scene in enumerate(scenes):
        names = KNOWN if number % 4 < 2 else UNKNOWN
        made.append(Case(scene, _told(_earlier(scene, number, rng), rng, names), _told(scene, rng, names)))
    return made


def _earlier(scene: Scene, number: int, rng: random.Random) -> Scene:
    """The same hero elsewhere, or somebody else, of another kind, in the same place."""
    there = {figure.key for figure in scene.figures}
    while True:
        other = sample_scene(rng)
        hero = other.figures[0]
        if number % 2 == 0 and other.setting != scene.setting:
            return replace(other, figures=scene.figures[:1])
        if number % 2 and hero.key not in there:
            return replace(other, setting=scene.setting, mood=scene.mood, figures=(hero,))


def _told(scene: Scene, rng: random.Random, names: Sequence[str]) -> Chapter:
    """A passage or a single line about the scene's hero, in which the name stands."""
    wrong = HERS if scene.figures[0].character.pronoun == "he" else HIS
    name = rng.choice([one for one in names if one not in wrong])
    tell = rng.choice((line, passage))
    while True:
        memory, _ = tell(scene, rng, name, 1)
        if names_somebody(memory.text, name):
            return Chapter(scene, name, memory.title, memory.text)
