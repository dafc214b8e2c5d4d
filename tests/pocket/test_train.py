"""The recipe: every step from nothing to weights that load, and runs that go on where they were cut off."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ravsg.pocket import checkpoints, loop
from ravsg.pocket.assemble import assemble
from ravsg.pocket.assemble import main as put_together
from ravsg.pocket.drawn import sample_scenes, to_plain
from ravsg.pocket.evaluate import main as examine_all
from ravsg.pocket.loop import Run, adamw, train
from ravsg.pocket.train import SHARES, main, steps
from ravsg.pocket.train_clip import LOOKS, at_patches
from ravsg.pocket.world import THINGS, Figure, Scene

WEIGHTS = Path(__file__).parents[2] / "ravsg" / "pocket" / "weights"


class Cut(Exception):
    """Somebody switched the machine off."""


def learn(out: Path, *, steps: int, cut: int | None = None) -> tuple[dict[str, torch.Tensor], list[int]]:
    """A line through noisy points, and the numbers of the steps that were made."""
    torch.manual_seed(0)
    model = nn.Linear(3, 2)
    made: list[int] = []

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        if number == cut:
            raise Cut
        made.append(number)
        points = torch.randn(8, 3)
        return {"loss": (model(points) - points[:, :2]).square().mean()}

    run = Run(out, 1, "cpu", 5, steps)
    train(run, "line", adamw([(model, 0.1)], 0.0), {"model": model}, step, sample=lambda: None)
    return model.state_dict(), made


def test_a_run_that_is_cut_off_ends_as_if_it_had_not_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", 0.0)
    whole, made = learn(tmp_path / "whole", steps=9)
    assert made == list(range(9))
    with pytest.raises(Cut):
        learn(tmp_path / "cut", steps=9, cut=4)
    again, rest = learn(tmp_path / "cut", steps=9)
    assert rest == [4, 5, 6, 7, 8]
    assert all(torch.equal(again[name], value) for name, value in whole.items())
    assert learn(tmp_path / "cut", steps=9)[1] == []


def test_checkpoints_are_small_files_and_replace_each_other_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "PIECE", 1000)
    folder = tmp_path / "line"
    assert checkpoints.load(folder, "cpu") is None
    first, second = ({"weights": torch.full((400,), value), "number": torch.tensor(value)} for value in (1.0, 2.0))
    checkpoints.save(folder, first)
    checkpoints.save(folder, {**first, "more": torch.zeros(1000)})
    checkpoints.save(folder, second)
    sizes = [one.stat().st_size for one in folder.iterdir()]
    assert len(sizes) > 1
    assert max(sizes) <= 1000
    assert [one.name for one in tmp_path.iterdir()] == ["line"]
    loaded = checkpoints.load(folder, "cpu")
    assert loaded is not None
    assert torch.equal(loaded["weights"], second["weights"])

    folder.rename(tmp_path / "line.old")  # killed between its two renames
    (tmp_path / "line.new").mkdir()
    left = checkpoints.load(folder, "cpu")
    assert left is not None
    assert left["number"] == 2.0
    checkpoints.save(folder, first)
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.endswith(".new")) == []


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    (tmp_path / "line").mkdir()
    torch.save({"number": Run}, tmp_path / "line" / "000.pt")
    with pytest.raises(Exception, match="Weights only load failed"):
        checkpoints.load(tmp_path / "line", "cpu")


def test_what_a_step_needs_comes_first_also_when_it_is_taken_up_again(tmp_path: Path) -> None:
    assert steps("painter", tmp_path, from_weights=False) == ["vae", "clip", "decoder", "painter"]
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "clip.txt").write_text("done")
    assert steps("painter", tmp_path, from_weights=False) == ["vae", "clip", "decoder", "painter"]
    assert steps("writer", tmp_path, from_weights=False) == ["writer"]
    assert steps("decoder", tmp_path, from_weights=False) == ["vae", "decoder"]
    assert steps("painter", tmp_path / "other", from_weights=True) == ["painter"]
    assert steps("all", tmp_path, from_weights=False) == list(SHARES)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """What the recipe draws first, with noise for pictures: drawing has its own tests, and needs more libraries."""
    rng = np.random.default_rng(1)
    for name, count, seed, held_out in (("test", 1000, 900_001, True), ("train", 96, 1, False)):
        folder = tmp_path / "drawn" / name
        folder.mkdir(parents=True)
        scenes = sample_scenes(count, seed, held_out=held_out)
        (folder / "scenes.json").write_text(json.dumps([to_plain(one) for one in scenes]))
        np.save(folder / "pictures.npy", rng.integers(0, 256, (count, 128, 128, 3), dtype=np.uint8))
        np.save(folder / "boxes.npy", np.tile(np.array([0, 0.2, 0.2, 0.6, 0.8], dtype=np.float32), (count, 6, 1)))
    for name, part in (("writer", "writer-words"), ("embedder", "clip-words")):
        (tmp_path / "parts" / part).mkdir(parents=True)
        for file in (WEIGHTS / name).glob("tokenizer*"):
            shutil.copy(file, tmp_path / "parts" / part)
    return tmp_path


@pytest.mark.timeout(600)  # half a minute on two cores that have nothing else to do
def test_the_whole_recipe_makes_weights_that_load(prepared: Path) -> None:
    sizes = ["--pictures", "96", "--latents", "96", "--elsewhere", "6", "--threads", "1"]
    main(["all", "--minutes", "1", "--steps", "1", "--out", str(prepared), *sizes])
    assemble(prepared, prepared / "weights")
    from diffusers import StableDiffusionPipeline
    from transformers import AutoModelForImageTextToText, CLIPModel

    embedder = CLIPModel.from_pretrained(prepared / "weights" / "embedder", use_safetensors=True)
    assert embedder.config.projection_dim == 512
    writer = AutoModelForImageTextToText.from_pretrained(prepared / "weights" / "writer", use_safetensors=True)
    assert writer.config.text_config.vocab_size > 1000
    painter = StableDiffusionPipeline.from_pretrained(prepared / "weights" / "painter", use_safetensors=True)
    assert painter.scheduler.config.prediction_type == "v_prediction"
    files = [one for one in (prepared / "weights").rglob("*") if one.is_file()]
    assert max(one.stat().st_size for one in files) <= 16_000_000
    assert sum(one.stat().st_size for one in files if one.suffix == ".safetensors") <= 40_000_000
    assert all(one.stat().st_size <= 16_000_000 for one in (prepared / "checkpoints").rglob("*.pt"))
    assert {one.name for one in (prepared / "sheets").iterdir()} == {
        "vae.png",
        "painter.png",
        "painter.txt",
        "writer.txt",
    }


def test_answers_about_patches_stand_where_the_boxes_are() -> None:
    scene = Scene("moon", "night", (Figure("fox", 1),), ("key",), 3)
    boxes = np.zeros((1, 6, 5), dtype=np.float32)
    boxes[0, 0] = 0, 0.25, 0.5, 0.5, 1.0  # left quarter of the middle, lower half
    boxes[0, 1] = 1, 0.75, 0.0, 1.0, 0.25
    truth = at_patches([scene], boxes, 8).reshape(8, 8, -1)
    fox, key = LOOKS.index(("fox", 1)), len(LOOKS) + [one.key for one in THINGS].index("key")
    assert truth.sum() == 8 + 4
    assert truth[4:, 2:4, fox].all()
    assert truth[:2, 6:, key].all()


def test_parts_that_are_not_there_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        put_together(["--out", str(tmp_path), "--to", str(tmp_path / "weights")])
    assert "python -m ravsg.pocket.train" in capsys.readouterr().err
    assert not (tmp_path / "weights").exists()


def test_without_skia_the_recipe_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ravsg.pocket.illustrator", None)
    with pytest.raises(SystemExit):
        main(["clip", "--steps", "1", "--out", str(tmp_path)])
    with pytest.raises(SystemExit):
        examine_all(["--n", "1", "--cache", str(tmp_path / "examiner.safetensors")])
    assert capsys.readouterr().err.count("requirements-train.txt") == 2
