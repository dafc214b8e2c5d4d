"""A told path in pages: none is too long for a layout, and a bookmark finds its place after every change."""

from __future__ import annotations

from bot.book_leaves import PAGE, leaf_at, leaves_of
from tests.bot.book_rows import piece, turn


def test_a_chapter_is_a_page_and_a_long_one_several() -> None:
    leaves = leaves_of([piece(1), piece(2, text="A long tale. " * 600), piece(3)])
    assert [(leaf.position, leaf.part) for leaf in leaves][:3] == [(1, 0), (2, 0), (2, 1)]
    assert leaves[-1].position == 3
    assert max(len(leaf.text) for leaf in leaves) <= PAGE
    assert all(leaf.last == leaf.position for leaf in leaves)


def test_turns_stand_together_with_their_names_until_a_page_is_full() -> None:
    leaves = leaves_of([turn(number, 1, "Ro*bin", "word " * 100) for number in range(1, 8)])
    assert [(leaf.position, leaf.last) for leaf in leaves] == [(1, 3), (4, 6), (7, 7)]
    assert "**Ro\\*bin**: word" in leaves[0].text


def test_a_titled_continuation_begins_a_page() -> None:
    leaves = leaves_of([turn(1, 1, "Robin"), piece(2, kind="continuation", title="The Storm"), turn(3, 1, "Robin")])
    assert [(leaf.position, leaf.title) for leaf in leaves] == [(1, ""), (2, "The Storm")]


def test_nothing_in_it_is_live() -> None:
    (leaf,) = leaves_of([piece(1, text="@everyone [free](https://evil.example)")])
    assert "@everyone" not in leaf.text
    assert "https://" not in leaf.text


def test_a_bookmark_finds_its_page() -> None:
    leaves = leaves_of([piece(1), piece(2, text="A long tale. " * 600), piece(4)])
    assert leaf_at(leaves, 1) == 0
    assert (leaf_at(leaves, 2), leaf_at(leaves, 2, 1)) == (1, 2)
    assert leaf_at(leaves, 2, 99) == len(leaves) - 2, "an edit may have left fewer parts"
    assert leaf_at(leaves, 3) == 1, "a piece that went is looked for before where it was"
    assert leaf_at(leaves, 9) == len(leaves) - 1
    assert leaf_at(leaves, 0) == 0
