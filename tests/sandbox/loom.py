"""A story thread in the sandbox, with the people who write in it: what tests of `/weave` do and look at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bot import texts_weave
from bot.sandbox.model import Channel, Message
from bot.sandbox.person import Person
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore
from tests.sandbox.house import House

EVERY_MESSAGE: dict[str, Any] = {"bot": {"message_content": True}}
PREMISE = "In the harbour a grey fox guards a lantern that must not go out."


@dataclass(slots=True)
class Loom:
    """One story thread."""

    house: House
    thread: Channel
    guide: Message

    @property
    def store(self) -> BookStore:
        return self.house.app.bot.parts.books.store

    @property
    def guild_id(self) -> int:
        assert self.thread.guild_id is not None
        return self.thread.guild_id

    def messages(self) -> list[Message]:
        """What stands in the thread, private answers left out."""
        return [one for one in self.thread.messages.values() if not one.ephemeral]

    def told(self) -> list[Message]:
        """The bot's continuations."""
        return [one for one in self.messages() if "Retry" in one.labels]

    async def book(self) -> BookRow:
        found = await self.store.by_thread(self.guild_id, self.thread.id)
        assert found is not None
        return found[0]

    async def branch_id(self) -> int:
        found = await self.store.by_thread(self.guild_id, self.thread.id)
        assert found is not None
        return found[1].id

    async def path(self) -> list[Piece]:
        return await self.store.path(self.guild_id, await self.branch_id())

    async def texts(self) -> list[str]:
        return [piece.text for piece in await self.path()]

    async def say(self, person: Person, text: str, **options: Any) -> Message:
        """Write a turn, and wait until it was taken."""
        message = await person.say(self.thread, text, **options)
        await self.marked(message)
        return message

    async def marked(self, message: Message, mark: str = texts_weave.TAKEN) -> None:
        """Wait for the bot's reaction."""
        bot = self.house.sandbox.bot.id
        await self.until(lambda: any(one.emoji == mark and bot in one.users for one in message.reactions))

    async def go_on(self, person: Person, under: Message | None = None) -> Message:
        """Press Continue, and wait for what the bot tells."""
        before = len(self.told())
        await person.press(under or self.guide, "Continue")
        return await self.next_told(before)

    async def next_told(self, before: int) -> Message:
        """The continuation after the first `before`, once its job has ended."""
        await self.until(lambda: len(self.told()) > before)
        await self.quiet()
        return self.told()[-1]

    async def until(self, look: Any) -> Any:
        """Wait, by the sandbox's events, until `look` gives something."""
        return await self.house.sandbox.world.watch.until(look, 30.0)

    async def quiet(self) -> None:
        """Wait until every job has ended, every event was dealt with and every turn is remembered."""
        for job in await self.house.app.jobs.list_open(self.guild_id):
            await self.house.app.jobs.wait(job.id)
        await handled()
        await self.house.app.bot.parts.weave.settled()
        await self.house.app.bot.parts.books.settled()


async def handled() -> None:
    """Wait until the bot has dealt with all that its gateway has told so far."""
    while events := [one for one in asyncio.all_tasks() if one.get_name().startswith("discord.py:")]:
        await asyncio.wait(events)


async def begun(house: House, person: Person | None = None, **options: Any) -> Loom:
    """Begin a story in a new thread of #stories."""
    person = person or house.robin
    options = {"premise": PREMISE, "title": "The lantern", **options}
    handle = await person.command("weave start", in_=options.pop("in_", house.stories), **options)
    await house.status(handle, "begins here")
    return await loom_of(house, "#The lantern" if options["title"] == "The lantern" else f"#{options['title']}")


async def loom_of(house: House, name: str | Channel) -> Loom:
    """The story thread of a name, once the bot has said how it works."""
    thread = name if isinstance(name, Channel) else house.sandbox.channel(name)

    def guide() -> Message | None:
        shown = [one for one in thread.messages.values() if "Finish" in one.labels]
        return shown[0] if shown else None

    return Loom(house, thread, await house.sandbox.world.watch.until(guide, 30.0))
