"""Pictures to stories: `/story` and Apps ▸ Tell its story.

It decides which picture is meant and whether it may be used; what a story needs beyond that is `bot.intake` and the
engine. Messages that mention the bot are `cogs.mentions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import drafts, texts
from bot.convert import is_own, pictures_of
from ravsg.errors import BadPicture, Refused
from ravsg.languages import checked
from ravsg.types import Length, StoryRequest

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class StoryCog(commands.Cog):
    """`/story` and its menu command."""

    def __init__(self, parts: Parts, tree: app_commands.CommandTree[Any]) -> None:
        self._actions = parts.actions
        self._reader = parts.reader
        self._intake = parts.intake
        self._results = parts.results
        self._config = parts.config
        self._tree = tree
        self._menu = app_commands.ContextMenu(name=texts.MENU_TELL, callback=self.tell_its_story)

    async def cog_load(self) -> None:
        """The menu command belongs to this cog."""
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """And goes with it."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(name="story", description="Tell a story of a picture")
    @app_commands.describe(
        image="The picture: PNG, JPEG, WebP or GIF",
        direction="What should happen, in your words",
        length="How long it shall be",
        language="In which language it is told; English if you do not say",
    )
    async def story(
        self,
        interaction: discord.Interaction[Any],
        image: discord.Attachment,
        direction: str = "",
        length: Length | None = None,
        language: str = "",
    ) -> None:
        """A story of an uploaded picture."""
        request = self._request(direction, length, language)
        await self._actions.tell_story(interaction, image, reply_to=None, own_picture=True, request=request)

    async def tell_its_story(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Apps ▸ Tell its story: the picture of a message, chosen from a menu where there are several."""
        pictures = pictures_of(message)
        if not pictures:
            raise BadPicture(texts.NO_PICTURE, texts.NO_PICTURE_REMEDY)
        own = is_own(message, interaction.user)
        if not own and not self._may_touch(interaction, message):
            raise Refused(texts.OWN_ONLY, texts.OWN_ONLY_REMEDY)
        if len(pictures) > 1:
            self._intake.check_permissions(interaction)
            await self._actions.offer(interaction, message, pictures, own=own)
            return
        await self._actions.tell_story(
            interaction,
            pictures[0],
            reply_to=message.id,
            own_picture=own,
            request=self._request("", None),
            source=await self._results.source(message),
        )

    def _may_touch(self, interaction: discord.Interaction[Any], message: discord.Message) -> bool:
        """Whether another's picture may be used: ours may, moderators may, else the operator decides."""
        me = interaction.client.user
        ours = me is not None and is_own(message, me)
        allowed = self._config.bot.own_pictures_only == "never"
        return ours or allowed or interaction.permissions.manage_messages

    def _request(self, direction: str, length: Length | None, language: str = "") -> StoryRequest:
        return StoryRequest(
            direction=self._reader.text(direction, "Your direction"),
            length=length or self._config.story.length,
            seed=drafts.new_seed(),
            language=checked(language),
        )


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(StoryCog(bot.parts, bot.tree))
