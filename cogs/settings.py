"""`/settings`: what those who manage a server decide for it: here, whom its memory keeps, and for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts, texts_memory
from bot.convert import origin_of
from bot.outgoing import Outgoing
from ravsg.errors import Refused
from ravsg.store.memory_settings import ConsentDefault, ServerMemory

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

Consent = Literal["opt-in", "opt-out", "as the operator chose"]
_CONSENT: Final[dict[Consent, ConsentDefault | None]] = {
    "opt-in": "opt-in",
    "opt-out": "opt-out",
    "as the operator chose": None,
}
LONGEST_DAYS: Final = 3650


@app_commands.default_permissions(manage_guild=True)
class SettingsCog(commands.GroupCog, group_name="settings", group_description="What this server decides for itself"):
    """`/settings …`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._policy = parts.memory.policy
        self._delivery = parts.delivery

    @app_commands.command(name="memory", description="Whom I remember here before they decide, and for how long")
    @app_commands.describe(
        consent="What holds for members who have not decided themselves",
        retention_days="Days after which what nobody pinned is forgotten; 0: as the operator chose",
    )
    async def memory(
        self,
        interaction: discord.Interaction[Any],
        consent: Consent | None = None,
        retention_days: app_commands.Range[int, 0, LONGEST_DAYS] | None = None,
    ) -> None:
        """Show the server's decisions about memory, or change those that are given."""
        guild_id = origin_of(interaction).guild_id
        if not interaction.permissions.manage_guild:
            raise Refused(texts.MANAGERS_ONLY, "")
        settings = await self._policy.settings(guild_id)
        changed = settings
        if consent is not None:
            changed = replace(changed, consent=_CONSENT[consent])
        if retention_days is not None:
            changed = replace(changed, retention_days=retention_days or None)
        if changed != settings:
            await self._policy.set_settings(guild_id, changed, by=interaction.user.id)
        given = consent is not None or retention_days is not None
        saved = texts_memory.SETTINGS_SAVED if given else ""
        await self._delivery.answer(interaction, Outgoing(saved, embeds=(await self._shown(guild_id, changed),)))

    async def _shown(self, guild_id: int, settings: ServerMemory) -> discord.Embed:
        consent = await self._policy.default(guild_id)
        days = await self._policy.retention_days(guild_id)
        embed = discord.Embed(title=texts_memory.SETTINGS_TITLE)
        for name, value, own in (
            (f"Before members decide: {consent}", texts_memory.CONSENT_EXPLAINED[consent], settings.consent),
            ("How long", _kept(days), settings.retention_days),
        ):
            whose = texts_memory.OF_THE_OPERATOR if own is None else texts_memory.OF_THE_SERVER
            embed.add_field(name=name, value=f"{value}\n-# {whose}", inline=False)
        return embed


def _kept(days: int | None) -> str:
    return texts_memory.KEPT_FOR_EVER if days is None else texts_memory.kept_for(days)


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(SettingsCog(bot.parts))
