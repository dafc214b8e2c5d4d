"""How interactions are answered: by their first response and edits of it, which may be repeated.

Never by follow-ups, which would be doubled. Everybody reaches this through `bot.delivery`, which sends all else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord

from bot.courier import Courier, DiscordDown
from bot.outgoing import Outgoing, as_layout, guard
from bot.wire import once
from ravsg.errors import DeliveryError

ALREADY_ANSWERED: Final = 40060
UNKNOWN_INTERACTION: Final = 10062
UNKNOWN_WEBHOOK: Final = 10015
INVALID_TOKEN: Final = 50027
"""The interaction's 15 minutes are over."""
UPLOAD_SECONDS: Final = 60.0
"""How long files that are handed over may take."""


class Answers:
    """Answers interactions through one courier."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    async def answer(self, interaction: discord.Interaction[Any], message: Outgoing, *, private: bool = True) -> bool:
        """The first response to an interaction, or the text of its deferred one. False where it is too late."""
        if interaction.response.is_done():
            return await self.update(interaction, message)
        ready = guard(message)

        async def respond() -> None:
            try:
                await interaction.response.send_message(**ready.sent(), ephemeral=private)
            except discord.HTTPException as error:
                if error.code != ALREADY_ANSWERED:
                    raise
                # an answer of ours arrived without our hearing of it: it says this from now on
                await interaction.edit_original_response(**ready.edited())

        try:
            return await self._interact(interaction, respond)
        except DiscordDown:
            return await self.update(interaction, message)  # or it arrived and the same road stays closed

    async def update(
        self, interaction: discord.Interaction[Any], message: Outgoing, *, patience: float = 8.0
    ) -> bool:
        """Change an interaction's own response. False where its token died (15 min) or it was dismissed."""
        if _changes_layout(interaction) and not isinstance(message.view, discord.ui.LayoutView):
            message = as_layout(message)
        ready = guard(message)

        async def change() -> object:
            return await interaction.edit_original_response(**ready.edited())

        return await self._interact(interaction, change, patience)

    async def hand_over(self, interaction: discord.Interaction[Any], message: Outgoing) -> bool:
        """Change an interaction's own response to a message with files. False where it is too late."""
        ready = guard(message)

        async def change() -> object:
            keywords = {"view": None, **ready.keywords}
            return await interaction.edit_original_response(**keywords, attachments=ready.sent()["files"])

        return await self._interact(interaction, change, UPLOAD_SECONDS)

    async def defer(self, interaction: discord.Interaction[Any]) -> bool:
        """Acknowledge privately; the text comes later with `update`. False where it is too late."""

        async def wait() -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)

        return await self._interact(interaction, wait)

    async def defer_change(self, interaction: discord.Interaction[Any]) -> bool:
        """Acknowledge a press; `update` will change the message that the button stands in. False where it is too
        late."""

        async def wait() -> None:
            await interaction.response.defer()

        return await self._interact(interaction, wait)

    async def open_modal(self, interaction: discord.Interaction[Any], modal: discord.ui.Modal) -> bool:
        """Answer with a form; only possible as the first response. False where it is too late."""

        async def show() -> None:
            await interaction.response.send_modal(modal)

        return await self._interact(interaction, show)

    async def _interact(
        self, interaction: discord.Interaction[Any], request: Callable[[], Awaitable[object]], patience: float = 2.5
    ) -> bool:
        """Carry a request that only counts within the interaction's life; no channel's breaker concerns it."""
        try:
            with once():
                await self._courier.carry(None, request, patience=patience)
        except discord.InteractionResponded:
            return True
        except discord.HTTPException as error:
            if error.code == ALREADY_ANSWERED:
                return True
            if error.status == 404 or error.code in {UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN}:
                return False
            raise DeliveryError(detail=f"{error.status} {error.code}: {error.text}") from error
        return True


def _changes_layout(interaction: discord.Interaction[Any]) -> bool:
    """Whether what `update` changes is the message of the button that was pressed, and that is a layout."""
    changes = interaction.response.type is discord.InteractionResponseType.deferred_message_update
    return changes and interaction.message is not None and interaction.message.flags.components_v2
