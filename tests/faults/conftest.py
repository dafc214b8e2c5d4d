"""A sandbox for one test, and what the tests of this folder ask of the bot that they kill or stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox.handles import Handle
from bot.sandbox.server import Sandbox
from tests.faults.ledger import Ledger, promised
from tests.faults.quick_bot import PATIENCE, Fate, life
from tests.sandbox.checked import checked
from tests.sandbox.quick import picture

FOX = "A grey fox waits at the harbour at dusk."
ROOMY = {"jobs": {"waiting_per_member": 100, "waiting_per_server": 200}}
MESSAGES = r"/channels/\d+/messages$"
CALLBACK = ("POST", r"/interactions/\d+/[^/]+/callback$")
PRIVATE_STATUS = ("PATCH", r"/webhooks/\d+/[^/]+/messages/")
UPLOAD = ("POST", MESSAGES)
OPEN_STATUS = ("PATCH", r"/channels/\d+/messages/\d+$")
REMOVAL = ("DELETE", r"/channels/\d+/messages/\d+$")
PICTURE = ("GET", r"^/attachments/")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with checked(message_content=False) as running:
        yield running


def ledger_of(folder: Path, sandbox: Sandbox) -> Ledger:
    return Ledger(folder, sandbox, sandbox.channel("#stories"))


async def ask(sandbox: Sandbox, count: int, *, wait: bool = True) -> list[Handle]:
    """Ask for stories and pictures, and wait until each is promised."""
    sam, channel = sandbox.person("Sam"), sandbox.channel("#stories")
    handles = []
    for number in range(count):
        if number % 2:
            handles.append(await sam.command("paint", in_=channel, text=f"{FOX} {number}", seed=number))
        else:
            image = ("a.png", picture(f"photo {number}"))
            handles.append(await sam.command("story", in_=channel, image=image))
    if wait:
        for handle in handles:
            await sandbox.world.watch.until(partial(promised, handle), PATIENCE)
    return handles


async def agree(sandbox: Sandbox) -> None:
    """Sam wants to be remembered."""
    await (await sandbox.person("Sam").command("privacy optin", in_="#stories")).response()


async def finish(folder: Path, sandbox: Sandbox) -> None:
    """A last life that is left in peace, and ends in good order."""
    ledger = ledger_of(folder, sandbox)
    async with life(folder, sandbox, Fate(sections=ROOMY)) as last:
        await last.until(ledger.settled)
        assert await last.terminate() == 0
