"""Opening story threads: the first one of a book, from a picture or a premise, and one for each What if?.

In a text channel the bot posts a message and opens a thread on it; in a thread or forum post that is there, the story
begins where it was asked for. The book is kept once its thread is there, so a failure leaves at most an empty thread.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import discord

from bot import drafts, texts, texts_weave
from bot.convert import Reader, origin_of
from bot.delivery import Delivery, Posted
from bot.embeds import COLOUR_STORY, message_link
from bot.files import fitted
from bot.intake import Intake
from bot.markup import quote, safe, shorten
from bot.outgoing import OutFile, Outgoing
from bot.rating import age_restricted
from bot.results import SMALLER, Results
from bot.thread_door import ThreadDoor
from bot.views_weave import guide_buttons
from bot.weave_lines import TITLE, Line, Lines
from ravsg import safety
from ravsg.errors import BadInput, DeliveryError, Refused
from ravsg.store.book_rows import NewBook, Piece
from ravsg.store.books import BookStore
from ravsg.types import Origin

_log = logging.getLogger(__name__)

TITLE_LIMIT: Final = 80
PREMISE_SHOWN: Final = 3000


@dataclass(frozen=True, slots=True)
class Asked:
    """What `/weave start` was given."""

    premise: str
    title: str
    language: str
    every: int
    adult: bool
    image: discord.Attachment | None


class Opening:
    """Opens threads and keeps what is told in them."""

    def __init__(
        self,
        *,
        store: BookStore,
        lines: Lines,
        door: ThreadDoor,
        delivery: Delivery,
        intake: Intake,
        reader: Reader,
        results: Results,
        style: str,
        every_message: bool,
        spoiler: bool,
    ) -> None:
        self._store = store
        self._lines = lines
        self._door = door
        self._delivery = delivery
        self._intake = intake
        self._reader = reader
        self._results = results
        self._style = style
        self._every_message = every_message
        self._spoiler = spoiler

    async def start(self, interaction: discord.Interaction[Any], asked: Asked) -> Line | None:
        """Begin a story; None where Discord had given the command up. Raises BadInput, Refused, Unfit, BadPicture,
        DeliveryError, StoreError."""
        channel = await self._place(interaction, asked)
        adult = asked.adult and age_restricted(channel)
        await asyncio.to_thread(partial(safety.check, asked.premise, asked.title, adult=adult))
        if not await self._delivery.defer(interaction):
            return None
        picture = None if asked.image is None else (await self._reader.picture(asked.image)).png
        origin = origin_of(interaction)
        own_title = asked.title or shorten(" ".join(asked.premise.split()), TITLE_LIMIT)
        title = own_title or texts_weave.UNTITLED
        cover = await self._cover(origin, title, asked.premise, picture)
        place: Posted | None = None
        if isinstance(channel, discord.TextChannel):
            said = texts_weave.opening(quote(title, TITLE), f"<@{origin.author_id}>")
            place = await self._send(channel.id, _with(cover, said))
            thread = await self._door.open_on(origin.guild_id, place, title)
            cover = Outgoing()
        else:
            thread = channel
        book = await self._store.start(
            origin.guild_id,
            NewBook(
                "thread",
                _readers_of(thread),
                origin.author_id,
                origin.author_name,
                title=own_title,
                title_given=bool(own_title),
                language=asked.language,
                adult=adult,
                style=self._style,
                every=asked.every,
                seed=drafts.new_seed(),
                premise=asked.premise,
                thread_id=thread.id,
            ),
            picture,
        )
        line = await self._lines.of_branch(origin.guild_id, book.trunk_id)
        guide = await self._guide(line, cover)
        shown = place or guide
        await self._store.shows(origin.guild_id, book.id, shown.channel_id, shown.message_id, {origin.author_id})
        link = message_link(origin.guild_id, guide.channel_id, guide.message_id)
        await self._delivery.update(interaction, Outgoing(texts_weave.opened(link)))
        return line

    async def branch(
        self, interaction: discord.Interaction[Any], line: Line, piece: Piece, question: str
    ) -> tuple[Line, discord.Thread]:
        """Open a thread for what happens if the story turns another way after a piece; the interaction was
        acknowledged. Raises Refused, DeliveryError, StoreError."""
        here: object = interaction.channel
        if interaction.channel_id != line.thread_id and interaction.guild is not None:
            here = interaction.guild.get_channel_or_thread(line.thread_id)
        parent = here.parent if isinstance(here, discord.Thread) else None
        if not isinstance(here, discord.Thread) or here.is_private() or parent is None:
            raise Refused(texts_weave.PRIVATE_THREAD, texts_weave.PRIVATE_THREAD_REMEDY)
        origin = origin_of(interaction)
        _check_threads(parent)
        title = texts_weave.what_if(question)
        named = quote(title, TITLE_LIMIT + 20)
        said = Outgoing(texts_weave.branch_opening(line.title, named, f"<@{origin.author_id}>", _link(piece)))
        if isinstance(parent, discord.ForumChannel):
            thread = await self._door.open_post(parent, title, said, here.applied_tags)
            place = Posted(thread.id, thread.id)
        else:
            place = await self._delivery.send(parent.id, said)
            thread = await self._door.open_on(origin.guild_id, place, title)
        opened = await self._store.fork(
            line.guild_id, line.book.id, piece.id, title, origin.author_id, thread_id=thread.id
        )
        people = {origin.author_id, line.book.author_id}
        await self._store.shows(line.guild_id, line.book.id, place.channel_id, place.message_id, people)
        return await self._lines.of_branch(line.guild_id, opened.id), thread

    async def guide(self, line: Line) -> Posted:
        """Say in a branch's thread how it works. Raises DeliveryError."""
        return await self._guide(line, Outgoing(texts_weave.BRANCH_NOTE))

    # ------------------------------------------------------------------ inside

    async def _place(
        self, interaction: discord.Interaction[Any], asked: Asked
    ) -> discord.TextChannel | discord.Thread:
        """Where the story begins. Raises Refused where it cannot, BadInput where it has no beginning."""
        self._intake.check_permissions(interaction)
        channel = interaction.channel
        if not isinstance(channel, discord.TextChannel | discord.Thread):
            raise Refused(texts_weave.NO_PLACE, texts_weave.NO_PLACE_REMEDY)
        if asked.image is None and not asked.premise:
            raise BadInput(texts_weave.NO_BEGINNING, texts_weave.NO_BEGINNING_REMEDY)
        if asked.adult and (asked.image is not None or not age_restricted(channel)):
            raise Refused(texts_weave.ADULT_PLACE, texts_weave.ADULT_PLACE_REMEDY)
        if isinstance(channel, discord.TextChannel):
            _check_threads(channel)
            return channel
        line = await self._lines.of_thread(channel.guild.id, channel.id)
        if line is not None and line.book.state in {"writing", "paused"}:
            raise Refused(texts_weave.HAS_STORY, texts_weave.HAS_STORY_REMEDY)
        return channel

    async def _cover(self, origin: Origin, title: str, premise: str, picture: bytes | None) -> Outgoing:
        files: tuple[OutFile, ...] = ()
        if picture is not None:
            fit = await asyncio.to_thread(fitted, picture, self._results.file_limit(origin.guild_id))
            name, alt = f"picture.{fit.extension}", texts_weave.COVER_ALT
            files = (OutFile(name, fit.data, alt, spoiler=self._spoiler),)
        return Outgoing(embeds=(_embed(title, shorten(safe(premise), PREMISE_SHOWN)),), files=files)

    async def _guide(self, line: Line, cover: Outgoing) -> Posted:
        how = texts_weave.guide(every_message=self._every_message, every=line.book.every)
        view = guide_buttons(line.branch.id, writes=not self._every_message, sibling=line.sibling)
        said = "\n".join(filter(None, (cover.content, how)))
        return await self._send(line.thread_id, Outgoing(said, cover.embeds, cover.files, view))

    async def _send(self, channel_id: int, message: Outgoing) -> Posted:
        """Post a message, with a smaller cover where Discord finds it too large, at last without. Raises
        DeliveryError."""
        while True:
            try:
                return await self._delivery.send(channel_id, message)
            except discord.HTTPException as error:
                if error.status != 413 or not message.files:
                    raise
                _log.info("a cover of %d bytes is too large for channel %d", len(message.files[0].data), channel_id)
                message = replace(message, files=await asyncio.to_thread(_smaller, message.files))


def _check_threads(channel: discord.abc.GuildChannel) -> None:
    """Raise Refused where the bot may not open threads in a channel."""
    granted = channel.permissions_for(channel.guild.me)
    if not granted.create_public_threads and not isinstance(channel, discord.ForumChannel):
        raise Refused(texts_weave.MAY_NOT_THREAD, texts_weave.MAY_NOT_THREAD_REMEDY)
    sending = {"send_messages": granted.send_messages, "send_messages_in_threads": granted.send_messages_in_threads}
    missing = [texts.PERMISSION_NAMES[name] for name, has in sending.items() if not has]
    if missing:
        raise Refused(*texts.missing_permissions(missing))


def _readers_of(thread: discord.Thread) -> int:
    """The channel whose readers may read the story: a public thread's parent, a private thread itself."""
    return thread.id if thread.is_private() else thread.parent_id


def _embed(title: str, words: str) -> discord.Embed:
    return discord.Embed(title=quote(title, TITLE_LIMIT), description=words or None, colour=COLOUR_STORY)


def _link(piece: Piece) -> str:
    """Where a piece stands; empty where it stands nowhere."""
    if piece.channel_id is None or piece.message_id is None:
        return ""
    return message_link(piece.guild_id, piece.channel_id, piece.message_id)


def _smaller(covers: tuple[OutFile, ...]) -> tuple[OutFile, ...]:
    """The cover in a quarter of its bytes at most; none where that would be too small to be seen. It takes time."""
    (cover,) = covers
    try:
        fit = fitted(cover.data, len(cover.data) // SMALLER)
    except DeliveryError:
        return ()
    return (replace(cover, name=f"picture.{fit.extension}", data=fit.data),)


def _with(cover: Outgoing, said: str) -> Outgoing:
    return Outgoing(said, cover.embeds, cover.files, cover.view)
