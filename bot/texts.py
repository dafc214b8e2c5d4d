"""Every sentence that a person reads, except the causes and remedies that `ravsg.errors` carry.

Sentences with gaps are functions with plain parameters. Nothing here is live: names, titles and quotes come in
already escaped (`bot.markup`). This module decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# --------------------------------------------------------------------------- errors

UNEXPECTED: Final = "Something went wrong on my side; I have written it down."
TRY_AGAIN: Final = "Please try again; if it stays so, tell the operator of this bot the id."
TRY_LATER: Final = "Please try again in a few minutes."
TRY_ELSEWHERE: Final = "Please ask again in a channel that I can see."
TELL_OPERATOR: Final = "Please tell the operator of this bot."
DISCORD_DOWN: Final = "Discord is not taking my messages at the moment."
MAY_NOT_POST: Final = "I may not post in this channel."
CHANNEL_GONE: Final = "The channel or message is gone."
A_SERVER: Final = "a server"
ONLY_IN_SERVERS: Final = "I work in servers only."
ASK_IN_SERVER: Final = "Please use this command in a channel of a server where I am."
OUTDATED: Final = "This command has changed since your Discord loaded it."
RELOAD: Final = "Please wait a minute or restart Discord (Ctrl+R), then try again."
NOT_YOURS: Final = "Only the member who asked for this, or a moderator, may do that."
NOT_YOURS_REMEDY: Final = "You can ask for your own with `/story` or `/paint`."
JOB_UNKNOWN: Final = "I do not know this one any more."
JOB_UNKNOWN_REMEDY: Final = "Please start anew with `/story` or `/paint`."
INPUT_GONE: Final = "The picture that belonged to this is not kept any more."
INPUT_GONE_REMEDY: Final = "Please post it again and use `/story`."
SOURCE_GONE: Final = "What this came from was deleted or forgotten since, so I cannot repeat it."
NO_RESULT: Final = "This has no result that I could go on from."
MENU_OLD: Final = "This menu is too old."
MENU_OLD_REMEDY: Final = "Please open it again."
MANAGERS_ONLY: Final = "Only members who may manage this server can see that."


def failure(cause: str, remedy: str, reference: str) -> str:
    """What a member reads when something did not work: cause, remedy, id."""
    return f"{cause} {remedy}".rstrip() + f"\n-# id `{reference}`"


def missing_permissions(names: Sequence[str]) -> tuple[str, str]:
    """Cause and remedy where Discord's permissions of the bot do not suffice."""
    listed = ", ".join(f"**{name}**" for name in names)
    return (
        f"I lack permissions in this channel: {listed}.",
        "Please ask a moderator to allow me that here, or try in another channel.",
    )


PERMISSION_NAMES: Final = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "create_public_threads": "Create Public Threads",
    "send_polls": "Create Polls",
    "add_reactions": "Add Reactions",
}

# --------------------------------------------------------------------------- what is given


def file_too_large(megabytes: float, limit: float) -> tuple[str, str]:
    """Cause and remedy for a file over the limit."""
    return (
        f"That file has {megabytes:.1f} MB; I take pictures up to {limit:g} MB.",
        "Please save it smaller, or crop it.",
    )


FILE_GONE: Final = "That picture is not there any more: its link has expired or it was deleted."
FILE_GONE_REMEDY: Final = "Please post it again."
FILE_FOREIGN: Final = "I only read files that were uploaded to Discord."
FILE_FOREIGN_REMEDY: Final = "Please upload the picture itself instead of a link to it."
FILE_SLOW: Final = "I could not fetch that picture from Discord."
NO_PICTURE: Final = "There is no picture in that message."
NO_PICTURE_REMEDY: Final = "Please choose a message with a PNG, JPEG, WebP or GIF attached."
NO_TEXT: Final = "There are no words in that message."
NO_TEXT_REMEDY: Final = "Please choose a message with text, or use `/paint`."
NOTHING_TO_PAINT: Final = "There is nothing to paint in that: it has no readable words."
NOTHING_TO_PAINT_REMEDY: Final = "Please describe a scene in a few words."
OWN_ONLY: Final = "Here I only tell stories of pictures that you posted yourself."
OWN_ONLY_REMEDY: Final = "Please ask the person who posted it, or a moderator, to do it, or post your own."
STYLE_UNKNOWN: Final = "I do not know that style."


def text_too_long(characters: int, limit: int, what: str) -> tuple[str, str]:
    """Cause and remedy for a text over the limit; `what` names it."""
    return (
        f"{what} has {characters:,} characters; I read up to {limit:,} at once.",
        "Please shorten it, or send one scene of it.",
    )


def style_remedy(names: Sequence[str]) -> str:
    """Which styles there are."""
    return f"Please choose one of: {', '.join(names)}."


def too_many_pictures(limit: int) -> tuple[str, str]:
    """Cause and remedy for a count over the operator's limit."""
    return (f"I paint at most {limit} at once here.", f"Please ask for {limit} or fewer.")


# --------------------------------------------------------------------------- status

NOUNS: Final = {
    "story": "story",
    "paint": "picture",
    "cast": "look at the picture",
    "chapter": "chapter",
    "turn": "passage",
    "plate": "picture of a chapter",
    "rewrite": "chapter that fits its picture",
}


def accepted(kind: str, job_id: str, position: int | None, due: int | None) -> str:
    """A job was taken in. `due`: Unix seconds of the estimate."""
    place = f"It is number {position} in the queue" if position and position > 1 else "It is next"
    when = f", and should be ready <t:{due}:R>" if due else ""
    return f"Accepted: your {NOUNS[kind]}. {place}{when}.\n-# job `{job_id}`"


def working(kind: str, job_id: str, stage: str, share: float, due: int | None) -> str:
    """A job runs."""
    filled = round(max(0.0, min(1.0, share)) * 10)
    doing = stage or "working"
    when = f" · ready <t:{due}:R>" if due else ""
    return f"Your {NOUNS[kind]}: {doing}\n{'▰' * filled}{'▱' * (10 - filled)} {share:.0%}{when}\n-# job `{job_id}`"


def interrupted(kind: str, job_id: str) -> str:
    """A job was interrupted and will go on."""
    return f"I was restarted while making your {NOUNS[kind]}; it goes on by itself.\n-# job `{job_id}`"


NOT_REMEMBERED: Final = "It will not be remembered, because you have not agreed; `/privacy optin` changes that."


def delivered(kind: str, job_id: str, link: str) -> str:
    """A result was posted."""
    return f"Your {NOUNS[kind]} is ready: {link}\n-# job `{job_id}`"


def cancelled(kind: str, job_id: str) -> str:
    """A job was cancelled."""
    return f"Your {NOUNS[kind]} was cancelled.\n-# job `{job_id}`"


def ended_badly(kind: str, job_id: str, error: str) -> str:
    """A job ended without a result."""
    return f"Your {NOUNS[kind]} could not be finished. {error}".rstrip() + f"\n-# job `{job_id}`"


CANCELLING: Final = "Stopping it."
TOO_LATE_TO_CANCEL: Final = "It has already ended."

# --------------------------------------------------------------------------- results

UNTITLED: Final = "Untitled"
WOVEN: Final = "Woven from"
WOVEN_NOTHING: Final = "nothing yet: this server's memory had nothing near it"
AI_NOTE: Final = "Written and painted by AI models."


def asked(mention: str, kind: str) -> str:
    """The line over a result."""
    return f"{mention} asked for this {NOUNS[kind]}."


def painted_title(count: int) -> str:
    """Title of a painting."""
    return "A picture" if count == 1 else f"{count} pictures"


LABELS: Final = {
    "continue": "Continue",
    "retry": "Retry",
    "paint": "Paint it",
    "delete": "Delete",
    "again": "Again",
    "vary": "Vary",
    "tell": "Tell its story",
    "cancel": "Cancel",
}
DELETED: Final = "Deleted, and forgotten."
DELETED_ONLY: Final = "Deleted."
PICK_PICTURE: Final = "Which picture?"
PICK_ONE: Final = "Choose a picture"

# --------------------------------------------------------------------------- mentions and forms

MENU_TELL: Final = "Tell its story"
MENU_PAINT: Final = "Paint this"
MENU_WHAT_IF: Final = "What if?"
MENU_ADD: Final = "Add to cast"
HELLO: Final = (
    "Hello! Post a picture and mention me, use `/story`, or right-click a message with a picture and choose "
    "**Apps ▸ Tell its story**. With `/paint` I paint what you describe. `/privacy what` says what I remember."
)
POINTER: Final = (
    "I cannot see the picture you answered to. Please right-click it and choose **Apps ▸ Tell its story**, "
    "or post the picture yourself and mention me."
)
FIRST_OF_MANY: Final = "I took the first of the pictures; **Apps ▸ Tell its story** lets you pick another."
FORM_TITLE: Final = "What shall I paint?"
FORM_LABEL: Final = "Text or scene"
FORM_HINT: Final = "A story, a moment, or a description; I distil it into one scene."

# --------------------------------------------------------------------------- queue

QUEUE_EMPTY: Final = "You have nothing waiting here."


def queue_line(kind: str, job_id: str, state: str, position: int | None, due: int | None) -> str:
    """One of the member's jobs."""
    place = f"number {position}" if position else state
    when = f", ready <t:{due}:R>" if due else ""
    return f"`{job_id}` {NOUNS[kind]}: {place}{when}"


# --------------------------------------------------------------------------- the operator's start

LOGIN_REFUSED: Final = "Discord does not accept this token."
LOGIN_REMEDY: Final = (
    "Copy it again from the developer portal (your application ▸ Bot ▸ Reset Token) and set DISCORD_TOKEN to it."
)
INTENT_REFUSED: Final = "Discord did not grant the Message Content intent that config.toml asks for."
INTENT_REMEDY: Final = (
    "Switch it on in the developer portal (your application ▸ Bot), or set [bot] message_content = false."
)
NO_DISCORD: Final = "Discord cannot be reached from this machine."
CONNECTION_ENDED: Final = "The connection to Discord ended by itself."
TRY_START_AGAIN: Final = "Check the network and start the bot again."


def network_failed(cause: str) -> str:
    """The network ended the bot. `cause`: what the system or the library calls it."""
    return f"The network failed ({cause}). {TRY_START_AGAIN} The log holds the trace."


def machine_failed(path: str, cause: str) -> str:
    """A file or the machine ended the bot. `path` may be empty."""
    return f"RAVSG cannot use {path or 'this machine'}: {cause}."


# --------------------------------------------------------------------------- health

HEALTH_TITLE: Final = "How I am"


def health_queue(waiting: int) -> str:
    """How much is open in this server."""
    return f"{waiting} open" if waiting else "nothing waits"


def health_memory(stories: int, pictures: int, authors: int) -> str:
    """How much this server remembers."""
    return f"{stories} stories, {pictures} pictures, {authors} members"


def health_times(mean_lag: float, longest_lag: float, latency: float, skew: float) -> str:
    """Lag of the event loop and of the gateway, and by how much this machine's clock is fast, in seconds."""
    lag = f"loop lag {mean_lag * 1000:.0f} ms on average, {longest_lag * 1000:.0f} ms at most"
    clock = f"; this machine's clock is {clock_off(skew)}" if skew else ""
    return f"{lag}; gateway {latency:.2f} s{clock}"


def clock_off(skew: float) -> str:
    """How a clock differs from Discord's. `skew`: seconds by which it is fast."""
    return f"{abs(skew):.0f} s {'fast' if skew > 0 else 'slow'}"
