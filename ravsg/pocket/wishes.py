"""What members ask for in a direction, and the sentences that grant it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

_MET: Final = (
    "whale", "giant", "ghost", "mermaid", "snail", "king", "pirate", "wolf", "unicorn", "elephant", "turtle", "queen",
    "snowman", "magician", "postman", "goose", "lion", "penguin", "mole", "fairy",
)  # fmt: skip
_FOUND: Final = (
    "map", "letter", "ring", "feather", "drum", "mirror", "coin", "bell", "pie", "violin", "compass", "hat", "clock",
    "shell", "whistle", "button", "candle", "crown", "stone", "basket",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A direction as a member types it, the sentences it puts into the story, and the hero's name if it gives one."""

    direction: str
    sentences: tuple[str, ...] = ()
    name: str = ""


NO_WISH: Final = Wish("")


def named_wish(rng: random.Random, hero: str, name: str) -> Wish:
    """A direction that gives the main character, of the kind `hero`, a name."""
    asked = rng.choice(
        (
            f"call the {hero} {name}",
            f"The hero is called {name}",
            f"{name} is the name of the {hero}",
            f"tell it about {name}",
            f"name: {name}",
            f"a story about {name} the {hero}",
            f"the {hero}'s name is {name}",
            f"about {name}",
        )
    )
    return Wish(asked, name=name)


def wish(rng: random.Random, hero: str, name: str) -> Wish:
    """A random direction; `hero` is the main character's kind, `name` the one it may ask for."""
    return named_wish(rng, hero, name) if rng.random() < 0.25 else plain_wish(rng)


def plain_wish(rng: random.Random) -> Wish:
    """A direction that names nobody: whom they meet, what they find, or in which manner it is to be told."""
    kind = rng.randrange(6)
    if kind <= 1:
        met = rng.choice(_MET)
        asked = rng.choice(
            (f"let them meet a {met}", f"they meet a {met}", f"with a {met}", f"A {met} comes along", f"add a {met}")
        )
        granted = rng.choice(
            (
                f"Then they met a {met}, and the {met} asked them for a song.",
                f"Round the corner came a {met}, in the best of moods.",
                f"And there sat a {met}, and it looked as if it had been expecting them.",
            )
        )
        return Wish(
            asked, (granted, rng.choice((f'"Good day," said the {met}.', f"Nobody had ever seen such a {met}.")))
        )
    if kind <= 3:
        found = rng.choice(_FOUND)
        asked = rng.choice(
            (f"they find a {found}", f"let them find a {found}", f"there should be a {found}", f"with a {found}")
        )
        granted = rng.choice(
            (
                f"On the ground lay a {found}, as if somebody had left it there for them.",
                f"Then <H> found a {found}, and it was just what they had needed.",
                f"Under a stone they found a {found}, old and precious.",
            )
        )
        return Wish(
            asked, (granted, rng.choice((f"<H> held the {found} very carefully.", f"Whose {found} could it be?")))
        )
    return rng.choice(_MANNERS)


_MANNERS: Final = (
    Wish("make it funny", ("Then <H> sneezed so hard that a cloud fell over, and everybody laughed.",)),
    Wish("something funny please", ("<P> slipped on a banana skin and bowed, as if it had been on purpose.",)),
    Wish("a bedtime story", ("And because it was late, everybody spoke more and more softly.",)),
    Wish("for going to sleep", ("Somebody yawned, and the yawn went from one to the next.",)),
    Wish("make it exciting", ("There was no time to lose, not even the time to be afraid.",)),
    Wish("more suspense", ("Behind them something cracked, and all of them held their breath.",)),
    Wish("with a happy ending", ("Everything would be well in the end, <H> was quite sure of it.",)),
    Wish("a little sad", ("<H> wept one tear, and it was allowed.",)),
    Wish("about friendship", ("A friend, thought <H>, is somebody who stays when the fun is over.",)),
    Wish("about courage", ("Courage, thought <H>, is being afraid and going on all the same.",)),
    Wish("let them sing", ("They sang a song with eleven verses, and the last one was the loudest.",)),
    Wish("they are hungry", ("Their stomachs growled in two different keys.",)),
    Wish("it is a birthday", ("For it was a birthday, and nobody had forgotten it.",)),
    Wish("they dance", ("And suddenly they were dancing, first slowly, and then not slowly at all.",)),
)


_TURNS: Final = (
    Wish("it had all been a dream", ("<H> opened <his> eyes, for it had all been a dream until now.",)),
    Wish("it starts to snow", ("And then it began to snow, in large and quiet flakes.",)),
    Wish("the wind turns", ("All at once the wind turned, and it took the whole story with it.",)),
    Wish("nobody comes to help", ("Nobody came to help this time, and <H> had to begin alone.",)),
    Wish("they had stayed at home", ("This time they had stayed at home, and so the trouble came to them.",)),
    Wish("they make friends with it", ("Instead of running away, <H> said good day and held out a biscuit.",)),
    Wish("everybody laughs", ("Then somebody giggled, and soon everybody was laughing.",)),
    Wish("it were night", ("All at once it was as dark as in the middle of the night.",)),
    Wish("they could fly", ("And <H> noticed that <his> feet were no longer touching the ground.",)),
    Wish("they were very small", ("In one moment they had all become as small as beetles.",)),
    Wish("time stood still", ("Time stood still, and only <H> could move.",)),
    Wish("someone had told a lie", ("Then it came out that somebody had not told the truth.",)),
    Wish("they say sorry", ("<H> said sorry first, and that changed everything.",)),
    Wish("they turn back", ("<H> turned back, and on the way back everything looked different.",)),
    Wish("they sing", ("Instead of answering, <H> began to sing.",)),
    Wish("they give it away", ("<H> gave away the dearest thing <he> had, and did not look back.",)),
    Wish("it grows", ("And everything around them began to grow, slowly at first.",)),
    Wish("there is a secret door", ("Behind them was a door that had not been there before.",)),
)
"""Turns that a story may take instead, as people ask for them after "What if"."""


def turn_away(rng: random.Random, hero: str, name: str) -> Wish:
    """What somebody wants to have happened instead, and the sentence in which it happens."""
    if rng.random() < 0.5:
        asked = rng.choice(_TURNS)
        return Wish(rng.choice(("", "What if ")) + asked.direction, asked.sentences)
    met = rng.choice(_MET)
    return Wish(
        rng.choice((f"What if {name} meets a {met}?", f"the {hero} meets a {met}", f"a {met} comes")),
        (f"But this time a {met} came round the corner, and <H> stopped.", f'"Not that way," said the {met}.'),
    )
