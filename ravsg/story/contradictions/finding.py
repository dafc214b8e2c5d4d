"""What the rules are given and what they give back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from ravsg.story.people import called, names_of
from ravsg.story.prompts import CastSheet
from ravsg.story.prose import narration


@dataclass(frozen=True)
class Told:
    """A chapter with what was laid down before it: the cast, the earlier chapters, where it plays, what is there."""

    text: str
    cast: tuple[CastSheet, ...] = ()
    earlier: tuple[str, ...] = ()
    setting: str = ""
    """Where it plays, as the analysis says it: "a forest of tall firs"."""
    objects: tuple[str, ...] = field(default=())
    """Things with their looks, as the analysis says them: "a red flower"."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What everybody is called, those of the cast first."""
        given = list(self.looks)
        found = names_of("\n".join((*self.earlier, self.text)), given)
        return tuple(dict.fromkeys([*given, *found]))

    @cached_property
    def looks(self) -> dict[str, str]:
        """The looks of the cast by the names that they are called by."""
        return {name: one.looks for one in self.cast if (name := called(one.name))}

    @cached_property
    def narrator(self) -> str:
        """Who says "I": the first of the cast, where narration speaks of itself and never names them."""
        plain = narration(self.text)
        first = next(iter(self.looks), "")
        return first if first and first not in plain and len(re.findall(r"\b(?:I|my|me)\b", plain)) > 1 else ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things that cannot both be so."""

    note: str
    """A sentence for readers: what is said, and what was said before."""
    keep: str
    """What holds, in a few words for the writer."""
