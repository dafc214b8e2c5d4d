"""The libraries alone: the same work as a job's steps, written as their own documentation would.

The same weights in the same number format, though never quantised. No queue, no checks, no constrained decoding:
`generate` with a fixed number of tokens, the diffusers pipeline with its own scheduler, CLIP.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from ravsg.models.loading import dtype_of
from ravsg.models.profiles import ModelSpec, Profile
from ravsg.types import CountTask, Embedded, EmbedTask, Output, Painted, PaintTask, Task, WriteTask, Written


class Libraries:
    """The profile's models, loaded by the libraries' own `from_pretrained`. Construction takes seconds."""

    def __init__(self, profile: Profile) -> None:
        import diffusers  # noqa: PLC0415 - measured apart from the bot's start
        import transformers  # noqa: PLC0415

        def loaded(kind: Any, spec: ModelSpec) -> Any:
            dtype = dtype_of(spec, profile.device)
            model = kind.from_pretrained(spec.source, revision=spec.revision, dtype=dtype, use_safetensors=True)
            return model.to(profile.device)

        def processor(kind: Any, spec: ModelSpec) -> Any:
            return kind.from_pretrained(spec.source, revision=spec.revision)

        self._writer = loaded(transformers.AutoModelForImageTextToText, profile.writer)
        self._processor = processor(transformers.AutoProcessor, profile.writer)
        self._painter = loaded(diffusers.AutoPipelineForText2Image, profile.painter)
        self._painter.set_progress_bar_config(disable=True)
        self._embedder = loaded(transformers.CLIPModel, profile.embedder)
        self._clip = processor(transformers.CLIPProcessor, profile.embedder)

    def do(self, task: Task, output: Output) -> None:
        """Do what a step did; `output` says how many tokens it came to."""
        match task, output:
            case WriteTask(), Written():
                self._write(task, output.tokens)
            case PaintTask(), Painted():
                self._paint(task)
            case EmbedTask(), Embedded():
                self._embed(task)
            case CountTask(), _:
                self._painter.tokenizer(list(task.texts))

    def _write(self, task: WriteTask, tokens: int) -> None:
        import torch  # noqa: PLC0415

        content: list[dict[str, Any]] = [{"type": "text", "text": task.prompt}]
        if task.picture is not None:
            content.insert(0, {"type": "image", "image": Image.open(io.BytesIO(task.picture))})
        inputs = self._processor.apply_chat_template(
            [{"role": "user", "content": content}],
            tokenize=True,
            return_dict=True,
            add_generation_prompt=True,
            return_tensors="pt",
        ).to(self._writer.device)
        with torch.inference_mode():
            self._writer.generate(
                **inputs,
                do_sample=task.temperature > 0,
                temperature=task.temperature or None,
                min_new_tokens=tokens,
                max_new_tokens=tokens,
            )

    def _paint(self, task: PaintTask) -> None:
        import torch  # noqa: PLC0415

        self._painter(
            prompt=task.prompt,
            negative_prompt=task.negative,
            width=task.width,
            height=task.height,
            num_inference_steps=task.steps,
            guidance_scale=task.guidance,
            generator=torch.Generator().manual_seed(task.seed),
        )

    def _embed(self, task: EmbedTask) -> None:
        import torch  # noqa: PLC0415

        with torch.inference_mode():
            if task.texts:
                texts = self._clip.tokenizer(list(task.texts), padding=True, truncation=True, return_tensors="pt")
                self._embedder.get_text_features(**texts.to(self._embedder.device))
            if task.pictures:
                images = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in task.pictures]
                pixels = self._clip.image_processor(images, return_tensors="pt")
                self._embedder.get_image_features(**pixels.to(self._embedder.device))
