"""The sandbox as one thing to start and stop, with its addresses, its people and its world.

    async with Sandbox() as sandbox:
        with sandbox.redirect_discord():
            ...start a discord.py client with sandbox.token...

It listens on 127.0.0.1 only. It does not start a bot.
"""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from aiohttp import web

from .clock import Clock
from .faults import Faults
from .gateway import Gateway
from .guard import FORM_BYTES, guard, harden
from .intents import GUILD_MEMBERS, MESSAGE_CONTENT, PRESENCES
from .interactions import Interactions
from .messages import Messages
from .model import Channel, Guild, Message, User
from .page import Page
from .person import Person
from .ratelimits import RateLimits
from .redirect import redirect_discord
from .rest import API, Rest
from .routes_app import AppRoutes
from .routes_guilds import GuildRoutes
from .routes_interactions import InteractionRoutes
from .routes_messages import MessageRoutes
from .seed import plant
from .threads import Threads
from .validate import Validator, Violation
from .world import World

HOST = "127.0.0.1"


class Sandbox:
    """A local Discord with one bot invited to "Storybook Corner".

    `message_content` and `members_intent` are the developer portal's switches for those intents. `seed=False`
    starts with an empty world, `strict_rate_limits` plays Discord's numbers.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Clock | None = None,
        token: str | None = None,
        seed: bool = True,
        message_content: bool = True,
        members_intent: bool = True,
        strict_rate_limits: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.world = World(self.clock)
        self.token = token or _new_token(self.world.bot.id)
        portal = MESSAGE_CONTENT * message_content | (GUILD_MEMBERS | PRESENCES) * members_intent
        self.gateway = Gateway(self.world, self.token, portal)
        self.faults = Faults(self.world, self.gateway)
        self.writing = Messages(self.world)
        self.threads = Threads(self.world, self.writing)
        self.interactions = Interactions(self.world, self.writing)
        self.rate_limits = RateLimits(self.clock, strict=strict_rate_limits)
        self.validator = Validator.from_environment()
        self.violations: list[Violation] = []
        self.gateway.inspect = lambda name, data: self.violations.extend(self.validator.check_event(name, data))
        self.people: dict[str, Person] = {}
        self._wanted_port = port
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._page = Page(self)
        if seed:
            plant(self)

    # ---- starting, stopping, addresses

    async def start(self) -> None:
        """Listen; a wanted port that is taken raises OSError."""
        app = web.Application(middlewares=[guard, self.faults.middleware()], client_max_size=FORM_BYTES)
        app.on_response_prepare.append(harden)
        rest = Rest(
            self.world,
            self.token,
            limits=self.rate_limits,
            validator=self.validator,
            violations=self.violations,
        )
        rest.add(app, AppRoutes(self.world, self.gateway, lambda: self.gateway_url).routes())
        rest.add(app, MessageRoutes(self.world, self.writing, self.threads, self.gateway).routes())
        rest.add(app, GuildRoutes(self.world, self.threads).routes())
        rest.add(app, InteractionRoutes(self.world, self.writing, self.interactions).routes())
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get(r"/attachments/{channel_id:\d+}/{attachment_id:\d+}/{filename}", self.world.files.serve)
        await self._page.add_to(app)
        app.router.add_route("*", API + "/{rest:.*}", rest.unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._wanted_port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.files.base_url = self.page_url.rstrip("/")
        self.gateway.resume_url = self.gateway_url

    async def stop(self) -> None:
        """Close every connection and forget the timers."""
        await self.gateway.close()
        await self._page.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.clock.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def rest_base(self) -> str:
        """Where the REST API is: http://127.0.0.1:P/api/v10."""
        return f"http://{HOST}:{self._port}{API}"

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return f"ws://{HOST}:{self._port}/gateway/"

    @property
    def page_url(self) -> str:
        """What a person opens in a browser; also the value for RAVSG_SANDBOX."""
        return f"http://{HOST}:{self._port}/"

    @property
    def cdn_host(self) -> str:
        """Host and port of attachments' links."""
        return f"{HOST}:{self._port}"

    def redirect_discord(self) -> AbstractContextManager[None]:
        """Point this process's discord.py here, until the block ends."""
        return redirect_discord(self.rest_base)

    # ---- people, servers, channels

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self.world.bot

    def person(self, name: str) -> Person:
        """A person by name; KeyError where there is none."""
        return self.people[name]

    def guild(self, name: str) -> Guild:
        """A server by name; KeyError where there is none."""
        for guild in self.world.guilds.values():
            if guild.name == name:
                return guild
        raise KeyError(name)

    def channel(self, name: str, guild: Guild | None = None) -> Channel:
        """A channel or thread by name (`#stories` or `stories`), in the first server unless told otherwise."""
        where = guild or next(iter(self.world.guilds.values()))
        for channel in self.world.channels_of(where):
            if channel.name == name.removeprefix("#"):
                return channel
        raise KeyError(name)

    def add_person(self, name: str, guilds: Sequence[Guild] = ()) -> Person:
        """A new person, member of these servers."""
        person = Person(self, self.world.add_user(name.lower().replace(" ", "_"), name))
        self.people[name] = person
        for guild in guilds:
            self.world.join(guild, person.user)
        return person

    def add_guild(
        self, name: str, owner: Person, *, channels: Sequence[str] = ("general",), with_bot: bool = True
    ) -> Guild:
        """A new server with text channels, and the bot in it unless told otherwise."""
        guild = self.world.add_guild(name, owner.user, with_bot=False)
        for one in channels:
            self.world.add_channel(guild, one)
        if with_bot:
            self.world.invite_bot(guild)
        return guild

    def messages(self, channel: Channel | str) -> list[Message]:
        """Everything in a channel, private answers included, oldest first."""
        where = channel if isinstance(channel, Channel) else self.channel(channel)
        return list(where.messages.values())

    # ---- waiting for the bot

    async def until_connected(self, timeout: float = 30.0) -> None:
        """Wait until the bot has identified or resumed; TimeoutError after `timeout` real seconds."""
        await self.world.watch.until(lambda: self.gateway.connected, timeout)

    async def until_command(self, name: str, timeout: float = 30.0) -> None:
        """Wait until the bot has registered the command (of any kind) and is connected to hear of its use."""

        def usable() -> bool:
            return self.gateway.connected and any(one.name == name for one in self.world.commands.values())

        await self.world.watch.until(usable, timeout)


def _new_token(bot_id: int) -> str:
    """A random token in the shape of Discord's: id, time and secret, each in base64."""
    first = base64.urlsafe_b64encode(str(bot_id).encode()).decode().rstrip("=")
    return f"{first}.{secrets.token_urlsafe(4)[:6]}.{secrets.token_urlsafe(29)[:38]}"
