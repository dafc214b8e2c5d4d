"""A book that cannot be bound is refused where it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ravsg.book.model import Branch, Node, StoryMap
from tests.book.samples import of_text

BOOK = of_text("en", "A book", "Words.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"identifier": "42"},
        {"identifier": "urn:uuid:with space"},
        {"language": "English"},
        {"language": 'en"'},
        {"modified": datetime(2026, 1, 1)},  # noqa: DTZ001  the missing time zone is what is asked about
        {"chapters": ()},
    ],
)
def test_a_book_needs_a_name_a_language_a_time_and_a_chapter(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"URN|language|time|chapter"):
        replace(BOOK, **wrong)


MAIN = Branch("main", "", "open")


@pytest.mark.parametrize(
    ("nodes", "branches"),
    [
        ((), (MAIN,)),
        ((Node("a", "b", "", "", "main"), Node("b", None, "", "", "main")), (MAIN,)),
        ((Node("a", None, "", "", "main"), Node("a", None, "", "", "main")), (MAIN,)),
        ((Node("a", None, "", "", "other"),), (MAIN,)),
        ((Node("a", None, "", "", "main"),), (MAIN, MAIN)),
    ],
)
def test_a_map_is_a_forest_with_known_branches(nodes: tuple[Node, ...], branches: tuple[Branch, ...]) -> None:
    with pytest.raises(ValueError, match=r"node|map"):
        StoryMap("Map", nodes, branches)
