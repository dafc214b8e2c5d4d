"""The embedder over tiny random weights of the real CLIP class."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from ravsg.errors import BadPicture, JobCancelled
from ravsg.jobs.step import Watch
from ravsg.models.device import ModelDevice
from ravsg.models.embedder import Embedder
from ravsg.types import Embedded, EmbedTask
from tests.models.steps import run

LONG = "The fox went over the snow to the lantern, and the moon shone on the sea. " * 12


def embedded(outcome: object) -> Embedded:
    assert isinstance(outcome, Embedded), outcome
    return outcome


@pytest.fixture(scope="module")
def embedder(device: ModelDevice) -> Embedder:
    run(device, EmbedTask(texts=("load",)))
    adapter = device._adapters["embedder"]
    assert isinstance(adapter, Embedder)
    return adapter


def test_texts_and_pictures_are_unit_vectors_of_one_space(device: ModelDevice, photo: bytes) -> None:
    answer = embedded(run(device, EmbedTask(texts=("a fox", LONG, ""), pictures=(photo,)))[0])
    assert answer.texts.shape == (3, 512)
    assert answer.pictures.shape == (1, 512)
    assert answer.texts.dtype == answer.pictures.dtype == np.float32
    vectors = np.concatenate([answer.texts, answer.pictures])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_to_embed_is_two_empty_arrays(device: ModelDevice) -> None:
    answer = embedded(run(device, EmbedTask())[0])
    assert answer.texts.shape == answer.pictures.shape == (0, 512)


def test_every_part_of_a_long_text_counts(device: ModelDevice) -> None:
    """What stands behind the encoder's 77 tokens changes the vector: nothing was cut."""
    texts = (LONG, LONG + "dragon", "dragon " + LONG, LONG.replace("sea", "desert"))
    vectors = embedded(run(device, EmbedTask(texts=texts))[0]).texts
    for one, other in itertools.combinations(vectors, 2):
        assert np.abs(one - other).max() > 1e-5


def test_windows_hold_all_tokens_and_break_between_words(embedder: Embedder) -> None:
    tokenizer = embedder._tokenizer
    windows = embedder._windows(LONG)
    assert len(windows) > 2
    assert all(0 < len(window) <= 75 for window in windows)
    assert list(itertools.chain(*windows)) == tokenizer(LONG, add_special_tokens=False)["input_ids"]
    for window in windows:
        assert tokenizer.convert_ids_to_tokens(window[-1]).endswith("</w>")


def test_a_word_longer_than_a_window_is_kept_whole_over_several(embedder: Embedder) -> None:
    word = "".join(chr(ord("a") + (number * 7) % 26) for number in range(400))
    windows = embedder._windows(word)
    assert len(windows) > 1
    assert embedder._tokenizer.decode(list(itertools.chain(*windows))).strip() == word


def test_an_end_token_in_a_text_does_not_hide_what_follows(device: ModelDevice) -> None:
    texts = ("fox <|endoftext|> moon", "fox <|endoftext|> lantern")
    one, other = embedded(run(device, EmbedTask(texts=texts))[0]).texts
    assert np.abs(one - other).max() > 1e-5


def test_a_batch_gives_what_each_task_gives_alone(device: ModelDevice, photo: bytes) -> None:
    tasks = [
        EmbedTask(texts=("a fox", LONG)),
        EmbedTask(pictures=(photo, photo)),
        EmbedTask(texts=("the moon",), pictures=(photo,)),
        EmbedTask(),
    ]
    for outcome, task in zip(run(device, *tasks), tasks, strict=True):
        alone = embedded(run(device, task)[0])
        np.testing.assert_allclose(embedded(outcome).texts, alone.texts, atol=1e-5)
        np.testing.assert_allclose(embedded(outcome).pictures, alone.pictures, atol=1e-5)


def test_a_broken_picture_is_an_error_and_harms_no_other(device: ModelDevice, photo: bytes) -> None:
    broken, fine = run(device, EmbedTask(pictures=(photo[:99],)), EmbedTask(pictures=(photo,)))
    assert isinstance(broken, BadPicture)
    assert embedded(fine)


def test_cancelled_between_two_calls_of_the_model(embedder: Embedder) -> None:
    """Hundreds of windows are several calls; a flag that is set during the first one ends it there."""
    watch = Watch()
    calls = []
    encode = embedder._encode_texts

    def encode_and_cancel(windows: Any) -> Any:
        calls.append(len(windows))
        watch.cancelled.set()
        return encode(windows)

    embedder._encode_texts = encode_and_cancel  # type: ignore[method-assign]  # put back below
    try:
        outcome = embedder.embed([EmbedTask(texts=("fox",) * 100)], [watch])[0]
    finally:
        embedder._encode_texts = encode  # type: ignore[method-assign]  # as it was
    assert isinstance(outcome, JobCancelled)
    assert calls == [32]


def test_the_model_is_named_by_what_its_files_hold(device: ModelDevice) -> None:
    name, _, revision = embedded(run(device, EmbedTask(texts=("a",)))[0]).model.partition("@")
    assert name == "pocket embedder"
    assert len(revision) == 12
