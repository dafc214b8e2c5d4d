"""One remembered passage, with a name that no model could make up."""

from __future__ import annotations

from ravsg.memory.service import Memory
from ravsg.models.device import ModelDevice
from ravsg.types import EmbedTask, Memorable, MemoryKind
from tests.engine.runners import ANN, CHANNEL, GUILD, OnDevice

LAMP = "Mira the keeper lit the red lantern of Jorobel on the old pier, and the fog went home."


async def remember_lamp(memory: Memory, device: ModelDevice, guild: int = GUILD, channel: int = CHANNEL) -> None:
    """Remember it for Ann, as the story of job `llllllll` in message 77."""
    await memory.set_consent(guild, ANN, allowed=True)
    seen = await OnDevice(device).embed(EmbedTask((LAMP,)))
    item = Memorable(MemoryKind.STORY, LAMP, "The Lamp", ANN, "Ann", channel, 77, "llllllll")
    assert await memory.remember(guild, item, [LAMP], seen.texts, seen.model)
