"""Every sentence about what is kept of a member, their say in it, and how it goes.

Each must be true to the word: a change to what is kept changes it here too. Receipts are given what the erasure
counted (`bot.erasable`, `ravsg.store.stale`). This module decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPTED_IN: Final = (
    "Thank you. From now on I remember the stories and pictures that you ask for **in this server**, and they may "
    "return in what is made here later. `/privacy optout` stops that, `/privacy forget` deletes everything of yours."
)
OPTED_OUT: Final = (
    "Understood: from now on I remember nothing of yours in this server, and what I had is not used any more. "
    "`/privacy forget` deletes it."
)

# --------------------------------------------------------------------------- what is kept

WHAT_TITLE: Final = "What I keep of you in this server"


def state(*, remembered: bool, decided: int | None, default: str) -> str:
    """What holds for one member. `decided`: Unix seconds of their word; `default`: what holds without one."""
    if decided is not None:
        said = "agreed" if remembered else "refused"
        then = "what you ask for is remembered" if remembered else "nothing of yours is remembered"
        return f"You {said} on <t:{decided}:D>: {then} here, whatever this server's default is."
    then = "what you ask for is remembered" if remembered else "nothing of yours is remembered"
    return f"You have not decided here. This server's default is **{default}**, and that means: {then}."


def kept(*, inputs_days: int, retention_days: int | None, grace_days: int) -> str:
    """What is kept of everybody, why, how long, where, who sees it, and how it goes."""
    how_long = f"for {retention_days} days, longer if pinned" if retention_days else "until it is forgotten"
    return (
        "**Requests**: the words and pictures you gave, your id and name, the channel, your language, the result and "
        "which messages show it; where others ask for something of your message, that it was yours. So a restart "
        f"loses nothing and the buttons work. Pictures that you gave go {inputs_days} days after the end; the rest "
        "stays until it is forgotten.\n"
        "**Memories**, where you are remembered: your results' stories, captions, keywords and small pictures, and "
        f"numbers computed from them, so that later results here can take them up. Kept {how_long}.\n"
        "**Cast**: characters that you add, with name, looks, outfits, seed, a small picture and a link to where it "
        "stands; the picture only if it is yours, mine, or of somebody who is remembered. Kept until removed.\n"
        "**Your say**: agreement or refusal with its date; what you pinned; what you called not relevant, and for "
        "which words; that you changed this server's memory settings.\n"
        "**A log** of what I did, with ids of jobs, channels and servers; no contents, no names.\n"
        "What nobody addressed to me is not kept. My models run on the operator's machine, and nothing is used to "
        "train them.\n\n"
        "**Where**: in one folder on the machine of whoever runs me. **Who sees it**: results, everybody who reads "
        "their channel; memories, members who may read the channel they come from, in this server only; the cast, "
        "everybody in this server; the folder, whoever runs me.\n\n"
        "**How it goes**: `/privacy forget` takes all of it; `/cast remove`, a character; `/memory forget`, or "
        "deleting the message, thread or channel of a result, takes that one. While I am away I hear of no deletion: "
        "I look for the newest when I am back, and for older ones before I show them. If I am removed from this "
        "server, everything of it goes after "
        f"{grace_days} days, unless I come back before.\n"
        "**What I cannot delete**: copies that Discord keeps, what others saved, and backups of whoever runs me. "
        "A refusal stays, so that I go on honouring it.\n\n"
        "`/privacy export` gives you a copy. To report something, write to a moderator of this server."
    )


# --------------------------------------------------------------------------- unweaving

FORGET_LABEL: Final = "Unweave me"
FORGET_ASK: Final = (
    "**Unweave you from this server?** This cannot be undone, so you may want `/privacy export` first.\n"
    "- What waits or runs for you is stopped. Your requests, results and memories go, with their pictures, vectors "
    "and words; so do your verdicts, your name on pins, and your agreement.\n"
    "- Characters of the cast go that you added, or that were taken from a picture of yours.\n"
    "- Books that you told alone go. In books of several people your passages, your picture and your name go; what "
    "comes after them stays, and what was summed up goes.\n"
    "- My messages with your results are deleted, as far as Discord lets me.\n"
    "- What others made from your part alone goes too: pictures of your stories, stories of your pictures.\n"
    "- Others' results that quote you lose the quote. Others' continuations keep their own words, but not yours, and "
    "are no longer remembered.\n"
    "What you wrote yourself in this server is yours to delete. A refusal (`/privacy optout`) stays, so that I go on "
    "honouring it."
)
FORGETTING: Final = "I am at it. The receipt comes here, or as a direct message if it takes longer than 15 minutes."
UNDER_WAY: Final = "I am unweaving you already."
UNDER_WAY_REMEDY: Final = "You will get the receipt as soon as it is done."

_RECEIPT: Final = (
    ("jobs", "request with all that came of it", "requests with all that came of them"),
    ("job_pictures", "picture in them", "pictures in them"),
    ("memories", "memory", "memories"),
    ("passages", "passage with its vector and its words", "passages with their vectors and their words"),
    ("memory_pictures", "small picture of a memory", "small pictures of memories"),
    ("verdicts", "verdict of yours", "verdicts of yours"),
    (
        "pins",
        "pin that named you (it stays, without your name)",
        "pins that named you (they stay, without your name)",
    ),
    ("agreements", "agreement to be remembered", "agreements to be remembered"),
    ("settings", "setting that named you (it stays)", "settings that named you (they stay)"),
    ("made_from", "result that others made from yours alone", "results that others made from yours alone"),
    ("characters", "character of the cast", "characters of the cast"),
    ("books", "book that you began", "books that you began"),
    ("passages_of_books", "passage of a book or a thread", "passages of books and threads"),
    ("branches", "name on a branch of a story (it stays)", "names on branches of stories (they stay)"),
    ("bookmarks", "bookmark", "bookmarks"),
    ("messages", "message of mine in the channels", "messages of mine in the channels"),
)
_MENDED: Final = (
    (
        "characters_named",
        "result of others no longer names a character of yours as its cast",
        "results of others no longer name a character of yours as their cast",
    ),
    ("quotes", "result of others lost its quote of you", "results of others lost their quotes of you"),
    (
        "going_on",
        "continuation by others lost your part, and is no longer remembered",
        "continuations by others lost your part, and are no longer remembered",
    ),
    (
        "threads",
        "thread that I had named with your words has another name",
        "threads that I had named with your words have other names",
    ),
)
NOTHING_THERE: Final = "There was nothing of you here."
CHECKED: Final = "I looked again afterwards: nothing of it is left in my data folder."
OUT_OF_REACH: Final = (
    "Copies that Discord keeps and backups of whoever runs me are beyond my reach. Threads that members "
    "opened keep their names; a moderator can change those."
)


def receipt(counts: Mapping[str, int]) -> str:
    """What an erasure took, in plain words."""
    gone = _lines(_RECEIPT, counts)
    mended = _lines(_MENDED, counts)
    left = counts.get("messages_left", 0)
    parts = ["**Done: you are unwoven from this server.**"]
    parts.append("Deleted:\n" + "\n".join(gone) if gone else NOTHING_THERE)
    if mended:
        parts.append("Mended:\n" + "\n".join(mended))
    if left:
        parts.append(
            f"**{_number(left, 'message of mine', 'messages of mine')} could not be deleted**, because I may not see "
            "the channel any more. A moderator can do it."
        )
    if unnamed := counts.get("threads_left", 0):
        kept = _number(unnamed, "thread keeps its name", "threads keep their names")
        parts.append(f"**{kept}, with words of yours**: I may not change that there. A moderator can do it.")
    return "\n".join((*parts, CHECKED, OUT_OF_REACH))


def direct_receipt(counts: Mapping[str, int], server: str, mark: str) -> str:
    """The same as a direct message. `server`: its name, safe to be shown; `mark`: by which it is found again."""
    return f"You asked me to forget you in **{server}**.\n{receipt(counts)}\n-# receipt {mark}"


def _lines(kinds: tuple[tuple[str, str, str], ...], counts: Mapping[str, int]) -> list[str]:
    return [f"- {_number(counts[name], one, many)}" for name, one, many in kinds if counts.get(name)]


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


# --------------------------------------------------------------------------- export

EXPORT_NAME: Final = "ravsg-export.zip"
EXPORT_ALT: Final = "A zip file with everything kept of you in this server"


def exported(memories: int, requests: int, pictures: int, left_out: int) -> str:
    """What an export holds."""
    told = (
        f"Here is everything that I keep of you in this server: {_number(memories, 'memory', 'memories')}, "
        f"{_number(requests, 'request', 'requests')}, {_number(pictures, 'picture', 'pictures')}. "
        "`README.txt` in it explains the rest. Only you see this message; save the file before you close it."
    )
    if not left_out:
        return told
    return (
        f"{told}\n{_number(left_out, 'picture was', 'pictures were')} too large for one file in this server and left "
        "out, the largest first; `data.json` names them, with the messages that show them."
    )


EXPORT_README: Final = """What RAVSG keeps of you in this server
======================================

data.json, encoded as UTF-8. Times are ISO 8601, UTC. Ids are Discord's.

server, member        where, and whose this is
your_word             what you decided about being remembered, and when; null if you have not
default               what holds here for members who have not decided: opt-in or opt-out
retention_days        after how many days memories are forgotten unless they are pinned; null: never
memories              what later results may take up. passages: the words; keywords: what was seen or asked for;
                      consent: "agreed" (after your word) or "by default"; models: what computed the vectors, which
                      are not exported: they are numbers made from the passages and pictures given here;
                      book, chapter, branch: its place in a book; picture: the file in this archive
requests              what you asked for. state: how it ended; asked: your request; result: what came of it;
                      woven_from: which memories shaped it, by number and message only; messages: where it stands;
                      pictures: the files in this archive; error: what you were told when it failed
cast                  characters that you added: looks, what they wear from which chapter on, seed, and where the
                      picture stands
books                 books and threads that you began: title, direction, premise, and the picture it began from
passages              what you wrote in books and threads, what you edited, and what I told there for you, with its
                      illustrations; figures and notes: what my checks found
branches              ways of a story that you opened
bookmarks             how far you have read
verdicts              memories that you called not relevant, by number, and for which words
pins                  numbers of memories that you pinned
settings_changed      whether the server's memory settings name you as the one who changed them last

Left out: what others wrote, painted or posted. Where you went on from somebody else's work, or asked for a story of
somebody else's picture, your request says "from others" in the place of their words and picture. Memories of others
that shaped your results are named by number, without their words, titles and authors. Your own results stand in full,
even where one repeats words that it was made from.
"""
FROM_OTHERS: Final = "from others: left out"
EXPORTING: Final = "I am packing it."
EXPORT_TOO_LARGE: Final = "Even without its pictures, what I keep of you is too large for one file in this server."
EXPORT_TOO_LARGE_REMEDY: Final = "Please ask whoever runs this bot for a copy."
