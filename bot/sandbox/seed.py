"""The world at the first opening: one server, two channels, two people, the bot invited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import Sandbox

SERVER = "Storybook Corner"
CHANNELS = ("general", "stories")
OWNER, MEMBER = "Robin", "Sam"


def plant(sandbox: Sandbox) -> None:
    """Fill an empty sandbox; Robin owns the server, Sam is a plain member."""
    owner = sandbox.add_person(OWNER)
    guild = sandbox.add_guild(SERVER, owner, channels=CHANNELS)
    sandbox.add_person(MEMBER, guilds=[guild])
