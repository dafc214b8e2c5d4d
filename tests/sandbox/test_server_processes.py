"""The sandbox and a bot in different processes: addresses by environment, and a bot that is killed and comes back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from bot.sandbox.server import Sandbox

BOT = """
import os, discord
from discord import app_commands
from bot.sandbox.redirect import redirect_discord

client = discord.Client(intents=discord.Intents.default())
tree = app_commands.CommandTree(client)

@tree.command(description="Say who answers")
async def who(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(str(os.getpid()))

@client.event
async def setup_hook() -> None:
    await tree.sync()

with redirect_discord():
    client.run(os.environ["TOKEN"], log_handler=None)
"""


async def start_bot(sandbox: Sandbox) -> asyncio.subprocess.Process:
    environment = os.environ | {"RAVSG_SANDBOX": sandbox.page_url, "TOKEN": sandbox.token}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BOT, env=environment)
    await sandbox.until_connected()
    return process


async def test_a_killed_bot_is_offline_and_a_new_one_answers(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    first = await start_bot(sandbox)
    answer = await (await robin.command("who")).response()
    assert answer.content == str(first.pid)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    await sandbox.world.watch.until(lambda: not sandbox.gateway.connected, 10)
    lost = await robin.command("who")
    sandbox.clock.advance(3)
    assert lost.failed
    second = await start_bot(sandbox)
    again = await (await robin.command("who")).response()
    assert again.content == str(second.pid)
    assert [one.content for one in robin.read("#general")] == [answer.content, again.content]
    second.kill()
    await second.wait()


async def test_the_sandbox_alone_tells_its_addresses_and_stops_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        told = json.loads(await process.stdout.readline())
        assert told["rest"].startswith("http://127.0.0.1:")
        assert told["token"].count(".") == 2
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
