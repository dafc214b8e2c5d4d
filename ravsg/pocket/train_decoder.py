"""Trains the painter's hand on: the decoder alone, while what the encoder says stays as the denoiser learnt it.

It may go on at the same time as the painter's training. Latents get a little noise, for a denoiser's are never exact.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from ravsg.pocket.drawn import Batches, Drawn
from ravsg.pocket.loop import Average, Run, adamw, train
from ravsg.pocket.sheets import pixels, save_sheet
from ravsg.pocket.train_vae import closeness, differences, redrawn

BATCH: Final = 4
NOISE: Final = 0.08
"""Deviation of the noise, as a share of that of the latents."""


def train_decoder(run: Run, train_set: Drawn, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/vae` again. Needs `parts/vae`; its encoder is not changed."""
    from diffusers import AutoencoderKL

    torch.manual_seed(run.seed)
    vae = AutoencoderKL.from_pretrained(run.out / "parts" / "vae", torch_dtype=torch.float32).to(run.device)
    noise = NOISE / vae.config.scaling_factor
    vae.encoder.requires_grad_(False)
    optimizer = adamw([(vae.decoder, 1e-3), (vae.post_quant_conv, 1e-3)], 0.01)
    average = Average(vae.decoder, 0.995)
    order = Batches(len(train_set), BATCH * run.larger, run.seed + 1)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        chosen = order.at(number)
        picture = pixels(train_set.pictures[chosen], run.device)
        with run.autocast():
            with torch.no_grad():
                latent = vae.encode(picture).latent_dist.mean
            latent = latent + noise * torch.randn_like(latent)
            painted = vae.decode(latent).sample
        difference, edges = differences(
            painted.float(), picture, closeness(train_set.boxes[chosen], picture.shape[-1]).to(run.device)
        )
        return {"loss": difference + edges, "difference": difference}

    def sample() -> None:
        raw = {name: value.clone() for name, value in vae.decoder.state_dict().items()}
        average.into(vae.decoder)
        vae.save_pretrained(run.folder("parts") / "vae")
        shown = test_set.pictures[:16]
        save_sheet(run.folder("sheets") / "vae.png", np.concatenate([shown, redrawn(vae, shown, run.device)]), 8)
        error = (
            redrawn(vae, test_set.pictures[16:80], run.device) - test_set.pictures[16:80].astype(np.float32)
        ) ** 2
        told = f"{10 * np.log10(255**2 / error.mean()):.2f} dB on held-out pictures\n"
        (run.folder("parts") / "vae.txt").write_text(told)
        vae.decoder.load_state_dict(raw)

    kept = {"decoder": vae.decoder, "after quantisation": vae.post_quant_conv, "average": average}
    train(run, "decoder", optimizer, kept, step, sample=sample, after=lambda: average.update(vae.decoder))
    sample()
