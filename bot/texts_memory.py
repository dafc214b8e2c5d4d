"""Every sentence about memory: receipts, "we have been here before", `/memory`, and what a server decides about it.

As in `bot.texts`, sentences with gaps are functions with plain parameters, and names, titles and quotes come in
already escaped. This module decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# --------------------------------------------------------------------------- under a result

WOVEN_BUTTON: Final = "Woven from"


def been_here(places: Sequence[str], *, own: bool) -> str:
    """The posted picture shows a place that is remembered. `own`: by the member who asks, all of it."""
    who = "You have" if own else "This server has"
    return f"{who} been here before: {', '.join(places)}"


def lent_colours(picture: str) -> str:
    """A painting began from a remembered picture."""
    return f"Its colours come from {picture}."


def and_more(number: int) -> str:
    """How many are not named."""
    return f"and {number} more"


# --------------------------------------------------------------------------- receipts

RECEIPT_TITLE: Final = "What this was woven from"
RECEIPT_EMPTY: Final = (
    "There is nothing left to show here: what this was woven from was forgotten since, or stands in channels that "
    "not everybody here can read."
)
RECEIPT_RIGHTS: Final = "**Pin** and **Forget** are for whoever's memory it is, and for moderators."
RECEIPT_GONE: Final = "That memory is gone: somebody had it forgotten, or its message was deleted."
PINNED_NOW: Final = "Pinned: it comes back a little sooner now, and stays when older memories go."
UNPINNED_NOW: Final = "Not pinned any more."
DOUBTED_NOW: Final = "Thank you. For pictures and words like these it will come back less."
FORGOTTEN_NOW: Final = "Forgotten, with everything that I kept of that result. Its message stays where it is posted."
NOT_YOUR_MEMORY: Final = "That memory is somebody else's."
NOT_YOUR_MEMORY_REMEDY: Final = "Its author or a moderator of this server can pin it or have it forgotten."
NO_QUESTION: Final = "I do not know any more what this was recalled for, so I cannot take that."
NO_QUESTION_REMEDY: Final = "Please say it under a newer result."

BUTTONS: Final = {"pin": "Pin", "unpin": "Unpin", "doubt": "Not relevant", "forget": "Forget"}
DOUBTED: Final = "Noted: not relevant"
PREVIOUS: Final = "Previous"
NEXT: Final = "Next"
PINNED: Final = "pinned"
SAME_PLACE: Final = "the same place"
LENT_COLOURS: Final = "its colours"
SMALL_PICTURE: Final = "Small picture"


def receipt_hidden(number: int) -> str:
    """Some of what a result was woven from is not shown."""
    what = "One more is" if number == 1 else f"{number} more are"
    return f"{what} not shown: forgotten since, or from a channel that not everybody here can read."


def page_of(page: int, pages: int) -> str:
    """Where one is in a list; pages count from 1."""
    return f"Page {page} of {pages}"


def remembered_when(when: int) -> str:
    """The day of a memory, Unix seconds, in the reader's own way of writing it."""
    return f"<t:{when}:D>"


def card(*, head: str, facts: Sequence[str], passage: str) -> str:
    """One memory: its head, what is to be known of it in small print, and a quote."""
    small = f"-# {' · '.join(fact for fact in facts if fact)}"
    return "\n".join(part for part in (head, small, f"> {passage}" if passage else "") if part)


def made_by(kind: str, author: str) -> str:
    """What a memory is, and whose."""
    return f"{kind} by {author}"


# --------------------------------------------------------------------------- /memory

MEMORY_NOTHING: Final = "I remember nothing like that here."
MEMORY_EMPTY: Final = (
    "I remember nothing here yet. Nothing is remembered of members who have not agreed (`/privacy optin`)."
)
MEMORY_FORGOTTEN: Final = (
    "Forgotten: all that I kept of that result, its words, its vectors and its pictures. Its message stays "
    "where it is still posted."
)
MEMORY_UNKNOWN: Final = "I have no such memory here."
MEMORY_UNKNOWN_REMEDY: Final = "`/memory recent` shows what there is, with numbers."
RECENT_TITLE: Final = "Remembered last"
PAGE_EMPTY: Final = "What stood on this page is gone since."
LIST_OLD: Final = "This list is too old."
LIST_OLD_REMEDY: Final = "Please ask for it again with `/memory search` or `/memory recent`."
STATS_TITLE: Final = "What this server remembers"


def found_title(words: str) -> str:
    """Over what a search found."""
    return f"Remembered of “{words}”"


def choice(number: int, title: str, kind: str, author: str) -> str:
    """One memory among an option's suggestions."""
    return f"{number}: {title} ({kind} by {author})"


def bytes_of(number: int) -> str:
    """A size for people."""
    return f"{number / 1_000_000:.1f} MB" if number >= 100_000 else f"{number / 1000:.1f} kB"


def embedding_anew(done: int, total: int) -> str:
    """How far memories are ready for a new embedder; until then the rest is found by words alone."""
    return f"{done / max(1, total):.0%} read by the new model; the rest is found by its words until then"


def embedder_progress(done: int, total: int, words_only: int) -> str:
    """For the operator: memories of all servers that the present embedder has read."""
    told = f"{done:,} of {total:,} memories"
    return f"{told}, {words_only:,} without a picture to read are found by words alone" if words_only else told


# --------------------------------------------------------------------------- /settings memory

SETTINGS_TITLE: Final = "Memory in this server"
SETTINGS_SAVED: Final = "Saved."
CONSENT_EXPLAINED: Final = {
    "opt-in": "Members are remembered once they agree with `/privacy optin`.",
    "opt-out": (
        "Members are remembered unless they say `/privacy optout`. Please tell them so: `/privacy what` explains it."
    ),
}
KEPT_FOR_EVER: Final = "Memories are kept until somebody has them forgotten."
OF_THE_OPERATOR: Final = "as the operator of this bot chose"
OF_THE_SERVER: Final = "as this server chose"


def kept_for(days: int) -> str:
    """How long memories are kept."""
    return f"Memories go after {days:,} days, except those that are pinned."
