"""What a person gets back after acting on the bot: a handle on the interaction, to wait and to look.

Waiting is done by events of the sandbox; every `timeout` is real seconds.
"""

# ruff: noqa: ASYNC109 - a timeout is part of what a test says
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import InteractionFailed
from .interaction import Interaction
from .model import Json, Message, walk_components
from .waiting import Watch

TIMEOUT = 30.0
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
        await self._watch.until(lambda: self.failed or self.ack, timeout)
        if self.ack is None:
            raise InteractionFailed(f"This interaction failed: {self.interaction.data}")
        return self.ack

    async def response(self, timeout: float = TIMEOUT) -> Message:
        """Wait for the answer's text: the original message, once it no longer "thinks"."""
        await self.acked(timeout)
        return await self._watch.until(self._spoken, timeout)

    async def form(self, timeout: float = TIMEOUT) -> Modal:
        """Wait for a form to open; InteractionFailed when another answer comes."""
        await self.acked(timeout)
        if (modal := self.modal) is None:
            raise InteractionFailed(f"No form was opened, but {self.ack}")
        return modal

    def _spoken(self) -> Message | None:
        message = self.interaction.original
        return message if message is not None and not message.loading else None
