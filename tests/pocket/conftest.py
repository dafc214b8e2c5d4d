"""What several tests look at: the shipped weights at work, and pictures of no drawn world."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import torch

from ravsg.pocket.elsewhere_look import Sight, look
from ravsg.pocket.elsewhere_make import make
from ravsg.pocket.hands import Writer


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def writer(one_thread: None) -> Writer:
    """The writer that ships."""
    return Writer()


@pytest.fixture(scope="session")
def sights() -> list[Sight]:
    """What is seen in 120 pictures outside the drawn world."""
    return [look(make(random.Random(seed))) for seed in range(120)]
