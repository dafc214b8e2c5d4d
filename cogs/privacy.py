"""`/privacy`: what is kept, a copy of it, each member's own decision about it, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts_privacy as texts
from bot.convert import origin_of
from bot.copies import Copies
from bot.embeds import COLOUR_STORY
from bot.outgoing import Outgoing
from bot.views import ForgetButton, menu
from ravsg.jobs.service import KEEP_INPUTS_DAYS

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class PrivacyCog(commands.GroupCog, group_name="privacy", group_description="What I keep of you, and your say in it"):
    """`/privacy …`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._policy = parts.memory.policy
        self._copies = Copies(parts.privacy.exporter, parts.results, parts.delivery)
        self._delivery = parts.delivery
        self._grace_days = parts.config.privacy.grace_days

    @app_commands.command(name="what", description="What I keep, why, for how long, and what you decided")
    async def what(self, interaction: discord.Interaction[Any]) -> None:
        """The privacy text, with the member's own state."""
        origin = origin_of(interaction)
        decision = await self._policy.decision(origin.guild_id, origin.author_id)
        state = texts.state(
            remembered=await self._policy.may_remember(origin.guild_id, origin.author_id),
            decided=None if decision is None else round(decision.decided_at.timestamp()),
            default=await self._policy.default(origin.guild_id),
        )
        kept = texts.kept(
            inputs_days=KEEP_INPUTS_DAYS,
            retention_days=await self._policy.retention_days(origin.guild_id),
            grace_days=self._grace_days,
        )
        embed = discord.Embed(title=texts.WHAT_TITLE, description=kept, colour=COLOUR_STORY)
        await self._delivery.answer(interaction, Outgoing(state, (embed,)))

    @app_commands.command(name="export", description="A copy of everything that I keep of you in this server")
    async def export(self, interaction: discord.Interaction[Any]) -> None:
        """A zip file, for the member alone."""
        await self._copies.hand_over(interaction)

    @app_commands.command(name="optin", description="Let me remember your stories and pictures in this server")
    async def optin(self, interaction: discord.Interaction[Any]) -> None:
        """Agree."""
        await self._decide(interaction, True)

    @app_commands.command(name="optout", description="Remember nothing of mine in this server")
    async def optout(self, interaction: discord.Interaction[Any]) -> None:
        """Refuse."""
        await self._decide(interaction, False)

    @app_commands.command(name="forget", description="Unweave me: delete everything of mine in this server")
    async def forget(self, interaction: discord.Interaction[Any]) -> None:
        """Ask once more; the button does it."""
        view = menu(ForgetButton(interaction.user.id))
        await self._delivery.answer(interaction, Outgoing(texts.FORGET_ASK, view=view))

    async def _decide(self, interaction: discord.Interaction[Any], allowed: bool) -> None:
        origin = origin_of(interaction)
        await self._policy.set_consent(origin.guild_id, origin.author_id, allowed)
        await self._delivery.answer(interaction, Outgoing(texts.OPTED_IN if allowed else texts.OPTED_OUT))


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(PrivacyCog(bot.parts))
