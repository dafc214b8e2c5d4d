"""The painter over tiny random weights of the real Stable Diffusion class."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ravsg.errors import BadPicture, JobCancelled, ModelError, ModelMissing, NoImageToImage, Refused
from ravsg.jobs.step import Watch
from ravsg.models.device import ModelDevice
from ravsg.models.painter import Painter, PromptCounter
from ravsg.models.profiles import Profile
from ravsg.types import Counted, CountTask, Painted, PaintTask
from tests.models.steps import cancelling, counted_calls, run

FOX = PaintTask("a fox in the snow", "photograph, text", width=64, height=64, steps=4, guidance=3.0, seed=7)


def pixels(outcome: object) -> np.ndarray[Any, np.dtype[np.int16]]:
    from PIL import Image

    assert isinstance(outcome, Painted), outcome
    with Image.open(io.BytesIO(outcome.png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture, dtype=np.int16)


def test_paints_the_asked_size(device: ModelDevice) -> None:
    assert pixels(run(device, replace(FOX, width=128, height=96))[0]).shape == (96, 128, 3)


def test_same_seed_same_picture_another_seed_another(device: ModelDevice) -> None:
    first, again = run(device, FOX), run(device, FOX)
    assert first == again
    assert isinstance(first[0], Painted)
    assert first[0].seed == 7
    assert np.abs(pixels(first[0]) - pixels(run(device, replace(FOX, seed=8))[0])).max() > 8


@pytest.mark.parametrize("change", [{"prompt": "the moon over the sea"}, {"negative": "fox"}, {"guidance": 9.0}])
def test_words_and_guidance_shape_the_picture(device: ModelDevice, change: dict[str, Any]) -> None:
    assert run(device, FOX) != run(device, replace(FOX, **change))


def test_in_a_batch_each_picture_is_its_own(device: ModelDevice) -> None:
    """Sizes differ, so that the batch runs as two groups; rounding may move a pixel by one level."""
    tasks = [FOX, replace(FOX, seed=8), replace(FOX, width=96), replace(FOX, seed=9)]
    for outcome, task in zip(run(device, *tasks), tasks, strict=True):
        alone = pixels(run(device, task)[0])
        assert np.abs(pixels(outcome) - alone).max() <= 1


def test_a_reference_shows_through_by_strength(device: ModelDevice, photo: bytes) -> None:
    def at(strength: float) -> Any:
        return pixels(run(device, replace(FOX, reference=photo, strength=strength))[0])

    assert at(0.5).shape == (64, 64, 3)
    assert np.abs(at(0.5) - at(1.0)).max() > 0
    assert at(0.01).shape == (64, 64, 3)  # less than one step of four: one is taken


def test_a_pipeline_of_words_alone_says_so(profile: Profile, photo: bytes) -> None:
    import diffusers

    painter = Painter(profile, PromptCounter(profile.painter))
    painter._from_text = diffusers.PixArtAlphaPipeline(None, None, painter._from_text.vae, None, None)
    (outcome,) = painter.paint([replace(FOX, reference=photo, strength=0.5)], [Watch()])
    assert isinstance(outcome, NoImageToImage)


def test_a_broken_reference_is_an_error_and_harms_no_other(device: ModelDevice, photo: bytes) -> None:
    broken, fine = run(device, replace(FOX, reference=photo[:100], strength=0.5), FOX)
    assert isinstance(broken, BadPicture)
    assert isinstance(fine, Painted)


def test_counts_as_the_text_encoder_reads(device: ModelDevice) -> None:
    counted = run(device, CountTask(("", "fox", "fox fox", "fox <|endoftext|>")))[0]
    assert isinstance(counted, Counted)
    assert counted.limit == 75
    empty, one, two, spoofed = counted.tokens
    assert (empty, two) == (0, 2 * one)
    assert spoofed > one + 1  # its letters are read, not an end


def test_a_prompt_is_refused_exactly_where_it_would_be_cut(device: ModelDevice) -> None:
    counted = run(device, CountTask(("fox",)))[0]
    assert isinstance(counted, Counted)
    most = counted.limit // counted.tokens[0]
    longer = most + counted.limit
    tasks = [replace(FOX, prompt="fox " * times, steps=1) for times in (most, longer)]
    fits, long = run(device, *tasks)
    assert isinstance(fits, Painted)
    assert isinstance(long, ModelError)
    assert "75 are read" in long.detail


def test_too_many_negative_terms_lose_the_last_ones_and_it_is_logged(
    device: ModelDevice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="ravsg.models.painter")
    kept = "fox, snow"
    long = replace(FOX, negative=f"{kept}, {'moon ' * 90}, sea")
    assert run(device, long) == run(device, replace(FOX, negative=kept))
    assert "does not avoid" in caplog.text


def test_progress_and_cancellation_within_one_model_step(device: ModelDevice) -> None:
    watch, reports = cancelling(after=3)
    with counted_calls() as calls:
        outcome = run(device, replace(FOX, steps=12), watches=[watch])[0]
    assert isinstance(outcome, JobCancelled)
    assert reports == [(1, 12), (2, 12), (3, 12)]
    assert calls["UNet2DConditionModel"] == 3
    assert calls["Decoder"] == 0  # nobody waits for the decoded picture


def test_a_cancelled_picture_does_not_stop_its_neighbour(device: ModelDevice) -> None:
    watch, _ = cancelling(after=1)
    gone, kept = run(device, FOX, replace(FOX, seed=8), watches=[watch, Watch()])
    assert isinstance(gone, JobCancelled)
    assert isinstance(kept, Painted)


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_picture_without_content_is_an_error(value: float) -> None:
    nothing = np.full((64, 64, 3), value, dtype=np.float32)
    outcome = Painter._outcome(FOX, Watch(), nothing, flagged=False)
    assert isinstance(outcome, ModelError)
    assert "seed 7" in outcome.detail


def test_what_the_safety_checker_flags_is_refused() -> None:
    grey = np.full((64, 64, 3), 0.5, dtype=np.float32)
    assert isinstance(Painter._outcome(FOX, Watch(), grey, flagged=True), Refused)


# diffusers turns a tensor into an array in a way that numpy 2 has announced the end of
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
def test_another_scheduler_by_name(profile: Profile) -> None:
    other = ModelDevice(replace(profile, scheduler="DPMSolverMultistepScheduler"))
    assert isinstance(run(other, FOX)[0], Painted)
    wrong = ModelDevice(replace(profile, scheduler="NoSuchScheduler"))
    with pytest.raises(ModelMissing) as caught:
        run(wrong, FOX)
    assert "NoSuchScheduler" in caught.value.detail
