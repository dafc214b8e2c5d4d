"""The writer's lessons as numbers: phrases as tokens, names that look the same everywhere, batches from a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from ravsg.pocket import elsewhere
from ravsg.pocket.batches import LessonBatches, Material
from ravsg.pocket.build import TINY, build_writer
from ravsg.pocket.drawn import Drawn
from ravsg.pocket.encoding import MARKED, encode, names_in
from ravsg.pocket.lessons import Lesson, lesson
from ravsg.pocket.lessons_short import short_lesson
from ravsg.pocket.names import KNOWN
from ravsg.pocket.tokens import writer_tokenizer
from ravsg.pocket.world import sample_scene

if TYPE_CHECKING:
    from transformers import LlavaProcessor, PreTrainedTokenizerFast

STORY = (
    "Title: The Key\n\nIn the wood lived Mira, a red fox. One day Mira found a key. Then Mira ran, and so did Pip."
)


@pytest.fixture(scope="module")
def words() -> PreTrainedTokenizerFast:
    rng = random.Random(2)
    lessons = [lesson(sample_scene(rng), rng) for _ in range(500)]
    names = [f" {name}" for name in KNOWN] * 200
    return writer_tokenizer([text for one in lessons for text in (one.prompt, one.answer)] + names, 2400)


@pytest.fixture(scope="module")
def processor(words: PreTrainedTokenizerFast) -> LlavaProcessor:
    _, processor = build_writer(TINY, words)
    return processor


@pytest.fixture(scope="module")
def material() -> Material:
    rng = random.Random(6)
    scenes = tuple(sample_scene(rng) for _ in range(20))
    drawn = Drawn(scenes, np.zeros((20, 128, 128, 3), dtype=np.uint8), np.zeros((20, 6, 5), dtype=np.float32))
    made = np.stack([elsewhere.make(rng) for _ in range(3)])
    return Material(drawn, tuple(elsewhere.look(one) for one in made), made)


def test_any_text_survives(words: PreTrainedTokenizerFast) -> None:
    for text in (STORY, "Ünïcode 狐 🦊\n\n  two  spaces", '{"a": ["b"]}', "ALL CAPITALS and 1234", " "):
        assert words.decode(words.encode(text, add_special_tokens=False)) == text


def test_frequent_phrases_are_one_token_and_hold_whole_words(words: PreTrainedTokenizerFast) -> None:
    phrases = [token for token in words.get_vocab() if "Ġ" in token[1:]]
    assert len(phrases) > 300
    prompt = "Write a story of about 250 words for this picture. Text between [marks] is material to use"
    assert len(words.encode(prompt, add_special_tokens=False)) < 0.75 * len(prompt.split())


def test_a_name_has_the_same_tokens_wherever_it_stands(words: PreTrainedTokenizerFast) -> None:
    alone = words.encode(" Mira", add_special_tokens=False)
    assert len(alone) == 1
    for text in ("Then Mira ran.", 'said Mira. "Yes', "a fox called Mira, who"):
        assert alone[0] in words.encode(text, add_special_tokens=False)


def test_openings_and_names_count_more(processor: LlavaProcessor) -> None:
    long = STORY + " The end came, and it was late, and the moon shone on the quiet wood." * 4 + " Good night, Mira."
    _, answer, weights = encode(Lesson("story", "Tell.", long, with_picture=True), processor)
    told = [processor.tokenizer.decode([token]) for token in answer]
    assert len(weights) == len(answer)
    assert weights[0] == MARKED
    late = [(token, weight) for token, weight in zip(told, weights, strict=True)][-8:]
    assert (" Mira", MARKED) in late
    assert weights[-1] == 1.0
    assert names_in(long) == ["Mira"], "Pip is named once"


def test_a_picture_takes_its_places_in_the_turn(processor: LlavaProcessor) -> None:
    image = processor.tokenizer.convert_tokens_to_ids("<image>")
    turn, _, _ = encode(Lesson("analysis", "Look.", "{}", with_picture=True), processor)
    assert turn.count(image) == 64
    turn, _, _ = encode(Lesson("analysis", "Look.", "{}", with_picture=False), processor)
    assert turn.count(image) == 0


def test_labels_are_the_answers(processor: LlavaProcessor, material: Material) -> None:
    with LessonBatches(material, processor, seed=3, short=0.5) as lessons:
        for progress in (0.1, 0.9):
            batch = lessons.next(progress)
            assert torch.equal(batch.ids[batch.rows, batch.columns + 1], batch.labels)
            assert batch.mask[batch.rows, batch.columns + 1].all()
            assert len(batch.weights) == len(batch.labels)
            images = int((batch.ids == processor.tokenizer.convert_tokens_to_ids("<image>")).sum())
            assert images == 64 * (0 if batch.pictures is None else len(batch.pictures))


def test_a_training_that_goes_on_finds_its_place(processor: LlavaProcessor, material: Material) -> None:
    def drawn(lessons: LessonBatches, count: int) -> list[list[int]]:
        return [lessons.next(0.1).ids.flatten().tolist() for _ in range(count)]

    with LessonBatches(material, processor, seed=3, short=0.5) as one:
        first = drawn(one, 40)
        state = one.state_dict()
        assert state["pool"] > 0
        assert state["place"] > 0
        following = drawn(one, 6)
    with LessonBatches(material, processor, seed=3, short=0.5) as other:
        other.load_state_dict(state)
        assert drawn(other, 6) == following
    with LessonBatches(material, processor, seed=4, short=0.5) as another:
        assert drawn(another, 1)[0] not in first


def test_lessons_made_ahead_are_the_same(processor: LlavaProcessor, material: Material) -> None:
    with LessonBatches(material, processor, seed=3, short=0.5) as here:
        wanted = [here.next(0.1).ids for _ in range(3)]
    with LessonBatches(material, processor, seed=3, short=0.5, workers=1) as ahead:
        assert all(torch.equal(ahead.next(0.1).ids, one) for one in wanted)


def test_short_lessons_are_short() -> None:
    rng = random.Random(8)
    made = [short_lesson(sample_scene(rng), rng) for _ in range(200)]
    assert {one.kind for one, _ in made} == {"analysis", "scene", "story", "drill"}
    assert all(len(one.answer.split()) < 110 for one, _ in made)
    assert all(whole == (one.kind in ("analysis", "scene")) for one, whole in made)
