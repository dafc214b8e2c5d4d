"""What a press on a button or a choice in a menu does.

Retry, Delete and Cancel belong to the member who asked (Delete and Cancel to moderators too); the other buttons are
for everybody, and whoever presses them becomes the new job's author. A job of another server is unknown here.
Every press ends in an answer (`bot.presses`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot import drafts, texts, texts_privacy
from bot.convert import Reader
from bot.delivery import Delivery
from bot.drafts import Draft, Source
from bot.errors import new_reference
from bot.forgetting import Forgetting
from bot.intake import Intake
from bot.outgoing import Outgoing
from bot.presses import Presses
from bot.results import Results
from bot.unweaving import Unweaver
from bot.views import AttachmentMenu, PictureMenu, menu
from ravsg.config import Config
from ravsg.errors import BadInput, Refused
from ravsg.jobs.job import Job, JobState
from ravsg.jobs.service import JobService
from ravsg.memory.service import Memory
from ravsg.types import StoryRequest

OWNERS_ONLY: Final = frozenset({"retry", "delete", "cancel"})
MODERATORS_TOO: Final = frozenset({"delete", "cancel"})
NEED_SOURCE: Final = frozenset({"retry", "again", "vary"})
"""They repeat what the job was asked for, which may have come from a result that was forgotten since."""
MENUS_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """Several pictures of one message, from which a member is choosing."""

    message_id: int
    attachments: tuple[discord.Attachment, ...]
    own_picture: bool
    source: Source


class Actions:
    """Buttons and menus, with what they need."""

    def __init__(
        self,
        *,
        jobs: JobService,
        memory: Memory,
        forgetting: Forgetting,
        unweaver: Unweaver,
        intake: Intake,
        results: Results,
        delivery: Delivery,
        presses: Presses,
        reader: Reader,
        config: Config,
    ) -> None:
        self._jobs = jobs
        self._memory = memory
        self._forgetting = forgetting
        self._unweaver = unweaver
        self._intake = intake
        self._results = results
        self._delivery = delivery
        self._presses = presses
        self._reader = reader
        self._config = config
        self._offers: OrderedDict[str, Offer] = OrderedDict()

    # ------------------------------------------------------------------ under results

    async def press(
        self, interaction: discord.Interaction[Any], action: str, job_id: str, *, picture: int | None = None
    ) -> None:
        """A job's button, or the menu that asked which of its pictures is meant."""
        await self._presses.answered(
            interaction,
            f"button {action}",
            lambda: self._press(interaction, action, job_id, picture),
            job_id=job_id,
        )

    async def _press(
        self, interaction: discord.Interaction[Any], action: str, job_id: str, picture: int | None
    ) -> None:
        job = await self._jobs.get(job_id)
        if job is None or job.origin.guild_id != interaction.guild_id:
            raise BadInput(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY)
        _check_owner(interaction, action, job)
        match action:
            case "cancel":
                await self._cancel(interaction, job)
            case "delete":
                await self._delete(interaction, job)
            case "vary" | "tell" if picture is None and _picture_count(job) > 1:
                self._intake.check_permissions(interaction)
                view = menu(PictureMenu(action, job.id, _picture_count(job)))
                await self._delivery.answer(interaction, Outgoing(texts.PICK_PICTURE, view=view))
            case _:
                await self._intake.interaction(
                    interaction,
                    lambda: self._draft(action, job, picture or 0, by=interaction.user.id),
                    reply_to=interaction.message.id if interaction.message and picture is None else None,
                )

    async def _draft(self, action: str, job: Job, picture: int, *, by: int) -> Draft:
        if job.result is None and action not in {"retry", "again"}:
            raise BadInput(texts.NO_RESULT, texts.JOB_UNKNOWN_REMEDY)
        if job.request.get("source_gone") and action in NEED_SOURCE:
            raise BadInput(texts.SOURCE_GONE, texts.JOB_UNKNOWN_REMEDY)
        match action:
            case "retry":
                return drafts.retold(job, await self._jobs.blobs(job.id, "input"))
            case "continue":
                return drafts.continued(job, await self._jobs.blobs(job.id, "input"), by=by)
            case "paint":
                return drafts.illustrated(job, self._config.paint.style)
            case "again":
                return drafts.repainted(job, await self._jobs.blobs(job.id, "input"))
            case "vary":
                return drafts.varied(job, await self._painted(job, picture))
            case "tell":
                return drafts.told(job, await self._painted(job, picture), self._config.story.length)
        raise BadInput(texts.JOB_UNKNOWN, texts.JOB_UNKNOWN_REMEDY, detail=f"action {action!r}")

    async def _painted(self, job: Job, number: int) -> bytes:
        results = await self._jobs.blobs(job.id, "result")
        data = results.get(f"picture-{number}")
        if data is None:
            raise BadInput(texts.INPUT_GONE, texts.INPUT_GONE_REMEDY)
        return data

    async def _cancel(self, interaction: discord.Interaction[Any], job: Job) -> None:
        stopped = await self._jobs.cancel(job.id)
        await self._delivery.answer(interaction, Outgoing(texts.CANCELLING if stopped else texts.TOO_LATE_TO_CANCEL))

    async def _delete(self, interaction: discord.Interaction[Any], job: Job) -> None:
        if not await self._delivery.defer(interaction):
            return
        await self._forgetting.settled(job)
        forgotten = await self._memory.forget(
            job.origin.guild_id, job_id=job.id, by=interaction.user.id, moderator=is_moderator(interaction)
        )
        await self._results.remove(job.id)
        await self._jobs.erase(job.origin.guild_id, job.id)
        await self._delivery.update(interaction, Outgoing(texts.DELETED if forgotten else texts.DELETED_ONLY))

    # ------------------------------------------------------------------ choosing a picture of a message

    async def offer(
        self,
        interaction: discord.Interaction[Any],
        message: discord.Message,
        attachments: Sequence[discord.Attachment],
        *,
        own: bool,
    ) -> None:
        """Ask which of several pictures is meant."""
        key = new_reference()
        self._offers[key] = Offer(message.id, tuple(attachments), own, await self._results.source(message))
        if len(self._offers) > MENUS_KEPT:
            self._offers.popitem(last=False)
        names = [one.filename for one in attachments]
        await self._delivery.answer(interaction, Outgoing(texts.PICK_PICTURE, view=menu(AttachmentMenu(key, names))))

    async def pick(self, interaction: discord.Interaction[Any], key: str, number: int) -> None:
        """A picture was chosen."""
        await self._presses.answered(interaction, "picture menu", lambda: self._pick(interaction, key, number))

    async def _pick(self, interaction: discord.Interaction[Any], key: str, number: int) -> None:
        offer = self._offers.get(key)
        if offer is None or number >= len(offer.attachments):
            raise BadInput(texts.MENU_OLD, texts.MENU_OLD_REMEDY)
        await self.tell_story(
            interaction,
            offer.attachments[number],
            reply_to=offer.message_id,
            own_picture=offer.own_picture,
            source=offer.source,
        )

    async def tell_story(
        self,
        interaction: discord.Interaction[Any],
        attachment: discord.Attachment,
        *,
        reply_to: int | None,
        own_picture: bool,
        request: StoryRequest | None = None,
        source: Source | None = None,
    ) -> Job | None:
        """Accept a story of an attachment; it is shown with the result where it answers no message that shows it.

        `source`: whose message shows it.
        """
        asked = request or StoryRequest(length=self._config.story.length, seed=drafts.new_seed())

        async def prepare() -> Draft:
            clean = await self._reader.picture(attachment)
            draft = drafts.story(
                asked, clean.png, own_picture=own_picture, show_picture=reply_to is None, notes=clean.notes
            )
            return drafts.made_from(draft, source or Source())

        return await self._intake.interaction(interaction, prepare, reply_to=reply_to)

    # ------------------------------------------------------------------ privacy

    async def forget_me(self, interaction: discord.Interaction[Any], user_id: int) -> None:
        """A member confirmed that everything of theirs goes."""
        await self._presses.answered(interaction, "/privacy forget", lambda: self._forget_me(interaction, user_id))

    async def _forget_me(self, interaction: discord.Interaction[Any], user_id: int) -> None:
        if interaction.user.id != user_id or interaction.guild_id is None:
            raise Refused(texts.NOT_YOURS, "")
        if not await self._delivery.defer(interaction):
            return
        await self._delivery.update(interaction, Outgoing(texts_privacy.FORGETTING))
        await self._unweaver.unweave(
            interaction.guild_id, user_id, lambda text: self._delivery.update(interaction, Outgoing(text))
        )


def is_moderator(interaction: discord.Interaction[Any]) -> bool:
    """Whether whoever pressed may manage messages here."""
    return interaction.permissions.manage_messages


def _check_owner(interaction: discord.Interaction[Any], action: str, job: Job) -> None:
    """Raise Refused where a stranger presses what is not theirs."""
    if action not in OWNERS_ONLY or interaction.user.id == job.origin.author_id:
        return
    if action in MODERATORS_TOO and is_moderator(interaction):
        return
    raise Refused(texts.NOT_YOURS, texts.NOT_YOURS_REMEDY)


def _picture_count(job: Job) -> int:
    if job.kind != "paint" or job.state is not JobState.DONE or job.result is None:
        return 1
    return len(job.result.get("pictures", ()))
