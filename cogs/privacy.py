"""`/privacy`: what is kept, and each member's own decision about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts
from bot.convert import origin_of
from bot.outgoing import Outgoing
from bot.views import ForgetButton, menu

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class PrivacyCog(commands.GroupCog, group_name="privacy", group_description="What I keep of you, and your say in it"):
    """`/privacy …`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._memory = parts.memory
        self._delivery = parts.delivery
        self._consent = parts.config.memory.consent

    @app_commands.command(name="what", description="What I keep, why, for how long")
    async def what(self, interaction: discord.Interaction[Any]) -> None:
        """The privacy text, with the member's own state."""
        origin = origin_of(interaction)
        remembered = await self._memory.may_remember(origin.guild_id, origin.author_id)
        await self._delivery.answer(interaction, Outgoing(texts.privacy(self._consent, remembered)))

    @app_commands.command(name="optin", description="Let me remember your stories and pictures in this server")
    async def optin(self, interaction: discord.Interaction[Any]) -> None:
        """Agree."""
        await self._decide(interaction, True)

    @app_commands.command(name="optout", description="Remember nothing of mine in this server")
    async def optout(self, interaction: discord.Interaction[Any]) -> None:
        """Refuse."""
        await self._decide(interaction, False)

    @app_commands.command(name="forget", description="Delete everything of mine in this server")
    async def forget(self, interaction: discord.Interaction[Any]) -> None:
        """Ask once more; the button does it."""
        view = menu(ForgetButton(interaction.user.id))
        await self._delivery.answer(interaction, Outgoing(texts.FORGET_ASK, view=view))

    async def _decide(self, interaction: discord.Interaction[Any], allowed: bool) -> None:
        origin = origin_of(interaction)
        await self._memory.set_consent(origin.guild_id, origin.author_id, allowed)
        await self._delivery.answer(interaction, Outgoing(texts.OPTED_IN if allowed else texts.OPTED_OUT))


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(PrivacyCog(bot.parts))
