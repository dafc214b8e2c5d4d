"""Puts the trained parts together as they ship: `python -m ravsg.pocket.assemble --out DIR --to WEIGHTS`.

float16 safetensors in three folders with their model cards. The configurations say float32, since that is what a CPU
computes in: loaders that follow them convert on the way.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Final

from ravsg.pocket.build import build_painter

CARDS: Final = Path(__file__).parent / "texts"


def assemble(out: Path, weights: Path) -> None:
    """Write what is in `out/parts` to `weights`; a part that is not there yet is left out."""
    from diffusers import AutoencoderKL, StableDiffusionPipeline
    from transformers import CLIPModel, CLIPProcessor, LlavaForConditionalGeneration, LlavaProcessor

    parts = out / "parts"
    if (parts / "clip").exists():
        CLIPModel.from_pretrained(parts / "clip").half().save_pretrained(weights / "embedder")
        CLIPProcessor.from_pretrained(parts / "clip").save_pretrained(weights / "embedder")
    if (parts / "writer").exists():
        LlavaForConditionalGeneration.from_pretrained(parts / "writer").half().save_pretrained(weights / "writer")
        LlavaProcessor.from_pretrained(parts / "writer").save_pretrained(weights / "writer")
    if (parts / "painter").exists():
        pipeline = StableDiffusionPipeline.from_pretrained(parts / "painter")
        painter = build_painter(
            vae=AutoencoderKL.from_pretrained(parts / "vae").half(),
            text_encoder=pipeline.text_encoder.half(),
            tokenizer=pipeline.tokenizer,
            unet=pipeline.unet.half(),
        )
        painter.save_pretrained(weights / "painter")
    for path in weights.rglob("*"):
        if path.suffix == ".json":
            _compute_in_float32(path)
        if path.is_file():
            path.chmod(0o644)
    shutil.copyfile(CARDS / "card-weights.md", weights / "README.md")
    for name in ("embedder", "writer", "painter"):
        card = CARDS / f"card-{name}.md"
        if card.exists() and (weights / name).exists():
            shutil.copyfile(card, weights / name / "README.md")


def _compute_in_float32(path: Path) -> None:
    """Change every "dtype" in a configuration. Other JSON files are left alone."""
    text = path.read_text(encoding="utf-8")
    if '"float16"' not in text:
        return
    changed = json.dumps(json.loads(text.replace('"float16"', '"float32"')), indent=2, ensure_ascii=False)
    path.write_text(changed + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and put together."""
    parser = argparse.ArgumentParser(prog="python -m ravsg.pocket.assemble")
    parser.add_argument("--out", type=Path, default=Path("out/pocket"))
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "weights")
    chosen = parser.parse_args(arguments)
    if not (chosen.out / "parts").is_dir():
        parser.error(f"{chosen.out}/parts is not there: python -m ravsg.pocket.train makes it")
    assemble(chosen.out, chosen.to)


if __name__ == "__main__":
    main()
