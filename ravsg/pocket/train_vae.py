"""Trains the painter's autoencoder on whole pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from ravsg.pocket.build import POCKET, build_vae
from ravsg.pocket.drawn import Drawn, batches
from ravsg.pocket.loop import Run, adamw, train
from ravsg.pocket.sheets import pixels, save_sheet

if TYPE_CHECKING:
    import numpy.typing as npt
    from diffusers import AutoencoderKL

BATCH: Final = 8
CROP: Final = 64
CROPPED: Final = 0.45
"""Share of the budget spent on crops, four times as many steps; whole pictures after that, or colours shift."""
KL_WEIGHT: Final = 1e-3
"""Weight of the mean divergence of a latent: a tenth leaves 4 nats in each, more than the denoiser can use."""


def train_vae(run: Run, train_set: Drawn, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/vae`, its latents scaled to a deviation of one."""
    torch.manual_seed(run.seed)
    vae = build_vae(POCKET).to(run.device)
    optimizer = adamw([(vae, 1e-3)], 0.01)
    order = batches(len(train_set), BATCH, run.seed)
    corners = np.random.default_rng(run.seed)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        picture = pixels(train_set.pictures[next(order)], run.device)
        if progress < CROPPED:
            top, left = corners.integers(0, picture.shape[-1] - CROP + 1, 2)
            picture = picture[:, :, top : top + CROP, left : left + CROP]
        with run.autocast():
            latent = vae.encode(picture).latent_dist
            painted = vae.decode(latent.sample()).sample
        painted = painted.float()
        difference = (painted - picture).abs().mean()
        edges = sum((painted.diff(dim=axis) - picture.diff(dim=axis)).abs().mean() for axis in (2, 3))
        divergence = latent.kl().float().mean() / latent.mean[0].numel()
        loss = difference + 0.5 * edges + KL_WEIGHT * divergence
        return {"loss": loss, "difference": difference, "kl": divergence}

    def sample() -> None:
        shown = test_set.pictures[:32]
        save_sheet(
            run.folder("sheets") / "vae.png", np.concatenate([shown[:16], redrawn(vae, shown[:16], run.device)]), 8
        )

    train(run, "vae", optimizer, {"vae": vae}, step, sample=sample)
    _settle(vae, train_set, run.device)
    error = (
        (redrawn(vae, test_set.pictures[:256], run.device) - test_set.pictures[:256].astype(np.float32)) ** 2
    ).mean()
    (run.folder("parts") / "vae.txt").write_text(f"{10 * np.log10(255**2 / error):.2f} dB on held-out pictures\n")
    vae.save_pretrained(run.folder("parts") / "vae")


@torch.no_grad()
def _settle(vae: AutoencoderKL, drawn: Drawn, device: str) -> None:
    """Set the factor that brings latents to a deviation of one, as pipelines apply it."""
    vae.eval()
    latents = torch.cat(
        [vae.encode(pixels(drawn.pictures[i : i + 32], device)).latent_dist.mean for i in range(0, 256, 32)]
    )
    vae.register_to_config(scaling_factor=float(1 / latents.std()))


@torch.no_grad()
def redrawn(vae: AutoencoderKL, pictures: npt.NDArray[np.uint8], device: str) -> npt.NDArray[np.uint8]:
    """Pictures through the autoencoder and back, uint8 [n, side, side, 3]."""
    vae.eval()
    painted = [
        vae.decode(vae.encode(pixels(pictures[i : i + 16], device)).latent_dist.mean).sample
        for i in range(0, len(pictures), 16)
    ]
    vae.train()
    values = ((torch.cat(painted).float().clamp(-1, 1) + 1) * 127.5).round().byte()
    return values.permute(0, 2, 3, 1).cpu().numpy()
