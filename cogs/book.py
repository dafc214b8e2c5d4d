"""`/book`: books told from a picture, in chapters with pictures; reading, changing and binding them.

It decides nothing about books: finding them is `bot.book_shelf`, what a chapter asks for `bot.bookkeeping`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import drafts
from bot.convert import origin_of
from bot.drafts import Draft
from bot.styles import style_choices, style_named
from bot.suggestions import unbroken
from bot.views import form_id
from bot.views_books import EditOf
from ravsg.book.binding import Form
from ravsg.languages import checked
from ravsg.store.book_rows import NewBook
from ravsg.story.plan import CHAPTERS, FEWEST, MOST

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot

TITLE: Final = 100
_BOOK: Final = "Which book; without one, the newest here"
Title = app_commands.Range[str, 1, TITLE]
Chapters = app_commands.Range[int, FEWEST, MOST]
Number = app_commands.Range[int, 1]


class BookCog(commands.GroupCog, group_name="book", group_description="Books told from a picture, in chapters"):
    """`/book …`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._books = parts.books
        self._library = parts.library
        self._shelf = parts.library.shelf
        self._intake = parts.intake
        self._reader = parts.reader
        self._presses = parts.presses
        self._config = parts.config

    @app_commands.command(name="start", description="Tell a book of a picture, chapter by chapter, with pictures")
    @app_commands.describe(
        image="The picture: PNG, JPEG, WebP or GIF",
        title="What it is called; without it, the first chapter decides",
        chapters="How many chapters, 5 if you do not say",
        style="How its pictures look",
        direction="What should happen, in your words",
        language="In which language it is told; English if you do not say",
    )
    async def start(  # noqa: PLR0917 - Discord's options are named
        self,
        interaction: discord.Interaction[Any],
        image: discord.Attachment,
        title: Title | None = None,
        chapters: Chapters = CHAPTERS,
        style: str = "",
        direction: str = "",
        language: str = "",
    ) -> None:
        """The first chapter; the others follow by themselves."""
        origin = origin_of(interaction)
        new = NewBook(
            kind="book",
            channel_id=origin.channel_id,
            author_id=origin.author_id,
            author_name=origin.author_name,
            title=self._reader.text(title or "", "Your title"),
            title_given=bool(title),
            style=style_named(self._config, style),
            direction=self._reader.text(direction, "Your direction"),
            language=checked(language),
            wanted=chapters,
            seed=drafts.new_seed(),
        )

        async def prepare() -> Draft:
            clean = await self._reader.picture(image)
            draft = await self._books.begin(new, clean.png)
            return replace(draft, remarks=(*draft.remarks, *clean.notes))

        await self._intake.interaction(interaction, prepare)

    @app_commands.command(name="continue", description="Tell a book's next chapter")
    @app_commands.describe(book=_BOOK, direction="What should happen, in your words")
    async def go_on(self, interaction: discord.Interaction[Any], book: str = "", direction: str = "") -> None:
        """After a pause, or one chapter more than it was to have."""
        found = await self._shelf.find(interaction, book)
        words = self._reader.text(direction, "Your direction")
        await self._library.actions.next_chapter(interaction, found, words)

    @app_commands.command(name="read", description="Read a book, from where you stopped")
    @app_commands.describe(book=_BOOK)
    async def read(self, interaction: discord.Interaction[Any], book: str = "") -> None:
        """In pages, for the reader alone."""
        await self._library.reading.open(interaction, await self._shelf.find(interaction, book))

    @app_commands.command(
        name="edit", description="Change a chapter's title and words: of your book, or as a moderator"
    )
    @app_commands.describe(book=_BOOK, chapter="Which chapter; without a number, the last")
    async def edit(
        self, interaction: discord.Interaction[Any], book: str = "", chapter: Number | None = None
    ) -> None:
        """Opens a form."""
        await self._library.edits.open(interaction, await self._shelf.find(interaction, book), chapter)

    @app_commands.command(name="retry", description="Tell a book's last chapter anew")
    @app_commands.describe(book=_BOOK)
    async def retry(self, interaction: discord.Interaction[Any], book: str = "") -> None:
        """With another seed; the old one counts no more."""
        opened = await self._shelf.open(await self._shelf.find(interaction, book))
        await self._library.actions.retry(interaction, opened.book, opened.path[-1])

    @app_commands.command(name="map", description="A picture of all the ways that a book was told")
    @app_commands.describe(book=_BOOK)
    async def draw_map(self, interaction: discord.Interaction[Any], book: str = "") -> None:
        """Branches, tellers, and the way that counts."""
        await self._library.files.map(interaction, await self._shelf.find(interaction, book))

    @app_commands.command(name="export", description="A book as a file, with its pictures and credits")
    @app_commands.describe(form="EPUB for e-readers, PDF for paper, HTML for browsers", book=_BOOK)
    async def export(self, interaction: discord.Interaction[Any], form: Form = "epub", book: str = "") -> None:
        """Bound, for whoever asks alone."""
        await self._library.files.export(interaction, await self._shelf.find(interaction, book), form)

    @start.autocomplete("style")
    async def styles(self, _: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """The configured styles whose name or label holds what was typed."""
        return style_choices(self._config, current)

    @go_on.autocomplete("book")
    @read.autocomplete("book")
    @edit.autocomplete("book")
    @retry.autocomplete("book")
    @draw_map.autocomplete("book")
    @export.autocomplete("book")
    async def books(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """Books that may be read here."""
        return await unbroken(lambda: self._library.shelf.choices(interaction, current))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A chapter's form was sent, perhaps one that was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit or EditOf.read(form_id(interaction)) is None:
            return
        edits = self._library.edits
        await self._presses.answered(interaction, "the form of /book edit", lambda: edits.sent(interaction))


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(BookCog(bot.parts))
