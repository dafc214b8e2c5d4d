"""Words and vectors together find what is relevant better than either alone; and the measure measures."""

from __future__ import annotations

import random
from collections import Counter
from typing import get_args

import pytest

from benchmarks.frozen import SIZE, thaw
from benchmarks.graded import interval, ndcg
from benchmarks.labelled import QuestionKind, gain, labelled
from benchmarks.relevance import figures, lead, measured
from ravsg.config import MemorySection


async def test_words_and_vectors_together_beat_either_alone() -> None:
    """Over other questions and memories than the weights were chosen on; the intervals' draws are fixed."""
    known, vectors = thaw()
    scores = await measured(known, vectors, MemorySection(consent="opt-out"), "both")
    assert len(scores) == len(known.questions)
    found = {figure.id: figure for figure in figures(scores, known, vectors)}
    assert found["ndcg_hybrid"].value > 0.8
    assert found["ndcg_hybrid"].value > found["ndcg_vectors"].value + 0.2
    assert found["ndcg_hybrid"].value > found["ndcg_words"].value + 0.005
    assert lead(list(scores.values())).low > 0


def test_the_frozen_set_holds_every_kind_of_question_and_each_has_an_answer() -> None:
    known, vectors = thaw()
    assert vectors.pictures is not None
    assert len(known.made) == len(vectors.pictures) == SIZE["stories"] + SIZE["paintings"]
    assert len({question.words for question in known.questions}) == len(known.questions), "none twice"
    counted = Counter(question.kind for question in known.questions)
    assert counted == dict.fromkeys(get_args(QuestionKind), SIZE["each"])
    for question in known.questions:
        assert max(gain(question, one) for one in known.made) == 3 or question.name, question.words


def test_labels_are_the_same_every_time_and_follow_from_the_scenes() -> None:
    one, again = (labelled(stories=12, paintings=8, each=2) for _ in range(2))
    assert one == again
    assert one.memories == 2 * 12 + 8
    place = next(question for question in one.questions if question.kind == "place")
    who, where = (next(key for kind, key in place.wanted if kind == name) for name in ("character", "setting"))
    for made in one.made:
        both = (made.scene.setting == where) + any(figure.key == who for figure in made.scene.figures)
        assert gain(place, made) == {0: 0, 1: 1, 2: 3}[both]


@pytest.mark.parametrize(
    ("grades", "everything", "expected"),
    [
        ([3, 1], [3, 1, 0], 1.0),
        ([], [3, 1, 0], 0.0),
        ([0, 0], [0, 0], 0.0),
        ([1, 3], [3, 1, 0], (1 + 7 / 1.584962500721156) / (7 + 1 / 1.584962500721156)),
        ([0] * 10 + [3], [3, *([0] * 20)], 0.0),
    ],
)
def test_ndcg_is_as_its_authors_say(grades: list[int], everything: list[int], expected: float) -> None:
    assert ndcg(grades, everything) == pytest.approx(expected)


def test_an_interval_holds_its_mean_and_narrows_with_more_questions() -> None:
    rng = random.Random(3)
    few, many = ([rng.random() for _ in range(count)] for count in (20, 2000))
    assert interval(few).low < interval(few).mean < interval(few).high
    assert interval(many).high - interval(many).low < interval(few).high - interval(few).low
    assert interval([0.5] * 9) == interval([0.5] * 3)
