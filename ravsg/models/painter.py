"""The painter: pictures from prompts, and from prompts and a reference picture, with any diffusers pipeline.

Image-to-image shares the loaded parts with text-to-image. Noise is drawn on the processor from one generator per
picture, so that a seed means the same picture on every device and in every batch, up to rounding: batches may move a
pixel by one level. It neither writes prompts nor enlarges pictures (`ravsg.picture`).
"""

from __future__ import annotations

import inspect
import io
import logging
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from ravsg.errors import JobCancelled, ModelError, NoImageToImage, RavsgError, Refused
from ravsg.jobs.step import Watch
from ravsg.models.loading import attempt, defuse, dtype_of, missing, open_picture, quieten, translate_loading
from ravsg.models.profiles import ModelSpec, Profile
from ravsg.types import Counted, CountTask, Painted, PaintTask

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL import Image
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Every picture of the batch was cancelled; carries the way out of the pipeline's loop."""


class PromptCounter:
    """The painter's tokenizer alone: it counts without the painter being loaded. Raises ModelMissing."""

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        self.tokenizer: PreTrainedTokenizerBase = attempt(self._load, translate_loading(spec))
        frame = len(self.tokenizer("")["input_ids"])
        self.limit: int = self.tokenizer.model_max_length - frame
        """Tokens that a prompt may hold, start and end not counted: 75 for CLIP."""

    def count(self, task: CountTask) -> Counted:
        """Tokens of each text."""
        return Counted(tuple(self.length(text) for text in task.texts), self.limit)

    def length(self, text: str) -> int:
        """Tokens of one text, start and end not counted."""
        return len(self.tokenizer(defuse(text, self.tokenizer), add_special_tokens=False, verbose=False)["input_ids"])

    def fitting(self, terms: str) -> str:
        """A comma-separated list of terms without those at its end that do not fit; what is left out is logged."""
        kept = terms
        while kept and self.length(kept) > self.limit:
            kept = kept.rpartition(",")[0].rstrip()
        if kept != terms:
            log.warning("the painter reads %d tokens, so it does not avoid: %s", self.limit, terms[len(kept) :])
        return kept

    def _load(self) -> PreTrainedTokenizerBase:
        from transformers import AutoTokenizer

        quieten()
        source = self._spec.source
        return AutoTokenizer.from_pretrained(
            source, revision=self._spec.revision, subfolder="tokenizer", trust_remote_code=False
        )


class Painter:
    """One loaded pipeline. Construction loads it. Raises ModelMissing, DeviceOutOfMemory."""

    def __init__(self, profile: Profile, counter: PromptCounter) -> None:
        self._spec = profile.painter
        self._device = profile.device
        self._scheduler = profile.scheduler
        self._counter = counter
        self._from_text = attempt(self._load, translate_loading(self._spec))
        self._from_picture: Any = None

    def paint(self, tasks: Sequence[PaintTask], watches: Sequence[Watch]) -> list[Painted | RavsgError]:
        """Paint, one outcome each.

        ModelError for a prompt that the text encoder would cut, or a picture without content; NoImageToImage where
        the pipeline begins from words only; Refused where the model's own safety checker objects; BadPicture for a
        broken reference; JobCancelled. One cancelled picture of a batch ends with the batch; when all are cancelled,
        the pipeline stops after the step it is in.
        """
        outcomes: dict[int, Painted | RavsgError] = {}
        ready: list[tuple[int, Image.Image | None]] = []
        for number, task in enumerate(tasks):
            try:
                ready.append((number, self._prepared(task)))
            except RavsgError as error:
                outcomes[number] = error

        def alike(item: tuple[int, Image.Image | None]) -> tuple[object, ...]:
            task = tasks[item[0]]
            return task.width, task.height, task.steps, task.guidance, item[1] is not None, task.strength

        for _, members in groupby(sorted(ready, key=alike), key=alike):
            group = list(members)
            numbers = [number for number, _ in group]
            painted = self._paint_group(
                [tasks[number] for number in numbers],
                [watches[number] for number in numbers],
                [reference for _, reference in group if reference is not None],
            )
            outcomes |= dict(zip(numbers, painted, strict=True))
        return [outcomes[number] for number in range(len(tasks))]

    def _load(self) -> Any:
        import diffusers

        quieten()
        common = {
            "revision": self._spec.revision,
            "dtype": dtype_of(self._spec, self._device),
            "use_safetensors": True,
            "trust_remote_code": False,
        }
        pipeline = diffusers.AutoPipelineForText2Image.from_pretrained(
            self._spec.source, **self._encoders(common), **common
        )
        lost = [name for name, part in pipeline.components.items() if part is not None and _has_holes(part)]
        if lost:
            raise missing(self._spec, f"weights are not complete: {lost}")
        if self._scheduler:
            pipeline.scheduler = getattr(diffusers, self._scheduler).from_config(pipeline.scheduler.config)
        if hasattr(getattr(pipeline, "vae", None), "enable_slicing"):
            pipeline.vae.enable_slicing()  # one picture at a time is decoded: the peak of memory lies there
        pipeline.set_progress_bar_config(disable=True)
        return pipeline.to(self._device)

    def _encoders(self, common: dict[str, Any]) -> dict[str, Any]:
        """What transformers makes, loaded part by part: inside a pipeline it fills holes with noise and is silent."""
        import diffusers
        import transformers

        index = diffusers.DiffusionPipeline.load_config(self._spec.source, revision=self._spec.revision)
        parts: dict[str, Any] = {}
        for name, entry in index.items():
            if not isinstance(entry, list | tuple) or entry[0] != "transformers":
                continue
            kind = getattr(transformers, entry[1])
            if issubclass(kind, transformers.PreTrainedModel):
                part, report = kind.from_pretrained(
                    self._spec.source, subfolder=name, output_loading_info=True, **common
                )
                if report["missing_keys"]:
                    raise missing(self._spec, f"{name} lacks {sorted(report['missing_keys'])[:5]}")
                parts[name] = part.eval()
        return parts

    def _prepared(self, task: PaintTask) -> Image.Image | None:
        """The reference in the asked size, or None. Raises BadPicture, ModelError."""
        from PIL import Image

        length = self._counter.length(task.prompt)
        if length > self._counter.limit:
            raise ModelError(
                "The description is longer than my painter can read.",
                "Please try again with fewer words.",
                detail=f"a prompt of {length} tokens, {self._counter.limit} are read",
            )
        if task.reference is None:
            return None
        return open_picture(task.reference).resize((task.width, task.height), Image.Resampling.LANCZOS)

    def _paint_group(
        self, tasks: Sequence[PaintTask], watches: Sequence[Watch], references: list[Image.Image]
    ) -> list[Painted | RavsgError]:
        import torch

        def on_step_end(pipeline: Any, step: int, timestep: object, tensors: dict[str, Any]) -> dict[str, Any]:
            for watch in watches:
                watch.report(step + 1, pipeline.num_timesteps)
            if all(watch.cancelled.is_set() for watch in watches):
                # Setting pipeline._interrupt would still decode what nobody wants.
                raise _Stopped
            return tensors

        first = tasks[0]
        arguments: dict[str, Any] = {
            "prompt": [defuse(task.prompt, self._counter.tokenizer) for task in tasks],
            "negative_prompt": [self._counter.fitting(defuse(t.negative, self._counter.tokenizer)) for t in tasks],
            "num_inference_steps": first.steps,
            "guidance_scale": first.guidance,
            "generator": [torch.Generator().manual_seed(task.seed) for task in tasks],
            "output_type": "np",
            "callback_on_step_end": on_step_end,
        }
        if references:
            # steps × strength is rounded down: under one whole step nothing is left to do, and the pipeline raises.
            strength = min(1.0, max(first.strength, 1.000001 / first.steps))
            arguments |= {"image": references, "strength": strength}
        else:
            arguments |= {"width": first.width, "height": first.height}
        try:
            pipeline = self._pipeline(bool(references))
        except ValueError as error:  # how diffusers says that a pipeline has no counterpart for pictures
            return [NoImageToImage(detail=str(error)) for _ in tasks]
        # Not every pipeline knows negative prompts.
        known = inspect.signature(type(pipeline).__call__).parameters
        try:
            with torch.inference_mode():
                result = pipeline(**{name: value for name, value in arguments.items() if name in known})
        except _Stopped:
            return [JobCancelled() for _ in tasks]
        flagged = getattr(result, "nsfw_content_detected", None) or [False] * len(tasks)
        return [
            self._outcome(task, watch, pixels, bool(flag))
            for task, watch, pixels, flag in zip(tasks, watches, result.images, flagged, strict=True)
        ]

    def _pipeline(self, from_picture: bool) -> Any:
        if not from_picture:
            return self._from_text
        if self._from_picture is None:
            from diffusers import AutoPipelineForImage2Image

            self._from_picture = AutoPipelineForImage2Image.from_pipe(self._from_text)
            self._from_picture.set_progress_bar_config(disable=True)
        return self._from_picture

    @staticmethod
    def _outcome(
        task: PaintTask, watch: Watch, pixels: npt.NDArray[np.float32], flagged: bool
    ) -> Painted | RavsgError:
        if watch.cancelled.is_set():
            return JobCancelled()
        if flagged:
            return Refused("My painter's safety check held this picture back.", "Please ask for a different scene.")
        if not np.isfinite(pixels).all() or float(pixels.max()) == 0:
            return ModelError(
                "My painter only got a black picture.",
                "Please try another seed.",
                detail=f"NaN or black at seed {task.seed}; with float16, try dtype = float32",
            )
        return Painted(_png(pixels), task.seed)


def _has_holes(part: Any) -> bool:
    """Whether a part still has parameters that no file filled."""
    return hasattr(part, "parameters") and any(parameter.is_meta for parameter in part.parameters())


def _png(pixels: npt.NDArray[np.float32]) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray((pixels * 255).round().astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()
