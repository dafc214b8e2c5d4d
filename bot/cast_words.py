"""What members write about a character: one line each, short enough, and fit for every channel of a server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import texts_cast
from bot.views import form_values
from ravsg import safety
from ravsg.errors import BadInput
from ravsg.store.cast import LOOKS_LIMIT, NAME_LIMIT, OUTFIT_LIMIT

if TYPE_CHECKING:
    import discord

    from bot.convert import Reader


@dataclass(frozen=True, slots=True)
class Given:
    """A character's words as they will be kept."""

    name: str
    looks: str
    outfit: str = ""

    async def judged(self) -> None:
        """Raise Unfit where they go too far for a channel without age restriction: the cast is seen in all."""
        await asyncio.to_thread(partial(safety.check, self.name, self.looks, self.outfit, adult=False))


class CastWords:
    """Reads forms and options."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def of_form(self, interaction: discord.Interaction[Any]) -> Given:
        """What was written into a form. Raises BadInput for what lacks letters or is too long."""
        values = form_values(interaction)
        given = Given(
            self._line(values.get("name", ""), texts_cast.FIELD_NAME, NAME_LIMIT),
            self._line(values.get("looks", ""), texts_cast.FIELD_LOOKS, LOOKS_LIMIT),
            self.outfit(values.get("outfit", "")),
        )
        if not any(character.isalnum() for character in given.name):
            raise BadInput(texts_cast.NO_NAME, texts_cast.NO_NAME_REMEDY)
        if not any(character.isalnum() for character in given.looks):
            raise BadInput(texts_cast.NO_LOOKS, texts_cast.NO_LOOKS_REMEDY)
        return given

    def outfit(self, text: str) -> str:
        """An outfit, empty for none. Raises BadInput for one that is too long."""
        return self._line(text, texts_cast.FIELD_OUTFIT, OUTFIT_LIMIT)

    def _line(self, text: str, what: str, limit: int) -> str:
        line = " ".join(self._reader.text(text, what).split())
        if len(line) > limit:  # Discord's client keeps to the limits, other clients may not
            raise BadInput(*texts_cast.too_long(what, limit))
        return line
