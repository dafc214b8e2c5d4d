"""What all adapters share when they load and run: number formats, quiet libraries, and foreign errors translated.

Weights are read from safetensors only and no code of a model is ever run. It decides nothing about which models are
used (`profiles`) or when (`device`). Everything here runs on the worker thread.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ravsg.errors import BadPicture, DeviceLost, DeviceOutOfMemory, ModelMissing, RavsgError
from ravsg.models.profiles import POCKET_WEIGHTS, ModelSpec

if TYPE_CHECKING:
    import torch
    from PIL import Image
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)

T = TypeVar("T")
Translate = Callable[[Exception], RavsgError | None]

_SAMPLE: Final = 1 << 20
"""Bytes read from either end of a file for its fingerprint: a training step changes numbers everywhere."""


def attempt(call: Callable[[], T], translate: Translate) -> T:
    """Call, and raise in place of a foreign error what `translate` makes of it; None lets the error through.

    The new error is raised outside the except block and without a context: an exception holds its frames, and the
    frames of a model hold gigabytes of tensors, which a caller wants back before it tries again.
    """
    failure: RavsgError | None = None
    try:
        return call()
    except Exception as error:
        failure = translate(error)
        if failure is None:
            raise
    raise failure


def translate_running(error: Exception) -> RavsgError | None:
    """What a device's failure is to RAVSG; None for what is no failure of a device."""
    import torch

    text = str(error)
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)) or "can't allocate memory" in text:
        return DeviceOutOfMemory(detail=text[:500])
    lost = isinstance(error, torch.AcceleratorError) or "CUDA error" in text or "CUDNN_STATUS" in text
    if lost and isinstance(error, RuntimeError):
        return DeviceLost(detail=text[:500])
    return None


def translate_loading(spec: ModelSpec) -> Translate:
    """For one model's loading: beside the device's failures, everything means that its weights are of no use.

    The libraries raise nearly any type for a missing, cut or foreign file; the detail keeps its name for the log.
    """

    def translate(error: Exception) -> RavsgError | None:
        if isinstance(error, RavsgError):
            return None
        if failure := translate_running(error):
            return failure
        return missing(spec, f"{type(error).__name__}: {error}")

    return translate


def missing(spec: ModelSpec, detail: str) -> ModelMissing:
    """The error for a model that cannot be loaded, with the way out."""
    if Path(spec.source).is_relative_to(POCKET_WEIGHTS):
        remedy = "The operator can mend it: `git checkout ravsg/pocket/weights` restores it."
    elif spec.is_folder or spec.source.startswith((".", "/", "~")):
        remedy = f"The operator can mend it: [models.{spec.role}] name must lead to a folder of safetensors weights."
    else:
        remedy = f"The operator can mend it: `{spec.fetch}` fetches it."
    return ModelMissing(f"The {spec.role} ({spec.label}) cannot be loaded.", remedy, detail=detail[:1000])


def quieten() -> None:
    """Silence the libraries' progress bars and advice; what goes wrong reaches us as exceptions."""
    import diffusers.utils.logging as diffusers_logging
    import transformers.utils.logging as transformers_logging

    for library in (transformers_logging, diffusers_logging):
        library.set_verbosity_error()
        library.disable_progress_bar()


def calm_threads() -> None:
    """Let torch's waiting threads sleep; to be called before torch is first imported, later it has no effect.

    Threads that spin while they wait fight over the cores with everything else that runs. Measured on two busy cores,
    150 tokens of the pocket writer: 12 to 27 s spinning, 1.0 s asleep.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def dtype_of(spec: ModelSpec, device: str) -> torch.dtype:
    """The number format that a model runs in: the spec's, else float16 on a card and float32 on the processor.

    bfloat16 on a processor that has it (AVX-512) was measured with pocket sizes on one core: pictures in 0.58 instead
    of 0.82 s, texts in 1.05 instead of 0.95 s, both the same at each run. Not worth its 8 bits in every picture.
    """
    import torch

    return getattr(torch, spec.dtype or ("float16" if device.startswith("cuda") else "float32"))


def quantisation_of(spec: ModelSpec, device: str, dtype: torch.dtype) -> dict[str, Any]:
    """Arguments of from_pretrained for 8- or 4-bit weights (bitsandbytes); empty where that is not possible."""
    if spec.quantisation == "none":
        return {}
    import importlib.util

    if not device.startswith("cuda") or importlib.util.find_spec("bitsandbytes") is None:
        log.warning(
            "the %s is loaded without %s: that needs an NVIDIA card and bitsandbytes", spec.role, spec.quantisation
        )
        return {}
    from transformers import BitsAndBytesConfig

    if spec.quantisation == "int8":
        return {"quantization_config": BitsAndBytesConfig(load_in_8bit=True)}
    four = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)
    return {"quantization_config": four}


def identity(spec: ModelSpec, commit: str | None) -> str:
    """Name and revision of weights: a hub commit's first 7 digits, or a fingerprint of a folder's files."""
    if not spec.is_folder:
        return f"{spec.source}@{(commit or spec.revision)[:7]}"
    digest = hashlib.sha256()
    for file in sorted(Path(spec.source).rglob("*")):
        if file.suffix in {".json", ".safetensors"} and file.is_file():
            size = file.stat().st_size
            digest.update(f"{file.relative_to(spec.source)} {size}\n".encode())
            with file.open("rb") as stream:
                digest.update(stream.read(_SAMPLE))
                if size > 2 * _SAMPLE:
                    stream.seek(-_SAMPLE, io.SEEK_END)
                digest.update(stream.read(_SAMPLE))
    return f"{spec.label}@{digest.hexdigest()[:12]}"


def open_picture(data: bytes) -> Image.Image:
    """Decode a picture that intake has cleaned, as RGB. Raises BadPicture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadPicture(detail=str(error)) from error


def defuse(text: str, tokenizer: PreTrainedTokenizerBase) -> str:
    """Break up every special token that stands in a person's text, so that it is read as the letters it is.

    `<image>` in a prompt would ask for a picture that is not there; an end token would hide what follows it.
    """
    for token in sorted(tokenizer.all_special_tokens, key=len, reverse=True):
        if len(token) > 1 and token in text:
            text = text.replace(token, f"{token[0]} {token[1:]}")
    return text
