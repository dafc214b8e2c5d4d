"""What is not as Discord describes it fails the test that caused it."""

from __future__ import annotations

import aiohttp
import pytest

from tests.sandbox.checked import checked


async def test_a_wrong_request_fails_the_test_that_sent_it() -> None:
    with pytest.raises(AssertionError, match="voice-states: body: the sandbox does not play"):
        async with checked() as sandbox, aiohttp.ClientSession() as session:
            await session.get(f"{sandbox.rest_base}/guilds/1/voice-states")
