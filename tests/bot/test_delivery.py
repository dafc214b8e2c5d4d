"""The door: what leaves is guarded, what fails is tried again or given up for a reason. Against a real discord.py
client and the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest

from bot import texts
from bot.courier import Courier, DiscordDown
from bot.delivery import Delivery, Posted
from bot.outgoing import OutFile, Outgoing
from bot.sandbox import permissions as rights
from bot.sandbox.model import Channel
from bot.sandbox.server import Sandbox
from ravsg.errors import DeliveryError
from ravsg.telemetry.measures import Telemetry
from tests.sandbox.checked import checked
from tests.sandbox.quick import picture

MESSAGES = r"/channels/\d+/messages"


class Door:
    """A logged-in client without a gateway, and its delivery."""

    def __init__(self, sandbox: Sandbox, client: discord.Client) -> None:
        self.sandbox = sandbox
        self.telemetry = Telemetry()
        self.courier = Courier(self.telemetry)
        self.delivery = Delivery(client, self.courier)

    @property
    def channel(self) -> Channel:
        return self.sandbox.channel("#stories")

    async def send(self, message: Outgoing, **options: Any) -> Posted:
        return await self.delivery.send(self.channel.id, message, **options)


@asynccontextmanager
async def opened() -> AsyncIterator[Door]:
    async with checked() as sandbox:
        with sandbox.redirect_discord():
            async with discord.Client(intents=discord.Intents.none()) as client:
                await client.login(sandbox.token)
                yield Door(sandbox, client)


async def test_nothing_pings_but_the_one_member() -> None:
    async with opened() as door:
        sam, robin = door.sandbox.person("Sam"), door.sandbox.person("Robin")
        await door.send(Outgoing(f"@everyone {robin.mention} {sam.mention} https://evil.example", ping=sam.id))
        (message,) = door.sandbox.messages(door.channel)
        assert message.mentions == [sam.id]
        assert not message.mention_everyone
        assert robin.mention not in message.content
        assert "https://" not in message.content


async def test_embeds_are_guarded_in_every_part_and_cut_to_size() -> None:
    hostile = "https://evil.example @everyone " * 300
    async with opened() as door:
        embed = discord.Embed(title=hostile, description=hostile, url="https://evil.example")
        embed.add_field(name=hostile[:300], value=hostile[:3000])
        embed.set_footer(text="https://evil.example")
        await door.send(Outgoing(embeds=(embed,)))
        (message,) = door.sandbox.messages(door.channel)
        shown = message.embeds[0]
        assert "https://" not in message.text
        assert "@everyone" not in message.text
        assert "url" not in shown
        assert len(shown["title"]) <= 256
        assert len(shown["description"]) <= 4096
        assert len(shown["fields"][0]["value"]) <= 1024


async def test_the_callers_embed_is_not_changed() -> None:
    async with opened() as door:
        embed = discord.Embed(title="A title").add_field(name="Woven from", value="a story")
        await door.send(Outgoing(embeds=(embed,)))
        assert len(embed.fields) == 1


async def test_files_carry_alt_text() -> None:
    async with opened() as door:
        await door.send(Outgoing(files=(OutFile("a.png", picture("a"), "A fox.\u202e" * 500, spoiler=True),)))
        (file,) = door.sandbox.messages(door.channel)[0].files
        assert file.description is not None
        assert file.description.startswith("A fox.A fox.")
        assert len(file.description) <= 1024
        assert file.filename == "SPOILER_a.png"


@pytest.mark.parametrize("status", [500, 502, 503, 520, 529])
async def test_errors_of_discord_are_tried_again(status: int) -> None:
    async with opened() as door:
        door.sandbox.faults.next("POST", MESSAGES, status=status)
        await door.send(Outgoing("hello"))
        assert [one.content for one in door.sandbox.messages(door.channel)] == ["hello"]


async def test_lost_answers_and_resets_do_not_double() -> None:
    async with opened() as door:
        door.sandbox.faults.lose_answer("POST", MESSAGES)
        door.sandbox.faults.reset("POST", MESSAGES)
        await door.send(Outgoing("hello"))
        assert [one.content for one in door.sandbox.messages(door.channel)] == ["hello"]
        assert door.telemetry.snapshot().count("delivery.retries") == 2


async def test_a_limit_that_is_met_again_and_again_is_no_ban() -> None:
    """discord.py gives up after five; `Via` says that Discord itself answered, not its edge."""
    async with opened() as door:
        limit = door.sandbox.faults.rate_limit("POST", MESSAGES, retry_after=0.05, times=5)
        await door.send(Outgoing("hello"))
        assert limit.hits == 5
        assert len(door.sandbox.messages(door.channel)) == 1
        assert door.telemetry.snapshot().count("delivery.banned") == 0


async def test_patience_ends() -> None:
    async with opened() as door:
        door.sandbox.faults.next("POST", MESSAGES, status=503, times=1000)
        with pytest.raises(DiscordDown):
            await door.send(Outgoing("hello"), patience=0.6)


async def test_a_forbidden_channel_is_left_alone_until_reopened() -> None:
    async with opened() as door:
        world, bot = door.sandbox.world, door.sandbox.bot
        world.overwrite(door.channel, bot, deny=rights.SEND_MESSAGES)
        with pytest.raises(DeliveryError, match=texts.MAY_NOT_POST):
            await door.send(Outgoing("hello"))
        world.overwrite(door.channel, bot, allow=rights.SEND_MESSAGES)
        with pytest.raises(DeliveryError, match="a moment ago"):
            await door.send(Outgoing("hello"))
        door.courier.reopen(door.channel.id)
        await door.send(Outgoing("hello"))


async def test_a_forbidden_channel_is_tried_again_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.courier.CLOSED_SECONDS", 0.0)
    async with opened() as door:
        refused = door.sandbox.faults.next("POST", MESSAGES, status=403, body={"message": "no", "code": 50013})
        with pytest.raises(DeliveryError, match=texts.MAY_NOT_POST):
            await door.send(Outgoing("hello"))
        assert await door.send(Outgoing("hello"))
        assert refused.hits == 1


async def test_a_refused_token_stops_everything() -> None:
    async with opened() as door:
        rule = door.sandbox.faults.next("*", ".", status=401, body={"message": "401: Unauthorized", "code": 0})
        for _ in range(3):
            with pytest.raises(DeliveryError):
                await door.send(Outgoing("hello"))
        assert rule.hits == 1


async def test_gone_is_told() -> None:
    async with opened() as door:
        place = await door.send(Outgoing("hello"))
        assert await door.delivery.edit(place, Outgoing("changed"))
        assert await door.delivery.delete(place)
        assert not await door.delivery.delete(place)
        assert not await door.delivery.edit(place, Outgoing("again"))
        with pytest.raises(DeliveryError, match="gone"):
            await door.delivery.send(1, Outgoing("hello"))


async def test_files_that_are_too_large_are_the_callers_affair() -> None:
    async with opened() as door:
        door.sandbox.world.attachment_limit = 10
        with pytest.raises(discord.HTTPException) as caught:
            await door.send(Outgoing(files=(OutFile("a.png", picture("a"), "A fox."),)))
        assert caught.value.status == 413


async def test_a_reply_to_a_deleted_message_is_still_posted() -> None:
    async with opened() as door:
        await door.send(Outgoing("hello"), reply_to=door.sandbox.world.new_id())
        assert len(door.sandbox.messages(door.channel)) == 1
