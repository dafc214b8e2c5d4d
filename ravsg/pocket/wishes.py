"""What members ask for in a direction, and the sentences that grant it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

_MET: Final = (
    "whale", "giant", "ghost", "mermaid", "snail", "king", "pirate", "wolf", "unicorn", "elephant", "turtle", "queen",
    "snowman", "magician", "postman", "goose", "lion", "penguin", "mole", "fairy", "donkey", "camel", "princess",
    "tiger", "baker", "sailor", "mouse", "troll", "sheep", "clown", "octopus", "baby bird", "old woman", "musician",
    "thief", "painter", "gardener", "swan", "goat", "parrot", "monkey", "horse", "duck", "firefly", "stranger",
)  # fmt: skip
_FOUND: Final = (
    "map", "letter", "ring", "feather", "mirror", "coin", "pie", "violin", "compass", "hat", "clock", "shell",
    "whistle", "button", "candle", "crown", "stone", "basket", "ladder", "egg", "spoon", "flute", "scarf", "bottle",
    "diary", "cake", "ticket", "rope", "pearl", "boot", "seed", "lamp", "marble", "trumpet", "locket", "sledge",
    "photograph", "nest", "magic wand", "puppet",
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


def plain_wish(rng: random.Random) -> Wish:
    """A direction that names nobody: whom they meet, what they find, or in which manner it is to be told."""
    kind = rng.randrange(6)
    if kind <= 1:
        met = rng.choice(_MET)
        asked = rng.choice(("let them meet {}", "they meet {}", "with {}", "and {} comes along", "add {}")).format(
            a(met)
        )
        granted = (
            f"Then they met {a(met)}, and the {met} asked them for a song.",
            f"Round the corner came {a(met)}, in the best of moods.",
            f"And there sat {a(met)}, and it looked as if it had been expecting them.",
            f"<H> looked up, and in front of <him> stood {a(met)}.",
            f"Nobody had noticed {a(met)}, who had been there all the time.",
            f"It was {a(met)} who came to help them, of all people.",
        )
        added = (
            f'"Good day," said the {met}.',
            f"Nobody had ever seen such a happy {met}.",
            f'"Follow me," said the {met}, and went ahead.',
            f"The {met} gave <H> a piece of good advice.",
            f"And the {met} sat down, as if it had all the time in the world.",
            f'"I was lost," said the {met}, "but now I am not."',
        )
        return Wish(asked, (rng.choice(granted), rng.choice(added)))
    if kind <= 3:
        found = rng.choice(_FOUND)
        asked = rng.choice(("they find {}", "let them find {}", "there should be {}", "with {}")).format(a(found))
        put = (
            f"On the ground lay {a(found)}, as if somebody had left it there for them.",
            f"Then <H> found {a(found)}, and it was just what they had needed.",
            f"Under a stone they found {a(found)}, old and precious.",
            f"<H> stumbled over something, and it was {a(found)}.",
            f"Somebody had hidden {a(found)} here, and not very well.",
            f"In <his> pocket, of all places, <H> felt {a(found)}.",
        )
        then = (
            f"<H> held the {found} very carefully.",
            f"Whose {found} could it be?",
            f"<H> turned the {found} over, and on it stood one word: thanks.",
            f"The {found} was a little broken, and all the dearer for it.",
            f"They took turns at carrying the {found}.",
        )
        return Wish(asked, (rng.choice(put), rng.choice(then)))
    return rng.choice(_MANNERS)


def a(word: str) -> str:
    """The word with its article: "an elephant", "a unicorn"."""
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


_MANNERS: Final = tuple(
    Wish(asked, (granted,))
    for asked, granted in (
        ("make it funny", "Then <H> sneezed so hard that a cloud fell over, and everybody laughed."),
        ("make it funny", "<H> bowed politely, and <his> head got stuck in a bucket."),
        ("something funny please", "<P> slipped on a banana skin and bowed, as if it had been on purpose."),
        ("funny", 'Then both of them said the same thing at the same time, and it was "oops".'),
        ("a bedtime story", "And because it was late, everybody spoke more and more softly."),
        ("a bedtime story", "The night had laid a blanket over the day, and <H> was warm and heavy."),
        ("for going to sleep", "Somebody yawned, and the yawn went from one to the next."),
        ("make it exciting", "There was no time to lose, not even the time to be afraid."),
        ("exciting!", "<H> ran as fast as <he> could, and then a little faster."),
        ("more suspense", "Behind them something cracked, and all of them held their breath."),
        ("a bit scary", "Something cold breathed on <H>, and then it giggled."),
        ("not scary", "There was nothing to be afraid of, not even in the dark corners."),
        ("with a happy ending", "Everything would be well in the end, <H> was quite sure of it."),
        ("a little sad", "<H> wept one tear, and it was allowed."),
        ("sad but hopeful", "<H> was sad for a while, and then hope came and sat down too."),
        ("about friendship", "A friend, thought <H>, is somebody who stays when the fun is over."),
        ("about courage", "Courage, thought <H>, is being afraid and going on all the same."),
        ("about kindness", "A kind word weighs nothing, thought <H>, and carries so much."),
        ("about patience", "Good things take their time, thought <H>, and so did <he>."),
        ("about saying sorry", "Sorry is a short word, thought <H>, but it has a long way to go."),
        ("about family", "<H> thought of everybody at home, one after the other."),
        ("let them sing", "They sang a song with eleven verses, and the last one was the loudest."),
        ("they are hungry", "Their stomachs growled in two different keys."),
        ("it is a birthday", "For it was a birthday, and nobody had forgotten it."),
        ("it is winter", "It was winter, and every breath made a small white flag."),
        ("in spring", "It was spring, and everything was in a hurry to be green."),
        ("they dance", "And suddenly they were dancing, first slowly, and then not slowly at all."),
        ("they play hide and seek", "<H> counted to twenty, and everybody hid, some of them rather badly."),
        ("let them have a picnic", "They spread out a blanket and ate everything that was round."),
        ("they bake a cake", "They baked a cake as well, and it was only a little bit burnt."),
        ("somebody tells a joke", "<P> told a joke that was so bad that even the stones groaned."),
        ("with a secret", "<H> had a secret, and it tickled."),
        ("with magic", "There was a little magic in the air, and it smelled of cinnamon."),
        ("a race", "They ran a race, and everybody came in first."),
        ("they fly", "For a moment <H> felt the ground let go, and they were flying."),
        ("a surprise", "Then came the surprise, and it wore a bow."),
        ("they are very tired", "Their eyes were so heavy that they had to be carried."),
        ("with a riddle", 'Somebody asked a riddle: what grows when one shares it? "Joy," said <H>.'),
    )
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
        rng.choice((f"What if {name} meets {a(met)}?", f"the {hero} meets {a(met)}", f"{a(met)} comes")),
        (f"But this time {a(met)} came round the corner, and <H> stopped.", f'"Not that way," said the {met}.'),
    )
