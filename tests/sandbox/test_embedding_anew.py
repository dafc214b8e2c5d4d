"""A new embedder reads what is remembered in the background, and `/health` says how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Embedded, Output
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import QuickDevice
from tests.sandbox.village import job_of

FIELD = "Embedder, all servers"


class AnotherEmbedder(QuickDevice):
    """Its vectors are those of a later model."""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        outputs = super().run(steps, watches)
        return [replace(one, model="quick@2") if isinstance(one, Embedded) else one for one in outputs]


async def told(house: House) -> str:
    health = await (await house.robin.command("health", in_=house.stories)).response()
    fields = {field["name"]: field["value"] for embed in health.embeds for field in embed["fields"]}
    return str(fields.get(FIELD, ""))


async def test_health_tells_how_far_a_new_embedder_has_come(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await (await house.sam.command("privacy optin", in_=house.stories)).response()
        made = await house.story(house.sam)
        await house.app.jobs.wait(job_of(made))
        guild_id = made.guild_id
        assert guild_id is not None
        assert await told(house) == "", "nothing was remembered when it started"
        device = AnotherEmbedder()
        device.hold("embed")
        async with restarted(house, tmp_path, device=device) as again:
            assert await told(again) == "", "the model is not known yet"
            device.let_go()
            async with asyncio.timeout(60):
                while await told(again) != "2 of 2 memories":
                    pass
            kept = [one async for one in again.app.memory.kept_of(guild_id, again.sam.user.id)]
            assert {model for one in kept for model in one.models} == {"quick@2"}
