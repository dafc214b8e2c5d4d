"""A real database in a temporary folder, and a memory over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ravsg.config import MemorySection
from ravsg.memory.service import Memory
from ravsg.store.connection import Database
from tests.memory.helpers import open_memory


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "ravsg.sqlite") as database:
        yield database


@pytest.fixture
def memory(db: Database) -> Memory:
    return open_memory(db, MemorySection(consent="opt-out"))
