"""The trained writer and painter at work, for the examination and the sample sheets.

Loaded through the Auto classes like any other model; the bot has its own adapters in `ravsg.models`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

STEPS: Final = 16
GUIDANCE: Final = 3.0


class Writer:
    """Writes in batches, from pictures and prompts or from prompts alone."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self.model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).to(device).eval()
        self.processor = AutoProcessor.from_pretrained(folder)
        self.device = device

    @torch.inference_mode()
    def write(
        self,
        prompts: list[str],
        pictures: npt.NDArray[np.uint8] | None,
        *,
        most: int,
        temperature: float,
        seed: int = 1,
        batch: int = 16,
    ) -> list[str]:
        """Answers to prompts; `pictures`, uint8 [n, side, side, 3], go with them one to one where given."""
        torch.manual_seed(seed)
        answers: list[str] = []
        for start in range(0, len(prompts), batch):
            part = prompts[start : start + batch]
            turns = [self._turn(prompt, pictures is not None) for prompt in part]
            shown = (
                None if pictures is None else [Image.fromarray(one) for one in pictures[start : start + len(part)]]
            )
            inputs = self.processor(text=turns, images=shown, padding=True, return_tensors="pt").to(self.device)
            chance: dict[str, Any] = {"do_sample": temperature > 0}
            if temperature > 0:
                chance |= {"temperature": temperature, "top_p": 0.95}
            out = self.model.generate(**inputs, max_new_tokens=most, **chance)
            fresh = out[:, inputs["input_ids"].shape[1] :]
            answers += self.processor.batch_decode(fresh, skip_special_tokens=True)
        return answers

    def _turn(self, prompt: str, with_picture: bool) -> str:
        content: list[dict[str, str]] = [{"type": "text", "text": prompt}]
        if with_picture:
            content.insert(0, {"type": "image"})
        turn: str = self.processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return turn


class Painter:
    """Paints at the native size with the steps and guidance that the profile uses."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        from diffusers import AutoPipelineForText2Image

        self.pipeline = AutoPipelineForText2Image.from_pretrained(folder, dtype=torch.float32).to(device)
        self.pipeline.set_progress_bar_config(disable=True)
        self.device = device

    def paint(self, prompts: list[str], seed: int = 1, batch: int = 10) -> torch.Tensor:
        """float32 [n, 3, 128, 128] in [-1, 1], on the CPU."""
        painted = []
        generator = torch.Generator(self.device).manual_seed(seed)
        for start in range(0, len(prompts), batch):
            out = self.pipeline(
                prompts[start : start + batch],
                negative_prompt=["photograph, text, watermark, blurry, deformed"]
                * len(prompts[start : start + batch]),
                num_inference_steps=STEPS,
                guidance_scale=GUIDANCE,
                generator=generator,
                output_type="np",
            ).images
            painted.append(torch.from_numpy(out).permute(0, 3, 1, 2).float() * 2 - 1)
        return torch.cat(painted)
