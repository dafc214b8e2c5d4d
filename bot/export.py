"""`/privacy export`: everything that is kept of one member in one server, as a zip file of at most so many bytes.

It never holds what is others': their memories are named by number only, because a quote in a receipt is its author's
and not the reader's; what a request took over from another member's work or message is left out and said to be. The
member's own results stand in full. Where the pictures are too large together, the largest are left out and named.
What the fields mean is in the archive's README (`bot.texts_privacy`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from bot import texts_privacy as texts
from bot.archive import ENTRY_BYTES, Archive
from bot.embeds import message_link
from bot.export_books import BookExport
from ravsg.errors import Refused
from ravsg.memory.service import Memory
from ravsg.store.cast import CastStore, Character
from ravsg.store.job_rows import JobRow
from ravsg.store.jobs import JobStore, Side
from ravsg.store.member_memories import MemberMemories
from ravsg.store.memory_rows import KeptMemory

MOST_BYTES: Final = 50_000_000
"""An archive passes through memory on its way out, so it is never larger, whatever the server allows."""
PAGE: Final = 100
_TAKEN_OVER: Final = ("text", "card", "continues")
_INSIDE: Final = frozenset({"source_author"})
"""Of a request: another member's id."""


@dataclass(frozen=True, slots=True)
class Export:
    """A finished archive, and how much it holds."""

    data: bytes
    memories: int
    requests: int
    pictures: int
    left_out: int


@dataclass(slots=True)
class _Picture:
    name: str
    size: int
    load: Callable[[], Awaitable[bytes | None]]
    entry: dict[str, Any] = field(default_factory=dict)
    """As data.json shows it."""


class Exporter:
    """Collects and packs; one for the whole bot."""

    def __init__(
        self, *, memory: Memory, members: MemberMemories, cast: CastStore, books: BookExport, jobs: JobStore
    ) -> None:
        self._memory = memory
        self._books = books
        self._cast = cast
        self._members = members
        self._jobs = jobs

    async def export(self, guild_id: int, member_id: int, *, server: str, member: str, limit: int) -> Export:
        """Everything of a member. Raises Refused where even their words do not fit, StoreError."""
        pictures: list[_Picture] = []
        data: dict[str, Any] = {
            "server": {"id": str(guild_id), "name": server},
            "member": {"id": str(member_id), "name": member},
            **await self._say(guild_id, member_id),
            "memories": await self._memories(guild_id, member_id, pictures),
            "cast": await self._characters(guild_id, member_id, pictures),
            **await self._books.collect(guild_id, member_id, partial(_added, pictures)),
            "requests": await self._requests(guild_id, member_id, pictures),
        }
        most = min(limit, MOST_BYTES)
        room = most - len(_json(data).encode()) - len(texts.EXPORT_README) - ENTRY_BYTES * (len(pictures) + 3)
        chosen = _fitting(pictures, room)
        with await asyncio.to_thread(Archive) as archive:
            for picture in chosen:
                content = await picture.load()
                if content is not None:
                    await asyncio.to_thread(archive.add_picture, picture.name, content)
            await asyncio.to_thread(archive.add_text, "data.json", _json(data))
            await asyncio.to_thread(archive.add_text, "README.txt", texts.EXPORT_README)
            packed = await asyncio.to_thread(archive.content)
        if len(packed) > most:
            raise Refused(texts.EXPORT_TOO_LARGE, texts.EXPORT_TOO_LARGE_REMEDY)
        left_out = len(pictures) - len(chosen)
        return Export(packed, len(data["memories"]), len(data["requests"]), len(chosen), left_out)

    async def _say(self, guild_id: int, member_id: int) -> dict[str, Any]:
        decision = await self._memory.policy.decision(guild_id, member_id)
        own = await self._jobs.own_material(guild_id, member_id)
        return {
            "your_word": decision and {"agreed": decision.allowed, "at": _time(decision.decided_at)},
            "default": await self._memory.policy.default(guild_id),
            "retention_days": await self._memory.policy.retention_days(guild_id),
            "verdicts": [
                {
                    "memory": one.memory_id,
                    "verdict": "not relevant",
                    "at": _time(one.given_at),
                    "request": one.job_id or None,
                    # what was asked for a request of somebody else's is theirs
                    "for": one.words if not one.job_id or one.job_id in own else texts.FROM_OTHERS,
                }
                for one in await self._memory.verdicts_of(guild_id, member_id)
            ],
            "pins": await self._members.pinned_by(guild_id, member_id),
            "settings_changed": await self._members.changed_settings(guild_id, member_id),
        }

    async def _memories(self, guild_id: int, member_id: int, pictures: list[_Picture]) -> list[dict[str, Any]]:
        sizes = await self._members.picture_sizes(guild_id, member_id)
        found = []
        async for one in self._memory.kept_of(guild_id, member_id):
            entry = _memory_entry(guild_id, one, mine=member_id)
            if one.memory_id in sizes:
                load = _memory_picture(self._memory, guild_id, one.memory_id)
                name = f"pictures/memory-{one.memory_id}.png"
                pictures.append(_Picture(name, sizes[one.memory_id], load, {"file": name}))
                entry["picture"] = pictures[-1].entry
            found.append(entry)
        return found

    async def _characters(self, guild_id: int, member_id: int, pictures: list[_Picture]) -> list[dict[str, Any]]:
        own = await self._jobs.own_material(guild_id, member_id)
        sizes = await self._cast.picture_sizes(guild_id, member_id)
        found = []
        for one in await self._cast.all(guild_id):
            if one.added_by != member_id:
                continue
            entry = _character_entry(one)
            if one.cast_id in sizes and (one.source.author_id == member_id or one.source.job_id in own):
                load = _cast_picture(self._cast, guild_id, one.cast_id)
                name = f"pictures/cast-{one.cast_id}.png"
                pictures.append(_Picture(name, sizes[one.cast_id], load, {"file": name}))
                entry["picture"] = pictures[-1].entry
            elif one.cast_id in sizes:
                entry["picture"] = {"given": texts.FROM_OTHERS}
            found.append(entry)
        return found

    async def _requests(self, guild_id: int, member_id: int, pictures: list[_Picture]) -> list[dict[str, Any]]:
        own = await self._jobs.own_material(guild_id, member_id)
        kept = await self._jobs.pictures_of_member(guild_id, member_id)
        found, after = [], 0
        while page := await self._jobs.page_of_member(guild_id, member_id, after=after, limit=PAGE):
            after = page[-1].number
            for row in page:
                entry = _request_entry(row, own=row.id in own)
                sent = await self._jobs.deliveries(row.id)
                entry["messages"] = [
                    message_link(guild_id, one.channel_id, one.message_id)
                    for one in sent
                    if one.message_id is not None
                ]
                entry["pictures"] = []
                for picture in (one for one in kept if one.job_id == row.id):
                    if picture.side == "input" and row.id not in own:
                        entry["pictures"].append({"given": texts.FROM_OTHERS})
                        continue
                    name = f"pictures/request-{row.id}-{picture.side}-{picture.name}.png"
                    load = _job_picture(self._jobs, row.id, picture.side, picture.name)
                    pictures.append(_Picture(name, picture.size, load, {"file": name}))
                    entry["pictures"].append(pictures[-1].entry)
                found.append(entry)
        return found


def _memory_entry(guild_id: int, one: KeptMemory, *, mine: int) -> dict[str, Any]:
    shown = one.message_id is not None
    return {
        "number": one.memory_id,
        "kind": one.kind.value,
        "title": one.title,
        "passages": list(one.passages),
        "keywords": list(one.keywords),
        "author_name": one.author_name,
        "channel": str(one.channel_id),
        "parent_channel": None if one.parent_channel_id is None else str(one.parent_channel_id),
        "message": message_link(guild_id, one.channel_id, one.message_id or 0) if shown else None,
        "request": one.job_id,
        "book": one.book_id,
        "chapter": one.chapter,
        "branch": one.branch,
        "created_at": _time(one.created_at),
        "pinned_at": _time(one.pinned_at),
        "pinned_by_you": one.pinned_by == mine,
        "consent": one.consent,
        "models": list(one.models),
    }


def _character_entry(one: Character) -> dict[str, Any]:
    there = one.source
    shown = there.channel_id is not None and there.message_id is not None
    return {
        "name": one.name,
        "looks": one.looks,
        "wardrobe": [{"outfit": worn.outfit, "book": worn.book_id, "chapter": worn.chapter} for worn in one.wardrobe],
        "seed": one.seed,
        "your_name": one.added_by_name,
        "message": message_link(one.guild_id, there.channel_id or 0, there.message_id or 0) if shown else None,
        "created_at": _time(one.created_at),
        "changed_at": _time(one.updated_at),
    }


def _request_entry(row: JobRow, *, own: bool) -> dict[str, Any]:
    asked = {name: value for name, value in row.request.items() if name not in _INSIDE}
    if not own:
        asked |= {name: texts.FROM_OTHERS for name in _TAKEN_OVER if asked.get(name)}
    result = dict(row.result) if row.result is not None else None
    woven = result.pop("woven", None) or [] if result is not None else []
    if result is not None and "cast" in result:
        result["cast"] = [one["name"] for one in result["cast"]]  # whoever added them is an id of somebody else
    return {
        "request": row.id,
        "kind": row.kind,
        "state": row.state,
        "channel": str(row.origin.channel_id),
        "your_name": row.origin.author_name,
        "language": row.origin.locale,
        "created_at": _time(row.created_at),
        "finished_at": _time(row.finished_at),
        "goes_on_from": row.parent_id,
        "asked": asked,
        "result": result,
        "woven_from": [{"memory": one["memory_id"], "kind": one["kind"]} for one in woven],
        "error": row.error,
    }


def _added(
    pictures: list[_Picture], name: str, size: int, load: Callable[[], Awaitable[bytes | None]]
) -> dict[str, Any]:
    pictures.append(_Picture(name, size, load, {"file": name}))
    return pictures[-1].entry


def _fitting(pictures: list[_Picture], room: int) -> list[_Picture]:
    """As many pictures as there is room for, the smallest first; the others are said to be left out."""
    chosen = []
    for picture in sorted(pictures, key=lambda one: one.size):
        room -= picture.size
        if room >= 0:
            chosen.append(picture)
        else:
            picture.entry |= {"file": None, "left_out": f"too large here: {picture.size} bytes"}
    return chosen


def _memory_picture(memory: Memory, guild_id: int, memory_id: int) -> Callable[[], Awaitable[bytes | None]]:
    return lambda: memory.picture(guild_id, memory_id)


def _cast_picture(cast: CastStore, guild_id: int, cast_id: int) -> Callable[[], Awaitable[bytes | None]]:
    return lambda: cast.picture(guild_id, cast_id)


def _job_picture(jobs: JobStore, job_id: str, side: Side, name: str) -> Callable[[], Awaitable[bytes | None]]:
    async def load() -> bytes | None:
        return (await jobs.blobs(job_id, side)).get(name)

    return load


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
