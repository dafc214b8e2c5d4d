"""The real bot in a sandbox, with the quick device, for tests that act as a member would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import App, running_bot
from bot.sandbox.clock import Clock
from bot.sandbox.handles import Handle
from bot.sandbox.model import Channel, Message
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox
from ravsg.config import Config, parse_config
from ravsg.models.profiles import Profile, pocket
from tests.sandbox.checked import checked
from tests.sandbox.quick import QuickDevice, picture

STYLE = {"label": "Storybook watercolour", "suffix": "watercolour", "negative": "photograph"}


@dataclass(slots=True)
class House:
    """A sandbox with the bot in it, and two members: Robin owns the server, Sam does not."""

    sandbox: Sandbox
    app: App
    device: QuickDevice
    stack: AsyncExitStack

    async def stop(self) -> None:
        """Stop the bot in good order; twice is once."""
        await self.stack.aclose()

    @property
    def robin(self) -> Person:
        """The owner."""
        return self.sandbox.person("Robin")

    @property
    def sam(self) -> Person:
        """A plain member."""
        return self.sandbox.person("Sam")

    @property
    def stories(self) -> Channel:
        """The channel where tests write."""
        return self.sandbox.channel("#stories")

    async def story(self, person: Person, **options: Any) -> Message:
        """Ask by slash command, and wait for the posted story."""
        options = {"image": ("photo.png", picture("a photo")), **options}
        handle = await person.command("story", in_=options.pop("in_", self.stories), **options)
        return await self.result(person, handle)

    async def painting(self, person: Person, **options: Any) -> Message:
        """Ask by slash command, and wait for the posted pictures."""
        handle = await person.command("paint", in_=options.pop("in_", self.stories), **options)
        return await self.result(person, handle)

    async def result(self, person: Person, handle: Handle) -> Message:
        """The ordinary message that an accepted request led to: its private status ends with a link to it."""
        status = await self.status(handle, "channels/")
        message_id = int(status.text.split("channels/")[1].split("/")[2].split()[0])
        message = self.sandbox.world.find_message(handle.interaction.channel.id, message_id)
        assert message is not None
        return message

    async def refusal(self, handle: Handle) -> str:
        """What a member reads, privately, instead of a result."""
        status = await self.status(handle, "-# id `")
        assert status.ephemeral, "a refusal is private"
        return status.text

    async def status(self, handle: Handle, words: str) -> Message:
        """The answer to an interaction, once it says these words."""
        await handle.acked()
        return await self.sandbox.world.watch.until(lambda: _said(handle, words), 30.0)


def _said(handle: Handle, words: str) -> Message | None:
    shown = handle.original
    return shown if shown is not None and not shown.loading and words in shown.text else None


def configured(data_dir: Path, **sections: dict[str, Any]) -> Config:
    """A configuration with small pictures and quick progress; `sections` are laid over it."""
    raw: dict[str, Any] = {
        "styles": {"storybook": STYLE, "plain": {"label": "Just as I say it"}},
        "paint": {"size": 64},
        "delivery": {"progress_seconds": 1},
        "jobs": {"grace_seconds": 1},
        "memory": {"score_floor": 0.05},
    }
    for name, values in {**sections, "bot": {**sections.get("bot", {}), "data_dir": data_dir}}.items():
        raw[name] = {**raw.get(name, {}), **values}
    return parse_config(raw)


@asynccontextmanager
async def moved_in(
    data_dir: Path,
    *,
    device: QuickDevice | None = None,
    profile: Profile | None = None,
    clock: Clock | None = None,
    seed: bool = True,
    **sections: dict[str, Any],
) -> AsyncIterator[House]:
    """The bot in a sandbox of its own; fails on requests that Discord would refuse."""
    config = configured(data_dir, **sections)
    async with checked(message_content=config.bot.message_content, seed=seed, clock=clock) as sandbox:
        house = await _started(config, sandbox, device or QuickDevice(), profile)
        try:
            yield house
        finally:
            await house.stop()


@asynccontextmanager
async def restarted(
    house: House, data_dir: Path, *, device: QuickDevice | None = None, **sections: dict[str, Any]
) -> AsyncIterator[House]:
    """Stop the bot in good order and start it again in the same sandbox, with what the data folder holds."""
    await house.stop()
    again = await _started(configured(data_dir, **sections), house.sandbox, device or QuickDevice())
    try:
        yield again
    finally:
        await again.stop()


async def _started(config: Config, sandbox: Sandbox, device: QuickDevice, profile: Profile | None = None) -> House:
    stack = AsyncExitStack()
    app = await stack.enter_async_context(
        running_bot(
            config,
            token=sandbox.token,
            sandbox_base=sandbox.page_url.rstrip("/"),
            profile=profile or pocket(Path("unused")),
            device=lambda: device,
        )
    )
    return House(sandbox, app, device, stack)
