"""Stories keep their length, their hero, their place and their plot; every fragment can be told."""

from __future__ import annotations

import random
import re

import pytest

from ravsg.pocket.captions import settings_named
from ravsg.pocket.fragments import all_pools
from ravsg.pocket.lessons import LENGTHS
from ravsg.pocket.names import HERS, HIS, KNOWN, UNKNOWN, alike, fitting, invent
from ravsg.pocket.plots import all_plots, plot_of
from ravsg.pocket.stories import RANGES, Guest, Told, slots_of, tell
from ravsg.pocket.teller import NAMINGS, Teller, voiced
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, THINGS, sample_scene
from ravsg.story.answers import ends_open, sentences
from ravsg.types import Length


@pytest.mark.parametrize("length", LENGTHS)
def test_stories_keep_their_length_and_repeat_no_sentence(length: Length) -> None:
    rng = random.Random(3)
    for number in range(300):
        guests = (Guest("Zuri", "a red fox", "the kite"),) if number % 3 == 0 else ()
        wishes = ("It was a birthday.", "Nobody had forgotten it.") if number % 4 == 0 else ()
        told = tell(sample_scene(rng), rng, length, name="Mira", friend="Tilo", guests=guests, wishes=wishes)
        low, high = RANGES[length]
        assert low <= len(told.text.split()) <= high
        long = [one for one in _sentences(told) if len(one) > 25]
        assert len(long) == len(set(long))


@pytest.mark.parametrize("length", LENGTHS)
def test_the_hero_is_named_from_start_to_end(length: Length) -> None:
    rng = random.Random(4)
    for _ in range(300):
        scene = sample_scene(rng)
        told = tell(scene, rng, length, name="Jorobel", friend="Tilo", guests=(Guest("Zuri", "a red fox"),))
        said = _sentences(told)
        assert "Jorobel" in said[0]
        assert "Jorobel" in said[1]
        assert "Jorobel" in told.paragraphs[-1]
        assert sum("Jorobel" in one for one in said) >= NAMINGS
        assert sum("Zuri" in one for one in said) >= 3
        assert scene.figures[0].phrase in told.paragraphs[0]
        assert settings_named(said[0]) == settings_named(told.text) == {scene.setting}
        assert not re.search(r"[<>{}|]", told.answer)
        assert told.plot.conflict.lower() in told.text.lower()


def test_nobody_is_called_by_another_name() -> None:
    rng = random.Random(5)
    for _ in range(200):
        told = tell(sample_scene(rng), rng, "long", name="Jorobel", friend="Skandric")
        assert not set(re.findall(r"\w+", told.text)) & set(KNOWN)


def test_a_pronoun_follows_only_a_sentence_about_the_hero() -> None:
    said = ["<H> ran.", "<H> fell.", "<H> saw Tilo.", "<He> waved.", "It rained.", "<His> hat was wet."]
    assert (
        voiced(said, "Mira", "she") == "Mira ran. She fell. Mira saw Tilo. Mira waved. It rained. Mira's hat was wet."
    )
    assert voiced(said[:2], "Mira", "she", sure=2) == "Mira ran. Mira fell."
    assert voiced(['"<H>!" cried Tilo.'], "Mira", "she") == '"Mira!" cried Tilo.'


def test_every_fragment_can_be_told_in_every_scene() -> None:
    rng = random.Random(6)
    scenes = [sample_scene(rng) for _ in range(20)]
    while len(scenes[-1].figures) < 3:
        scenes.append(sample_scene(rng))
    for kind, pool in all_pools().items():
        assert len(pool) == len(set(pool)), kind
        for fragment in pool:
            about = {"M": "Zuri", "m": "the owl", "t": "the key", "w": "in the meadow"}
            slots = slots_of(scenes[-1], "Tilo", all_plots()[0], rng) | about
            for part in fragment.split(" => "):
                text = voiced([Teller(rng, slots).fill(part)], "Mira", "she")
                assert not re.search(r"[<>{}|]", text), fragment
    for plot in all_plots():
        for fragment in (*plot.trouble, *plot.tries, *plot.turn, *plot.solved):
            slots = slots_of(scenes[0], "Tilo", plot, rng)
            assert not re.search(r"[<>{}|]", voiced([Teller(rng, slots).fill(fragment)], "Mira", "she")), fragment


def test_there_are_fragments_for_everything_in_the_world() -> None:
    pools = all_pools()
    for one in SETTINGS:
        assert len(pools[f"detail {one.key}"]) >= 12
        assert len(pools[f"local {one.key}"]) == 1
    for hour in MOODS:
        assert min(len(pools[f"{kind} {hour.key}"]) for kind in ("hour", "ending", "opening")) >= 6
    for who in CHARACTERS:
        assert min(len(pools[f"{kind} {who.key}"]) for kind in ("trait", "deed")) >= 6
    for what in THINGS:
        assert len(pools[f"seen {what.key}"]) >= 5


def test_every_thing_and_mood_has_its_plot() -> None:
    kinds = {plot.kind for plot in all_plots()}
    assert {f"thing {one.key}" for one in THINGS} <= kinds
    assert {f"mood {one.key}" for one in MOODS} <= kinds
    for plot in all_plots():
        assert plot_of(plot.conflict) is plot
        assert 4 <= len(plot.conflict) <= 90
        assert min(len(step) for step in (plot.trouble, plot.tries, plot.turn, plot.solved)) >= 4


def test_chapters_stop_at_a_cliffhanger_and_the_next_takes_it_up() -> None:
    rng = random.Random(7)
    for _ in range(100):
        scene = sample_scene(rng)
        first = tell(scene, rng, "long", name="Mira", friend="Tilo", step="begin")
        assert ends_open(first.text)
        assert first.onward
        second = tell(scene, rng, "long", name="Mira", friend="Tilo", plot=first.plot, step="grow", before=first)
        repeated = {one for one in _sentences(first) if len(one) > 40} & set(_sentences(second))
        # The conflict is said aloud in each; how it is said may come back.
        assert not [one for one in repeated if first.plot.conflict.lower() not in one.lower()]
        last = tell(scene, rng, "long", name="Mira", friend="Tilo", plot=first.plot, step="end", before=second)
        assert not ends_open(last.text)
        assert not last.onward


def test_invented_names_are_many_and_none_is_kept_for_examinations() -> None:
    rng = random.Random(8)
    names = [invent(rng) for _ in range(3000)]
    assert len(set(names)) > 2500
    for name in names:
        assert re.fullmatch(r"[A-Z][a-z]{4,8}", name)
        assert name not in KNOWN
        assert not any(alike(name, kept) for kept in UNKNOWN)


def test_known_names_are_few_and_fit_their_pronoun() -> None:
    assert len(set(KNOWN)) == len(KNOWN) == 64
    assert not set(KNOWN) & set(UNKNOWN)
    rng = random.Random(9)
    assert {fitting(rng, "he") for _ in range(400)} == set(HIS)
    assert "Mira" not in {fitting(rng, "she", ("Mira",)) for _ in range(400)}
    assert {fitting(rng, "she") for _ in range(400)} == set(HERS)


def _sentences(told: Told) -> list[str]:
    return [one for paragraph in told.paragraphs for one in sentences(paragraph)]
