"""Threads for the checks."""

from __future__ import annotations

import discord

from bot.sandbox.model import Channel

from .conftest import Place


def held(place: Place, thread: discord.Thread) -> Channel:
    """A thread as the sandbox has it."""
    return place.sandbox.world.channels[thread.id]


async def a_thread(place: Place, name: str = "The tale", minutes: int = 60) -> discord.Thread:
    """A thread of the bot's on a message of its own."""
    sent = await place.general.send("a tale")
    return await sent.create_thread(name=name, auto_archive_duration=minutes)  # type: ignore[arg-type]  # tests of wrong numbers too
