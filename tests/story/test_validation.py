"""What each check says, on texts made for it; how often they are right is asked in `calibration`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravsg.story.condense import extract_keywords, extract_summary, left_open
from ravsg.story.contradictions import Told, measure_contradictions
from ravsg.story.mood import families, measure_mood
from ravsg.story.naming import stray_names
from ravsg.story.people import called, names_of
from ravsg.story.plan import make_plan
from ravsg.story.prompts import CastSheet
from ravsg.story.prose import narration, split_sentences, stem
from ravsg.story.repetition import measure_repetition
from ravsg.story.validation import LEAST_WORDS, MOST_FIXES, validate
from ravsg.types import Analysis

SEEN = Analysis("a harbour", ("a woman",), "tense", ("a red lamp",), ("the ferry has not come back",))
CAST = (CastSheet("Captain Elena Voss", "a woman with green eyes"),)
TEXT = (
    "Elena stood on the quay and counted the waves. The ferry had not come back. Her green eyes never left the dark. "
    '"It must come back," she said. Nobody answered. Then the bell stopped, and something moved behind her…'
)


def contradicted(
    text: str, *, earlier: tuple[str, ...] = (), setting: str = "", objects: tuple[str, ...] = ()
) -> set[str]:
    told = Told(text, CAST, earlier, setting, objects)
    return {one.check for one in measure_contradictions(told) if not one.passed}


@settings(max_examples=60)
@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_can_be_measured(text: str, earlier: str) -> None:
    report = validate(text, make_plan(SEEN, 3, CAST), 2, earlier=[earlier])
    assert not report.passed
    assert len(report.fixes) <= MOST_FIXES
    assert len(report.notes) == len(report.failed)


def test_a_report_names_what_failed_with_its_figures_worst_first() -> None:
    report = validate(TEXT, make_plan(SEEN, 3, CAST), 1)
    assert [one.check for one in report.failed] == ["words"]
    assert report.notes[0] == f"This chapter stayed short: 39 words, where at least {LEAST_WORDS} are wanted."
    assert report.figures["conflicts"] == 1
    assert report.figures["cliffhanger"] > 0.5
    last = validate(TEXT, make_plan(SEEN, 1, CAST), 1)
    assert "closure" in {one.check for one in last.failed}


def test_of_another_language_only_length_and_repetition_are_measured() -> None:
    spanish = "El zorro camina por el puerto y nadie responde. La campana suena otra vez sobre el agua fría. "
    plan = make_plan(SEEN, 3, CAST)
    report = validate(spanish, plan, 1, language="Spanish")
    assert set(report.figures) == {"words", "repetition"}
    assert [one.check for one in report.failed] == ["words"]
    assert [one.check for one in validate(spanish * 20, plan, 1, language="Spanish").failed] == ["repetition"]
    assert "mood" in validate(spanish, plan, 1, language="English").figures


@pytest.mark.parametrize(
    "sentence", ["Лиса медленно идёт по старой пристани к морю. ", "狐は港へ行く。鐘が鳴る。灯が消える。"]
)
def test_what_repeats_itself_is_found_in_other_scripts(sentence: str) -> None:
    assert not measure_repetition(sentence * 10).passed
    assert measure_repetition(sentence).passed


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (("Her green eyes", "Her brown eyes"), "detail"),
        (("Nobody answered.", "Elena was a man of few words. Nobody answered."), "characterisation"),
        (("Nobody answered.", "It was evening. It was a clear morning."), "timeline"),
        (("Nobody answered.", "In the desert she sat down."), "world"),
        (("Nobody answered.", "Elena was dead. Elena laughed."), "timeline"),
    ],
)
def test_each_kind_of_contradiction_is_found_alone(change: tuple[str, str], check: str) -> None:
    assert contradicted(TEXT, setting="a harbour") == set()
    assert contradicted(TEXT.replace(*change), setting="a harbour") == {check}


def test_earlier_chapters_bind() -> None:
    assert contradicted("I waited. I heard my heart. I was afraid.", earlier=(TEXT, TEXT)) == {"style"}
    assert contradicted("She waits. She hears her heart. She is afraid.", earlier=(TEXT,)) == {"style"}
    assert contradicted("Elena had two brothers.", earlier=("Elena had four brothers.",)) == {"detail"}
    assert contradicted("She held the green lamp up.", objects=("a red lamp",)) == {"detail"}
    assert contradicted("Elena smiled.", earlier=("In May Elena died.",)) == {"timeline"}
    assert contradicted("Elena saw the dream of Bo, who died.", earlier=("Bo was alive.",)) == set()


def test_who_plays_blind_mans_buff_or_stands_in_the_mist_may_see() -> None:
    misty = "Elena could not see her own hand. Elena saw the harbour."
    assert contradicted(misty) == set()
    assert contradicted(misty.replace(" her own hand", "")) == {"characterisation"}
    played = "Elena walked like somebody playing blind man's buff. Elena saw the harbour."
    assert contradicted(played) == set()
    assert contradicted(played.replace("like somebody playing blind man's buff", "like a blind man")) == {
        "characterisation"
    }


def test_who_tells_of_themselves_in_the_present_may_look_back() -> None:
    looking = "I see the harbour. My hand is cold. I hear a bell. "
    back = "I thought of my brother. I remembered his laugh. I knew the way. "
    assert contradicted(looking + back) == set()
    hers = "She thought of it. She remembered it. She knew it. She sees the harbour. She hears a bell. She goes."
    assert contradicted(hers) == {"style"}
    assert contradicted(looking, earlier=(back + looking,)) == set()
    assert contradicted(looking, earlier=(back * 2,)) == {"style"}


def test_a_name_that_drifts_or_takes_anothers_place_is_found() -> None:
    assert stray_names("Elena ran. Elina stopped, and then Elina fell.", CAST) == {"Elina": "Elena"}
    swapped = "Elena ran. Elena fell. Then Marta stood up. Marta said that it was over."
    assert stray_names(swapped, (), ("Elena was there. Elena knew it.",)) == {"Marta": "Elena"}
    assert stray_names(f"{swapped} Marta, who was old, smiled.", (), ("Elena was there. Elena knew it.",))
    assert stray_names("Elena ran. A woman called Marta stood up. Marta said hello to Elena.", CAST) == {}


def test_places_and_beginnings_of_sentences_are_no_people() -> None:
    text = "Rain fell on Paris. In Paris nobody slept. Anna said that Monday was over, and Anna laughed."
    assert set(names_of(text)) == {"Anna"}
    assert names_of("It rained, but Kit always grinned, and Ole, who had lost it all, wept.") == {"Kit": 1, "Ole": 1}
    assert [called(name) for name in ("Captain Elena Voss", "Old Josse", "the raven")] == ["Elena", "Josse", ""]


def test_repetition_counts_earlier_chapters_and_not_short_answers() -> None:
    assert measure_repetition(TEXT).value == 0
    assert measure_repetition(TEXT, [TEXT]).value > 0.9
    assert measure_repetition('"Yes," said Bo. "Yes," said Bo. "Yes," said Bo.').passed


def test_a_mood_without_known_words_is_not_judged() -> None:
    assert measure_mood(TEXT, "purple") is None
    told = measure_mood("Thunder roared, and lightning tore the sky. They screamed in terror. " * 3, "cosy")
    assert told is not None
    assert not told.passed
    assert "stormy" in told.note


def test_an_embedders_opinion_moves_the_mood() -> None:
    def near(text: str, others: Sequence[str]) -> list[float]:
        return [1.0, *[0.0] * (len(others) - 1)]

    def far(text: str, others: Sequence[str]) -> list[float]:
        return [0.0, *[1.0] * (len(others) - 1)]

    values = [measure_mood(TEXT, "tense", similarity=one) for one in (near, None, far)]
    scores = [one.value for one in values if one is not None]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_every_family_of_moods_is_whole() -> None:
    keys = set(families())
    assert len(keys) == 10
    for family in families().values():
        assert family.names
        assert family.kin | family.against <= keys
        assert not family.kin & family.against


def test_what_is_missing_is_taken_from_the_text() -> None:
    summary = extract_summary([TEXT], SEEN.conflicts)
    assert [one in TEXT for one in split_sentences(summary)] == [True] * 3
    assert "The ferry had not come back." in summary
    assert extract_summary(["One."]) == "One."
    words = extract_keywords("The lamp and the ferry. The lamp burned.", ["The ferry came. A ferry left."])
    assert words[0] == "lamp"
    assert left_open(TEXT, SEEN.conflicts) == "Nobody answered"
    assert left_open("They went home and slept in peace.", ()) == ""


def test_prose_is_taken_apart_as_it_is_read() -> None:
    assert split_sentences('"Stop!" she cried. Mr. Ash left. And then the') == (
        '"Stop!" she cried.',
        "Mr. Ash left.",
        "And then the",
    )
    assert narration('He said "I am here." And left.').split() == ["He", "said", ".", "And", "left."]
    assert stem("stories") == stem("story")
    assert stem("evening") != stem("even")
