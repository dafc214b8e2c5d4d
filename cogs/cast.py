"""`/cast` and Apps ▸ Add to cast: who returns in this server's stories and paintings, and how they look.

It decides which message is meant and whether its picture may be used; what happens then is `bot.cast_adding`,
`bot.cast_showing` and `bot.cast_changing`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import texts, texts_cast
from bot.convert import is_own, pictures_of
from bot.markup import shorten
from bot.suggestions import unbroken
from bot.views import form_id
from bot.views_cast import ADD_FORM, EDIT_FORM
from ravsg import safety
from ravsg.errors import BadPicture, Refused
from ravsg.store.cast import NAME_LIMIT, OUTFIT_LIMIT, key_of

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

Name = app_commands.Range[str, 1, NAME_LIMIT]
MOST_CHAPTER: Final = 999
CHOICES: Final = 25


class CastCog(commands.GroupCog, group_name="cast", group_description="Characters who keep their faces here"):
    """`/cast …` and the menu command."""

    def __init__(self, parts: Parts, tree: app_commands.CommandTree[Any]) -> None:
        super().__init__()
        self._parts = parts.cast
        self._shelf = parts.library.shelf
        self._results = parts.results
        self._delivery = parts.delivery
        self._presses = parts.presses
        self._config = parts.config
        self._tree = tree
        self._menu = app_commands.ContextMenu(name=texts.MENU_ADD, callback=self.add_to_cast)

    async def cog_load(self) -> None:
        """The menu command belongs to this cog."""
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """And goes with it."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    async def add_to_cast(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Apps ▸ Add to cast: somebody in the picture of a message gets a name."""
        pictures = pictures_of(message)
        if not pictures:
            raise BadPicture(texts.NO_PICTURE, texts.NO_PICTURE_REMEDY)
        me = interaction.client.user
        ours = me is not None and is_own(message, me)
        theirs = self._config.bot.own_pictures_only == "never" or interaction.permissions.manage_messages
        if not (is_own(message, interaction.user) or ours or theirs):
            raise Refused(texts_cast.OWN_ONLY, texts_cast.OWN_ONLY_REMEDY)
        await self._parts.adding.begin(interaction, message, pictures)

    @app_commands.command(name="list", description="Who is in this server's cast")
    async def list_all(self, interaction: discord.Interaction[Any]) -> None:
        """The first page."""
        if await self._delivery.defer(interaction):
            await self._parts.showing.page(interaction, 0)

    @app_commands.command(name="show", description="A character's looks, wardrobe, reference picture and seed")
    @app_commands.describe(name="Whom")
    async def show(self, interaction: discord.Interaction[Any], name: Name) -> None:
        """Everything of one character."""
        if await self._delivery.defer(interaction):
            await self._parts.showing.card(interaction, await self._parts.changing.named(interaction, name))

    @app_commands.command(name="edit", description="Change a character's name, looks and outfit in a form")
    @app_commands.describe(name="Whom: one that you added, or any as a moderator")
    async def edit(self, interaction: discord.Interaction[Any], name: Name) -> None:
        """Open the form."""
        await self._parts.changing.open_form(interaction, name)

    @app_commands.command(name="outfit", description="What a character wears, in all books or from a chapter on")
    @app_commands.describe(
        name="Whom: one that you added, or any as a moderator",
        outfit="What is worn, such as: a yellow raincoat. Leave it out to take that entry away",
        book="In which book: choose one, or type its title; every book without",
        chapter="From this chapter on; from the beginning without",
    )
    async def outfit(
        self,
        interaction: discord.Interaction[Any],
        name: Name,
        outfit: app_commands.Range[str, 0, OUTFIT_LIMIT] = "",
        book: str = "",
        chapter: app_commands.Range[int, 1, MOST_CHAPTER] | None = None,
    ) -> None:
        """Put an outfit into the wardrobe, or take one out."""
        found = await self._shelf.find(interaction, book) if book.strip() else None
        await self._parts.changing.dress(interaction, name, outfit, found, chapter or 0)

    @app_commands.command(name="remove", description="Take a character out of the cast")
    @app_commands.describe(name="Whom: one that you added, or any as a moderator")
    async def remove(self, interaction: discord.Interaction[Any], name: Name) -> None:
        """Ask once more."""
        await self._parts.changing.ask_to_remove(interaction, name)

    @show.autocomplete("name")
    @edit.autocomplete("name")
    @outfit.autocomplete("name")
    @remove.autocomplete("name")
    async def names(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """Names that hold what was typed."""
        return await unbroken(lambda: self._names(interaction, current))

    async def _names(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        cast, wanted = await self._parts.store.all(interaction.guild_id or 0), key_of(typed)
        named = (one.name for one in cast if wanted in key_of(one.name))
        found = await asyncio.to_thread(lambda: [name for name in named if safety.fits(name, adult=False)])
        return [app_commands.Choice(name=shorten(name, 100), value=name) for name in found[:CHOICES]]

    @outfit.autocomplete("book")
    async def books(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """Books that may be read here."""
        return await unbroken(lambda: self._shelf.choices(interaction, current))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form was sent, perhaps one that was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        custom_id = form_id(interaction)
        if found := ADD_FORM.fullmatch(custom_id):
            job_id = found[1]
            adding = self._parts.adding
            await self._presses.answered(
                interaction, "a form of the cast", lambda: adding.accept(interaction, job_id)
            )
        elif found := EDIT_FORM.fullmatch(custom_id):
            cast_id = int(found[1])
            changing = self._parts.changing
            await self._presses.answered(
                interaction, "a form of the cast", lambda: changing.accept(interaction, cast_id)
            )


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(CastCog(bot.parts, bot.tree))
