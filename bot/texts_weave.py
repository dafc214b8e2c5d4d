"""The sentences of story threads. Names, titles and quotes come in already escaped (`bot.markup`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LABELS: Final = {
    "continue": "Continue",
    "write": "Write",
    "paint": "Paint this",
    "undo": "Undo",
    "retry": "Retry",
    "whatif": "What if?",
    "choose": "Let the server choose",
    "finish": "Finish",
    "bind": "Yes, make it a book",
}
TAKEN: Final = "\N{WRITING HAND}"
"""The reaction to a turn that was taken."""
NOT_TAKEN: Final = "\N{NO ENTRY SIGN}"
"""The reaction to a message whose words may not stand in the story."""
UNDONE: Final = "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-16}"
"""The reaction to a turn that was taken back."""


@dataclass(frozen=True, slots=True)
class FormTexts:
    """What a form says."""

    title: str
    label: str
    hint: str


FORMS: Final = {
    "write": FormTexts("Your turn", "What happens next?", "It is posted in the thread under your name."),
    "whatif": FormTexts("What if?", "What if …", "A thread of its own opens from here, where this happens."),
}

# --------------------------------------------------------------------------- opening

UNTITLED: Final = "A story of ours"
NO_BEGINNING: Final = "A story needs a picture or a premise to begin with."
NO_BEGINNING_REMEDY: Final = "Please give one of them, or both."
HAS_STORY: Final = "A story is being told in this thread already."
HAS_STORY_REMEDY: Final = "Please start another one in a channel."
NO_PLACE: Final = "Threads cannot be opened here."
NO_PLACE_REMEDY: Final = "Please use this in a text channel, in a thread or in a forum post."
ADULT_PLACE: Final = "A story for adults needs an age-restricted channel, and a premise instead of a picture."
ADULT_PLACE_REMEDY: Final = "Please start it there, or leave the rating as it is."
COVER_ALT: Final = "The picture that this story begins with."


def opening(title: str, mention: str) -> str:
    """The message on which a thread is opened."""
    return f"**{title}**, a story that we tell together. {mention} began it; write along in the thread."


def opened(link: str) -> str:
    """Told privately to whoever began it."""
    return f"Your story begins here: {link}"


def guide(*, every_message: bool, every: int) -> str:
    """How a thread works. `every_message`: the bot reads all that is written; `every`: turns after which it goes on
    by itself, 0 for never."""
    how = (
        "Every message here is a turn of the story; begin with `((` to talk beside it. Mention me without words, or"
        " press **Continue**, and I go on."
        if every_message
        else "Press **Write** for a turn, or reply to a message of mine (with ping), or mention me with your words."
        " Mention me without words, or press **Continue**, and I go on."
    )
    own = f" After every {turns(every)} I go on by myself." if every else ""
    kept = (
        "What you write here is kept as a part of the book, with your name where you agreed to be remembered; edit or"
        " delete your message and the book follows. `/privacy what` says more."
    )
    return f"{how}{own}\n-# {kept}"


def turns(count: int) -> str:
    """So many turns."""
    return "turn" if count == 1 else f"{count} turns"


# --------------------------------------------------------------------------- settings

NO_STORY_HERE: Final = "No story is told here."
NO_STORY_HERE_REMEDY: Final = "Please use this in a story thread; `/weave start` opens one."
NOT_YOUR_SETTINGS: Final = "Only whoever began this story, or a moderator, may change how it is told."
NOT_YOUR_SETTINGS_REMEDY: Final = "Please ask one of them."
ADULT_LATER_REMEDY: Final = "Please leave the rating as it is, or start such a story there."
RATINGS: Final = {False: "for everybody", True: "for adults"}
"""By whether a story is for adults."""
SETTINGS_SAME: Final = "It is told like that already."


def by_itself(every: int) -> str:
    """When the bot goes on without being asked."""
    return f"after every {turns(every)}" if every else "only when asked"


def settings_now(settings: Mapping[str, str]) -> str:
    """Told privately to whoever looks."""
    listed = "\n".join(f"- {name}: **{value}**" for name, value in settings.items())
    return f"This story is told like this; whoever began it, or a moderator, may change it:\n{listed}"


def settings_changed(changes: Sequence[str]) -> str:
    """Told privately to whoever changed them."""
    listed = "\n".join(f"- {change}" for change in changes)
    return f"Changed, from the next turn on; what I am writing already is told as it was asked for.\n{listed}"


def settings_told(changes: Sequence[str]) -> str:
    """Told in the thread, to all who write there."""
    listed = "\n".join(f"- {change}" for change in changes)
    return f"How this story is told has changed:\n{listed}"


BRANCH_NOTE: Final = "A line of its own: what happens here does not happen in the story that it leaves."

# --------------------------------------------------------------------------- turns

UNKNOWN: Final = "I do not know this story any more."
UNKNOWN_REMEDY: Final = "Please start a new one with `/weave start`."
NOT_OPEN: Final = {
    "finished": ("This story is finished.", "`/weave start` begins a new one; `/book export` binds this one."),
    "paused": ("This story rests: its thread is locked.", "A moderator can unlock the thread; then it goes on."),
    "gone": ("The thread of this story was deleted.", "What was written is kept; `/book export` binds it."),
}
ASIDE: Final = "This line was set aside: the server chose another one."
ASIDE_REMEDY: Final = "It stays readable; the story goes on in its own thread."
WRITING: Final = "I am writing already; what you write meanwhile comes after it, and nothing is lost."
STALE: Final = (
    "A turn before this one was changed or deleted after I began to write, so this goes on from the former words."
    " **Retry** tells it anew for as long as it is the last turn."
)
NOTHING_TO_TAKE: Final = "There is nothing to take back yet."
NOT_YOUR_TURN: Final = "The last turn is somebody else's."
NOT_YOUR_TURN_REMEDY: Final = "They, or a moderator, can take it back."
NOT_AMONG_TELLERS: Final = "Only those who wrote in this story, and moderators, may do that."
NOT_AMONG_TELLERS_REMEDY: Final = "Write a turn, and you are one of them."
STARTERS_ONLY: Final = "Only whoever began this story, or a moderator, may finish it."
LEAVES_HERE: Final = "A What if? leaves from the last turn, so it cannot be taken back."
LEAVES_HERE_REMEDY: Final = "Go on from here, or open another What if?"
NOT_LAST: Final = "The story has gone on since, so this cannot be told anew."
NOT_LAST_REMEDY: Final = "**What if?** lets it turn another way from here."
NOTHING_YET: Final = "Nothing is told yet."
NOTHING_YET_REMEDY: Final = "Write the first turn, or press **Continue**."
NO_SUCH_TURN: Final = "That message is no turn of a story."
NO_SUCH_TURN_REMEDY: Final = "Please choose a turn in a story thread."
POSTED: Final = "Your turn stands in the thread."


STOPPED: Final = "I stopped writing; nothing else was taken back."


def too_short(characters: int) -> tuple[str, str]:
    """Cause and remedy for a What if? without words."""
    return ("That has no words in it.", f"Please ask with at least {characters} letters.")


def taken_back(author: str, quote: str) -> str:
    """The last turn was taken back."""
    return f"Taken back: the last turn, by {author}: “{quote}”"


def written_by(name: str) -> str:
    """Over a turn that was written in a form."""
    return f"{name} writes"


# --------------------------------------------------------------------------- branches and polls

PRIVATE_THREAD: Final = "A What if? needs a public thread."
PRIVATE_THREAD_REMEDY: Final = "Please begin the story in a public one."
NO_BRANCHES: Final = "There is nothing to choose from: no What if? is open here."
NO_BRANCHES_REMEDY: Final = "**What if?** under a turn opens one."
POLL_OPEN: Final = "A poll is open already."
POLL_OPEN_REMEDY: Final = "Vote there; when it ends, the story goes on in the line that won."
QUESTION: Final = "How does it go on?"
AS_IT_WENT: Final = "As it went on"


def what_if(question: str) -> str:
    """The name of a branch and its thread."""
    return f"What if {question}" if not question.casefold().startswith("what if") else question


def branch_opening(title: str, question: str, mention: str, link: str) -> str:
    """The message on which a branch's thread is opened. `link`: to the turn that it leaves after, whose words are not
    said again here, so that they go with their message; empty where it stands nowhere."""
    after = f" It leaves after {link}" if link else ""
    return f"**{question}** {mention} asks, and **{title}** turns another way in this thread.{after}"


def branch_opened(link: str) -> str:
    """Told privately to whoever asked."""
    return f"It turns another way here, and I write how it begins: {link}"


def poll_opening(title: str, links: Sequence[str]) -> str:
    """Over a poll: where the lines can be read."""
    listed = "\n".join(f"{number}. {link}" for number, link in enumerate(links, start=1))
    return f"**{title}** could go on in more than one way. Read, then choose:\n{listed}"


def poll_opened(link: str, hours: int) -> str:
    """Told privately to whoever asked for it."""
    return f"The server chooses for {hours} hours: {link}"


def lost(link: str) -> str:
    """Told in the thread of a line that lost."""
    return f"The server chose another line. This one stays readable; the story goes on here: {link}"


WON: Final = "The server chose this line. The story goes on here."
"""Told in the thread of the line that won."""
DRAW: Final = "Nobody won the poll: all lines stay open. You can ask again."
POLL_LATE: Final = "The poll chose a line that nobody writes on any more, so it changes nothing."
POLL_GONE: Final = "The poll was deleted: all lines stay open."
MAY_NOT_POLL: Final = "I may not post polls in that channel."
MAY_NOT_POLL_REMEDY: Final = "Please ask a moderator to allow me **Create Polls** there."
MAY_NOT_THREAD: Final = "I may not open threads in this channel."
MAY_NOT_THREAD_REMEDY: Final = "Please ask a moderator to allow me **Create Public Threads** here."

# --------------------------------------------------------------------------- the thread itself


def paused(title: str) -> str:
    """Told directly to whoever began it."""
    return (
        f"The thread of **{title}** was locked, so the story rests. Nothing is lost: when a moderator unlocks it, it"
        " goes on; `/book export` binds what there is."
    )


RESUMED: Final = "The thread is open again, and so is the story."


def gone(title: str, book_id: str) -> str:
    """Told directly to whoever began it."""
    return (
        f"The thread of **{title}** was deleted. What was written is kept as a book: in the server, `/book export`"
        f" binds it for you; its number is `{book_id}`. What I remembered of its messages is forgotten."
    )


# --------------------------------------------------------------------------- finishing


def sure(chapters: int, words: int) -> str:
    """The question before a book is finished."""
    return f"Shall this be the whole book? It has {_chapters(chapters)}, {words:,} words. Then nobody writes on."


def finished(title: str, chapters: int, words: int, tellers: Sequence[str]) -> str:
    """Told in the thread."""
    by = f", told by {_listed(tellers)}" if tellers else ""
    return f"**{title}** is finished: {_chapters(chapters)}, {words:,} words{by}. `/book export` makes a book of it."


def others(count: int) -> str:
    """Tellers who did not agree to be named."""
    return "a member" if count == 1 else f"{count} members"


def _chapters(count: int) -> str:
    return "one chapter" if count == 1 else f"{count} chapters"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
