"""Real photographs, asked of the shipped weights: outside their world they keep to what is to be seen.

What can truly be said of a picture is computed from its pixels (`elsewhere_look`), and no photograph is learnt from.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from skimage import data
from sklearn.datasets import load_sample_image

from ravsg.pocket.elsewhere_look import look as sight_of
from ravsg.pocket.examine_outside import first_colour, keeps_to_what_is_seen, names_sight
from ravsg.pocket.examine_text import is_readable, kinds_named, loops, repeats_nothing
from ravsg.pocket.examine_writer import Seen, look, tell
from ravsg.pocket.hands import Writer, png_of
from ravsg.story.lengths import count_words
from ravsg.story.parse import Told
from ravsg.story.unfamiliar import is_unfamiliar

NAMES: Final = ("astronaut", "chelsea", "coffee", "rocket", "moon", "china", "flower")
MOST_SIDE: Final = 512

pytestmark = pytest.mark.usefixtures("one_thread")


def photograph(name: str) -> npt.NDArray[np.uint8]:
    """uint8 [h, w, 3], at most 512 pixels a side."""
    found: Any = load_sample_image(f"{name}.jpg") if name in {"china", "flower"} else getattr(data, name)()
    image = Image.fromarray(found).convert("RGB")
    image.thumbnail((MOST_SIDE, MOST_SIDE))
    return np.asarray(image)


PHOTOGRAPHS: Final = [photograph(name) for name in NAMES]
SIGHTS: Final = [sight_of(one) for one in PHOTOGRAPHS]
FILES: Final = [png_of(one) for one in PHOTOGRAPHS]


@pytest.fixture(scope="module")
def seen(writer: Writer) -> list[Seen]:
    return look(writer, FILES)


@pytest.fixture(scope="module")
def stories(writer: Writer, seen: list[Seen]) -> list[Told]:
    return tell(writer, [one.used for one in seen], FILES, length="short")


def test_an_analysis_of_a_photograph_is_valid_and_says_that_it_is_unfamiliar(seen: list[Seen]) -> None:
    assert all(one.free is not None for one in seen)
    assert sum(is_unfamiliar(one.used) for one in seen) >= len(NAMES) - 1
    assert all(is_readable(one.used.setting + " ".join(one.used.conflicts)) for one in seen)


def test_most_photographs_have_their_main_colour_named(seen: list[Seen]) -> None:
    assert sum(first_colour(one.used) in sight.colours for one, sight in zip(seen, SIGHTS, strict=True)) >= 4


def test_a_story_of_a_photograph_is_readable_and_long_enough(stories: list[Told]) -> None:
    assert all(count_words(story.text) >= 150 for story in stories)
    assert all(is_readable(f"{story.title} {story.text}") for story in stories)
    assert not any(loops(story.text) for story in stories)
    assert sum(repeats_nothing(story.text) for story in stories) >= len(NAMES) - 1


def test_a_story_of_a_photograph_tells_of_its_colours_or_light_and_invents_nobody(stories: list[Told]) -> None:
    pairs = list(zip(stories, SIGHTS, strict=True))
    assert sum(names_sight(story.text, sight) for story, sight in pairs) >= len(NAMES) - 1
    assert sum(not kinds_named(story.title, story.text) for story in stories) >= len(NAMES) - 1
    assert sum(keeps_to_what_is_seen(story, sight) for story, sight in pairs) >= len(NAMES) - 2
