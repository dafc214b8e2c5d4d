"""The gate on words (`ravsg.safety`) for the recipes, off the event loop: long texts take it some milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from ravsg import safety
from ravsg.types import Recalled


async def judge(*texts: str, adult: bool) -> None:
    """Raise Unfit where texts that belong together go too far for where they will stand."""
    await asyncio.to_thread(partial(safety.check, *texts, adult=adult))


async def fits(*texts: str, adult: bool) -> bool:
    """Whether they do not."""
    return await asyncio.to_thread(partial(safety.fits, *texts, adult=adult))


async def fitting(memories: Sequence[Recalled], words: str, *, adult: bool) -> tuple[Recalled, ...]:
    """The memories that may stand in one prompt with these words; the others are left out without a word."""

    def sorted_out() -> tuple[Recalled, ...]:
        kept: list[Recalled] = []
        together = [words]
        for one in memories:
            more = (one.title, one.text, one.author_name)
            if safety.fits(*together, *more, adult=adult):
                kept.append(one)
                together += more
        return tuple(kept)

    return await asyncio.to_thread(sorted_out)
