"""The order of what was found, as a pure function."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from ravsg.config import MemorySection
from ravsg.memory.query import search_words
from ravsg.memory.ranking import SAME_WORDS, Candidate, Found
from ravsg.memory.ranking import rank as rank_by
from ravsg.store.memory_rows import StoredPassage
from ravsg.types import MemoryKind, Recalled

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = ["fox in the forest", "bear by the sea", "owl on a roof", "whale under ice"]


def candidate(
    passage_id: int,
    text: str,
    *,
    job: str = "",
    cosine: float = 0.5,
    kind: MemoryKind = MemoryKind.STORY,
    vector: bytes = b"",
) -> Candidate:
    passage = StoredPassage(
        passage_id=passage_id,
        guild_id=1,
        memory_id=passage_id,
        kind=kind,
        text=text,
        model="m",
        vector=vector,
        title="A title",
        author_id=1,
        author_name="Ana",
        channel_id=1,
        message_id=None,
        job_id=job or f"job {passage_id}",
        created_at=NOW,
    )
    return Candidate(passage, cosine)


def rank(lists: list[Found], candidates: dict[int, Candidate], **how: Any) -> list[Recalled]:
    return rank_by(lists, candidates, MemorySection(), now=NOW, **how)


def pool(*candidates: Candidate) -> dict[int, Candidate]:
    return {one.passage.passage_id: one for one in candidates}


def test_what_two_lists_agree_on_comes_before_what_one_puts_first() -> None:
    candidates = pool(*(candidate(i, text) for i, text in enumerate(TEXTS)))
    lists = [Found("similar passage", [0, 1, 2]), Found(SAME_WORDS, [3, 1])]
    results = rank(lists, candidates, top_k=4)
    assert results[0].text == TEXTS[1]
    assert {result.text for result in results} == set(TEXTS)


def test_one_job_gives_one_result_and_a_story_speaks_for_its_picture() -> None:
    candidates = pool(
        candidate(1, "a caption", job="a", cosine=0.9, kind=MemoryKind.PICTURE),
        candidate(2, "far passage", job="a", cosine=0.3),
        candidate(3, "near passage", job="a", cosine=0.4),
        candidate(4, "another job", job="b", cosine=0.8),
    )
    results = rank([Found("similar picture", [1, 4]), Found("similar passage", [3, 2])], candidates, top_k=5)
    assert [(result.job_id, result.text) for result in results] == [("a", "near passage"), ("b", "another job")]
    assert results[0].why == "similar picture, similar passage"


def test_many_passages_of_one_job_do_not_push_it_up() -> None:
    crowd = [candidate(i, f"passage number {i}", job="crowd") for i in range(20)]
    candidates = pool(*crowd, candidate(50, "once in both lists", job="single"))
    lists = [Found("similar passage", [*range(20), 50]), Found(SAME_WORDS, [50])]
    assert rank(lists, candidates, top_k=1)[0].job_id == "single"


def test_what_says_the_same_is_given_once() -> None:
    candidates = pool(
        candidate(1, "Mira the fox found a red lantern by the sea"),
        candidate(2, "Mira, the fox, found a red lantern by the sea!"),
        candidate(3, "Bruno slept"),
    )
    results = rank([Found("similar passage", [1, 2, 3])], candidates, top_k=3)
    assert [result.memory_id for result in results] == [1, 3]


@pytest.mark.parametrize(
    ("angle", "kind", "given"),
    [
        (0.1, MemoryKind.PICTURE, [1, 3]),  # cosine 0.995: saved anew, and looked at by itself
        (0.3, MemoryKind.PICTURE, [1, 2, 3]),  # cosine 0.955
        (0.1, MemoryKind.STORY, [1, 2, 3]),  # the embedder hardly sees another name
    ],
)
def test_a_picture_that_was_saved_anew_is_given_once(angle: float, kind: MemoryKind, given: list[int]) -> None:
    def vector(at: float) -> bytes:
        return np.asarray([math.cos(at), math.sin(at)], dtype="<f4").tobytes()

    candidates = pool(
        candidate(1, "a harbour, boats", kind=kind, vector=vector(0)),
        candidate(2, "ships by the sea", kind=kind, vector=vector(angle)),
        candidate(3, "an owl on a roof", kind=kind, vector=vector(1.5)),
    )
    results = rank([Found("similar picture", [1, 2, 3])], candidates, top_k=3)
    assert [result.memory_id for result in results] == given


def test_passages_without_words_do_not_repeat_each_other() -> None:
    results = rank([Found("similar picture", [1, 2])], pool(candidate(1, "…"), candidate(2, "!")), top_k=2)
    assert [result.memory_id for result in results] == [1, 2]


def alike(*angles: float) -> dict[int, Candidate]:
    """Candidates 1, 2, 3 … whose vectors point in these directions."""
    vectors = [np.asarray([math.cos(at), math.sin(at)], dtype="<f4").tobytes() for at in angles]
    return pool(*(candidate(number, f"tale {number}", vector=one) for number, one in enumerate(vectors, 1)))


def test_diversity_prefers_what_is_unlike_what_was_chosen() -> None:
    found, candidates = [Found("similar passage", [1, 2, 3])], alike(0, 0.1, 1.5)
    plain = rank(found, candidates, top_k=2)
    diverse = rank(found, candidates, top_k=2, diversity=0.3)
    assert [one.memory_id for one in plain] == [1, 2]
    assert [one.memory_id for one in diverse] == [1, 3]


def test_diversity_is_sought_among_the_best_only() -> None:
    """Of nine for two places the ninth is unlike all others, but too far down."""
    candidates = alike(0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 1.5)
    found = [Found("similar passage", sorted(candidates))]
    chosen = [one.memory_id for one in rank(found, candidates, top_k=2, diversity=0.9)]
    assert chosen == [1, 8]


def test_what_is_no_candidate_is_passed_over() -> None:
    assert rank([Found("similar passage", [1, 2])], {}, top_k=3) == []
    results = rank([Found("similar passage", [9, 1])], pool(candidate(1, "here")), top_k=3)
    assert [result.memory_id for result in results] == [1]


def test_it_names_the_words_that_were_found() -> None:
    results = rank(
        [Found(SAME_WORDS, [1])], pool(candidate(1, "Mira's red lantern")), top_k=1, words=["mira", "sea", "lantern"]
    )
    assert results[0].why == "same words: mira · lantern"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where is Mira's old lantern?", ["mira", "lantern", "old"]),
        ("the and of", []),
        ("", []),
        ('"; DROP TABLE memories; -- NEAR(', ["memories", "table", "drop", "near"]),
    ],
)
def test_the_words_worth_looking_for(text: str, words: list[str]) -> None:
    assert sorted(search_words(text)) == sorted(words)


def test_names_come_first_and_an_endless_text_is_bounded() -> None:
    text = " ".join(f"word{i}" for i in range(500)) + " Mira"
    assert search_words(text)[0] == "mira"
    assert len(search_words(text)) == 32
