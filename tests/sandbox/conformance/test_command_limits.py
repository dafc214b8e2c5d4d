"""What a command may not be called, say and hold, and how many there may be."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"name": "Shout", "description": "x", "type": 1}, "0.name"),
        ({"name": "two words", "description": "x", "type": 1}, "0.name"),
        ({"name": "x" * 33, "description": "x", "type": 1}, "0.name"),
        ({"name": "story\n", "description": "x", "type": 1}, "0.name"),
        ({"name": "long", "description": "x" * 101, "type": 1}, "0.description"),
        ({"name": "none", "description": "", "type": 1}, "0.description"),
        ({"name": "menu", "description": "x", "type": 3}, "0.description"),
        (
            {
                "name": "order",
                "description": "x",
                "type": 1,
                "options": [
                    {"name": "a", "description": "x", "type": 3},
                    {"name": "b", "description": "x", "type": 3, "required": True},
                ],
            },
            "0.options.1",
        ),
    ],
    ids=[
        "capitals",
        "a space",
        "33 characters",
        "a line break",
        "a long description",
        "none",
        "a described menu",
        "required later",
    ],
)
async def test_a_command_is_refused_for(place: Place, payload: dict[str, Any], field: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.client.http.bulk_upsert_global_commands(place.sandbox.bot.id, [payload])
    assert refused.value.code == 50035
    assert field in {one.field for one in place.sandbox.violations}
    place.sandbox.violations.clear()


async def test_more_than_a_hundred_commands_are_30032(place: Place) -> None:
    many: list[Any] = [{"name": f"c{at}", "description": "x", "type": 1} for at in range(101)]
    with pytest.raises(discord.HTTPException) as refused:
        await place.client.http.bulk_upsert_global_commands(place.sandbox.bot.id, many)
    assert refused.value.code in (30032, 50035)
    place.sandbox.violations.clear()
