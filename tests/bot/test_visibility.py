"""A private channel's memory stays where its readers are, and what everyone reads may surface everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import discord

from bot.sandbox import permissions as rights
from bot.sandbox import roles
from bot.sandbox.model import Channel, Guild
from bot.sandbox.server import Sandbox
from bot.visibility import Place, visible_channels
from tests.sandbox.checked import checked

PUBLIC: Final = {"general", "stories", "open-thread"}


class Town:
    """A server with public, private and half-private channels, as discord.py sees it."""

    def __init__(self, sandbox: Sandbox, client: discord.Client) -> None:
        self.sandbox = sandbox
        self.client = client

    def names(self, origin: str) -> set[str]:
        """Names of the channels that may surface in `origin`."""
        guild = self.client.guilds[0]
        places: Sequence[Place] = [*guild.channels, *guild.threads]
        place = next(one for one in places if one.name == origin)
        visible = visible_channels(place)
        return {one.name for one in places if one.id in visible}


def private(sandbox: Sandbox, guild: Guild, name: str) -> Channel:
    channel = sandbox.world.add_channel(guild, name)
    sandbox.world.overwrite(channel, guild.roles[guild.id], deny=rights.VIEW_CHANNEL)
    sandbox.world.overwrite(channel, sandbox.bot, allow=rights.BOT)
    return channel


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    async with checked() as sandbox:
        world, guild = sandbox.world, sandbox.guild("Storybook Corner")
        role = roles.add(world, guild, "Inner circle")
        for name in ("inner", "inner-too"):
            world.overwrite(private(sandbox, guild, name), role, allow=rights.VIEW_CHANNEL)
        world.overwrite(private(sandbox, guild, "for-sam"), sandbox.person("Sam").user, allow=rights.VIEW_CHANNEL)
        world.overwrite(private(sandbox, guild, "for-sam-too"), sandbox.person("Sam").user, allow=rights.VIEW_CHANNEL)
        for name, shut_out in (("not-for-the-circle", role), ("not-for-others", roles.add(world, guild, "Others"))):
            world.overwrite(world.add_channel(guild, name), shut_out, deny=rights.VIEW_CHANNEL)
        for name, closed in (("open-thread", False), ("closed-thread", True)):
            thread = await sandbox.person("Sam").open_thread("#general", name, private=closed)
            sandbox.threads.join(thread, sandbox.bot)
        with sandbox.redirect_discord():
            async with discord.Client(
                intents=discord.Intents(guilds=True),
                member_cache_flags=discord.MemberCacheFlags.none(),
                chunk_guilds_at_startup=False,
                guild_ready_timeout=0.05,
            ) as client:
                connection = asyncio.create_task(client.start(sandbox.token))
                await asyncio.wait_for(client.wait_until_ready(), 20)
                yield Town(sandbox, client)
                await client.close()
                await connection


async def test_what_may_surface_where() -> None:
    async with town() as there:
        assert there.names("stories") == PUBLIC
        assert there.names("inner") == PUBLIC | {"inner", "inner-too"}
        assert there.names("for-sam") == PUBLIC | {"for-sam", "for-sam-too"}, "the same exceptions, the same readers"
        assert there.names("not-for-the-circle") == PUBLIC | {"not-for-the-circle"}
        assert there.names("not-for-others") == PUBLIC | {"not-for-others"}, "one of the circle may be of the others"


async def test_a_public_thread_is_read_where_its_channel_is_and_a_private_one_nowhere_else() -> None:
    async with town() as there:
        assert there.names("stories") == PUBLIC
        assert there.names("closed-thread") == PUBLIC | {"closed-thread"}
