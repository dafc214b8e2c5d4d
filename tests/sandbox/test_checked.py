"""No test forgets to look whether what it sent and got is what Discord describes."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from tests.sandbox.checked import checked

TESTS = Path(__file__).resolve().parent.parent
ON_PURPOSE = {
    "sandbox/checked.py",
    "sandbox/conformance/test_description.py",  # it makes mistakes, to see them found
    "browser/screenshots.py",  # no test
}


async def test_a_wrong_request_fails_the_test_that_sent_it() -> None:
    with pytest.raises(AssertionError, match="voice-states: body: the sandbox does not play"):
        async with checked() as sandbox, aiohttp.ClientSession() as session:
            await session.get(f"{sandbox.rest_base}/guilds/1/voice-states")


def test_every_sandbox_of_the_tests_is_checked() -> None:
    starting = re.compile(r"async with [^\n]*\bSandbox\(")
    found = {
        str(file.relative_to(TESTS))
        for file in TESTS.rglob("*.py")
        if starting.search(file.read_text(encoding="utf-8"))
    }
    assert found - {"sandbox/test_checked.py"} == ON_PURPOSE
