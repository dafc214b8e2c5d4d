"""What all formats are given: where pictures stand, who is credited how, what the file is called."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravsg.book.manuscript import NAME_BYTES, file_stem, manuscript
from ravsg.book.model import Chapter, Credit
from ravsg.book.plates import Plate
from tests.book.samples import illustration, latin, of_text


def test_the_first_picture_opens_its_chapter_and_the_others_stand_among_its_paragraphs() -> None:
    pictures = tuple(illustration(number, (32, 32)) for number in range(3))
    text = "\n\n".join(f"Paragraph {number}." for number in range(9))
    script = manuscript(replace(of_text("en", "B", "x"), chapters=(Chapter("C", text, pictures),)))
    section = script.sections[0]
    assert section.opening is not None
    assert section.opening.name == "chapter-01-1.jpg"
    assert [place for place, one in enumerate(section.blocks) if isinstance(one, Plate)] == [3, 7]
    assert [plate.name for plate in script.plates] == [f"chapter-01-{number}.jpg" for number in (1, 2, 3)]


def test_a_chapter_of_pictures_alone_keeps_them_all() -> None:
    pictures = tuple(illustration(number, (32, 32)) for number in range(3))
    script = manuscript(replace(of_text("en", "B", "x"), chapters=(Chapter("", " \n", pictures),)))
    assert len(script.plates) == 3
    assert script.sections[0].name == "Chapter 1"


def test_members_are_credited_as_they_agreed() -> None:
    given_credits = (
        Credit(None, ("words",)),
        Credit("Mira", ("words", "ideas", "words")),
        Credit(None, ("words",)),
        Credit(None, ("pictures",)),
        Credit("\u202e", ("editing",)),
    )
    script = manuscript(replace(of_text("de", "B", "x"), credits=given_credits))
    assert [(one.name, one.parts, one.count) for one in script.contributors] == [
        ("Mira", ("Worte", "Ideen"), 1),
        ("ein Mitglied", ("Worte",), 2),
        ("ein Mitglied", ("Bilder",), 1),
        ("ein Mitglied", ("Überarbeitung",), 1),
    ]
    assert script.authors == ("Mira",)


def test_a_book_without_a_title_is_called_so() -> None:
    script = manuscript(of_text("fr", " \n ", "Bonjour."))
    assert script.title == "Une histoire sans titre"
    assert script.sections[0].name == "Chapitre 1"


def test_the_same_book_is_the_same_manuscript() -> None:
    assert manuscript(latin(1, size=(64, 64))) == manuscript(latin(1, size=(64, 64)))


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("The Lantern across the Bay!", "The-Lantern-across-the-Bay"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "book-CON"),
        ("???", "book"),
        ("الفانوس وراء الخليج", "الفانوس-وراء-الخليج"),
        ("Mira's lamp", "Miras-lamp"),
    ],
)
def test_file_names_are_safe(title: str, stem: str) -> None:
    assert file_stem(title) == stem


@given(st.text(max_size=200))
def test_every_title_gives_a_safe_file_name(title: str) -> None:
    stem = file_stem(title)
    assert re.fullmatch(r"\w[\w-]*", stem)
    assert 0 < len(stem.encode()) <= NAME_BYTES + len("book-")
