"""The shipped weights: safe files, small enough, loaded from safetensors alone without a network.

What they mean, whether stories are about pictures and pictures show stories, is asked in `test_meaning`.
"""

from __future__ import annotations

import pickle
import socket
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch
from safetensors import safe_open

from ravsg.models.embedder import Embedder
from ravsg.models.painter import Painter, PromptCounter
from ravsg.models.profiles import POCKET_WEIGHTS, pocket
from ravsg.models.writer import Writer
from ravsg.pocket import hands
from ravsg.pocket.examine_speed import import_libraries
from ravsg.types import CountTask

FILES = [path for path in POCKET_WEIGHTS.rglob("*") if path.is_file()]


def test_they_are_small_and_safe() -> None:
    tensors = [path for path in FILES if path.suffix == ".safetensors"]
    assert {path.parent.name for path in tensors} == {"embedder", "writer", "vae", "unet", "text_encoder"}
    assert {path.suffix for path in FILES} <= {".safetensors", ".json", ".jinja", ".md"}
    assert sum(path.stat().st_size for path in FILES) <= 40_000_000
    assert max(path.stat().st_size for path in FILES) <= 16_000_000
    for path in tensors:
        with safe_open(path, "pt") as kept:
            assert {kept.get_slice(name).get_dtype() for name in kept.keys()} <= {"F16", "I64"}, path  # noqa: SIM118


@pytest.mark.parametrize("role", ["embedder", "writer", "painter"])
def test_each_says_what_it_is_how_it_was_made_and_what_it_cannot_do(role: str) -> None:
    card = (POCKET_WEIGHTS / role / "README.md").read_text(encoding="utf-8")
    assert card.startswith(f"# RAVSG pocket {role}")
    assert "\n**Made**" in card
    assert "\n**Cannot**" in card


def test_they_load_without_a_network_and_without_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the network and pickle are not for weights")

    import_libraries()  # they may do as they like while they are imported
    read: list[str] = []
    really_open = open

    def noted(file: object, *arguments: object, **named: object) -> object:
        read.append(str(file))
        return really_open(file, *arguments, **named)  # type: ignore[call-overload]

    for owner, name in (
        (socket, "create_connection"), (socket, "getaddrinfo"), (socket.socket, "connect"),
        (torch, "load"), (pickle, "load"), (pickle, "loads"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, forbidden)
    monkeypatch.setattr("builtins.open", noted)
    profile = pocket()
    Writer(profile)
    Embedder(profile)
    counter = PromptCounter(profile.painter)
    Painter(profile, counter)
    assert counter.count(CountTask(("a red fox in a forest",))).tokens[0] >= 4
    weights = [Path(name) for name in read if name.startswith(str(POCKET_WEIGHTS))]
    assert weights  # the configurations at least
    assert {path.suffix for path in weights} <= {".json", ".jinja", ".safetensors"}


def test_the_same_seed_paints_the_same_picture_and_another_another() -> None:
    painter = hands.Painter()
    prompt = "a red fox in a forest of tall firs, a starry night, quiet and mysterious"
    first, again, other = (painter.paint([prompt], seed=seed, batch=1) for seed in (1, 1, 2))
    assert first.shape == (1, 128, 128, 3)
    assert np.array_equal(first, again)
    assert np.abs(first.astype(float) - other).mean() > 4  # of 255: another picture, not another rounding
