"""Rows of a book become a book to be bound: nobody is named who did not agree, and what the checks found is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.binding import Told, bound, canon, chapters_of, story_map
from ravsg.book.model import Credit, Illustration
from ravsg.models.profiles import classic, pocket
from ravsg.store.book_rows import Branch, Piece, Plate
from ravsg.story.unfamiliar import english_only
from tests.bot.book_rows import book, branch, piece, plate, turn

PROFILE = pocket(Path("unused"))
PHOTO = Illustration(b"", "A photograph")


def told(
    path: Sequence[Piece],
    *,
    named: Collection[int] = (),
    plates: Mapping[int, Plate] | None = None,
    branches: Sequence[Branch] = (branch(),),
    pieces: Sequence[Piece] | None = None,
    picture: Illustration | None = PHOTO,
    **changes: Any,
) -> Told:
    return Told(book(**changes), branches, path if pieces is None else pieces, path, plates or {}, picture, named)


class TestCredits:
    PATH = (turn(1, 1, "Robin"), turn(2, 2, "Sam"), turn(3, 3, "Mia", edited_by=2))

    def test_each_is_named_for_what_they_gave(self) -> None:
        made = bound(told(self.PATH, named={1, 2, 3}, kind="thread"), PROFILE)
        assert made.credits == (
            Credit("Robin", ("words", "pictures", "ideas")),
            Credit("Sam", ("words", "editing")),
            Credit("Mia", ("words",)),
        )
        assert [chapter.authors for chapter in made.chapters] == [("Robin", "Sam", "Mia")]

    def test_who_did_not_agree_is_a_member(self) -> None:
        made = bound(told(self.PATH, named={1}, kind="thread", branches=(branch(), branch(2, 1, 1))), PROFILE)
        assert [credit.name for credit in made.credits] == ["Robin", None, None]
        assert [chapter.authors for chapter in made.chapters] == [("Robin",)]
        assert made.map is not None
        assert [node.author for node in made.map.nodes] == ["Robin", "a member", "a member"]

    def test_who_was_unwoven_is_nobody(self) -> None:
        path = (piece(1, asked_by=0), turn(2, 0, "", text="What is left."))
        made = bound(told(path, author_id=0, author_name=""), PROFILE)
        assert made.credits == ()


class TestChapters:
    def test_a_chapter_is_one_piece_and_turns_stand_together(self) -> None:
        assert [len(one) for one in chapters_of((piece(1), piece(2)))] == [1, 1]
        long = "word " * 150
        turns = [turn(number, 1, "Robin", long) for number in range(1, 7)]
        assert [len(one) for one in chapters_of(turns)] == [2, 2, 2]

    def test_its_picture_stands_in_it_and_the_photo_on_the_cover(self) -> None:
        made = bound(told((piece(1), piece(2)), plates={2: plate(2)}), PROFILE)
        assert made.cover is PHOTO
        assert [len(chapter.illustrations) for chapter in made.chapters] == [0, 1]
        assert made.chapters[1].illustrations[0].alt == "Picture of piece 2"

    def test_without_a_photo_the_first_painting_is_the_cover(self) -> None:
        made = bound(told((piece(1), piece(2)), plates={2: plate(2)}, picture=None), PROFILE)
        assert made.cover is not None
        assert made.cover.alt == "Picture of piece 2"

    def test_the_same_book_has_the_same_name_in_every_file(self) -> None:
        first, again = (bound(told((piece(1),)), PROFILE) for _ in range(2))
        assert first == again
        assert first.identifier != bound(told((piece(1),), id="hgfedcba"), PROFILE).identifier


class TestColophon:
    def test_models_stand_with_their_licences(self) -> None:
        made = bound(told((piece(1),)), PROFILE)
        assert [(one.name, one.licence) for one in made.colophon.models] == [
            (spec.label, spec.licence) for spec in PROFILE.models
        ]
        assert PROFILE.note in made.colophon.notes

    def test_what_the_round_trip_found_is_told(self) -> None:
        plates = {1: plate(1), 2: plate(2, verdict="differs"), 3: plate(3, verdict="canon")}
        notes = bound(told((piece(1), piece(2), piece(3)), plates=plates), PROFILE).colophon.notes
        assert any("2 of 3 show" in note for note in notes)
        assert any(note.startswith("The picture of chapter 2 shows something else") for note in notes)
        assert any(note.startswith("Chapter 3 was rewritten") for note in notes)

    def test_it_says_how_many_chapters_kept_every_limit(self) -> None:
        figures = {"mood": 0.6}
        path = (
            piece(1, figures=figures, notes=("It is short.",)),
            piece(2, figures=figures),
            piece(3, figures=figures),
        )
        notes = bound(told(path), PROFILE).colophon.notes
        assert any("2 of 3 kept every limit; what the others missed" in note for note in notes)
        assert not any("limit" in note for note in bound(told((turn(1, 1, "Robin"),)), PROFILE).colophon.notes)


class TestLanguage:
    def test_a_book_carries_the_tag_of_the_language_that_it_is_told_in(self) -> None:
        assert bound(told((piece(1),), language="Spanish"), classic()).language == "es"
        assert bound(told((piece(1),), language="Klingon"), classic()).language == "und"
        assert bound(told((piece(1),), language=""), classic()).language == "en"
        assert bound(told((piece(1),), language="Spanish"), PROFILE).language == "en", "pocket models told it"
        turns = told((turn(1, 1, "Robin"),), language="Spanish", kind="thread")
        assert bound(turns, PROFILE).language == "es", "people told it too"

    def test_a_note_about_the_language_is_no_limit_that_was_missed(self) -> None:
        path = (piece(1, figures={"words": 300.0}, notes=(english_only("Spanish"),)),)
        notes = bound(told(path, language="Spanish"), PROFILE).colophon.notes
        assert not any("what the others missed" in note for note in notes)

    def test_a_book_without_a_language_is_measured_as_well(self) -> None:
        path = (piece(1, figures={"words": 300.0}),)
        assert len(bound(told(path, language=""), PROFILE).colophon.notes) > len(
            bound(told((piece(1),)), PROFILE).colophon.notes
        )


class TestBranches:
    def test_the_map_leaves_where_the_branch_left(self) -> None:
        pieces = (piece(1), piece(2), piece(3), piece(4, 3, branch_id=2))
        drawn = story_map(told(pieces, branches=(branch(), branch(2, 1, 2))), PROFILE)
        assert {node.key: node.parent for node in drawn.nodes} == {"1": None, "2": "1", "3": "2", "4": "2"}

    def test_what_was_told_anew_hangs_beside_what_a_branch_left_from(self) -> None:
        pieces = (piece(1), piece(2, state="undone"), piece(3, 3, branch_id=2), piece(4, 2))
        drawn = story_map(told(pieces, branches=(branch(), branch(2, 1, 2))), PROFILE)
        assert {node.key: node.parent for node in drawn.nodes} == {"1": None, "2": "1", "3": "2", "4": "1"}

    def test_where_that_was_deleted_it_leaves_from_the_one_before(self) -> None:
        pieces = (piece(1), piece(3, 3, branch_id=2))
        drawn = story_map(told(pieces, branches=(branch(), branch(2, 1, 2))), PROFILE)
        assert {node.key: node.parent for node in drawn.nodes} == {"1": None, "3": "1"}

    def test_the_line_that_counts(self) -> None:
        assert canon([branch(), branch(2, 1, 1)]).id == 1
        assert canon([branch(fate="aside"), branch(2, 1, 1, fate="canon"), branch(3, 1, 2)]).id == 2
        assert canon([branch(fate="aside"), branch(2, 1, 1, fate="aside")]).id == 1
