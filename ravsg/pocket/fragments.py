"""The sentences that stories are made of, by what they are for; they are kept in `texts/`.

In a file, `== hour rain` begins the fragments of that kind, one a line. `{a|b}` are alternatives. Slots: `<H>` is the
hero's name, `<hero>` what it is ("a red fox"), `<he>`, `<him>`, `<his>` and `<himself>` its pronouns; `<P>` and `<p>`
are the companion's name and introduction; `<M>`, `<m>`, `<t>` and `<w>` are somebody remembered, what they are, the
thing that they are remembered with and the place; `<place>`, `<hour>` and `<Third>` come from the scene.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "texts"
BOOKS: Final = ("places", "people", "talk")


def pool(kind: str) -> tuple[str, ...]:
    """All fragments of a kind, such as "detail forest". Raises KeyError when there is none."""
    return all_pools()[kind]


@cache
def all_pools() -> dict[str, tuple[str, ...]]:
    """Every kind with its fragments, in the order of the files; a kind may be continued in another place."""
    pools: dict[str, list[str]] = {}
    for book in BOOKS:
        kind = ""
        for line in (FOLDER / f"{book}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                kind = line.removeprefix("== ")
            elif kind and line:
                pools.setdefault(kind, []).append(line)
    return {kind: tuple(lines) for kind, lines in pools.items()}
