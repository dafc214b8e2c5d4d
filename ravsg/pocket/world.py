"""The truth of the pocket models' picture-book world: what a scene holds, and which scenes are never trained on.

A scene is plain data: drawing it is `illustrator`, telling of it is `language` and its neighbours. For every setting
one character is held out: no training scene shows the two together, every examination scene does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Setting:
    """A place. `phrase` names it in an analysis, `place` within a sentence ("in the forest")."""

    key: str
    phrase: str
    place: str
    words: tuple[str, ...]
    """Any of these words in a text names the setting."""
    moods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mood:
    """Light and weather at once. `phrase` names the hour ("a golden sunset"), `feeling` the mood of an analysis."""

    key: str
    phrase: str
    feeling: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody who can live in a scene, in two or three looks such as "a red fox"."""

    key: str
    looks: tuple[str, ...]
    pronoun: str


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: its phrase, and what a character does with it."""

    key: str
    phrase: str
    acts: tuple[str, ...]
    """Verbs in the third person that take the object: "plants"."""
    doing: tuple[str, ...]
    """The same as participles, for captions: "planting"."""


OUTDOORS: Final = ("sunny", "sunset", "night", "rain", "storm", "mist", "dawn")
SHELTERED: Final = ("sunny", "sunset", "night", "dawn", "mist")

SETTINGS: Final = (
    Setting("forest", "a forest of tall firs", "in the forest", ("forest", "firs", "wood"), OUTDOORS),
    Setting("seashore", "a sandy seashore", "on the seashore", ("seashore", "beach", "shore"), OUTDOORS),
    Setting("moon", "the grey moon", "on the moon", ("moon",), ("sunny", "sunset", "night", "dawn")),
    Setting("desert", "a desert of golden dunes", "in the desert", ("desert", "dunes"), OUTDOORS),
    Setting("mountains", "a mountain pass", "high in the mountains", ("mountain", "mountains"), OUTDOORS),
    Setting("village", "a village of little roofs", "in the village", ("village",), OUTDOORS),
    Setting("city", "a city street", "in the city", ("city",), OUTDOORS),
    Setting("meadow", "a meadow full of flowers", "in the meadow", ("meadow",), OUTDOORS),
    Setting("cave", "a crystal cave", "in the crystal cave", ("cave",), SHELTERED),
    Setting("snowfield", "a snowy field", "in the snow", ("snow", "snowy"), OUTDOORS),
    Setting("island", "a floating island", "on the floating island", ("island",), OUTDOORS),
    Setting("riverside", "a green riverside", "by the river", ("river", "riverside"), OUTDOORS),
    Setting("library", "an old library", "in the old library", ("library",), SHELTERED),
    Setting("reef", "a coral reef under the sea", "at the coral reef", ("reef", "coral"), SHELTERED),
)

MOODS: Final = (
    Mood("sunny", "a bright sunny day", "cheerful and bright", ("sunny", "cheerful", "bright")),
    Mood("sunset", "a golden sunset", "warm and tender", ("sunset", "warm", "golden")),
    Mood("night", "a starry night", "quiet and mysterious", ("night", "quiet", "mysterious")),
    Mood("rain", "a grey rainy day", "wistful and rainy", ("rain", "rainy", "wistful")),
    Mood("storm", "a dark stormy sky", "dramatic and stormy", ("storm", "stormy", "dramatic")),
    Mood("mist", "a misty morning", "dreamy and misty", ("mist", "misty", "dreamy")),
    Mood("dawn", "a rosy dawn", "hopeful and rosy", ("dawn", "rosy", "hopeful")),
)

CHARACTERS: Final = (
    Character("fox", ("a red fox", "a silver fox", "a red fox with a blue scarf"), "he"),
    Character("rabbit", ("a white rabbit", "a brown rabbit", "a white rabbit with a green scarf"), "she"),
    Character("owl", ("a brown owl", "a snowy white owl"), "she"),
    Character("cat", ("a black cat", "a ginger cat", "a grey cat with a red scarf"), "he"),
    Character("bear", ("a brown bear", "a polar bear", "a brown bear with a yellow scarf"), "he"),
    Character("hedgehog", ("a brown hedgehog", "a hedgehog with a red scarf"), "she"),
    Character("frog", ("a green frog", "a green frog with a golden crown"), "he"),
    Character("dragon", ("a green dragon", "a blue dragon", "a purple dragon"), "she"),
    Character("robot", ("a teal robot", "a copper robot"), "he"),
    Character("knight", ("a knight with a red plume", "a knight with a blue plume"), "she"),
    Character("witch", ("a witch in purple", "a witch in dark green"), "she"),
    Character("astronaut", ("an astronaut in white", "an astronaut in orange"), "she"),
    Character("girl", ("a girl in a red dress", "a girl in a yellow dress"), "she"),
    Character("boy", ("a boy in a striped blue shirt", "a boy in a green coat"), "he"),
)

THINGS: Final = (
    Thing("flower", "a red flower", ("plants", "waters", "looks after"), ("planting", "watering")),
    Thing("lantern", "a glowing lantern", ("lights", "carries", "lifts"), ("holding up", "lighting")),
    Thing("kite", "a bright kite", ("flies", "mends", "lets out"), ("flying",)),
    Thing("boat", "a little sailing boat", ("mends", "names", "pushes"), ("mending", "steering")),
    Thing("book", "an open book", ("reads", "opens", "studies"), ("reading",)),
    Thing("key", "a golden key", ("finds", "turns", "polishes"), ("finding", "holding")),
    Thing("umbrella", "a pink umbrella", ("opens", "borrows", "shakes out"), ("opening", "carrying")),
    Thing("balloon", "a red balloon", ("holds", "follows", "catches"), ("holding", "following")),
    Thing("tree", "an apple tree", ("shakes", "climbs", "guards"), ("guarding", "resting under")),
    Thing("tent", "a striped tent", ("pitches", "tidies", "mends"), ("pitching",)),
    Thing("chest", "a treasure chest", ("opens", "drags", "guards"), ("opening", "guarding")),
    Thing("star", "a fallen star", ("finds", "comforts", "warms"), ("finding", "comforting")),
    Thing("teapot", "a blue teapot", ("fills", "warms", "pours from"), ("filling", "pouring from")),
    Thing("telescope", "a brass telescope", ("turns", "looks through", "cleans"), ("looking through",)),
    Thing("mushroom", "a spotted mushroom", ("sits under", "finds", "guards"), ("sitting beside", "finding")),
    Thing("train", "a toy train", ("pushes", "mends", "winds up"), ("pushing", "mending")),
    Thing("drum", "a painted drum", ("beats", "carries", "mends"), ("beating", "carrying")),
    Thing("bell", "a silver bell", ("rings", "polishes", "hangs up"), ("ringing", "polishing")),
)

HELD_OUT: Final = {
    "forest": "robot",
    "seashore": "knight",
    "moon": "cat",
    "desert": "frog",
    "mountains": "girl",
    "village": "dragon",
    "city": "hedgehog",
    "meadow": "astronaut",
    "cave": "rabbit",
    "snowfield": "witch",
    "island": "bear",
    "riverside": "owl",
    "library": "fox",
    "reef": "boy",
}
"""For each setting, the character that no training scene shows there."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A character in a scene, in one of its looks (an index)."""

    key: str
    look: int

    @property
    def character(self) -> Character:
        """The character's description."""
        return character(self.key)

    @property
    def phrase(self) -> str:
        """ "a red fox"."""
        return self.character.looks[self.look]


@dataclass(frozen=True, slots=True)
class Relation:
    """That somebody does something with something ("fox", "reads", "book"), or is with somebody ("owl", "is with",
    "fox"). `who` is a character's key, `what` a character's or a thing's."""

    who: str
    does: str
    what: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What one picture holds; `seed` fixes the layout and every brush stroke."""

    setting: str
    mood: str
    figures: tuple[Figure, ...]
    things: tuple[str, ...]
    seed: int

    @property
    def held_out(self) -> bool:
        """Whether the setting's held-out character is in it."""
        return any(figure.key == HELD_OUT[self.setting] for figure in self.figures)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Who does what with which thing, then who is with the hero, all fixed by the scene.

        The hero has the first thing. Every further thing goes to the companions in turn, or to the hero alone.
        """
        hero, *companions = (figure.key for figure in self.figures)
        helpers = companions or [hero]
        deeds = tuple(
            Relation(helpers[(number - 1) % len(helpers)] if number else hero, _deed(key, self.seed), key)
            for number, key in enumerate(self.things)
        )
        return (*deeds, *(Relation(key, "is with", hero) for key in companions))


def setting(key: str) -> Setting:
    """The setting of that key; KeyError when there is none."""
    return {one.key: one for one in SETTINGS}[key]


def mood(key: str) -> Mood:
    """The mood of that key; KeyError when there is none."""
    return {one.key: one for one in MOODS}[key]


def character(key: str) -> Character:
    """The character of that key; KeyError when there is none."""
    return {one.key: one for one in CHARACTERS}[key]


def thing(key: str) -> Thing:
    """The object of that key; KeyError when there is none."""
    return {one.key: one for one in THINGS}[key]


def _deed(key: str, seed: int) -> str:
    acts = thing(key).acts
    return acts[seed % len(acts)]


def reference_scene(seed: int = 0) -> Scene:
    """An astronaut plants a red flower on the moon, the Earth in the black sky."""
    return Scene("moon", "night", (Figure("astronaut", 0),), ("flower",), seed)


def sample_scene(rng: random.Random, *, held_out: bool = False) -> Scene:
    """One to three different characters and up to three objects somewhere.

    With `held_out` the hero is the setting's held-out character; without, that character is nowhere in the scene.
    """
    where = rng.choice(SETTINGS)
    allowed = [one.key for one in CHARACTERS if one.key != HELD_OUT[where.key]]
    count = rng.choices((1, 2, 3), (5, 4, 1))[0]
    keys = rng.sample(allowed, count)
    if held_out:
        keys[0] = HELD_OUT[where.key]
    figures = tuple(Figure(key, rng.randrange(len(character(key).looks))) for key in keys)
    things = rng.sample([one.key for one in THINGS], rng.choices((0, 1, 2, 3), (2, 5, 3, 1))[0])
    return Scene(where.key, rng.choice(where.moods), figures, tuple(things), rng.randrange(2**31))
