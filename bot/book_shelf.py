"""Finds books for whoever asks: those that everybody who reads along may read, by what was chosen or typed.

It reads SQLite alone and never waits for the device, so it is quick enough while a member types. A book of another
server, of a channel that not everybody here reads, or for age-restricted channels only, is unknown here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import app_commands

from bot import texts, texts_books
from bot.actions import is_moderator
from bot.binding import canon
from bot.markup import plain, shorten
from bot.rating import age_restricted
from bot.visibility import audience
from ravsg import safety
from ravsg.errors import BadInput, Refused
from ravsg.store.book_rows import BookRow, Branch, Piece
from ravsg.store.books import BookStore

CHOICES: Final = 25
NAME: Final = 100
"""Characters of a suggestion."""
_TITLE: Final = 50
_AUTHOR: Final = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A book and the line of telling that counts."""

    book: BookRow
    branch: Branch
    branches: Sequence[Branch]
    path: Sequence[Piece]


class Shelf:
    """Reads books for interactions."""

    def __init__(self, store: BookStore) -> None:
        self._store = store

    async def find(self, interaction: discord.Interaction[Any], wanted: str) -> BookRow:
        """The book that was chosen from the list or typed by its title; without a word, that of this thread or the
        newest here. Raises BadInput where there is none, StoreError."""
        guild_id = interaction.guild_id or 0
        if not wanted.strip() and (own := await self._store.by_thread(guild_id, interaction.channel_id or 0)):
            return self._for_here(interaction, own[0])
        found = await self._store.book(guild_id, wanted.strip()) if wanted.strip() else None
        if found is not None:
            return self._for_here(interaction, found)
        listed = await self._listed(interaction, wanted)
        if listed:
            return listed[0]
        if not wanted.strip():
            raise BadInput(texts_books.NO_BOOK_HERE, texts_books.NO_BOOK_HERE_REMEDY)
        raise _unknown()

    async def book(self, interaction: discord.Interaction[Any], book_id: str) -> BookRow:
        """A book by its id. Raises BadInput where it may not be read here, StoreError."""
        found = await self._store.book(interaction.guild_id or 0, book_id)
        if found is None:
            raise _unknown()
        return self._for_here(interaction, found)

    async def open(self, book: BookRow, branch_id: int | None = None) -> Opened:
        """A book with what is told of it, on this branch or on the one that counts. Raises BadInput where nothing is
        told yet, StoreError."""
        branches = await self._store.branches(book.guild_id, book.id)
        chosen = next((one for one in branches if one.id == branch_id), None)
        branch = chosen or canon(branches)
        path = await self._store.path(book.guild_id, branch.id)
        if not path:
            raise BadInput(texts_books.NO_CHAPTER, texts_books.NO_CHAPTER_REMEDY)
        return Opened(book, branch, branches, path)

    async def choices(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        """Books to choose from, the newest first. Raises StoreError."""
        return [
            app_commands.Choice(name=await self._name(one), value=one.id)
            for one in (await self._listed(interaction, typed))[:CHOICES]
        ]

    async def _listed(self, interaction: discord.Interaction[Any], typed: str) -> list[BookRow]:
        found = await self._store.books(
            interaction.guild_id or 0, channels=audience(interaction), most=CHOICES, matching=typed.strip()
        )
        adult = age_restricted(interaction.channel)
        return await asyncio.to_thread(
            lambda: [
                one
                for one in found
                if (adult or not one.adult) and safety.fits(one.title, one.author_name, adult=adult)
            ]
        )

    async def _name(self, book: BookRow) -> str:
        told = await self._store.path(book.guild_id, book.trunk_id)
        title = shorten(plain(book.title) or texts.UNTITLED, _TITLE)
        author = shorten(plain(book.author_name), _AUTHOR)
        return shorten(texts_books.choice(title, author, texts_books.STATES[book.state], len(told)), NAME)

    @staticmethod
    def _for_here(interaction: discord.Interaction[Any], book: BookRow) -> BookRow:
        # whose channel is gone is kept for whoever began it, by its id
        kept = book.state == "gone" and book.author_id == interaction.user.id
        if not kept and book.channel_id not in audience(interaction):
            raise _unknown()
        if book.adult and not age_restricted(interaction.channel):
            raise Refused(texts_books.NOT_FOR_HERE, texts_books.NOT_FOR_HERE_REMEDY)
        return book


def check_owner(interaction: discord.Interaction[Any], *owners: int) -> None:
    """Raise Refused unless whoever acts is one of the owners, or moderates."""
    if interaction.user.id not in owners and not is_moderator(interaction):
        raise Refused(texts_books.NOT_YOUR_BOOK, texts_books.NOT_YOUR_BOOK_REMEDY)


def _unknown() -> BadInput:
    return BadInput(texts_books.BOOK_UNKNOWN, texts_books.BOOK_UNKNOWN_REMEDY)
