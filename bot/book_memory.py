"""A piece that was changed, in memory: what was remembered of it goes at once, what it says now is remembered soon.

That memory is behind is kept with the change (`ravsg.store.book_unremembered`), so a start goes on with what a death
has left.

What is remembered of a chapter when it is told is the engine's (`ravsg.engine.book_memory`); a piece that was made
without a job is named by itself in the place of one. Nobody waits for the embedder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot import texts_books
from ravsg.config import MemorySection
from ravsg.errors import RavsgError
from ravsg.jobs.service import JobService
from ravsg.memory.chunks import split
from ravsg.memory.service import Memory
from ravsg.picture.shapes import thumbnail
from ravsg.store.book_rows import BookRow, Piece
from ravsg.store.books import BookStore
from ravsg.types import Embedded, EmbedTask, Memorable, MemoryKind

_log = logging.getLogger(__name__)


class Reindexing:
    """Remembers changed pieces. `embed`: texts and pictures of a server as vectors; `name_of`: how a member of a
    server is called, None where nobody can say."""

    def __init__(
        self,
        *,
        store: BookStore,
        jobs: JobService,
        memory: Memory,
        config: MemorySection,
        embed: Callable[[int, EmbedTask], Awaitable[Embedded]],
        name_of: Callable[[int, int], Awaitable[str | None]],
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._memory = memory
        self._config = config
        self._embed = embed
        self._name_of = name_of
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    async def reindex(self, book: BookRow, piece: Piece) -> None:
        """Forget what was remembered of a piece, and begin to remember it as it is now. Raises StoreError."""
        await self._store.changed(piece.guild_id, piece.id)
        await self._memory.forget_job(piece.guild_id, key_of(piece))
        task = asyncio.create_task(self._quietly(book, piece), name=f"remembering piece {piece.id} anew")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def resume(self) -> None:
        """After a start: go on with all pieces whose memory is behind. Raises StoreError."""
        for piece in await self._store.unremembered():
            book = await self._store.book(piece.guild_id, piece.book_id)
            if book is not None:
                await self.reindex(book, piece)

    async def settled(self) -> None:
        """Wait for what is being remembered."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop; what was not remembered by now is with the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _quietly(self, book: BookRow, piece: Piece) -> None:
        try:
            async with self._one_at_a_time:
                await self._as_it_is(book, piece)
        except RavsgError as error:
            _log.warning("piece %d could not be remembered anew: %s", piece.id, error)
        except Exception:  # nobody waits for this task, so nobody else would tell of it
            _log.exception("piece %d could not be remembered anew", piece.id)

    async def _as_it_is(self, book: BookRow, piece: Piece) -> None:
        """It may be changed or taken back before its turn comes, and meanwhile: then what was remembered goes, and
        whoever changed it asked for the rest."""
        changes = await self._store.changes(piece.guild_id, piece.id)
        now = await self._store.piece(piece.guild_id, piece.id)
        if now is None:
            return
        await self._remember(book, now)
        if not await self._store.followed(piece.guild_id, piece.id, changes):
            await self._memory.forget_job(piece.guild_id, key_of(piece))

    async def _remember(self, book: BookRow, piece: Piece) -> None:
        """As it is told, with its illustration, if all whose words they are have agreed: whoever edited it changed
        what somebody wrote or had told."""
        guild_id = piece.guild_id
        first = piece.author_id or piece.asked_by
        author_id = piece.edited_by or first
        if piece.state != "told" or book.state == "gone":
            return
        for one in {first, author_id}:
            if not await self._memory.may_remember(guild_id, one):
                return
        chunks = split(piece.text, self._config.chunk_characters, self._config.chunk_overlap)
        plate = await self._store.plate_of(guild_id, piece.id)
        told = await self._embed(
            guild_id,
            EmbedTask(
                texts=tuple(f"{piece.title}. {chunk}" for chunk in chunks),
                pictures=() if plate is None else (plate.picture,),
            ),
        )
        item = await self._item(book, piece, author_id)
        await self._memory.remember(guild_id, item(MemoryKind.STORY, piece.text), chunks, told.texts, told.model)
        if plate is not None:
            small = await asyncio.to_thread(thumbnail, plate.picture)
            shown = item(MemoryKind.PICTURE, plate.alt)
            await self._memory.remember(guild_id, shown, [plate.alt], told.pictures, told.model, picture=small)

    async def _item(self, book: BookRow, piece: Piece, author_id: int) -> Callable[[MemoryKind, str], Memorable]:
        job = await self._jobs.get(piece.job_id) if piece.job_id else None
        place = (job.request.get("place") if job is not None else None) or {}
        names = {book.author_id: book.author_name, piece.author_id: piece.author_name}
        if job is not None:
            names[job.origin.author_id] = job.origin.author_name
        name = names.get(author_id) or await self._name_of(piece.guild_id, author_id) or texts_books.A_MEMBER

        def item(kind: MemoryKind, text: str) -> Memorable:
            return Memorable(
                kind=kind,
                text=text,
                title=piece.title or book.title,
                author_id=author_id,
                author_name=name,
                channel_id=piece.channel_id or book.channel_id,
                message_id=piece.message_id,
                job_id=key_of(piece),
                parent_channel_id=place.get("parent_channel_id") or _parent(book, piece),
                private=bool(place.get("private")),
                book_id=book.id,
                chapter=piece.position,
                branch=str(piece.branch_id),
                keywords=piece.keywords,
            )

        return item


def _parent(book: BookRow, piece: Piece) -> int | None:
    """The channel of a thread: books of public threads name it, those of private ones name the thread itself."""
    return book.channel_id if piece.channel_id not in {None, book.channel_id} else None


def key_of(piece: Piece) -> str:
    """What stands in place of a job in a piece's memories: the job itself for what the bot told."""
    return piece.job_id or f"turn {piece.id}"
