"""Trains the painter: a denoiser over the autoencoder's latents, and its text encoder along with it.

While it learns, the middle of the denoiser is asked who or what is at each of its places. That comes late from noise
alone, for figures are small; drawings know the answers. The layer that answers is thrown away.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch.nn import functional

from ravsg.pocket.build import POCKET, build_painter, build_unet, text_encoder_of
from ravsg.pocket.captions import NEGATIVES, painter_prompt
from ravsg.pocket.drawn import Batches, Drawn
from ravsg.pocket.loop import Average, Run, adamw, train
from ravsg.pocket.sheets import pixels, save_sheet
from ravsg.pocket.tokens import TEXT_POSITIONS
from ravsg.pocket.train_clip import LOOKS, at_patches
from ravsg.pocket.train_vae import closeness
from ravsg.pocket.world import THINGS, Scene

if TYPE_CHECKING:
    import numpy.typing as npt
    from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTokenizer

BATCH: Final = 24
DROPPED: Final = 0.1
"""Share of prompts replaced by an empty or a negative one, which guidance steers away from."""
SIDE: Final = 16
"""Latents of a picture's side."""
ASKED: Final = 0.03
"""Weight of that question beside the noise."""
SNR_CAP: Final = 5.0
"""Weights of the loss by min-SNR (Hang et al. 2023), for v-prediction."""


def train_painter(run: Run, train_set: Drawn, test_set: Drawn, most: int) -> None:
    """Train for the run's budget on `most` pictures and save `parts/painter`, a whole pipeline.

    Needs `parts/vae` and `parts/clip`. Weights to start from must have learnt with the same autoencoder.
    """
    from diffusers import AutoencoderKL
    from diffusers.models.attention_processor import AttnProcessor

    torch.manual_seed(run.seed)
    vae = AutoencoderKL.from_pretrained(run.out / "parts" / "vae", torch_dtype=torch.float32).to(run.device)
    unet, text_encoder, words = started(run)
    unet.to(run.device)
    text_encoder.to(run.device)
    if run.device == "cpu":  # a fifth quicker there than the fused kernel's backward pass
        unet.set_attn_processor(AttnProcessor())
        text_encoder.set_attn_implementation("eager")
    pipeline = build_painter(vae, text_encoder, words, unet)
    latents = encoded(vae, train_set, run, most)
    answers = torch.nn.Linear(POCKET.unet_channels[1], len(LOOKS) + len(THINGS)).to(run.device)
    middle: dict[str, torch.Tensor] = {}
    unet.mid_block.register_forward_hook(lambda module, given, out: middle.update(out=out))
    optimizer = adamw([(unet, 1.2e-3), (text_encoder, 2e-4), (answers, 1e-3)], 0.01)
    averages = {"average unet": (Average(unet), unet), "average text": (Average(text_encoder), text_encoder)}
    order = Batches(len(latents), BATCH * run.larger, run.seed)
    alphas = pipeline.scheduler.alphas_cumprod.to(run.device)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        chosen = order.at(number)
        rng = random.Random(run.step_seed(number))
        texts = [
            rng.choice(NEGATIVES) if rng.random() < DROPPED else painter_prompt(train_set.scenes[i], rng)
            for i in chosen
        ]
        clean = latents[torch.from_numpy(chosen)].to(run.device).float()
        times, noisy, wanted, weight = noised(clean, alphas)
        with run.autocast():
            context = text_encoder(_ids(words, texts, run.device)).last_hidden_state
            told = unet(noisy, times, context, added_cond_kwargs={}).sample
        squares = (told.float() - wanted) ** 2
        errors = squares.mean(dim=(1, 2, 3))
        # places are learnt long before those who stand in them, so these count more
        close = (squares * closeness(train_set.boxes[chosen], SIDE).to(run.device)).mean(dim=(1, 2, 3))
        asked = who_is_where(answers, middle["out"], [train_set.scenes[i] for i in chosen], train_set.boxes[chosen])
        loss = (close * weight).mean()
        return {"loss": loss + ASKED * asked, "noise": loss, "error": errors.mean(), "asked": asked}

    def after() -> None:
        for average, module in averages.values():
            average.update(module)

    def sample() -> None:
        raw = [
            {name: value.clone() for name, value in module.state_dict().items()} for _, module in averages.values()
        ]
        for average, module in averages.values():
            average.into(module)
        pipeline.save_pretrained(run.folder("parts") / "painter")
        _sheet(pipeline, test_set, run)
        for (_, module), state in zip(averages.values(), raw, strict=True):
            module.load_state_dict(state)

    kept: dict[str, Any] = {"unet": unet, "text": text_encoder, "answers": answers}
    kept |= {name: average for name, (average, _) in averages.items()}
    train(run, "painter", optimizer, kept, step, sample=sample, after=after)
    sample()


def noised(
    clean: torch.Tensor, alphas: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Random times [n] of latents [n, …], these with as much noise, the velocities to be told, and weights [n]."""
    times = torch.randint(0, len(alphas), (len(clean),), device=clean.device)
    noise = torch.randn_like(clean)
    share = alphas[times].view(-1, 1, 1, 1)
    noisy = share.sqrt() * clean + (1 - share).sqrt() * noise
    wanted = share.sqrt() * noise - (1 - share).sqrt() * clean
    ratio = share.flatten() / (1 - share.flatten())
    weight = torch.clamp(ratio, max=SNR_CAP) / (ratio + 1)
    # At zero SNR the weight would vanish, yet that step decides the colours of the whole picture.
    return times, noisy, wanted, weight.clamp(min=0.1)


def who_is_where(
    answers: torch.nn.Linear, middle: torch.Tensor, scenes: list[Scene], boxes: npt.NDArray[np.float32]
) -> torch.Tensor:
    """How wrong it is of features [n, channels, side, side] what the scenes' boxes tell, a sum for each place."""
    truth = at_patches(scenes, boxes, middle.shape[-1]).to(middle.device)
    told = answers(middle.float().flatten(2).transpose(1, 2))
    return functional.binary_cross_entropy_with_logits(told, truth, reduction="none").sum(dim=2).mean()


def started(run: Run) -> tuple[UNet2DConditionModel, CLIPTextModel, CLIPTokenizer]:
    """The denoiser, text encoder and words: those to start from, or new ones that read like the embedder."""
    from diffusers import UNet2DConditionModel
    from transformers import CLIPModel, CLIPTextModel, CLIPTokenizer

    if run.start is not None:
        folder = run.start / "painter"
        return (
            UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32),
            CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32),
            CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        )
    clip = CLIPModel.from_pretrained(run.out / "parts" / "clip")
    return build_unet(POCKET), text_encoder_of(clip), CLIPTokenizer.from_pretrained(run.out / "parts" / "clip")


@torch.no_grad()
def encoded(vae: AutoencoderKL, drawn: Drawn, run: Run, most: int) -> torch.Tensor:
    """Scaled latents of the first `most` pictures, float16 [n, channels, 16, 16]; kept in `parts/latents.pt`."""
    path = run.folder("parts") / "latents.pt"
    scale = vae.config.scaling_factor
    if path.exists():
        saved = torch.load(path, weights_only=True)
        if saved["scale"] == scale and len(saved["latents"]) == min(most, len(drawn)):
            return saved["latents"]
    parts = []
    for start in range(0, min(most, len(drawn)), 64):
        with run.autocast():
            latent = vae.encode(pixels(drawn.pictures[start : min(start + 64, most)], run.device)).latent_dist.mean
        parts.append((latent.float() * scale).half().cpu())
    latents = torch.cat(parts)
    fresh = path.with_suffix(".new")
    torch.save({"scale": scale, "latents": latents}, fresh)
    fresh.replace(path)
    return latents


def _ids(words: Any, texts: list[str], device: str) -> torch.Tensor:
    """As the pipeline makes them: padded to all positions, without a mask."""
    found = words(texts, padding="max_length", truncation=True, max_length=TEXT_POSITIONS, return_tensors="pt")
    return found["input_ids"].to(device)


def _sheet(pipeline: StableDiffusionPipeline, drawn: Drawn, run: Run, count: int = 16) -> None:
    rng = random.Random(5)
    prompts = [painter_prompt(scene, rng) for scene in drawn.scenes[:count]]
    pipeline.set_progress_bar_config(disable=True)
    with run.autocast():
        painted = pipeline(
            prompts,
            num_inference_steps=15,
            guidance_scale=3.0,
            generator=torch.Generator(run.device).manual_seed(1),
            output_type="np",
        ).images
    shown = (painted * 255).round().astype(np.uint8)
    save_sheet(run.folder("sheets") / "painter.png", np.concatenate([shown, drawn.pictures[:count]]), 8)
    (run.folder("sheets") / "painter.txt").write_text("\n".join(prompts) + "\n")
