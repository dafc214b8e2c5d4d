"""Where a job's state is shown: in the private answer to an interaction, or in an ordinary message of ours.

What is shown there, and when, is `bot.progress`.
"""

from __future__ import annotations

import secrets
import time
from typing import Any, Final, Protocol

import discord

from bot.delivery import Delivery, Posted
from bot.outgoing import Outgoing

TOKEN_SECONDS: Final = 15 * 60.0
"""How long an interaction can be answered (Discord's limit)."""


class Line(Protocol):
    """Where a job's state is shown. `patience`: seconds for which a Discord that does not answer is offered it."""

    message_id: int | None
    """The ordinary message that shows it, once there is one."""

    async def show(self, message: Outgoing, patience: float) -> bool:
        """Show this from now on; False where nobody can be reached this way any more. Raises DeliveryError."""

    async def close(self, message: Outgoing, patience: float) -> bool:
        """The result is posted: show this last, or vanish."""


class PrivateLine:
    """The private answer to an interaction, which only its member sees."""

    message_id: int | None = None

    def __init__(self, delivery: Delivery, interaction: discord.Interaction[Any]) -> None:
        self._delivery = delivery
        self._interaction = interaction
        # counted here: discord.py would compare Discord's clock with this machine's
        self._expires = time.monotonic() + TOKEN_SECONDS

    async def show(self, message: Outgoing, patience: float) -> bool:
        """Edit the answer."""
        if time.monotonic() >= self._expires:
            return False
        return await self._delivery.update(self._interaction, message, patience=patience)

    async def close(self, message: Outgoing, patience: float) -> bool:
        """Edit it once more."""
        return await self.show(message, patience)


class OpenLine:
    """An ordinary message of ours that answers the message that asked; it is posted with the first text."""

    def __init__(
        self,
        delivery: Delivery,
        channel_id: int,
        *,
        message_id: int | None = None,
        reply_to: int | None = None,
    ) -> None:
        self._delivery = delivery
        self._channel_id = channel_id
        self.message_id = message_id
        self._reply_to = reply_to
        self._nonce = secrets.token_hex(12)
        self._tried = False

    async def show(self, message: Outgoing, patience: float) -> bool:
        """Post or edit the message; one that Discord would not let us edit often is replaced by a new one."""
        if self.message_id is not None:
            place = Posted(self._channel_id, self.message_id)
            if self._delivery.editable(place):
                return await self._delivery.edit(place, message, patience=patience)
            if not await self._delivery.delete(place):
                return False
            self.message_id, self._nonce, self._tried = None, secrets.token_hex(12), False
        # one nonce for each message: what did arrive when it seemed lost is not posted a second time
        again, self._tried = self._tried, True
        posted = await self._delivery.send(
            self._channel_id, message, nonce=self._nonce, reply_to=self._reply_to, patience=patience
        )
        self.message_id = posted.message_id
        # if the first try did arrive, it stands there with what it said
        return not again or await self.show(message, patience)

    async def close(self, message: Outgoing, patience: float) -> bool:
        """Remove it: the result stands there now."""
        if self.message_id is not None:
            await self._delivery.delete(Posted(self._channel_id, self.message_id))
        return True
