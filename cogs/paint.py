"""Stories to pictures: `/paint`, its form for long texts, and Apps ▸ Paint this.

It turns what was given into one request and checks it; how a scene is found and painted is the engine's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import drafts, texts
from bot.convert import words_of
from bot.drafts import Draft, Source
from bot.styles import style_choices, style_named
from bot.views import FormOptions, form_id, form_text, text_form
from ravsg.errors import BadText, Refused
from ravsg.types import PaintRequest, SceneCard, Shape

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class PaintCog(commands.Cog):
    """`/paint`, its form and its menu command."""

    def __init__(self, parts: Parts, tree: app_commands.CommandTree[Any]) -> None:
        self._reader = parts.reader
        self._intake = parts.intake
        self._results = parts.results
        self._delivery = parts.delivery
        self._funnel = parts.funnel
        self._freshness = parts.freshness
        self._config = parts.config
        self._tree = tree
        self._menu = app_commands.ContextMenu(name=texts.MENU_PAINT, callback=self.paint_this)

    async def cog_load(self) -> None:
        """The menu command belongs to this cog."""
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """And goes with it."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(
        name="paint", description="Paint a text or a scene; without any, a form for a long text opens"
    )
    @app_commands.describe(
        text="A story or a description",
        setting="Scene card: where it is",
        subjects="Scene card: who or what is seen",
        atmosphere="Scene card: light and mood",
        keywords="Scene card: what else must be in it",
        style="How it looks",
        shape="Square, portrait or landscape",
        seed="The same seed paints the same picture again",
        count="How many pictures",
    )
    async def paint(  # noqa: PLR0917 - Discord's options are named
        self,
        interaction: discord.Interaction[Any],
        text: str | None = None,
        setting: str = "",
        subjects: str = "",
        atmosphere: str = "",
        keywords: str = "",
        style: str = "",
        shape: Shape | None = None,
        seed: app_commands.Range[int, 0, drafts.SEEDS - 1] | None = None,
        count: app_commands.Range[int, 1, 4] = 1,
    ) -> None:
        """Pictures of a text or a scene card."""
        options = FormOptions(
            style=style_named(self._config, style),
            shape=shape or self._config.paint.shape,
            seed=drafts.new_seed() if seed is None else seed,
            count=self._count(count),
            seed_drawn=seed is None,
        )
        card = SceneCard(
            *(self._reader.text(part, "Your card") for part in (setting, subjects, atmosphere, keywords))
        )
        if text is None and card.empty:
            self._intake.check_permissions(interaction)
            await self._delivery.open_modal(interaction, text_form(options, self._config.limits.text_characters))
            return
        await self._accept(interaction, options, text or "", card)

    @paint.autocomplete("style")
    async def styles(self, _: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """The configured styles whose name or label holds what was typed."""
        return style_choices(self._config, current)

    async def paint_this(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Apps ▸ Paint this: a picture of a message's words."""
        words = words_of(message)
        if not words.strip():
            raise BadText(texts.NO_TEXT, texts.NO_TEXT_REMEDY)
        await self._accept(interaction, self._defaults(), words, SceneCard(), message=message)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form was sent, perhaps one that was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        options = FormOptions.read(form_id(interaction))
        if options is None or not self._freshness.takes(interaction):
            return
        try:
            await self._accept(interaction, options, form_text(interaction), SceneCard())
        except Exception as error:
            await self._funnel.private(interaction, error, "the form of /paint")

    async def _accept(
        self,
        interaction: discord.Interaction[Any],
        options: FormOptions,
        text: str,
        card: SceneCard,
        *,
        message: discord.Message | None = None,
    ) -> None:
        clean = self._reader.text(text, "Your text")
        if card.empty and not any(char.isalnum() for char in clean):
            raise BadText(texts.NOTHING_TO_PAINT, texts.NOTHING_TO_PAINT_REMEDY)
        request = PaintRequest(
            text=clean,
            card=card,
            style=options.style,
            shape=options.shape,
            seed=options.seed,
            count=options.count,
            seed_drawn=options.seed_drawn,
        )

        async def prepare() -> Draft:
            source = Source() if message is None else await self._results.source(message)
            return drafts.made_from(drafts.painting(request), source)

        await self._intake.interaction(interaction, prepare, reply_to=None if message is None else message.id)

    def _defaults(self) -> FormOptions:
        return FormOptions(self._config.paint.style, self._config.paint.shape, drafts.new_seed(), 1, seed_drawn=True)

    def _count(self, count: int) -> int:
        most = self._config.paint.most_at_once
        if count > most:
            raise Refused(*texts.too_many_pictures(most))
        return max(1, count)


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(PaintCog(bot.parts, bot.tree))
