"""Every sentence about books: their chapters, reading and editing them, their map, their files, and recaps.

As in `bot.texts`, sentences with gaps are functions with plain parameters, and names, titles and quotes come in
already escaped. This module decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# --------------------------------------------------------------------------- under a chapter

BUTTONS: Final = {
    "next": "Next chapter",
    "retry": "Retry",
    "read": "Read",
    "repaint": "Repaint",
    "canon": "Make it canon",
}
PICTURE_DIFFERS: Final = (
    "I read my picture again, and it shows something else than this chapter tells. **Repaint** tries once more, "
    "**Make it canon** has the chapter tell what the picture shows."
)
STALE: Final = "An earlier chapter was changed since this one was told; something here may not fit it any more."
EDITED: Final = "edited"
THE_BOT: Final = "RAVSG"
A_MEMBER: Final = "a member"


def chapter_of(book: str, number: int, wanted: int) -> str:
    """The line over a chapter. `wanted`: how many there are to be."""
    return f"**{book}** · chapter {number} of {max(number, wanted)}"


def begun(mention: str) -> str:
    """Beside the first chapter."""
    return f"{mention} asked for this book."


def ended(mention: str) -> str:
    """Beside the last chapter."""
    return f"{mention}, your book is finished. `/book read` opens it, `/book export` makes a file of it."


def told_anew(number: int) -> str:
    """Where a chapter stood that was told anew."""
    return f"*Chapter {number} was told anew; it stands further down.*"


READ_AGAIN: Final = {"setting": "place", "characters": "figures", "objects": "things"}
"""What a picture is read again for."""


def fit_figures(figures: Mapping[str, float]) -> str:
    """How well a picture shows its chapter, each in [0, 1]; what the chapter does not name is left out."""
    found = [f"{name} {figures[key]:.0%}" for key, name in READ_AGAIN.items() if key in figures]
    return f"picture read again: {', '.join(found)}" if found else ""


# --------------------------------------------------------------------------- a book's states

STATES: Final = {
    "writing": "being written",
    "paused": "paused",
    "finished": "finished",
    "gone": "gone",
}
GO_ON: Final = "Go on with the book"
NOT_THE_LAST: Final = "Only the last chapter can be told anew: the later ones go on from this one."
NOT_THE_LAST_REMEDY: Final = "`/book edit` changes what an earlier chapter says."
FULL: Final = "This book has twelve chapters, and that is as long as books get."
FULL_REMEDY: Final = "`/book export` makes a file of it; `/book start` begins another."
TOLD_IN_TURNS: Final = "This story is told in turns, in its thread; it has no chapters that I tell by myself."
TOLD_IN_TURNS_REMEDY: Final = "**Continue** and **Retry** under its last turn do that there."
TURN_IS_A_MESSAGE: Final = "This turn is a message that its member wrote."
TURN_IS_A_MESSAGE_REMEDY: Final = "They edit the message itself, and the book follows."
NO_CHAPTER: Final = "No chapter of this book is told yet."
NO_CHAPTER_REMEDY: Final = "Please wait for the first one; `/queue` shows how far it is."
CHAPTER_GONE: Final = "I do not have this chapter any more: it was told anew, or deleted."
CHAPTER_GONE_REMEDY: Final = "`/book read` shows what the book holds now."
BOOK_UNKNOWN: Final = "I know no such book that everybody here may read."
BOOK_UNKNOWN_REMEDY: Final = "Choose one from the list that opens while you type, or begin one with `/book start`."
NO_BOOK_HERE: Final = "There is no book here yet."
NO_BOOK_HERE_REMEDY: Final = "`/book start` begins one from a picture."
NOT_YOUR_BOOK: Final = "Only the member whose book this is, or a moderator, may do that."
NOT_YOUR_BOOK_REMEDY: Final = "You can begin your own with `/book start`."
NOT_FOR_HERE: Final = "This book is for age-restricted channels only."
NOT_FOR_HERE_REMEDY: Final = "Please ask again in such a channel."


def paused(book: str, chapter: int, cause: str) -> str:
    """A book stopped before it was finished. `cause`: what ended its last chapter's job, with the remedy."""
    return f"**{book}** stopped before chapter {chapter}. {cause}".rstrip()


CANCELLED: Final = "It was cancelled."


def choice(title: str, author: str, state: str, chapters: int) -> str:
    """One book among an option's suggestions."""
    many = "1 chapter" if chapters == 1 else f"{chapters} chapters"
    return f"{title} (by {author}, {many}, {state})"


# --------------------------------------------------------------------------- reading

PREVIOUS: Final = "◀"
NEXT: Final = "▶"
CHAPTERS: Final = "Go to a chapter"
LEAF_NOT_FOR_HERE: Final = "*This chapter's words are not for this channel.*"


def leaf_heading(number: int, title: str) -> str:
    """Over a chapter that is read."""
    return f"### {number}. {title}"


def leaf_place(book: str, leaf: int, leaves: int) -> str:
    """Where one is in a book; leaves count from 1."""
    return f"-# {book} · page {leaf} of {leaves}"


def menu_entry(number: int, title: str) -> str:
    """One chapter in the menu."""
    return f"{number}. {title}"


# --------------------------------------------------------------------------- editing

EDIT_TITLE: Final = "Edit a chapter"
EDIT_CHAPTER_TITLE: Final = "Title"
EDIT_CHAPTER_TEXT: Final = "Text"
EDIT_HINT: Final = "Empty lines part paragraphs. The message with the chapter is written anew."
TOO_LONG_FOR_FORM: Final = "This chapter is longer than a form of Discord's holds."
TOO_LONG_FOR_FORM_REMEDY: Final = "`/book retry` tells the last chapter anew; earlier ones have to stay as they are."
NO_WORDS: Final = "A chapter needs words."
NO_WORDS_REMEDY: Final = "Please write at least one, or leave it as it was."
NO_SUCH_CHAPTER: Final = "There is no such chapter in this book."
UNCHANGED: Final = "Nothing was changed."
CHANGED_MEANWHILE: Final = (
    "This chapter was changed while your form was open, so I did not put your words over it. They are in this file: "
    "please open `/book edit` again, look at what the chapter says now, and put in what you want of yours."
)
YOURS_NAME: Final = "your-words.txt"
YOURS_ALT: Final = "The title and the text that you wrote"


def chapters_there(count: int) -> str:
    """Which chapters there are."""
    return "It has one chapter, number 1." if count == 1 else f"It has chapters 1 to {count}."


def edited(title: str, later: int) -> str:
    """A chapter was changed. `later`: chapters told after it."""
    marked = {0: "", 1: " The chapter after it is marked: it may not fit any more."}
    told = marked.get(later, f" The {later} chapters after it are marked: they may not fit any more.")
    return f"Changed: **{title}**. What I remember of it is changed as well.{told}"


ALREADY_FITS: Final = "The picture of this chapter fits it already."
ALREADY_FITS_REMEDY: Final = "`/book edit` changes the chapter's words, **Repaint** its picture."
NO_PLATE: Final = "This chapter has no picture."
NO_PLATE_REMEDY: Final = "**Repaint** paints one."

# --------------------------------------------------------------------------- map and file

MAP_NAME: Final = "map.png"


def map_told(book: str, chapters: int, turns: int, branches: int) -> str:
    """Beside a map."""
    told = [
        f"{count} {noun}{'s' * (count != 1)}" for count, noun in ((chapters, "chapter"), (turns, "turn")) if count
    ]
    lines = "one line of telling" if branches == 1 else f"{branches} lines of telling"
    return f"**{book}**: {' and '.join(told)} in {lines}."


def exported(book: str, form: str, megabytes: float) -> str:
    """Beside a bound book."""
    return f"**{book}** as {form.upper()}, {megabytes:.1f} MB."


EXPORT_ALT: Final = "The book as a file"
EXPORT_SMALLER: Final = "Its pictures are smaller than they were painted, so that Discord takes the file."
EXPORT_UNNAMED: Final = (
    "Members who have not agreed to be remembered stand in the credits as “a member”; `/privacy optin` changes that."
)
EXPORT_TOO_LARGE: Final = "This book is too large for a file that Discord takes."
EXPORT_TOO_LARGE_REMEDY: Final = {
    "epub": "EPUB is the smallest form that I bind; `/book read` shows the book here, page by page.",
    "html": "Please export it as EPUB, which is the smallest.",
    "pdf": "Please export it as EPUB, which is the smallest.",
}
"""By the form that was too large."""

# --------------------------------------------------------------------------- what a bound book says of itself

TASKS: Final = {"writer": "Looking at pictures and writing", "painter": "Painting", "embedder": "Remembering"}


def told_from_picture() -> str:
    """In the colophon of a book that began with a picture."""
    return "The book began with the picture on its cover."


def round_trip(fits: int, pictures: int) -> str:
    """In the colophon: what the round-trip check said of the pictures."""
    many = "its picture was" if pictures == 1 else f"each of its {pictures} pictures was"
    agreed = f"{'it shows' if fits else 'it does not show'}" if pictures == 1 else f"{fits} of {pictures} show"
    whose = "its" if pictures == 1 else "their"
    scene = f"the scene that was chosen from {whose} chapter"
    return f"After painting, {many} read again by the model that looks at pictures: {agreed} {scene}."


def plate_differs(number: int) -> str:
    """In the colophon: a picture that does not show what its chapter tells."""
    return f"The picture of chapter {number} shows something else than the chapter tells."


def plate_canon(number: int) -> str:
    """In the colophon: a chapter that was rewritten to fit its picture."""
    return f"Chapter {number} was rewritten to tell what its picture shows."


def measured(passed: int, chapters: int) -> str:
    """In the colophon: what the checks of chapters said. `passed`: how many kept every limit."""
    if chapters == 1:
        told = "it kept every limit" if passed else "what it missed was said where it was told"
        return f"The chapter was measured before it was shown; {told}."
    missed = "; what the others missed was said where they were told" if passed < chapters else ""
    return f"Each chapter was measured before it was shown; {passed} of {chapters} kept every limit{missed}."


# --------------------------------------------------------------------------- recaps

RECAP_NOTHING: Final = "You have not read anything of this book here yet."
RECAP_NOTHING_REMEDY: Final = "`/book read` opens it at its first page; from then on I know where you stopped."


def recap_heading(book: str) -> str:
    """Over a recap."""
    return f"### Previously on {book}"


def recap_place(number: int, title: str) -> str:
    """Under a recap: how far it reaches."""
    return f"-# Up to where you stopped: {number}. {title}. Nothing of what comes later."
