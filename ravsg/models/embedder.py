"""The embedder: texts and pictures as vectors of one space, with any CLIP that transformers loads.

A text encoder reads a few dozen tokens (CLIP: 77 with start and end). Longer texts are read window by window, broken
between words, and the windows' vectors are averaged by their number of tokens: nothing is cut. Splitting texts into
passages is `ravsg.memory`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from ravsg.errors import BadPicture, JobCancelled, ModelError, RavsgError
from ravsg.jobs.step import Watch
from ravsg.models.loading import (
    attempt,
    defuse,
    dtype_of,
    identity,
    missing,
    open_picture,
    quieten,
    translate_loading,
)
from ravsg.models.profiles import Profile
from ravsg.types import Embedded, EmbedTask

if TYPE_CHECKING:
    import numpy.typing as npt
    import torch
    from PIL import Image

T = TypeVar("T")

_AT_ONCE: Final = 32
"""Windows or pictures per call of the model; bounds the peak of memory whatever was asked."""


class Embedder:
    """One loaded model. Construction loads it. Raises ModelMissing, DeviceOutOfMemory."""

    def __init__(self, profile: Profile) -> None:
        self._spec = profile.embedder
        self._device = profile.device
        self._model, self._processor = attempt(self._load, translate_loading(self._spec))
        self._tokenizer = self._processor.tokenizer
        positions = self._model.config.text_config.max_position_embeddings
        self._window: int = min(self._tokenizer.model_max_length, positions) - 2
        """Tokens of text per window, beside start and end."""
        self._identity = identity(self._spec, getattr(self._model.config, "_commit_hash", None))

    def embed(self, tasks: Sequence[EmbedTask], watches: Sequence[Watch]) -> list[Embedded | RavsgError]:
        """Embed all tasks together, one outcome each: Embedded, BadPicture, JobCancelled or ModelError (NaN)."""
        pictures: list[list[Any]] = []
        outcomes: dict[int, Embedded | RavsgError] = {}
        for number, task in enumerate(tasks):
            try:
                pictures.append([open_picture(data) for data in task.pictures])
            except BadPicture as error:
                pictures.append([])
                outcomes[number] = error
        text_rows = self._texts([text for task in tasks for text in task.texts], watches)
        picture_rows = self._run([p for group in pictures for p in group], self._encode_pictures, watches)
        text_ends = np.cumsum([0, *(len(task.texts) for task in tasks)])
        picture_ends = np.cumsum([0, *(len(group) for group in pictures)])
        spans = zip(pairwise(text_ends), pairwise(picture_ends), strict=True)
        for number, ((a, b), (c, d)) in enumerate(spans):
            if watches[number].cancelled.is_set():
                outcomes[number] = JobCancelled()
            elif number not in outcomes:
                outcomes[number] = self._outcome(text_rows[a:b], picture_rows[c:d])
        return [outcomes[number] for number in range(len(tasks))]

    def _load(self) -> tuple[Any, Any]:
        from transformers import CLIPModel, CLIPProcessor

        quieten()
        model, report = CLIPModel.from_pretrained(
            self._spec.source,
            revision=self._spec.revision,
            dtype=dtype_of(self._spec, self._device),
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
        if report["missing_keys"]:
            raise missing(self._spec, f"weights lack {sorted(report['missing_keys'])[:5]}")
        processor = CLIPProcessor.from_pretrained(
            self._spec.source, revision=self._spec.revision, trust_remote_code=False
        )
        return model.to(self._device).eval(), processor

    def _outcome(self, texts: npt.NDArray[np.float32], pictures: npt.NDArray[np.float32]) -> Embedded | RavsgError:
        if not (np.isfinite(texts).all() and np.isfinite(pictures).all()):
            return ModelError(detail="the embedder gave vectors that are no numbers; try dtype = float32")
        return Embedded(texts, pictures, self._identity)

    def _texts(self, texts: Sequence[str], watches: Sequence[Watch]) -> npt.NDArray[np.float32]:
        windows: list[list[int]] = []
        owners: list[int] = []
        for number, text in enumerate(texts):
            cut = self._windows(text)
            windows += cut
            owners += [number] * len(cut)
        vectors = self._run(windows, self._encode_texts, watches)
        pooled = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
        for owner, window, vector in zip(owners, windows, vectors, strict=True):
            pooled[owner] += max(1, len(window)) * vector
        return _normalised(pooled)

    def _windows(self, text: str) -> list[list[int]]:
        """Tokens in windows that end between words; a word longer than a window is cut inside, and kept whole."""
        encoded = self._tokenizer(defuse(text, self._tokenizer), add_special_tokens=False, verbose=False)
        tokens: list[int] = encoded["input_ids"]
        words = encoded.word_ids()
        windows: list[list[int]] = []
        start = 0
        while len(tokens) - start > self._window:
            end = start + self._window
            while end > start and words[end] == words[end - 1]:
                end -= 1
            end = end if end > start else start + self._window
            windows.append(tokens[start:end])
            start = end
        return [*windows, tokens[start:]]

    def _encode_texts(self, windows: Sequence[list[int]]) -> torch.Tensor:
        first, last = self._tokenizer.bos_token_id, self._tokenizer.eos_token_id
        framed = [[first, *window, last] for window in windows]
        inputs = self._tokenizer.pad({"input_ids": framed}, return_tensors="pt").to(self._device)
        return self._model.get_text_features(**inputs).pooler_output

    def _encode_pictures(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        inputs = self._processor.image_processor(images=list(pictures), return_tensors="pt")
        pixels = inputs["pixel_values"].to(self._device, self._model.dtype)
        return self._model.get_image_features(pixel_values=pixels).pooler_output

    def _run(
        self, items: Sequence[T], encode: Callable[[Sequence[T]], torch.Tensor], watches: Sequence[Watch]
    ) -> npt.NDArray[np.float32]:
        """Unit vectors of all items, shape [items, d]; zeros from where every watch was cancelled."""
        import torch

        vectors = np.zeros((len(items), self._model.config.projection_dim), dtype=np.float32)
        for start in range(0, len(items), _AT_ONCE):
            if all(watch.cancelled.is_set() for watch in watches):
                break
            with torch.inference_mode():
                part = encode(items[start : start + _AT_ONCE]).float().cpu().numpy()
            vectors[start : start + len(part)] = _normalised(part)
        return vectors


def _normalised(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
