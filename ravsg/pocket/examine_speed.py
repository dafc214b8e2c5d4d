"""How long the models take on a processor with two threads, one task at a time, as a member waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import torch

from ravsg.models.embedder import Embedder
from ravsg.models.profiles import pocket
from ravsg.pocket.examine_writer import tell
from ravsg.pocket.hands import Painter, Writer
from ravsg.pocket.measures import Measure, mean
from ravsg.story.lengths import count_words
from ravsg.types import Analysis

THREADS: Final = 2
WORDS: Final = 300
"""Words of the chapter whose time is told."""
TIMES: Final = 3


def loaded(weights: Path) -> tuple[Writer, Painter, dict[str, Measure]]:
    """The writer and the painter, and `seconds_load`: all three models from disk, imports apart."""
    import_libraries()
    with _threads():
        started = time.perf_counter()
        writer, painter = Writer(weights), Painter(weights)
        Embedder(pocket(weights))
        seconds = time.perf_counter() - started
    return writer, painter, {"seconds_load": mean([seconds])}


def speed_measures(
    writer: Writer, painter: Painter, seen: Sequence[Analysis], pictures: Sequence[bytes], prompts: Sequence[str]
) -> dict[str, Measure]:
    """Mean of three each, alone on the device.

    - `seconds_chapter`: a story of length "long" without a schema, brought to 300 words
    - `seconds_picture`: one picture with the profile's steps
    """
    chapters, paintings = [], []
    with _threads():
        for number in range(min(TIMES, len(seen))):
            started = time.perf_counter()
            (story,) = tell(
                writer, seen[number : number + 1], pictures[number : number + 1], length="long", what="time"
            )
            chapters.append((time.perf_counter() - started) * WORDS / max(1, count_words(story.text)))
            started = time.perf_counter()
            painter.paint(prompts[number : number + 1], batch=1, what="time")
            paintings.append(time.perf_counter() - started)
    return {"seconds_chapter": mean(chapters, least=0), "seconds_picture": mean(paintings, least=0)}


@contextmanager
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def import_libraries() -> None:
    """Import what loading would import: the libraries look for modules only when one is named."""
    from diffusers import AutoPipelineForText2Image, StableDiffusionPipeline  # noqa: F401
    from transformers import (  # noqa: F401
        AutoModelForImageTextToText,
        AutoProcessor,
        CLIPModel,
        CLIPProcessor,
        CLIPTextModel,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )
