"""The border outwards: finished jobs as messages with embeds, files and buttons.

Everything written by people or models is made safe here, piece by piece, so that the links of our own (to messages
that a result was woven from) can stay live. This module sends nothing and asks no one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import discord

from bot import texts, texts_cast, texts_memory
from bot.files import Fitted
from bot.markup import FIELD_LIMIT, TITLE_LIMIT, quote, safe, shorten, split
from bot.outgoing import OutFile, Outgoing
from bot.views import painting_buttons, story_buttons
from bot.views_memory import WovenButton
from ravsg.engine import painting_of, story_of
from ravsg.jobs.job import Job
from ravsg.picture.alt import seen_alt
from ravsg.store.cast import NAME_LIMIT
from ravsg.types import CastUsed, Painting, Recalled, Story

PAGE: Final = 3900
"""Characters of a story in one embed: title, receipt, notes and footer fit beside it in Discord's 6,000 a message."""
NAMED: Final = 4
"""Memories that a result names by itself: with the longest titles and names they fill a field."""
TITLE: Final = 80
COLOUR_STORY: Final = discord.Colour(0x6A8E7F)
COLOUR_PICTURE: Final = discord.Colour(0xC98F5A)


def message_link(guild_id: int, channel_id: int, message_id: int) -> str:
    """The address of a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def job_mark(job_id: str, part: int = 1) -> str:
    """What every message of a job's result holds in its footer, by which it is found again after a crash."""
    return f"job {job_id}" if part == 1 else f"job {job_id} part {part}"


def result_messages(
    job: Job, results: Mapping[str, bytes], shown: Sequence[Fitted], *, note: str, spoiler: bool
) -> list[Outgoing]:
    """The messages that show a finished job, the first with the receipt, the last with the buttons.

    `shown` are the pictures to attach, already small enough: a painting's own, or the one a story was told from
    where nobody else sees it. `note` names the models. Raises StoreError where the job holds no result.
    """
    if job.kind == "story":
        return _story(job, story_of(job), shown, note=note, spoiler=spoiler)
    return [_painting(job, painting_of(job, results), shown, note=note, spoiler=spoiler)]


def _story(job: Job, story: Story, shown: Sequence[Fitted], *, note: str, spoiler: bool) -> list[Outgoing]:
    pages = split(safe(story.text), PAGE) or ["…"]
    messages = []
    for number, page in enumerate(pages, start=1):
        embed = discord.Embed(description=page, colour=COLOUR_STORY)
        foot = [job_mark(job.id, number)]
        if number == 1:
            embed.title = quote(story.title, TITLE_LIMIT) or texts.UNTITLED
            _add_receipt(embed, job.origin.guild_id, story.woven, story.cast)
            _add_notes(embed, story.notes)
            foot += [f"seed {story.seed}", note, texts.AI_NOTE]
        embed.set_footer(text=" · ".join(part for part in foot if part))
        messages.append(Outgoing(embeds=(embed,)))
    first, last = messages[0], messages[-1]
    files = tuple(_file("picture", one, seen_alt(story.analysis), spoiler=spoiler) for one in shown)
    asker = job.origin.author_id
    view = story_buttons(job.id, *_receipt_button(job, story.woven))
    content = "\n".join(filter(None, (texts.asked(f"<@{asker}>", job.kind), _been_here(job, story.woven))))
    if len(messages) == 1:
        return [Outgoing(content, first.embeds, files, view, ping=asker)]
    return [
        Outgoing(content, first.embeds, files, ping=asker),
        *messages[1:-1],
        Outgoing(embeds=last.embeds, view=view),
    ]


def _painting(job: Job, painting: Painting, shown: Sequence[Fitted], *, note: str, spoiler: bool) -> Outgoing:
    count = len(painting.pictures)
    title = painting.scene.subjects or painting.scene.setting or texts.painted_title(count)
    embed = discord.Embed(title=quote(title, TITLE_LIMIT), colour=COLOUR_PICTURE)
    lines = [f"{name}: {quote(value, 300)}" for name, value in _scene(painting) if value]
    embed.description = "\n".join(lines) or None
    seeds = ", ".join(f"`{picture.seed}`" for picture in painting.pictures)
    embed.add_field(name="Seed" if count == 1 else "Seeds", value=seeds, inline=True)
    embed.add_field(name="Style", value=quote(painting.style, 100) or "–", inline=True)
    _add_receipt(embed, job.origin.guild_id, painting.woven, painting.cast)
    _add_notes(embed, painting.notes)
    embed.set_footer(text=" · ".join(part for part in (job_mark(job.id), note, texts.AI_NOTE) if part))
    files = tuple(
        _file(f"picture-{number}", fit, picture.alt_text, spoiler=spoiler)
        for number, (fit, picture) in enumerate(zip(shown, painting.pictures, strict=True), start=1)
    )
    asker = job.origin.author_id
    view = painting_buttons(job.id, *_receipt_button(job, painting.woven))
    content = "\n".join(filter(None, (texts.asked(f"<@{asker}>", job.kind), _lent_colours(job, painting.woven))))
    return Outgoing(content, (embed,), files, view, ping=asker)


def _scene(painting: Painting) -> list[tuple[str, str]]:
    scene = painting.scene
    return [
        ("Setting", scene.setting),
        ("Subjects", scene.subjects),
        ("Atmosphere", scene.atmosphere),
        ("Keywords", scene.keywords),
    ]


def _add_receipt(embed: discord.Embed, guild_id: int, woven: Sequence[Recalled], cast: Sequence[CastUsed]) -> None:
    """What a result was woven from, in short: titles with links, and authors, its receipt has the rest; and who of
    the cast shaped it."""
    named = [f"{linked_title(guild_id, one)} by {quote(one.author_name, 40)}" for one in woven[:NAMED]]
    if len(woven) > NAMED:
        named.append(texts_memory.and_more(len(woven) - NAMED))
    embed.add_field(name=texts.WOVEN, value=" · ".join(named) or texts.WOVEN_NOTHING, inline=False)
    if cast:
        told = [texts_cast.used(quote(one.name, NAME_LIMIT), reference=one.reference) for one in cast]
        embed.add_field(name=texts_cast.CAST, value=", ".join(told), inline=False)


def _receipt_button(job: Job, woven: Sequence[Recalled]) -> list[WovenButton]:
    return [WovenButton(job.id)] if woven else []


def _been_here(job: Job, woven: Sequence[Recalled]) -> str:
    """The line that says so where a posted picture shows a place that is remembered."""
    places = [one for one in woven if one.same_place]
    if not places:
        return ""
    links = [linked_title(job.origin.guild_id, one) for one in places[:NAMED]]
    return texts_memory.been_here(links, own=all(one.author_id == job.origin.author_id for one in places))


def _lent_colours(job: Job, woven: Sequence[Recalled]) -> str:
    """The line that says so where a painting began from a remembered picture."""
    lenders = [linked_title(job.origin.guild_id, one) for one in woven if one.lent_colours]
    return texts_memory.lent_colours(lenders[0]) if lenders else ""


def linked_title(guild_id: int, memory: Recalled) -> str:
    """A memory's title, with a link where its message is known."""
    title = quote(memory.title.replace("[", "(").replace("]", ")"), TITLE) or texts.UNTITLED
    if memory.message_id is None:
        return title
    return f"[{title}]({message_link(guild_id, memory.channel_id, memory.message_id)})"


def _add_notes(embed: discord.Embed, notes: Sequence[str]) -> None:
    if notes:
        embed.add_field(
            name="Note", value=shorten("\n".join(safe(note) for note in notes), FIELD_LIMIT), inline=False
        )


def _file(name: str, fit: Fitted, alt: str, *, spoiler: bool) -> OutFile:
    return OutFile(f"{name}.{fit.extension}", fit.data, shorten(alt, 1024), spoiler)
