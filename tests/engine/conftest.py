"""The engine over tiny real models and a real database."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from ravsg.config import Config
from ravsg.engine import Engine
from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.models.profiles import Profile, pocket
from ravsg.pocket.tiny import make_tiny
from ravsg.store.cast import CastStore
from ravsg.store.connection import Database

STYLES = {"storybook": {"label": "Storybook", "suffix": "painted", "negative": "text"}}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Random weights of the smallest size, under the pocket profile."""
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny(folder)
    return pocket(folder)


@pytest.fixture(scope="session")
def device(tiny: Profile) -> Iterator[ModelDevice]:
    device = ModelDevice(tiny)
    yield device
    device.close()


@pytest.fixture
def config() -> Config:
    """As little work as the limits allow. Random weights have no opinion, so the temperature is low: then what the
    prompt says decides; and everything in sight is recalled."""
    return Config.model_validate(
        {
            "story": {"length": "short", "minimum_words": 50, "tries": 1, "temperature": 0.02},
            "paint": {"size": 64, "steps": 2},
            "memory": {"score_floor": -1.0},
            "styles": STYLES,
        }
    )


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as db:
        yield db


@pytest.fixture
def memory(db: Database, config: Config) -> Memory:
    return Memory(db, config.memory)


@pytest.fixture
def cast(db: Database) -> CastStore:
    return CastStore(db)


@pytest.fixture
def engine(config: Config, tiny: Profile, memory: Memory, cast: CastStore) -> Engine:
    return Engine(config=config, profile=tiny, memory=memory, cast=cast)


@pytest.fixture
def picture() -> bytes:
    """A PNG of 96 × 64 pixels: a red field under a blue sky."""
    image = Image.new("RGB", (96, 64), (60, 90, 200))
    image.paste((200, 40, 30), (0, 40, 96, 64))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
