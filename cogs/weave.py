"""Story threads: `/weave …`, Apps ▸ What if?, and what the gateway tells of their messages and of themselves.

What any of it means is `bot.weave_*`. Everything that is written elsewhere is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts
from bot.outgoing import Outgoing
from bot.views import form_id
from bot.views_weave import FormOf
from bot.weave_opening import TITLE_LIMIT, Asked
from bot.weave_settings import Wanted
from ravsg.errors import RavsgError
from ravsg.languages import checked

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

Rating = Literal["for everybody", "for adults"]
MOST_TURNS: Final = 20


class WeaveCog(commands.GroupCog, group_name="weave", group_description="Tell a story together in a thread"):
    """`/weave …`, and its events."""

    def __init__(self, parts: Parts, tree: app_commands.CommandTree[Any]) -> None:
        super().__init__()
        self._weave = parts.weave
        self._reader = parts.reader
        self._delivery = parts.delivery
        self._funnel = parts.funnel
        self._tree = tree
        self._menu = app_commands.ContextMenu(name=texts.MENU_WHAT_IF, callback=self.what_if)

    async def cog_load(self) -> None:
        """The menu command belongs to this cog."""
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """And goes with it."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(name="start", description="Begin a story that everybody in a thread tells together")
    @app_commands.describe(
        premise="How it begins, in your words",
        image="A picture that it begins with",
        title="What it is called",
        language="In which language it is told; English if you do not say",
        every="After how many turns I go on by myself; 0: only when asked",
        rating="For whom it is; for adults only in age-restricted channels",
    )
    async def start(  # noqa: PLR0917 - Discord's options are named
        self,
        interaction: discord.Interaction[Any],
        premise: str = "",
        image: discord.Attachment | None = None,
        title: app_commands.Range[str, 1, TITLE_LIMIT] = "",
        language: str = "",
        every: app_commands.Range[int, 0, MOST_TURNS] = 0,
        rating: Rating = "for everybody",
    ) -> None:
        """Begin a story in a new thread, or in the thread where this is used."""
        asked = Asked(
            premise=self._reader.text(premise, "Your premise"),
            title=self._reader.text(title, "Your title"),
            language=checked(language),
            every=every,
            adult=rating == "for adults",
            image=image,
        )
        await self._weave.opening.start(interaction, asked)

    @app_commands.command(name="settings", description="How the story of this thread is told, and how it is to go on")
    @app_commands.describe(
        language="In which language it is told from now on",
        every="After how many turns I go on by myself; 0: only when asked",
        rating="For whom it is; for adults only in age-restricted channels",
    )
    async def settings(
        self,
        interaction: discord.Interaction[Any],
        language: str = "",
        every: app_commands.Range[int, 0, MOST_TURNS] | None = None,
        rating: Rating | None = None,
    ) -> None:
        """Show or change what was chosen when the story of this thread began."""
        adult = None if rating is None else rating == "for adults"
        await self._weave.settings.change(interaction, Wanted(checked(language) or None, adult, every))

    async def what_if(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Apps ▸ What if?: let the story turn another way after a turn."""
        await self._weave.presses.what_if(interaction, message)

    # ------------------------------------------------------------------ what the gateway tells

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message was written: perhaps a turn, or the end of a poll."""
        try:
            await self._weave.polls.noticed(message)
            await self._weave.turns.take(message)
        except Exception as error:
            report = self._funnel.report(error, "a turn")
            await self._told(message, report.text)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """A message was changed: its turn follows."""
        await self._weave.turns.edited(event.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted: its turn goes with it, or its poll."""
        if event.guild_id is not None:
            await self._deleted(event.guild_id, event.channel_id, event.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages were deleted at once."""
        if event.guild_id is not None:
            for message_id in sorted(event.message_ids):
                await self._deleted(event.guild_id, event.channel_id, message_id)

    @commands.Cog.listener()
    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        """A thread was changed, perhaps locked or unlocked."""
        await self._weave.watch.changed(event.guild_id, event.thread_id, event.data)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        await self._weave.watch.deleted(event.guild_id, event.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted, with its threads."""
        await self._weave.watch.channel_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """A new session with Discord begins; messages may come before it is ready."""
        self._weave.turns.new_session()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """A new session with Discord: what happened before it was not told."""
        await self._weave.catching_up.look_around()

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form was sent."""
        if interaction.type is discord.InteractionType.modal_submit:
            of = FormOf.read(form_id(interaction))
            if of is not None:
                await self._weave.presses.sent(interaction, of)

    async def _deleted(self, guild_id: int, channel_id: int, message_id: int) -> None:
        await self._weave.turns.deleted(guild_id, channel_id, message_id)
        await self._weave.polls.deleted(message_id)

    async def _told(self, message: discord.Message, text: str) -> None:
        """Say under a member's message what did not work with it; directly where the thread takes nothing."""
        try:
            await self._delivery.send(message.channel.id, Outgoing(text), reply_to=message.id)
        except RavsgError:
            await self._delivery.direct(message.author.id, Outgoing(text))


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(WeaveCog(bot.parts, bot.tree))
