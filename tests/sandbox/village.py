"""One running bot shared by a module's tests, where every test gets a server and two members of its own.

Starting the bot takes longer than most of what is tested. Servers know nothing of each other, so a new server is a
new beginning; what the device was asked is told apart by the server too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.sandbox.handles import Handle
from bot.sandbox.model import Channel, Guild, Message
from bot.sandbox.person import Person
from ravsg.jobs.step import Step
from ravsg.types import PaintTask, WriteTask
from tests.sandbox.house import House, moved_in

STORY_BUTTONS = ["Continue", "Retry", "Paint it", "Delete"]
PICTURE_BUTTONS = ["Again", "Vary", "Tell its story", "Delete"]

_Task = TypeVar("_Task", WriteTask, PaintTask)


@dataclass(slots=True)
class Place(House):
    """A server of the village. `robin` owns it, `sam` is a plain member."""

    guild: Guild
    owner: Person
    member: Person

    @property
    def robin(self) -> Person:
        return self.owner

    @property
    def sam(self) -> Person:
        return self.member

    @property
    def stories(self) -> Channel:
        return self.sandbox.channel("#stories", self.guild)

    @property
    def steps(self) -> list[Step]:
        """What the device was asked for this server."""
        return [step for step in self.device.steps if step.guild_id == self.guild.id]

    def tasks(self, kind: type[_Task]) -> list[_Task]:
        """This server's tasks of one kind, in order."""
        return [step.task for step in self.steps if isinstance(step.task, kind)]

    @property
    def prompts(self) -> list[str]:
        """What the writer was asked for this server."""
        return [task.prompt for task in self.tasks(WriteTask)]

    async def optin(self, *people: Person) -> None:
        """Let members agree to be remembered."""
        for person in people:
            handle = await person.command("privacy optin", in_=self.stories)
            await handle.response()

    async def private(self, person: Person, command: str, **options: Any) -> str:
        """What a command answers privately."""
        handle = await person.command(command, in_=options.pop("in_", self.stories), **options)
        answer = await handle.response()
        assert answer.ephemeral
        return answer.text

    async def heard(self) -> None:
        """Wait until the bot has dealt with every deletion so far: the gateway keeps the order of events."""
        await self.private(self.robin, "queue")
        handlers = [one for one in asyncio.all_tasks() if "message_delete" in one.get_name()]
        await asyncio.gather(*handlers)

    async def until(self, look: Callable[[], Any]) -> Any:
        """Wait, by the sandbox's events, until `look` gives something."""
        return await self.sandbox.world.watch.until(look, 30.0)


@dataclass(slots=True)
class Village:
    """The bot, and the servers that it is in."""

    house: House
    _built: int = 0

    async def place(self) -> Place:
        """A new server with two new members, which the bot knows by the first act in it."""
        self._built += 1
        sandbox = self.house.sandbox
        owner = sandbox.add_person(f"Robin {self._built}")
        guild = sandbox.add_guild(f"Server {self._built}", owner, channels=("general", "stories"))
        member = sandbox.add_person(f"Sam {self._built}", guilds=[guild])
        for person in (owner, member):
            person.go(sandbox.channel("#stories", guild))
        await sandbox.until_command("story")
        house = self.house
        return Place(sandbox, house.app, house.device, house.stack, guild, owner, member)


@asynccontextmanager
async def village(data_dir: Path, **moved: Any) -> AsyncIterator[Village]:
    """Start the bot for many tests, in an empty sandbox; `moved` are `moved_in`'s parameters."""
    moved = {"delivery": {"requests_per_second": 50}, **moved}
    async with moved_in(data_dir, seed=False, **moved) as house:
        yield Village(house)


def seed_of(message: Message) -> int:
    """The seed that a result names."""
    fields = {field["name"]: field["value"] for embed in message.embeds for field in embed.get("fields", [])}
    if "Seed" in fields:
        return int(fields["Seed"].strip("`"))
    footer = message.embeds[0]["footer"]["text"]
    return int(next(part for part in footer.split(" · ") if part.startswith("seed ")).split()[1])


def job_of(message: Message) -> str:
    """The job that a result belongs to."""
    footer = message.embeds[0]["footer"]["text"]
    return str(next(part for part in footer.split(" · ") if part.startswith("job ")).split()[1])


def receipt_of(message: Message) -> str:
    """What a result was woven from."""
    fields = {field["name"]: field["value"] for embed in message.embeds for field in embed.get("fields", [])}
    return str(fields["Woven from"])


def link_to(message: Message) -> str:
    """The address of a message, as Discord's client copies it."""
    return f"https://discord.com/channels/{message.guild_id}/{message.channel_id}/{message.id}"


def said(handle: Handle) -> str:
    """What a handle's own message shows now."""
    return handle.original.text if handle.original is not None else ""
