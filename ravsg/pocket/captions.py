"""Short texts about a scene: prompts for the painter, scene cards, captions for the embedder, analyses.

All truth comes from the scene. The painter is asked as `ravsg/picture` asks it: "{subjects} in {setting},
{atmosphere}, {keywords}, {style words}", any part of which may be missing.
"""

from __future__ import annotations

import random
from typing import Final

from ravsg.pocket.world import SETTINGS, Figure, Scene, character, mood, setting, thing
from ravsg.types import SceneCard

STYLE_WORDS: Final = (
    "hand-painted watercolour picture book, soft warm light, lived-in nature",
    "soft watercolour picture book, warm light",
    "ink and wash drawing, fine lines, quiet paper texture",
    "storybook illustration, painted",
    "watercolour",
)
NIGHT_STYLE: Final = "night scene, lantern glow, deep blue shadows, painted"
NEGATIVES: Final = (
    "",
    "",
    "photograph, text, watermark, blurry, deformed",
    "photograph, text, watermark, blurry",
    "text, watermark, ugly, blurry",
)
"""What stands in for the text when it is dropped: painters are steered away from one of these."""

_DOING: Final = (
    "standing", "sitting quietly", "looking up", "smiling", "waiting", "walking", "waving",
)  # fmt: skip


def spoken(parts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def subjects(scene: Scene, rng: random.Random, *, plain: bool = False) -> str:
    """The characters, the first one busy with the first object: "a red fox reading an open book and a green frog"."""
    figures = [_called(figure, rng, plain) for figure in scene.figures]
    left = [thing(key) for key in scene.things]
    if left and rng.random() < 0.6:
        figures[0] += f" {rng.choice(left[0].doing)} {left[0].phrase}"
        left = left[1:]
    elif rng.random() < 0.25:
        figures[0] += f" {rng.choice(_DOING)}"
    if left and rng.random() < 0.8:
        return f"{spoken(figures)} with {spoken([one.phrase for one in left])}"
    return spoken(figures)


def _called(figure: Figure, rng: random.Random, plain: bool) -> str:
    """Mostly the look, now and then only the kind: "a fox"."""
    if plain or rng.random() < 0.15:
        return f"{'an' if figure.key[0] in 'aeiou' else 'a'} {figure.key}"
    return figure.phrase


def card(scene: Scene, rng: random.Random) -> SceneCard:
    """The scene in four fields, as it is distilled from a story."""
    hour = mood(scene.mood)
    words = [*scene.things, *(figure.key for figure in scene.figures)]
    return SceneCard(
        setting=setting(scene.setting).phrase,
        subjects=subjects(scene, rng)[:90],
        atmosphere=f"{hour.phrase}, {hour.feeling}",
        keywords=", ".join(words[:4]),
    )


def painter_prompt(scene: Scene, rng: random.Random) -> str:
    """A prompt in the form that the picture side builds, or now and then in prose, as members type it."""
    if rng.random() < 0.22:
        return caption(scene, rng)
    where, hour = setting(scene.setting), mood(scene.mood)
    place = rng.choice((where.phrase, where.phrase, where.words[0]))
    said = f"{subjects(scene, rng, plain=rng.random() < 0.1)} in {place}"
    if rng.random() < 0.06:
        said = where.phrase
    parts = [said]
    if rng.random() < 0.85:
        parts.append(rng.choice((f"{hour.phrase}, {hour.feeling}", hour.phrase, hour.feeling)))
    if rng.random() < 0.6:
        words = [*scene.things, *(figure.key for figure in scene.figures), where.words[0], hour.words[0]]
        rng.shuffle(words)
        parts.append(", ".join(words[: rng.randint(1, 4)]))
    if rng.random() < 0.75:
        parts.append(NIGHT_STYLE if scene.mood == "night" and rng.random() < 0.3 else rng.choice(STYLE_WORDS))
    return ", ".join(parts)


def caption(scene: Scene, rng: random.Random) -> str:
    """One or two sentences of prose about the picture."""
    where, hour = setting(scene.setting), mood(scene.mood)
    who = subjects(scene, rng)
    verb = "are" if len(scene.figures) > 1 else "is"
    return rng.choice(
        (
            f"{who} {where.place}, {hour.phrase}",
            f"A picture of {who} {where.place}. It is {hour.phrase}.",
            f"{hour.phrase} {where.place}: {who}",
            f"{where.phrase}, {hour.phrase}. Here {verb} {who}.",
            f"In {where.phrase} there {verb} {who}; {hour.feeling}.",
            f"{who} {where.place}",
            f"{' and '.join(figure.key for figure in scene.figures)} {where.place}",
        )
    )


def alt_text(scene: Scene) -> str:
    """What the picture shows, in one plain sentence that is always the same."""
    shown = [figure.phrase for figure in scene.figures] + [thing(key).phrase for key in scene.things]
    return f"{spoken(shown)} {setting(scene.setting).place}, {mood(scene.mood).phrase}".capitalize()


def settings_named(text: str) -> set[str]:
    """Keys of the settings that a text names by one of their words, whole words only; a snowy owl names none."""
    plain = text.lower().replace("snowy white", "white")
    words = set("".join(letter if letter.isalpha() else " " for letter in plain).split())
    return {one.key for one in SETTINGS if words & set(one.words)}


def looks_of(key: str) -> tuple[str, ...]:
    """All looks of a character."""
    return character(key).looks
