"""The one door out: every message, edit, file and answer of RAVSG leaves through it.

Whatever comes here is guarded once more (`bot.outgoing`). Ordinary messages carry a nonce with `enforce_nonce`, so a
request that is repeated is still one message. How interactions are answered is `bot.answers`.
What a result looks like is `bot.embeds`; that a result is posted once over crashes is `bot.results`.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot import texts
from bot.answers import Answers
from bot.courier import Courier
from bot.outgoing import Outgoing, guard
from ravsg.errors import DeliveryError

_log = logging.getLogger(__name__)
UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
NO_HISTORY: Final = 160002
"""A reply needs Read Message History."""
NAME_SECONDS: Final = 3.0
"""How long one waits to hear how somebody is called."""
EDITABLE_SECONDS: Final = 3600.0
"""Of messages that are older Discord allows few edits, all of a channel's together (error 30046); bots that met it
report three in 20 s."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    channel_id: int
    message_id: int


class Delivery(Answers):
    """Sends, edits, deletes and answers through one courier."""

    def __init__(self, client: discord.Client, courier: Courier, now: Callable[[], float] = time.time) -> None:
        """`now`: Discord's time in Unix seconds."""
        super().__init__(courier)
        self._client = client
        self._now = now

    async def send(
        self,
        channel_id: int,
        message: Outgoing,
        *,
        nonce: str | None = None,
        reply_to: int | None = None,
        patience: float = 20.0,
    ) -> Posted:
        """Post an ordinary message; `reply_to` is answered where it exists and the history may be read.

        Raises DeliveryError: no permission, channel gone, Discord down for longer than `patience` seconds; and
        discord.HTTPException with status 413 where the files are too large.
        """
        ready = guard(message)
        fixed = nonce or secrets.token_hex(12)
        channel = self._client.get_partial_messageable(channel_id)
        answered: dict[str, Any] = {}
        if reply_to is not None:
            answered["reference"] = discord.MessageReference(
                message_id=reply_to, channel_id=channel_id, fail_if_not_exists=False
            )

        async def post() -> discord.Message:
            try:
                return await channel.send(**ready.sent(), nonce=fixed, **answered)
            except discord.Forbidden as error:
                if error.code != NO_HISTORY:
                    raise
                return await channel.send(**ready.sent(), nonce=fixed)  # a result is worth more than its reference

        with judged():
            sent = await self._courier.carry(channel_id, post, patience=patience)
        return Posted(sent.channel.id, sent.id)

    async def edit(self, place: Posted, message: Outgoing, *, files: bool = False, patience: float = 20.0) -> bool:
        """Change an ordinary message of ours, its `files` too where that is said; False where it is gone.

        Raises DeliveryError.
        """
        ready = guard(message)
        partial = self._client.get_partial_messageable(place.channel_id).get_partial_message(place.message_id)

        async def change() -> object:
            return await partial.edit(**ready.edited(files=files))

        with judged():
            return await self._gone_is_false(place.channel_id, change, patience)

    def editable(self, place: Posted) -> bool:
        """Whether a message is young enough to be edited as often as one likes."""
        return self._now() - discord.utils.snowflake_time(place.message_id).timestamp() < EDITABLE_SECONDS

    async def delete(self, place: Posted) -> bool:
        """Remove an ordinary message; False where it is gone already. Raises DeliveryError."""
        partial = self._client.get_partial_messageable(place.channel_id).get_partial_message(place.message_id)
        with judged():
            return await self._gone_is_false(place.channel_id, partial.delete, 20.0)

    async def newest(self, channel_id: int, most: int, *, patience: float = 20.0) -> list[int] | None:
        """Ids of a channel's last `most` messages, newest first; None where the channel or thread was deleted.

        Raises DeliveryError, also where the history may not be read; that closes the channel to nothing else.
        """
        channel = self._client.get_partial_messageable(channel_id)

        async def look() -> list[int] | None:
            try:
                return [message.id async for message in channel.history(limit=most)]
            except discord.Forbidden as error:
                raise DeliveryError(detail=f"the history of channel {channel_id} may not be read") from error
            except discord.NotFound as error:
                if error.code == UNKNOWN_CHANNEL:
                    return None
                raise

        with judged():
            return await self._courier.carry(channel_id, look, patience=patience)

    async def is_gone(self, place: Posted, *, patience: float) -> bool:
        """Whether a message was certainly deleted; what cannot be found out is taken to be there still."""
        channel = self._client.get_partial_messageable(place.channel_id)

        async def look() -> bool:
            try:
                await channel.fetch_message(place.message_id)
            except discord.NotFound as error:
                return error.code in {UNKNOWN_MESSAGE, UNKNOWN_CHANNEL}
            except discord.Forbidden:
                pass  # it may be read by others
            return False

        try:
            return await self._courier.carry(place.channel_id, look, patience=patience)
        except (DeliveryError, discord.HTTPException) as error:
            _log.info("whether a message is still there could not be found out: %s", error)
            return False

    async def search(
        self,
        channel_id: int,
        wanted: Callable[[discord.Message], bool],
        *,
        most: int,
        patience: float = 20.0,
    ) -> Posted | None:
        """The newest of a channel's last `most` messages that is wanted; None also where the history may not be read.
        Raises DeliveryError."""
        channel = self._client.get_partial_messageable(channel_id)

        async def look() -> Posted | None:
            try:
                async for message in channel.history(limit=most):
                    if wanted(message):
                        return Posted(channel_id, message.id)
            except discord.Forbidden:
                _log.warning("the history of channel %s may not be read; only nonces guard its messages", channel_id)
            return None

        with judged():
            return await self._courier.carry(channel_id, look, patience=patience)

    async def direct(self, user_id: int, message: Outgoing, *, nonce: str | None = None) -> Posted | None:
        """Write to one person directly; None where they take no messages from here, or Discord is down for long."""
        try:
            return await self.write_to(user_id, message, nonce=nonce)
        except DeliveryError as error:
            _log.info("nobody could be written to directly: %s", error)
            return None

    async def write_to(self, user_id: int, message: Outgoing, *, nonce: str | None = None) -> Posted:
        """Write to one person directly. Raises DiscordDown; DeliveryError where they take no messages from here."""
        return await self.send(await self.direct_channel(user_id), message, nonce=nonce)

    async def name_of(self, guild_id: int, user_id: int) -> str | None:
        """How a member is called in a server now; None where they left, or Discord does not answer at once."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return None
        try:
            member = await self._courier.carry(None, lambda: guild.fetch_member(user_id), patience=NAME_SECONDS)
            return member.display_name
        except (DeliveryError, discord.HTTPException) as error:
            _log.info("nobody could say how a member is called: %s", error)
            return None

    async def direct_channel(self, user_id: int) -> int:
        """The channel in which one person is written to. Raises DeliveryError."""

        async def find() -> discord.DMChannel:
            return await self._client.create_dm(discord.Object(user_id))

        with judged():
            return (await self._courier.carry(None, find)).id

    async def _gone_is_false(
        self, channel_id: int, request: Callable[[], Awaitable[object]], patience: float
    ) -> bool:
        try:
            await self._courier.carry(channel_id, request, patience=patience)
        except discord.NotFound:
            return False
        return True


@contextlib.contextmanager
def judged() -> Iterator[None]:
    """Discord's refusals of a request as DeliveryError; 413 is left to the caller, who can make files smaller."""
    try:
        yield
    except discord.NotFound as error:
        raise DeliveryError(texts.CHANNEL_GONE, texts.TRY_ELSEWHERE, detail=f"404 {error.code}") from error
    except discord.HTTPException as error:
        if error.status == 413:
            raise
        raise DeliveryError(detail=f"{error.status} {error.code}: {error.text}") from error
