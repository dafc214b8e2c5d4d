"""What passes, and what is told where it does not."""

from __future__ import annotations

from ravsg.story.checks import COPIED_WORDS, check_story, longest_common_run, repeated_share
from ravsg.story.parse import Told

PROSE = (
    "The harbour slept under a thin blanket of fog, and only the lamp on the pier kept watch. Mira counted the boats "
    "as her grandfather had taught her, one for each finger and two for the moon. Tonight there was one too many. It "
    "had no name on its bow, no rope at its side, and the water around it lay as still as glass. She climbed down."
)


def faults(text: str, *, minimum: int = 10, sources: tuple[str, ...] = ()) -> list[str]:
    return [finding.fault for finding in check_story(Told("T", text), minimum_words=minimum, sources=sources)]


def test_prose_passes() -> None:
    assert faults(PROSE) == []


def test_an_empty_story_is_named_alone() -> None:
    assert faults(" … — \n") == ["empty"]


def test_pieces_of_data_are_found_and_a_bracket_is_none() -> None:
    assert faults(f'{PROSE} It was s", "atmosphere": "calm", "keywords": " and') == ["data"]
    assert faults(f"{PROSE} It was [as they say] late.".replace("]", "")) == []


def test_a_short_story_says_how_short() -> None:
    (finding,) = check_story(Told("T", PROSE), minimum_words=150)
    assert finding.fault == "short"
    assert "68 words" in finding.note
    assert "150" in finding.note


def test_a_loop_is_found_and_prose_is_not() -> None:
    assert faults("The fox ran to the lantern in the snow. " * 12) == ["repeats"]
    assert repeated_share(PROSE) == 0


def test_a_copied_passage_is_found_and_a_quoted_name_is_not() -> None:
    memory = " ".join(PROSE.split()[:40])
    assert faults(PROSE, sources=("A fox.", memory)) == ["copies"]
    assert faults(PROSE, sources=("Mira counted the boats in the rain.",)) == []


def test_the_longest_run_ignores_case_and_punctuation() -> None:
    assert longest_common_run("One, two; THREE four", "zero one two three five") == 3
    assert longest_common_run("", PROSE) == 0
    assert longest_common_run(PROSE, PROSE) > COPIED_WORDS
