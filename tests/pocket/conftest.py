"""The shipped weights at work, for the tests that ask what they mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

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
