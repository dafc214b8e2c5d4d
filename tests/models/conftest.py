"""Tiny random models in the real classes, loaded once for all tests of the adapters."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile, pocket
from ravsg.pocket.tiny import make_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with embedder/, writer/ and painter/ of random weights."""
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny(folder)
    return folder


@pytest.fixture(scope="session")
def profile(tiny: Path) -> Profile:
    return pocket(tiny)


@pytest.fixture(scope="session")
def device(profile: Profile) -> Iterator[ModelDevice]:
    """Shared by tests that only run steps; those that unload or break something make their own."""
    shared = ModelDevice(profile)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """PNG bytes of a photograph, 96 × 72 pixels."""
    from PIL import Image
    from sklearn.datasets import load_sample_image

    buffer = io.BytesIO()
    Image.fromarray(load_sample_image("china.jpg")).resize((96, 72)).save(buffer, "PNG")
    return buffer.getvalue()
