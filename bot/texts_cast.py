"""Every sentence about the cast: adding somebody from a picture, `/cast`, and the line under results.

As in `bot.texts`, sentences with gaps are functions with plain parameters, and names, looks and outfits come in
already escaped. This module decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# --------------------------------------------------------------------------- under a result

CAST: Final = "Cast"


def used(name: str, *, reference: bool) -> str:
    """Who shaped a result. `reference`: the painting began from the character's picture."""
    return f"{name} (from the reference picture)" if reference else name


# --------------------------------------------------------------------------- Apps ▸ Add to cast

PICK_FIGURE: Final = "Who shall have a name?"
SOMEBODY_ELSE: Final = "Somebody else"
NAME_IT: Final = "Give a name"
CHOOSE: Final = "Choose who"
NOBODY_SEEN: Final = "I see nobody in that picture. You can describe who is meant yourself."
EVERYBODY_SEES: Final = "Everybody in this server will see the character in `/cast list`."
WITH_PICTURE: Final = "The picture is kept small as its reference, and paintings may begin from it."
WITHOUT_PICTURE: Final = (
    "The picture itself is not kept: it is somebody's who has not agreed to be remembered. Only your words are."
)
NOT_FROM_HERE: Final = (
    "The cast is seen everywhere in this server, so I add nobody to it from an age-restricted channel."
)
NOT_FROM_HERE_REMEDY: Final = "Please do it in another channel, with a picture that may stand there."
OWN_ONLY: Final = "Here I only add characters of pictures that you posted yourself."
OWN_ONLY_REMEDY: Final = "Please ask the person who posted it, or a moderator, to do it."
SEEN_GONE: Final = "I do not know any more what that picture showed."
SEEN_GONE_REMEDY: Final = "Please choose **Apps ▸ Add to cast** on it once more."
NOT_YOUR_PICK: Final = "Only the member who asked about this picture can do that."
NOT_YOUR_PICK_REMEDY: Final = "Please choose **Apps ▸ Add to cast** on the picture yourself."


def seen(figures: Sequence[str], *, keeps_picture: bool) -> str:
    """Whom a picture shows, and what adding one of them means."""
    listed = "\n".join(f"{number}. {figure}" for number, figure in enumerate(figures, start=1))
    head = f"I see in that picture:\n{listed}" if figures else NOBODY_SEEN
    return "\n".join((head, f"-# {EVERYBODY_SEES} {WITH_PICTURE if keeps_picture else WITHOUT_PICTURE}"))


def looked(job_id: str) -> str:
    """In the open, where the private answer is out of reach: what was seen waits behind a button."""
    return f"I have looked at the picture for the cast. Press to choose who gets a name.\n-# job `{job_id}`"


# --------------------------------------------------------------------------- forms

FORM_ADD: Final = "Add to cast"
FORM_EDIT: Final = "Change a character"
FIELD_NAME: Final = "Name"
FIELD_LOOKS: Final = "Looks"
FIELD_LOOKS_HINT: Final = "What stays the same in every picture, such as: a red fox with a blue scarf"
FIELD_OUTFIT: Final = "Outfit"
FIELD_OUTFIT_HINT: Final = "What is worn from the beginning, such as: a yellow raincoat. It may stay empty."
NO_NAME: Final = "A character needs a name with letters in it."
NO_NAME_REMEDY: Final = "Please write one, such as Mira."
NO_LOOKS: Final = "A character needs looks, in a few words."
NO_LOOKS_REMEDY: Final = "Please say what is always to be seen, such as: a red fox with a blue scarf."


def too_long(what: str, limit: int) -> tuple[str, str]:
    """Cause and remedy for a field over its limit."""
    return f"{what} may have {limit} characters at most.", "Please say it shorter."


# --------------------------------------------------------------------------- /cast

EMPTY: Final = (
    "Nobody is in this server's cast yet. Right-click a message with a picture and choose **Apps ▸ Add to cast**."
)
LIST_TITLE: Final = "This server's cast"
UNKNOWN: Final = "Nobody of that name is in this server's cast."
UNKNOWN_REMEDY: Final = "`/cast list` shows who is."
NOT_YOURS: Final = "Only whoever added this character, or a moderator, can change it."
NOT_YOURS_REMEDY: Final = "Please ask them, or add a character of your own."
NO_SUCH_OUTFIT: Final = "There is no outfit of that chapter in the wardrobe."
NO_SUCH_OUTFIT_REMEDY: Final = "`/cast show` lists the wardrobe."
REMOVE_LABEL: Final = "Remove"
REMOVED_ALREADY: Final = "That character is gone already."
UNDRESSED: Final = "Taken out of the wardrobe."
REFERENCE: Final = "Reference picture"


def added(name: str) -> str:
    """A character is new."""
    return f"**{name}** is in the cast now: stories and paintings here will know that name and those looks."


def changed(name: str) -> str:
    """A character was changed."""
    return f"Changed: **{name}**."


def remove_ask(name: str) -> str:
    """Before a character goes."""
    return (
        f"Remove **{name}** from the cast, with picture and wardrobe? This cannot be undone. Stories and pictures "
        "that were made stay as they are."
    )


def removed(name: str) -> str:
    """A character is gone."""
    return f"**{name}** is not in the cast any more."


ANOTHER_BOOK: Final = "a book that is not read here"


def book_named(title: str) -> str:
    """A book by its title."""
    return f"“{title}”"


def outfit_line(outfit: str, book: str, chapter: int) -> str:
    """One entry of a wardrobe. `book` is empty for every book."""
    where = f"in {book}" if book else "in every book"
    if not chapter:
        return f"{outfit}: from the beginning{f' {where}' if book else ''}"
    return f"{outfit}: from chapter {chapter} on, {where}"


def dressed(name: str, line: str) -> str:
    """An outfit was put into a wardrobe."""
    return f"**{name}** wears {line}."


def head(name: str, looks: str) -> str:
    """The first lines of a character's card."""
    return f"**{name}**\n{looks}"


def facts(*, adder: str, seed: int | None, link: str, changed_at: int) -> str:
    """What is to be known of a character, in small print. `changed_at`: Unix seconds."""
    parts = [f"added by {adder}", f"changed <t:{changed_at}:D>"]
    if seed is not None:
        parts.insert(1, f"seed `{seed}`")
    if link:
        parts.append(f"from {link}")
    return f"-# {' · '.join(parts)}"
