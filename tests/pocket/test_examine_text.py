"""What the examination says of texts: for each definition a text that passes, and others that fail it."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from ravsg.pocket.elsewhere_look import Sight
from ravsg.pocket.examine_outside import first_colour, keeps_to_what_is_seen
from ravsg.pocket.examine_text import (
    analysis_of,
    couples,
    hero_of,
    is_readable,
    keeps_hero,
    kinds_named,
    loops,
    moods_named,
    names_in,
    names_somebody,
    opening,
    repeats_nothing,
    sentences,
    takes_place,
    things_named,
)
from ravsg.pocket.names import UNKNOWN, pick
from ravsg.pocket.stories import tell
from ravsg.pocket.world import sample_scene
from ravsg.story.lengths import count_words
from ravsg.story.parse import Told
from ravsg.types import Analysis

STORY = (
    "Once, in the forest, there lived a red fox named Mira. The firs whispered all day, and she whispered back.\n\n"
    'One evening Mira, who had lost her lantern, met Tilo, a brown owl. "It is dark," said Mira. They searched '
    "under every leaf. Tilo knew a path that nobody else knew.\n\n"
    'When morning came, Mira held the lantern in her paws. "I shall never lose it again," said Mira, and '
    "nearly meant it."
)
ANALYSIS = {
    "setting": "a forest of tall firs",
    "characters": ["a red fox", "a brown owl"],
    "mood": "quiet and mysterious",
    "objects": ["a glowing lantern"],
    "conflicts": ["the lantern goes out"],
}


def test_an_analysis_keeps_to_the_schema_in_every_point() -> None:
    seen = analysis_of(json.dumps(ANALYSIS))
    assert seen is not None
    assert seen.characters == ("a red fox", "a brown owl")


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(ANALYSIS)[:-1],
        json.dumps([ANALYSIS]),
        json.dumps({**ANALYSIS, "conflicts": []}),
        json.dumps({**ANALYSIS, "characters": ["a fox"] * 4}),
        json.dumps({**ANALYSIS, "characters": "a fox"}),
        json.dumps({**ANALYSIS, "objects": [7]}),
        json.dumps({**ANALYSIS, "mood": "q" * 41}),
        json.dumps({**ANALYSIS, "setting": ""}),
        json.dumps({**ANALYSIS, "weather": "wet"}),
        json.dumps({name: ANALYSIS[name] for name in list(ANALYSIS)[:4]}),
        "A fox in a forest.",
    ],
)
def test_anything_else_is_no_analysis(answer: str) -> None:
    assert analysis_of(answer) is None


def test_kinds_things_and_moods_are_named_by_whole_words() -> None:
    assert kinds_named("a red fox with a blue scarf", "an owl") == {"fox", "owl"}
    assert kinds_named("a foxglove", "somebody") == set()
    assert things_named("an apple tree", "a keyhole") == {"tree"}
    assert moods_named("quiet and mysterious") == {"night"}
    assert moods_named("quiet and stormy") == {"night", "storm"}
    assert moods_named("green") == set()


def test_a_story_takes_place_where_its_opening_first_says() -> None:
    assert takes_place(STORY, "forest")
    assert not takes_place(STORY, "moon")


@pytest.mark.parametrize(
    "text",
    [
        "There lived a red fox named Mira. She was clever.\n\nIt was dark in the forest.",  # too late
        "Mira lived on the moon. Later she moved into the forest.",  # another place first
        "In the forest by the river lived Mira, a fox.",  # two at once
        "",
    ],
)
def test_a_story_without_its_place_takes_place_nowhere(text: str) -> None:
    assert not takes_place(text, "forest")


def test_looks_are_no_places() -> None:
    assert takes_place("Once a snowy white owl named Ida sat in the library.", "library")


def test_the_hero_is_who_stands_by_its_kind() -> None:
    assert hero_of(STORY, "fox") == "Mira"
    assert hero_of("Tilo the owl and Mira the fox lived there.", "fox") == "Mira"
    assert hero_of("It was dawn, and Nell, a brown bear, slept.", "bear") == "Nell"
    assert hero_of("The fox had no name at all.", "fox") == ""


def test_a_hero_is_kept_to_the_end() -> None:
    assert keeps_hero(STORY, "fox")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("owl", STORY.replace("a red fox named", "somebody named")),  # the right kind is not in the opening
        ("fox", STORY.replace("Mira held", "Mina held").replace("said Mira, and", "said Mina, and")),  # a new name
        ("fox", STORY.replace("Mira held", "she held").replace("said Mira, and", "said she, and")),  # no name
        ("fox", STORY.replace("Mira held", "Mira, a green frog, held")),  # another kind
        ("fox", STORY.replace("When morning came, Mira", "When morning came, Bram, a red fox,")),  # another fox
        ("fox", STORY.replace("fox named Mira", "fox who had no name")),
    ],
)
def test_a_hero_that_changes_is_not_kept(kind: str, text: str) -> None:
    assert not keeps_hero(text, kind)


def test_a_friend_may_stay_and_a_stranger_may_come_for_a_moment() -> None:
    assert keeps_hero(f"{STORY} Tilo laughed. And old Bram waved from the hill.", "fox")


def test_names_are_capital_words_inside_sentences_or_known_ones() -> None:
    assert names_in(STORY) == {"Mira", "Tilo"}
    assert names_in("On Mondays the Earth shone. Nobody came, but Quorin did.") == {"Quorin"}
    said = "Mira the fox met a green frog with a golden crown called Otto, and Ida was an owl."
    assert couples(said) == [("Mira", "fox"), ("Ida", "owl"), ("Otto", "frog")]


def test_sentences_end_where_they_end() -> None:
    assert sentences("One. Two! Three?\n\nFour") == ["One.", "Two!", "Three?", "Four"]
    assert sentences('"Is it far?" asked Ida, and sang.') == ['"Is it far?', "asked Ida, and sang."]


def test_no_long_sentence_comes_twice() -> None:
    assert repeats_nothing(STORY)
    assert repeats_nothing('"Yes," said Mira. They went on. "Yes," said Mira.')
    assert not repeats_nothing(f"{STORY}\n\nThey searched under every leaf.")
    assert not repeats_nothing(f"{STORY} they searched UNDER every leaf.")


def test_a_name_is_a_whole_word() -> None:
    assert names_somebody("Then Marlo's kite rose.", "Marlo")
    assert not names_somebody("Then marlo and Marlow came.", "Marlo")


def test_the_opening_is_the_first_paragraph() -> None:
    assert opening(STORY).endswith("whispered back.")


def test_the_stories_that_training_tells_pass_every_definition() -> None:
    rng = random.Random(3)
    passed = []
    for number in range(200):
        scene = sample_scene(rng, held_out=number % 2 == 0)
        name, friend = pick(rng, 2)
        text = tell(scene, rng, "long", name=name, friend=friend).text
        kind = scene.figures[0].key
        passed.append(
            hero_of(text, kind) == name
            and keeps_hero(text, kind)
            and takes_place(text, scene.setting)
            and repeats_nothing(text)
            and count_words(text) >= 250
            and not any(names_somebody(text, one) for one in UNKNOWN)
        )
        other = next(one for one in ("moon", "reef") if one != scene.setting)
        assert not takes_place(text, other)
        assert not keeps_hero(text.replace(name, "Quorin", 1), kind)
    assert sum(passed) >= 198


def test_a_loop_is_told_from_a_text_and_readable_text_from_what_is_not() -> None:
    rng = random.Random(3)
    good = tell(sample_scene(rng), rng, "long", name="Mira", friend="Otto").text
    assert not loops(good)
    assert is_readable(good)
    assert loops("It was the place place place of all.")
    assert loops("the grey place is like the other " * 30)
    for broken in ("A blue \ufffd.", 'Blue"]} hour', "Blue\x07"):
        assert not is_readable(f"{good}\n\n{broken}")


def test_a_story_from_outside_the_world_keeps_to_what_is_seen_or_fails_in_one_point() -> None:
    sight = Sight(("blue", "grey"), "dim", "cool", "strong", "light from below", ("upright lines",))
    words = [f"{a}{b}word" for a in "abcdefghijklmnop" for b in "abcdefghij"]
    good = f"The light comes from below. {' '.join(words)}."
    assert keeps_to_what_is_seen(Told("A Quiet Hour", good), sight)
    for title, text in (
        ("A Quiet Hour", good.replace("from below", "at last")),
        ("The Robot", good),
        ("A Quiet Hour", " ".join(good.split()[:140])),
        ("A Quiet Hour", f"{good} And \ufffd."),
        ("A Quiet Hour", f"{good} {good}"),
        ("A Quiet Hour", f"So so so it began. {good}"),
    ):
        assert not keeps_to_what_is_seen(Told(title, text), sight)
    assert (
        first_colour(replace(Analysis.from_json(json.dumps(ANALYSIS)), setting="an unfamiliar place in red and blue"))
        == "red"
    )
    assert (
        first_colour(replace(Analysis.from_json(json.dumps(ANALYSIS)), setting="a place in blueish reddish light"))
        == ""
    )
