"""What goes wrong in a story, and how it comes right: one plot for each object, each mood, and some for any scene.

The texts are in `texts/plots.txt`; they use the slots of `told_places` and `told_people`. A plot's conflict is what
an analysis names, without slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plot:
    """A conflict and the four steps through it; of each step's alternatives a story takes one or two."""

    kind: str
    """ "thing lantern", "mood rain" or "any": where it belongs."""
    conflict: str
    title: str
    outcome: str
    """How it comes right, as the second half of a summary: "the way home is found"."""
    trouble: tuple[str, ...]
    tries: tuple[str, ...]
    turn: tuple[str, ...]
    solved: tuple[str, ...]


@cache
def all_plots() -> tuple[Plot, ...]:
    """Every plot, in the order of the file."""
    text = (Path(__file__).parent / "texts" / "plots.txt").read_text(encoding="utf-8")
    return tuple(_read(part) for part in text.split("\n== ")[1:])


def plots_for(mood_key: str, things: tuple[str, ...]) -> list[Plot]:
    """The plots that fit a scene: first those of its objects, then its mood's, then the general ones."""
    by_kind = {plot.kind: plot for plot in all_plots()}
    fitting = [by_kind[f"thing {key}"] for key in things]
    return [*fitting, by_kind[f"mood {mood_key}"], *(plot for plot in all_plots() if plot.kind == "any")]


def plot_of(conflict: str) -> Plot:
    """The plot with that conflict. Raises KeyError when there is none."""
    for plot in all_plots():
        if plot.conflict == conflict:
            return plot
    raise KeyError(conflict)


def _read(part: str) -> Plot:
    kind, *lines = part.strip().splitlines()
    said: dict[str, list[str]] = {}
    for line in lines:
        name, _, text = line.partition(": ")
        said.setdefault(name, []).append(text)
    steps = {name: tuple(said[name]) for name in ("trouble", "tries", "turn", "solved")}
    return Plot(kind=kind, conflict=said["conflict"][0], title=said["title"][0], outcome=said["outcome"][0], **steps)
