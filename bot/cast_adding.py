"""Apps ▸ Add to cast, from a message to a character: the picture, a look at it in the queue, who is meant, the form.

The look is a job like any other, and what it found is shown to its member alone: in the answer to the command while
that can be reached, else behind a button in the channel. A picture is kept as a reference only where it is the
member's own, the bot's, or of somebody who is remembered. How characters are shown is `bot.cast_showing`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import discord

from bot import texts, texts_cast
from bot.cast_words import CastWords
from bot.convert import is_own, origin_of
from bot.drafts import Draft, made_from
from bot.drafts import Source as DraftSource
from bot.errors import new_reference
from bot.markup import quote
from bot.outgoing import Outgoing
from bot.rating import age_restricted
from bot.views import menu
from bot.views_cast import CastPictureMenu, FigureMenu, NameButton, SeenButton, add_form
from ravsg.engine import painting_of
from ravsg.engine.casting import figures_of
from ravsg.errors import BadInput, Refused
from ravsg.picture.shapes import thumbnail
from ravsg.store.cast import NAME_LIMIT, CastStore, NewCharacter, Outfit, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cast_showing import CastShowing
    from bot.convert import Reader
    from bot.delivery import Delivery
    from bot.intake import Intake
    from bot.presses import Presses
    from bot.results import Results
    from ravsg.jobs.job import Job
    from ravsg.jobs.service import JobService
    from ravsg.memory.service import Memory

MENUS_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """Several pictures of one message, from which a member is choosing."""

    message: discord.Message
    attachments: tuple[discord.Attachment, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a message's picture comes from, and what may be kept of it."""

    source: DraftSource
    keep_picture: bool
    seed: int | None


class CastAdding:
    """Takes characters from pictures."""

    def __init__(
        self,
        *,
        cast: CastStore,
        jobs: JobService,
        memory: Memory,
        intake: Intake,
        results: Results,
        reader: Reader,
        delivery: Delivery,
        presses: Presses,
        showing: CastShowing,
    ) -> None:
        self._cast = cast
        self._jobs = jobs
        self._memory = memory
        self._intake = intake
        self._results = results
        self._delivery = delivery
        self._presses = presses
        self._showing = showing
        self._reader = reader
        self._words = CastWords(reader)
        self._offers: OrderedDict[str, Offer] = OrderedDict()

    # ------------------------------------------------------------------ which picture

    async def begin(
        self, interaction: discord.Interaction[Any], message: discord.Message, pictures: Sequence[discord.Attachment]
    ) -> None:
        """Look at a message's picture, or ask which of several is meant. Raises RavsgError."""
        if age_restricted(interaction.channel):
            raise Refused(texts_cast.NOT_FROM_HERE, texts_cast.NOT_FROM_HERE_REMEDY)
        if len(pictures) == 1:
            await self._look(interaction, message, pictures[0])
            return
        self._intake.check_permissions(interaction)
        key = new_reference()
        self._offers[key] = Offer(message, tuple(pictures))
        if len(self._offers) > MENUS_KEPT:
            self._offers.popitem(last=False)
        view = menu(CastPictureMenu(key, [one.filename for one in pictures]))
        await self._delivery.answer(interaction, Outgoing(texts.PICK_PICTURE, view=view))

    async def pick(self, interaction: discord.Interaction[Any], key: str, number: int) -> None:
        """A picture was chosen."""
        await self._presses.answered(
            interaction, "picture menu of the cast", lambda: self._pick(interaction, key, number)
        )

    async def _pick(self, interaction: discord.Interaction[Any], key: str, number: int) -> None:
        offer = self._offers.get(key)
        if offer is None or number >= len(offer.attachments):
            raise BadInput(texts.MENU_OLD, texts.MENU_OLD_REMEDY)
        await self._look(interaction, offer.message, offer.attachments[number])

    async def _look(
        self, interaction: discord.Interaction[Any], message: discord.Message, attachment: discord.Attachment
    ) -> None:
        async def prepare() -> Draft:
            clean = await self._reader.picture(attachment)
            comes = await self._origins(message, attachment, interaction.user)
            request = {
                "keep_picture": comes.keep_picture,
                "seed": comes.seed,
                "channel_of_picture": message.channel.id,
            }
            return made_from(Draft("cast", request, {"picture": clean.png}, remarks=clean.notes), comes.source)

        await self._intake.interaction(interaction, prepare, reply_to=message.id)

    async def _origins(
        self, message: discord.Message, attachment: discord.Attachment, user: discord.abc.User
    ) -> Origins:
        source = await self._results.source(message)
        guild_id = message.guild.id if message.guild is not None else 0
        job = None if source.job_id is None else await self._jobs.get(source.job_id)
        if job is not None and job.kind == "paint":
            return Origins(source, keep_picture=True, seed=await self._seed(job, message, attachment))
        if job is not None:  # a story, which shows the picture that its member gave
            owner: int | None = job.origin.author_id
        else:
            owner = None if message.message_snapshots else source.author_id
        own = owner == user.id if job is not None else is_own(message, user)
        keep = own or (owner is not None and await self._memory.may_remember(guild_id, owner))
        return Origins(source, keep_picture=keep, seed=None)

    async def _seed(self, job: Job, message: discord.Message, attachment: discord.Attachment) -> int | None:
        """The seed of a painted picture: its message shows the pictures in their order."""
        pictures = painting_of(job, await self._jobs.blobs(job.id, "result")).pictures
        place = next((n for n, one in enumerate(message.attachments) if one.id == attachment.id), len(pictures))
        return pictures[place].seed if place < len(pictures) else None

    # ------------------------------------------------------------------ who is meant

    def seen(self, job: Job) -> Outgoing:
        """Whom a picture shows, with the way to name one of them."""
        figures = figures_of(job)
        told = texts_cast.seen([quote(one, 100) for one in figures], keeps_picture=bool(job.request["keep_picture"]))
        view = menu(FigureMenu(job.id, figures) if len(figures) > 1 else NameButton(job.id, 0))
        return Outgoing(told, view=view)

    def seen_in_the_open(self, job: Job) -> Outgoing:
        """The same behind a button, where the private answer is out of reach."""
        asker = job.origin.author_id
        return Outgoing(f"<@{asker}> {texts_cast.looked(job.id)}", view=menu(SeenButton(job.id)), ping=asker)

    async def show_seen(self, interaction: discord.Interaction[Any], job_id: str) -> None:
        """Show it again, to whoever asked about the picture."""

        async def show() -> None:
            await self._delivery.answer(interaction, self.seen(await self._job(interaction, job_id)))

        await self._presses.answered(interaction, "the look at a picture", show, job_id=job_id)

    async def choose(self, interaction: discord.Interaction[Any], job_id: str, figure: int) -> None:
        """Open the form for one of the figures."""

        async def choose() -> None:
            figures = figures_of(await self._job(interaction, job_id))
            looks = figures[figure] if figure < len(figures) else ""
            await self._delivery.open_modal(interaction, add_form(job_id, looks))

        await self._presses.answered(interaction, "figure of a picture", choose, job_id=job_id)

    async def _job(self, interaction: discord.Interaction[Any], job_id: str) -> Job:
        job = await self._jobs.get(job_id)
        known = job is not None and job.kind == "cast" and job.result is not None
        if job is None or not known or job.origin.guild_id != interaction.guild_id:
            raise BadInput(texts_cast.SEEN_GONE, texts_cast.SEEN_GONE_REMEDY)
        if job.origin.author_id != interaction.user.id:
            raise Refused(texts_cast.NOT_YOUR_PICK, texts_cast.NOT_YOUR_PICK_REMEDY)
        return job

    # ------------------------------------------------------------------ the form

    async def accept(self, interaction: discord.Interaction[Any], job_id: str) -> None:
        """A form was sent: the character is added, and shown. Raises RavsgError."""
        job = await self._job(interaction, job_id)
        given = self._words.of_form(interaction)
        if not await self._delivery.defer(interaction):
            return
        await given.judged()
        origin = origin_of(interaction)
        character = await self._cast.add(
            job.origin.guild_id,
            NewCharacter(
                name=given.name,
                looks=given.looks,
                added_by=origin.author_id,
                added_by_name=origin.author_name,
                seed=job.request.get("seed"),
                picture=await self._reference(job),
                source=_source(job),
            ),
        )
        if given.outfit:
            await self._cast.dress(job.origin.guild_id, character.cast_id, Outfit(given.outfit))
            character = replace(character, wardrobe=(Outfit(given.outfit),))
        note = texts_cast.added(quote(character.name, NAME_LIMIT))
        await self._showing.card(interaction, character, note=note)

    async def _reference(self, job: Job) -> bytes | None:
        """The picture, small, where it may be kept and is not gone since."""
        picture = (await self._jobs.blobs(job.id, "input")).get("picture") if job.request["keep_picture"] else None
        return None if picture is None else await asyncio.to_thread(thumbnail, picture)


def _source(job: Job) -> Source:
    return Source(
        channel_id=job.request.get("channel_of_picture"),
        message_id=job.request.get("reply_to"),
        author_id=job.request.get("source_author"),
        job_id=job.parent_id,
        parent_channel_id=(job.request.get("place") or {}).get("parent_channel_id"),
    )
