"""What a person gets back after acting on the bot: a handle on the interaction, to wait and to look.

Waiting is done by events of the sandbox; every `timeout` is real seconds.
"""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import InteractionFailed
from .interaction import Interaction
from .model import Json, Message, walk_components
from .waiting import Watch

Found = TypeVar("Found")

TIMEOUT = 30.0
TOLD_CHARACTERS = 200
KINDS = {4: "message", 5: "deferred", 6: "deferred_update", 7: "update", 8: "choices", 9: "modal"}


@dataclass(frozen=True, slots=True)
class Ack:
    """The bot's first answer: its kind (message, deferred, …) and how many seconds it took."""

    kind: str
    after: float


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that the bot opened; `fields` maps every custom id to its component."""

    title: str
    custom_id: str
    components: list[Json]
    opened_by: Interaction

    @property
    def fields(self) -> dict[str, Json]:
        """The inputs, by custom id."""
        parts = walk_components(self.components)
        return {one["custom_id"]: one for one in parts if "custom_id" in one}

    @property
    def labels(self) -> dict[str, str]:
        """The inputs' custom ids, by the label that the person reads."""
        found: dict[str, str] = {}
        for part in walk_components(self.components):
            inner = part.get("component") if part.get("type") == 18 else part
            if inner and part.get("label") and inner.get("custom_id"):
                found[part["label"]] = inner["custom_id"]
        return found


class Handle:
    """One act of a person and the bot's answers to it."""

    def __init__(self, interaction: Interaction, watch: Watch) -> None:
        self.interaction = interaction
        self._watch = watch

    @property
    def failed(self) -> bool:
        """Whether "This interaction failed" is shown."""
        return self.interaction.failed

    @property
    def ack(self) -> Ack | None:
        """The first answer so far."""
        one = self.interaction
        if one.answer is None or one.answered_after is None:
            return None
        return Ack(KINDS[one.answer], one.answered_after)

    @property
    def original(self) -> Message | None:
        """The answer's message, perhaps still "thinking"; for updates, the message that was pressed."""
        return self.interaction.original

    @property
    def followups(self) -> list[Message]:
        """The messages after the first."""
        return list(self.interaction.followups)

    @property
    def choices(self) -> list[tuple[str, Any]] | None:
        """Autocomplete's suggestions as (name, value)."""
        found = self.interaction.choices
        return None if found is None else [(one["name"], one["value"]) for one in found]

    @property
    def modal(self) -> Modal | None:
        """The form that was opened, if one was."""
        data = self.interaction.modal
        if data is None:
            return None
        return Modal(data["title"], data["custom_id"], data["components"], self.interaction)

    async def acked(self, timeout: float = TIMEOUT) -> Ack:
        """Wait for the first answer.

        Raises:
            InteractionFailed: 3 s passed by the sandbox's clock.
            TimeoutError: nothing happened for `timeout` seconds.
        """
        await self._until(lambda: self.failed or self.ack, "the first answer", timeout)
        if self.ack is None:
            raise InteractionFailed(f"This interaction failed: {self.interaction.data}")
        return self.ack

    async def response(self, timeout: float = TIMEOUT) -> Message:
        """Wait for the answer's text: the original message, once it no longer "thinks"."""
        await self.acked(timeout)
        return await self._until(self._spoken, "the answer's text", timeout)

    async def followup(self, number: int = 1, timeout: float = TIMEOUT) -> Message:
        """Wait for a further message after the answer, the first or the `number`-th."""

        def look() -> Message | None:
            found = self.followups
            return found[number - 1] if len(found) >= number else None

        await self.acked(timeout)
        return await self._until(look, f"follow-up {number}", timeout)

    async def suggestions(self, timeout: float = TIMEOUT) -> list[tuple[str, Any]]:
        """Wait for autocomplete's suggestions, as (name, value)."""
        await self.acked(timeout)
        return self.choices or []

    async def form(self, timeout: float = TIMEOUT) -> Modal:
        """Wait for a form to open; InteractionFailed when another answer comes."""
        await self.acked(timeout)
        if (modal := self.modal) is None:
            raise InteractionFailed(f"No form was opened, but {self.ack}")
        return modal

    async def _until(self, look: Callable[[], Found | None], what: str, timeout: float) -> Found:
        try:
            return await self._watch.until(look, timeout)
        except TimeoutError:
            shown = [told(one) for one in [self.original, *self.followups] if one is not None]
            raise TimeoutError(
                f"{what} did not come within {timeout} s; acknowledged: {self.ack}; "
                f"shown so far: {'; '.join(shown) or 'nothing'}"
            ) from None

    def _spoken(self) -> Message | None:
        message = self.interaction.original
        return message if message is not None and not message.loading else None


def told(message: Message) -> str:
    """One line about a message for an error text: who, what, files, buttons, reactions, and whether it is private."""
    marks = [
        "private" if message.ephemeral else "",
        "thinking" if message.loading else "",
        "deleted" if message.deleted else "",
        *(one.filename for one in message.files),
        *(one.filename for one in (message.snapshot.files if message.snapshot is not None else [])),
        *(f"[{one.get('label') or one.get('placeholder') or one.get('custom_id')}]" for one in message.controls),
        *(f"{one.emoji} {len(one.users)}" for one in message.reactions),
    ]
    extra = ", ".join(one for one in marks if one)
    return f"{message.author.display_name}: {message.text[:TOLD_CHARACTERS]!r}" + (f" ({extra})" if extra else "")
