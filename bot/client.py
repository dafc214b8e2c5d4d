"""RavsgBot: discord.py's client with our command tree, the fewest intents, and the cogs by name.

It asks for no privileged intent unless config.toml says that Message Content was granted. Commands are sent to
Discord only when they have changed since this data folder last sent them. What the commands do is in `cogs/`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import views_books, views_cast, views_memory, views_weave
from bot.actions import Actions
from bot.app_books import Library
from bot.app_cast import CastParts
from bot.app_privacy import PrivacyParts
from bot.app_weave import Weave
from bot.bookkeeping import Bookkeeping
from bot.clock import DiscordClock
from bot.convert import Reader
from bot.delivery import Delivery
from bot.errors import Funnel
from bot.forgetting import Forgetting
from bot.fresh import Freshness
from bot.intake import Intake
from bot.listings import Listings
from bot.lookout import Lookout
from bot.presses import Presses
from bot.receipts import Receipts
from bot.results import Results
from bot.views import DYNAMIC
from bot.wire import teach
from ravsg.config import Config
from ravsg.errors import RavsgError
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.models.profiles import Profile
from ravsg.store.embeddings import Progress
from ravsg.telemetry.measures import Telemetry
from ravsg.types import Embedded

_log = logging.getLogger(__name__)

COGS: Final = (
    "story",
    "paint",
    "weave",
    "mentions",
    "deletions",
    "memory",
    "book",
    "recap",
    "cast",
    "settings",
    "queue",
    "privacy",
    "health",
)
SYNCED: Final = "commands.sha256"
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds between tries to reach the gateway for the first time: doubled from the first to the longest."""
SILENCE_SECONDS: Final = 60.0
"""Without a word from the gateway for so long (heartbeats are answered every 41 s), the connection counts as dead."""


class RavsgTree(app_commands.CommandTree["RavsgBot"]):
    """Commands for servers only; late and doubled ones are refused, errors go through the funnel."""

    def __init__(self, client: RavsgBot) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether it is new and can still be answered."""
        return self.client.parts.freshness.takes(interaction)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Tell the member; discord.py alone would only log."""
        name = interaction.command.qualified_name if interaction.command else "a command"
        await self.client.parts.funnel.private(interaction, error, f"/{name}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the cogs take their few things from, when they are set up."""

    config: Config
    profile: Profile
    jobs: JobService
    memory: Memory
    forgetting: Forgetting
    lookout: Lookout
    receipts: Receipts
    listings: Listings
    privacy: PrivacyParts
    books: Bookkeeping
    weave: Weave
    library: Library
    cast: CastParts
    intake: Intake
    results: Results
    delivery: Delivery
    reader: Reader
    actions: Actions
    presses: Presses
    funnel: Funnel
    freshness: Freshness
    telemetry: Telemetry
    clock: DiscordClock
    embed: Callable[[int, str], Awaitable[Embedded]]
    """Words of a server's member as a vector, for a search; takes its turn at the device. Raises RavsgError."""
    embedding: Callable[[], Awaitable[Progress | None]]
    """How far memories are embedded by the present model; None while that is not known. Raises StoreError."""


class RavsgBot(commands.Bot):
    """The connection to Discord. `parts` is set before it starts; `resume` is called once logged in, before the
    gateway brings events: what was interrupted is taken up before anything new comes."""

    parts: Parts
    tree: RavsgTree

    def __init__(self, config: Config, *, resume: Callable[[], Awaitable[object]], clock: DiscordClock) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.guild_messages = True
        intents.message_content = config.bot.message_content
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            tree_cls=RavsgTree,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.5,  # nothing here needs every server to be known at once
            max_messages=200,
            max_ratelimit_timeout=60.0,
            http_trace=clock.trace(),
            heartbeat_timeout=SILENCE_SECONDS,
        )
        teach(self, config.delivery.requests_per_second)
        self._data_dir: Path = config.bot.data_dir
        self._resume = resume
        self.up = asyncio.Event()
        """Set once the first READY was handled."""

    @property
    def actions(self) -> Actions:
        """What the buttons call."""
        return self.parts.actions

    async def setup_hook(self) -> None:
        """Before the gateway: buttons of earlier lives, commands, and what Discord knows of them."""
        self.add_dynamic_items(
            *DYNAMIC, *views_memory.DYNAMIC, *views_cast.DYNAMIC, *views_books.DYNAMIC, *views_weave.DYNAMIC
        )
        for name in COGS:
            await self.load_extension(f"cogs.{name}")
        await self._sync_commands()
        await self._resume()

    async def connect(self, *, reconnect: bool = True) -> None:
        """The life with the gateway. discord.py reconnects by itself, except that it takes a first handshake that
        fails for one of a session to be resumed, and breaks on there being none (seen in 2.7.1)."""
        pause = FIRST_PAUSE
        while True:
            try:
                await super().connect(reconnect=reconnect)
                return
            except AttributeError:
                if self.ws is not None:
                    raise
            _log.warning("Discord's gateway could not be reached at the first try; again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def on_ready(self) -> None:
        """A session with the gateway began, the first or another."""
        if not self.up.is_set():
            self.up.set()
            _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        await self.parts.privacy.departures.compare()

    async def on_message(self, message: discord.Message, /) -> None:
        """Text commands do not exist; the cogs listen themselves."""

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Outages come as unavailable guilds, not as this."""
        await self.parts.privacy.departures.left(guild.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server is new, or came back; after an outage it is available again, which is not this."""
        await self.parts.privacy.departures.joined(guild.id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event's handler broke: a bug, since handlers tell their own members."""
        _log.exception("the event %s was not handled", event_method)
        self.parts.telemetry.count("errors.unexpected")

    async def _sync_commands(self) -> None:
        """Send the commands if they are not what this data folder sent last, for this application."""
        listed = sorted(
            (one.to_dict(self.tree) for one in self.tree.get_commands()), key=lambda one: str(one["name"])
        )
        payload = json.dumps([self.application_id, listed], sort_keys=True)
        digest = hashlib.sha256(payload.encode()).hexdigest()
        file = self._data_dir / SYNCED
        if await asyncio.to_thread(_read, file) == digest:
            return
        try:
            await self.tree.sync()
        except (discord.HTTPException, RavsgError):
            _log.exception("the commands could not be sent to Discord; the next start tries again")
            return
        await asyncio.to_thread(file.write_text, digest, encoding="utf-8")
        _log.info("%d commands sent to Discord", len(listed))


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
