"""One press for all tests of this folder: it reads the machine's fonts."""

from __future__ import annotations

import pytest

from ravsg.book.press import Press


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()
