"""Sentences about characters and things, and what is said. Slots as in `told_places`; `<P>` is the companion."""

from __future__ import annotations

from typing import Final

TRAITS: Final[dict[str, tuple[str, ...]]] = {
    "fox": (
        "<He> was clever, but not as clever as <he> thought.",
        "<His> tail always knew first when something was about to happen.",
    ),
    "rabbit": ("<She> could hear a leaf think.", "When <she> was nervous, <she> counted clovers in <her> head."),
    "owl": (
        "<She> knew many answers, and a few of the questions.",
        "<She> had read everything twice, even the labels on jam jars.",
    ),
    "cat": (
        "<He> pretended not to care, and cared very much.",
        "<He> always landed on <his> feet, except on Mondays.",
    ),
    "bear": (
        "<He> was big and soft and afraid of moths.",
        "<He> hummed when <he> was thinking, and hummed louder when <he> was not.",
    ),
    "hedgehog": (
        "<She> was prickly outside, but only outside.",
        "<She> took small steps and arrived everywhere in the end.",
    ),
    "frog": (
        "<He> sang better than <he> jumped, and <he> jumped very well.",
        "<He> believed firmly that somebody would kiss <him> one day.",
    ),
    "dragon": (
        "<She> could breathe fire, but mostly used it for toast.",
        "<She> was still young for a dragon, hardly two hundred years.",
    ),
    "robot": (
        "<He> had a hundred and seven buttons, and one of them was for courage.",
        "Inside <him> something ticked that felt exactly like a heart.",
    ),
    "knight": (
        "<Her> armour squeaked at every step, so <she> was never good at hiding.",
        "<She> had never fought anyone, and was rather proud of it.",
    ),
    "witch": (
        "<She> knew nine spells, and seven of them worked.",
        "<Her> hat was older than <she> was and had opinions of its own.",
    ),
    "astronaut": (
        "<She> had travelled further than anyone and still missed <her> blanket.",
        "Behind the glass of <her> helmet two curious eyes were shining.",
    ),
    "girl": (
        "<She> had a scar on <her> knee and a plan in <her> head.",
        "<She> asked at least thirty questions a day, and this was number one.",
    ),
    "boy": (
        "<He> had a stone in <his> pocket that brought luck on most days.",
        "<He> could whistle with two fingers, and almost with one.",
    ),
}
"""What the hero is like."""

SEEN: Final[dict[str, tuple[str, ...]]] = {
    "flower": (
        "In front of <him> stood a red flower, as bright as a small fire.",
        "The red flower opened one petal after another, like a slow hello.",
    ),
    "lantern": (
        "A lantern stood there and glowed, as if it had swallowed a piece of the sun.",
        "The lantern threw a warm circle of light, just large enough for friends.",
    ),
    "kite": (
        "A bright kite tugged at its string and wanted to go higher.",
        "The kite danced above them and flicked its tail.",
    ),
    "boat": (
        "A little sailing boat leaned to one side and dreamed of the wide sea.",
        "The little boat smelled of tar and freedom.",
    ),
    "book": (
        "An open book lay there, and the wind was reading in it.",
        "The book was open at page seven, where the best adventures begin.",
    ),
    "key": (
        "A golden key lay on the ground, and no door was anywhere near.",
        "The golden key was warm, as if somebody had held it for a long time.",
    ),
    "umbrella": (
        "A pink umbrella stood there, wide open, like a flower for giants.",
        "The pink umbrella was large enough for three and a half friends.",
    ),
    "balloon": (
        "A red balloon nodded on its string, as if it agreed with everything.",
        "The red balloon looked down on them like a small, friendly planet.",
    ),
    "tree": (
        "An apple tree held out its red apples to anyone who was polite.",
        "The apple tree rustled, and one apple fell down as a present.",
    ),
    "tent": (
        "A striped tent had been pitched there, and from inside came a smell of cocoa.",
        "The striped tent swelled and sank, as if it were asleep.",
    ),
    "chest": (
        "A treasure chest stood there with its lid half open, and something glittered inside.",
        "The old chest groaned whenever somebody only thought of opening it.",
    ),
    "star": (
        "A fallen star lay there and looked a little embarrassed.",
        "The fallen star was no bigger than a bread roll, and it shone.",
    ),
    "teapot": (
        "A blue teapot stood there and steamed, though nobody had lit a fire.",
        "From the blue teapot came a smell of mint and Sunday afternoons.",
    ),
    "telescope": (
        "A brass telescope pointed at the sky like a very long finger.",
        "Through the brass telescope even the smallest things had a story.",
    ),
}
"""How a thing of the picture enters the story."""

WORDS: Final = (
    '"{Did you hear that?|Do you see what I see?}" whispered <H>.',
    '"I am not afraid," said <H>, {a little too loudly|and was, a little}.',
    '"Two of us know more than one," said <P>.',
    '"{Slowly|One thing after another}," said <P>. "Haste only makes knots."',
    '"What would you do if you were brave?" asked <P>. "I would begin," said <H>.',
    '"Tell me again how it started," said <P>, and <H> told it from the beginning.',
    '"Perhaps," said <P>, "it is not a problem at all. Perhaps it is only a very long surprise."',
    '"I have an idea," said <H>. "It is small, but it is mine."',
    '"If we give up now, we shall never know the end," said <H>.',
    '"You can count on me," said <P>, "at least up to twenty."',
    '"My grandmother always said: whoever looks twice finds more," said <P>.',
    '"Hold my hand," said <P>, "then neither of us can get lost."',
    '"Sometimes," said <P>, "the smallest one must go first."',
    '"Is it far?" asked <H>. "Not if we sing," said <P>.',
)
"""What <H> and <P> say to each other on the way."""

FEELINGS: Final = (
    "<H> felt <his> heart {beat faster|knock, like a guest at the door}.",
    "For a moment <he> wanted to turn round and go home.",
    "<H> swallowed and took one step forward, and then another.",
    "<He> thought of everything that had gone well before, and that helped.",
    "Something in <him> was small and frightened, and something else was stronger.",
    "<H> closed <his> eyes, counted to three, and opened them again.",
    "It is strange, thought <H>, how brave one becomes when one has to be.",
    "<He> had never done anything like it, but everything is done for the first time once.",
)
"""How the hero feels."""

COMPANIONS: Final = (
    "With <him> was <p>, who {never missed an adventure|had come along without being asked}.",
    "<p>, was there too and wanted to know everything.",
    "Not far away stood <p>, waving.",
)
"""How a companion of the picture enters; `<p>` is "Tilo, a green frog"."""

STRANGERS: Final = (
    "Only <p> kept <him> company that day.",
    "Then <p> came by and asked what was going on.",
    "Close by sat <p>, who had been listening the whole time.",
)
"""How one of the locals enters."""

OTHERS: Final = (
    "<Third> watched them from {the side|a few steps away} and smiled.",
    "<Third> had been there all along, and only now said hello.",
)
"""How a third character of the picture enters."""

OPENINGS: Final = (
    "Once, <place>, there lived <hero> named <H>.",
    "<Place>, where nobody expected it, lived <hero> called <H>.",
    "This is the story of <H>, <hero>, and it begins <place>.",
    "Nobody knew why <H>, <hero>, had come to be <place> that day.",
    "<H> was <hero>, and on this day <he> was <place>.",
    "On <hour>, <hero> named <H> stood <place> and listened.",
    "It was <hour>, and <place> <H>, <hero>, was already awake.",
    "If you had been <place> on that day, you would have met <H>, <hero>.",
)
"""First sentences of a new story."""

RESUMED: Final = (
    "That might have been the end of the story, but <H>, <hero>, was still <place>.",
    "The next time, it began <place> again, and <H>, <hero>, was the first to notice.",
    "A little later <H>, <hero>, was back <place>, and everything seemed as before.",
    "But <place> nothing ever stays quiet for long, and <H>, <hero>, knew it.",
)
"""First sentences of a story that goes on."""

RECALLED: Final = (
    "Then <H> remembered <M>, <m>, and what had happened back then.",
    '"<M> would know what to do," said <H>, for <M>, <m>, was an old friend.',
    "Just then somebody came along: it was <M>, <m>, whom nobody had forgotten.",
    "And who stood there all at once? <M>, <m>, with a smile.",
    "<H> had a letter from <M>, <m>, and now read it once more.",
)
"""How somebody remembered returns: `<M>` the name, `<m>` what they are."""

RECALLED_AFTER: Final = (
    '"I know how that feels," said <M>. "It happened to me too."',
    "<M> helped without asking many questions.",
    "They all listened to what <M> had to tell.",
    "From that moment on, <M> stayed with them.",
    "Whatever <M> had learned back then was useful now.",
)
"""What the remembered one does."""

RECALLED_LAST: Final = (
    "<M> nodded, as if it had been clear from the start.",
    '"Now my story has an end as well," said <M>.',
    "And <M> promised to come back the next time.",
)
"""The remembered one, once more, towards the end."""
