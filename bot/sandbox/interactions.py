"""Interactions: what a person does to the bot, and the life of the answer.

An interaction is told to the bot once, must be answered within 3 s, and its token lives for 15 minutes. Nothing
here checks who may do what; person.py does, as Discord's client would.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from .contents import Attachment
from .errors import ApiError, invalid_form, unknown
from .interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction, metadata, payload
from .limits import check_choices, check_message, check_modal
from .messages import KEPT_FLAGS, Draft, Messages, Upload
from .model import (
    CHAT_INPUT_COMMAND,
    CONTEXT_MENU_COMMAND,
    DEFAULT,
    EPHEMERAL,
    LOADING,
    Channel,
    Json,
    Message,
    User,
)
from .shapes import public
from .world import Event, World

REPLY_MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9
PONG, LAUNCH_ACTIVITY = 1, 12
WRONG = {
    PONG: "Only a ping is answered so, and the gateway brings none.",
    LAUNCH_ACTIVITY: "The application has no activity to launch.",
}
CHOICE = "BASE_TYPE_CHOICES"
ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 900.0


class Interactions:
    """Starts interactions and takes the bot's answers."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages
        self._by_token: dict[str, Interaction] = {}

    # ---- the person's side

    def start(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        opened_from: Interaction | None = None,
        uploads: Sequence[Attachment] = (),
    ) -> Interaction:
        """Tell the bot what a person did, and begin to count the 3 seconds; `uploads` live as long as the token."""
        world = self._world
        interaction = Interaction(
            world.new_id(),
            secrets.token_urlsafe(48),
            kind,
            user,
            channel,
            data,
            world.clock.now(),
            message,
            opened_from=opened_from,
        )
        self._by_token[interaction.token] = interaction
        for one in uploads:
            world.files.add(one)
        world.clock.call_later(TOKEN_SECONDS, lambda: self._end(interaction, uploads))
        world.clock.call_later(ANSWER_SECONDS, lambda: self._too_late(interaction))
        world.publish(Event("INTERACTION_CREATE", payload(world, interaction), channel.guild_id, channel.id))
        return interaction

    def _too_late(self, interaction: Interaction) -> None:
        if interaction.answer is None:
            interaction.failed = True
            self._changed(interaction)

    def _end(self, interaction: Interaction, uploads: Sequence[Attachment]) -> None:
        del self._by_token[interaction.token]
        for one in uploads:
            self._world.files.forget(one)

    # ---- the bot's side

    def by_token(self, token: str) -> Interaction:
        """The answered interaction of a live token, for follow-ups and edits.

        Raises:
            ApiError: 50027 after 15 minutes or for a strange token, 10015 before the first answer, 10003 where the
                channel was deleted.
        """
        interaction = self._by_token.get(token)
        if interaction is None or self._world.clock.now() - interaction.created >= TOKEN_SECONDS:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        if interaction.answer is None:
            raise unknown("Webhook")
        if interaction.channel.id not in self._world.channels:
            raise unknown("Channel")
        return interaction

    def answer(self, key: int, token: str, body: Json, uploads: list[Upload]) -> Interaction:
        """Take the first answer (POST /interactions/{id}/{token}/callback).

        Raises:
            ApiError: 10062 when it is too late, 40060 when there was one, 10003 where the channel was deleted, 50035
                when the type does not fit.
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.id != key or interaction.failed:
            raise unknown("Interaction")
        if interaction.answer is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = int(body.get("type", 0)), body.get("data") or {}
        if interaction.channel.id not in self._world.channels:
            raise unknown("Channel")
        if kind not in self._allowed(interaction):
            raise invalid_form("type", WRONG.get(kind, f"Type {kind} does not answer this interaction."), CHOICE)
        self._take(interaction, kind, data, uploads)
        interaction.answer = kind
        interaction.answered_after = self._world.clock.now() - interaction.created
        self._changed(interaction)
        return interaction

    def follow_up(self, interaction: Interaction, draft: Draft) -> Message:
        """A further message. The first one after a deferral fills the deferred message, as Discord does it."""
        if interaction.original is not None and interaction.original.loading:
            changes: Json = {
                "content": draft.content,
                "embeds": draft.embeds,
                "components": draft.components,
                "allowed_mentions": draft.allowed_mentions,
                "flags": draft.flags,
                "poll": draft.poll,
            }
            return self.edit(interaction.original, changes, draft.uploads)
        message = self._write(interaction, draft, DEFAULT)
        interaction.followups.append(message)
        self._changed(interaction)
        return message

    def edit(self, message: Message, changes: Json, uploads: list[Upload]) -> Message:
        """Edit an answer; a deferred one stops "thinking" by it, and may become a poll."""
        was_loading = message.loading
        if changes.get("poll") and not was_loading:
            raise invalid_form("poll", "A poll can only be added to a deferred answer.")
        if was_loading:
            message.flags &= ~LOADING
        try:
            self._messages.edit(message, changes, uploads, quiet=was_loading)
        except ApiError:
            message.flags |= LOADING if was_loading else 0
            raise
        return message

    def callback_json(self, interaction: Interaction) -> Json:
        """What the callback answers when asked `with_response`."""
        original = interaction.original
        inner: Json = {"id": str(interaction.id), "type": interaction.kind}
        body: Json = {"interaction": inner}
        if original is not None:
            inner |= {
                "response_message_id": str(original.id),
                "response_message_loading": original.loading,
                "response_message_ephemeral": original.ephemeral,
            }
            if interaction.answer in (REPLY_MESSAGE, UPDATE):
                message = public(self._world.shapes.message(original))
                body["resource"] = {"type": interaction.answer, "message": message}
        return body

    # ---- inside

    @staticmethod
    def _allowed(interaction: Interaction) -> set[int]:
        if interaction.kind == AUTOCOMPLETE:
            return {CHOICES}
        allowed = {REPLY_MESSAGE, DEFERRED}
        if interaction.message is not None and interaction.kind in (COMPONENT, MODAL):
            allowed |= {DEFERRED_UPDATE, UPDATE}
        return allowed if interaction.kind == MODAL else allowed | {OPEN_MODAL}

    def _take(self, interaction: Interaction, kind: int, data: Json, uploads: list[Upload]) -> None:
        if kind == CHOICES:
            choices = data.get("choices") or []
            check_choices(choices)
            interaction.choices = choices
        elif kind == OPEN_MODAL:
            check_modal(data)
            interaction.modal = data
        elif kind == DEFERRED:
            draft = Draft(flags=(data.get("flags") or 0) & EPHEMERAL)
            interaction.original = self._write(interaction, draft, self._answer_type(interaction), loading=True)
        elif kind == REPLY_MESSAGE:
            check_message(data)
            interaction.original = self._write(interaction, draft_of(data, uploads), self._answer_type(interaction))
        else:
            interaction.original = interaction.message
            if kind == UPDATE and interaction.message is not None:
                check_message(data)
                self._messages.edit(interaction.message, data, uploads)

    def _write(self, interaction: Interaction, draft: Draft, kind: int, *, loading: bool = False) -> Message:
        bot = self._world.bot
        private = bool(draft.flags & EPHEMERAL)
        return self._messages.create(
            bot,
            interaction.channel,
            draft,
            may_be_empty=loading,
            type=kind,
            application_id=bot.id,
            webhook_id=bot.id,
            interaction=metadata(interaction),
            visible_to=interaction.user.id if private else None,
            flags=draft.flags & (KEPT_FLAGS | EPHEMERAL) | (LOADING if loading else 0),
        )

    @staticmethod
    def _answer_type(interaction: Interaction) -> int:
        if interaction.kind == COMMAND:
            return CHAT_INPUT_COMMAND if interaction.data.get("type", 1) == 1 else CONTEXT_MENU_COMMAND
        return DEFAULT

    def _changed(self, interaction: Interaction) -> None:
        data = {"id": str(interaction.id), "failed": interaction.failed, "answer": interaction.answer}
        self._world.publish(Event("SANDBOX_INTERACTION", data, None, interaction.channel.id, interaction.user.id))


def draft_of(body: Json, uploads: list[Upload]) -> Draft:
    """A message as the bot's JSON describes it."""
    return Draft(
        content=body.get("content") or "",
        embeds=body.get("embeds") or [],
        components=body.get("components") or [],
        uploads=uploads,
        flags=body.get("flags") or 0,
        nonce=body.get("nonce"),
        enforce_nonce=bool(body.get("enforce_nonce")),
        allowed_mentions=body.get("allowed_mentions"),
        poll=body.get("poll"),
        sticker_ids=[int(one) for one in body.get("sticker_ids") or []],
    )
