"""The recipe: `python -m ravsg.pocket.train vae|clip|decoder|painter|writer|all --minutes N`.

Draws the pictures first, or finds them in DIR/drawn and DIR/elsewhere. Interrupted runs go on where they were. Steps
that another one needs come before it and share its minutes; `ravsg.pocket.assemble` puts together what they left.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import torch

from ravsg.pocket.drawn import CannotDrawError, draw_all
from ravsg.pocket.loop import Run

SHARES: Final = {"vae": 0.15, "clip": 0.12, "decoder": 0.13, "painter": 0.32, "writer": 0.28}
"""Part of the minutes of `all` that each step gets, in the order of training."""

NEEDS: Final = {"decoder": ("vae",), "painter": ("vae", "clip", "decoder"), "writer": ("clip",)}
"""What a step builds on. What is missing in DIR is trained first, and shares the minutes."""
LEAVES: Final = {"vae": "vae.txt", "clip": "clip.txt", "decoder": "vae.txt"}
"""What tells in DIR/parts that a step was finished."""


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.train")
    parser.add_argument("what", choices=[*SHARES, "all"])
    parser.add_argument(
        "--steps", type=int, default=0, help="of each model, instead of a time: the same weights again"
    )
    parser.add_argument("--start", type=Path, help="weights as they ship, to go on from instead of random ones")
    parser.add_argument("--larger", type=int, default=1, help="times as large batches, for a quick device")
    parser.add_argument("--workers", type=int, default=0, help="processes that make lessons ahead of a quick device")
    parser.add_argument("--minutes", type=float, default=60, help="training time, of all steps together")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=Path("out/pocket"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--threads", type=int, default=2, help="one where others use the machine: threads wait for each other"
    )
    parser.add_argument("--pictures", type=int, default=26_000)
    parser.add_argument("--elsewhere", type=int, default=4000, help="pictures outside the world")
    parser.add_argument("--latents", type=int, default=26_000, help="pictures that the painter learns from")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    if chosen.start is not None and not (chosen.out / "parts" / "vae").exists():
        shutil.copytree(chosen.start / "painter" / "vae", chosen.out / "parts" / "vae")
    with logged(chosen.out / "train.log"):
        try:
            learn(chosen)
        except CannotDrawError as error:
            parser.error(str(error))


def learn(chosen: argparse.Namespace) -> None:
    """Draw what is missing, and train what was chosen."""
    torch.set_num_threads(chosen.threads)
    test_set = draw_all(chosen.out / "drawn" / "test", 1000, 900_001, held_out=True)
    train_set = draw_all(chosen.out / "drawn" / "train", chosen.pictures, chosen.seed + 1)
    names = steps(chosen.what, chosen.out, from_weights=chosen.start is not None)
    whole = sum(SHARES[name] for name in names)
    for name in names:
        minutes = chosen.minutes * SHARES[name] / whole
        run = Run(
            chosen.out, minutes, chosen.device, chosen.seed, chosen.steps, chosen.start, chosen.workers, chosen.larger
        )
        match name:
            case "vae":
                from ravsg.pocket.train_vae import train_vae

                train_vae(run, train_set, test_set)
            case "decoder":
                from ravsg.pocket.train_decoder import train_decoder

                train_decoder(run, train_set, test_set)
            case "clip":
                from ravsg.pocket.train_clip import train_clip

                train_clip(run, train_set, test_set)
            case "painter":
                from ravsg.pocket.train_painter import train_painter

                train_painter(run, train_set, test_set, chosen.latents)
            case "writer":
                from ravsg.pocket.elsewhere import draw_elsewhere
                from ravsg.pocket.train_writer import Material, train_writer

                sights, pictures = draw_elsewhere(chosen.out / "elsewhere", chosen.elsewhere, chosen.seed + 2)
                train_writer(run, Material(train_set, sights, pictures), test_set)


def steps(what: str, out: Path, *, from_weights: bool) -> list[str]:
    """The steps that lead to `what`, in their order; those of a run that was cut off when it is taken up again.

    Weights to start from have an embedder's eyes and an autoencoder already.
    """
    if what == "all":
        return list(SHARES)
    plan = out / "plans" / f"{what}.json"
    if not plan.exists():
        wanted = () if from_weights else NEEDS.get(what, ())
        missing = [name for name in wanted if not (out / "parts" / LEAVES[name]).exists()]
        plan.parent.mkdir(parents=True, exist_ok=True)
        plan.write_text(json.dumps([name for name in SHARES if name in (*missing, what)]))
    planned: list[str] = json.loads(plan.read_text())
    return planned


@contextlib.contextmanager
def logged(path: Path) -> Iterator[None]:
    """Progress on the terminal and in a file, while it lasts."""
    kept = logging.FileHandler(path)
    kept.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger().addHandler(kept)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(kept)
        kept.close()


if __name__ == "__main__":
    main()
