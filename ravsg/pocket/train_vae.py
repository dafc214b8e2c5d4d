"""Trains the painter's autoencoder on whole pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from ravsg.pocket.build import POCKET, build_vae
from ravsg.pocket.drawn import Batches, Drawn
from ravsg.pocket.loop import Run, adamw, train
from ravsg.pocket.sheets import pixels, save_sheet

if TYPE_CHECKING:
    import numpy.typing as npt
    from diffusers import AutoencoderKL

BATCH: Final = 8
CROP: Final = 64
CROPPED: Final = 0.3
"""Share of the budget spent on crops, four times as many steps; whole pictures after that, or colours shift."""
CLOSER: Final = 2.0
"""How much more a pixel of a figure or a thing counts than one of the place behind it."""
KL_WEIGHT: Final = 1e-3
"""Weight of the mean divergence of a latent: a tenth leaves 4 nats in each, more than the denoiser can use."""


def train_vae(run: Run, train_set: Drawn, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/vae`, its latents scaled to a deviation of one."""
    torch.manual_seed(run.seed)
    vae = started_vae(run).to(run.device)
    optimizer = adamw([(vae, 1e-3)], 0.01)
    order = Batches(len(train_set), BATCH * run.larger, run.seed)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        chosen = order.at(number)
        picture = pixels(train_set.pictures[chosen], run.device)
        weight = closeness(train_set.boxes[chosen], picture.shape[-1]).to(run.device)
        if progress < CROPPED:
            top, left = np.random.default_rng(run.step_seed(number)).integers(0, picture.shape[-1] - CROP + 1, 2)
            picture = picture[:, :, top : top + CROP, left : left + CROP]
            weight = weight[:, :, top : top + CROP, left : left + CROP]
        with run.autocast():
            latent = vae.encode(picture).latent_dist
            painted = vae.decode(latent.sample()).sample
        difference, edges = differences(painted.float(), picture, weight)
        divergence = latent.kl().float().mean() / latent.mean[0].numel()
        loss = difference + edges + KL_WEIGHT * divergence
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


def started_vae(run: Run) -> AutoencoderKL:
    """The autoencoder to train: with random weights, or with those that the run starts from."""
    if run.start is None:
        return build_vae(POCKET)
    from diffusers import AutoencoderKL

    return AutoencoderKL.from_pretrained(run.start / "painter" / "vae", torch_dtype=torch.float32)


def closeness(boxes: npt.NDArray[np.float32], side: int) -> torch.Tensor:
    """Weights of pixels, float32 [n, 1, side, side] of mean 1, from `Drawn.boxes` [n, 6, 5]."""
    at = (torch.arange(side) + 0.5) / side
    weight = torch.ones(len(boxes), side, side)
    for row in torch.from_numpy(boxes).unbind(1):
        x0, y0, x1, y1 = (row[:, i, None] for i in (1, 2, 3, 4))
        inside = ((at >= y0) & (at <= y1))[:, :, None] & ((at >= x0) & (at <= x1))[:, None, :]
        weight[inside] = CLOSER
    return (weight / weight.mean(dim=(1, 2), keepdim=True))[:, None]


def differences(
    painted: torch.Tensor, picture: torch.Tensor, weight: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weighted mean absolute difference of values, and of neighbouring pixels' steps, which keeps edges sharp."""
    down = (painted.diff(dim=2) - picture.diff(dim=2)).abs() * weight[:, :, 1:]
    across = (painted.diff(dim=3) - picture.diff(dim=3)).abs() * weight[..., 1:]
    return ((painted - picture).abs() * weight).mean(), down.mean() + across.mean()


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
