"""What the jobs of books made, put into their books: once each, however often a result is delivered.

A chapter, a turn or an illustration is known by its job's id; a rewriting by the words that it put in. So this may be
called again after a death at any step. Nothing is shown here, and nothing is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.book_drafts import BookDrafts
from bot.book_memory import Reindexing
from ravsg.engine.book_results import BOOK, book_request, chapter_of, plate_of, rewrite_of, turn_of
from ravsg.errors import Outdated, Refused
from ravsg.jobs.job import Job
from ravsg.jobs.service import JobService
from ravsg.store.book_branches import GONE
from ravsg.store.book_rows import BookRow, NewBook, NewPiece, NewPlate, Piece
from ravsg.store.books import BookStore
from ravsg.story.book import Book


class BookEntries(BookDrafts):
    """Writes into books. Every call raises StoreError or DiskFull when the database does not answer."""

    def __init__(self, store: BookStore, jobs: JobService, reindexing: Reindexing) -> None:
        super().__init__(store)
        self._jobs = jobs
        self._reindexing = reindexing

    async def opened(self, job: Job) -> BookRow:
        """The book that a first chapter's job begins; its row is made where it is not there yet. Raises Refused."""
        book_id = book_request(job).book_id
        if (book := await self.store.book(job.origin.guild_id, book_id)) is not None:
            return book
        asked = book_request(job)
        new = NewBook(
            kind="book",
            channel_id=job.origin.channel_id,
            author_id=job.origin.author_id,
            author_name=job.origin.author_name,
            title=asked.title,
            title_given=bool(asked.title),
            language=asked.language,
            style=asked.style,
            direction=asked.direction,
            wanted=asked.wanted,
            seed=asked.seed,
            id=book_id,
        )
        inputs = await self._jobs.blobs(job.id, "input")
        return await self.store.start(job.origin.guild_id, new, inputs.get("picture"))

    async def keep(self, job: Job, blobs: Mapping[str, bytes]) -> Piece:
        """Put a result into its book; again is harmless. Raises Refused where the book or the passage is not there
        any more, StoreError."""
        match job.kind:
            case "chapter":
                return await self._keep_chapter(job, blobs)
            case "turn":
                return await self._keep_turn(job)
            case "plate":
                return await self._keep_plate(job, blobs)
            case "rewrite":
                return await self._keep_rewriting(job)
        raise ValueError(f"a job of kind {job.kind!r} belongs to no book")

    async def piece_of(self, job: Job) -> Piece | None:
        """The piece that a job told, painted or rewrote."""
        if job.kind in {"chapter", "turn"}:
            return await self.store.piece_of_job(job.origin.guild_id, job.id)
        return await self.store.piece(job.origin.guild_id, book_request(job).piece_id or 0)

    async def reindexed(self, book: BookRow, piece: Piece) -> None:
        """A piece was changed or taken back: memory follows."""
        await self._reindexing.reindex(book, piece)

    async def _keep_chapter(self, job: Job, blobs: Mapping[str, bytes]) -> Piece:
        asked, made, guild_id = book_request(job), chapter_of(job, blobs), job.origin.guild_id
        book = await self.opened(job) if asked.branch_id is None else await self._book(job)
        branch_id = asked.branch_id or book.trunk_id
        story = made.story
        piece = await self.store.add_piece(
            guild_id,
            NewPiece(
                branch_id=branch_id,
                kind="chapter",
                text=made.text,
                author_id=0,
                author_name="",
                asked_by=job.origin.author_id,
                title=made.title,
                channel_id=job.origin.channel_id,
                job_id=job.id,
                keywords=made.keywords,
                figures=made.figures,
                notes=made.notes,
                tries=made.tries,
                summary=story.summary if story.summed_up == made.number else "",
                instead_of=await self._still_told(guild_id, asked.piece_id),
            ),
        )
        if made.plate is not None:
            shown = made.plate
            plate = NewPlate(
                piece.id, shown.png, shown.alt, shown.seed, shown.style, shown.verdict, job.id, shown.figures
            )
            await self.store.add_plate(guild_id, plate)
        await self.store.keep_story(guild_id, branch_id, made.book)
        await self.store.set_book(
            guild_id,
            book.id,
            title=book.title or made.book_title,
            wanted=max(book.wanted, asked.wanted),
            state="finished" if made.number >= asked.wanted else "writing",
        )
        return await self._compared(job, piece)

    async def _keep_turn(self, job: Job) -> Piece:
        asked, made, guild_id = book_request(job), turn_of(job), job.origin.guild_id
        book = await self._book(job)
        branch_id = asked.branch_id or book.trunk_id
        piece = await self.store.add_piece(
            guild_id,
            NewPiece(
                branch_id=branch_id,
                kind="continuation",
                text=made.text,
                author_id=0,
                author_name="",
                asked_by=job.origin.author_id,
                title=made.title,
                channel_id=job.origin.channel_id,
                job_id=job.id,
                keywords=made.keywords,
                notes=made.notes,
                summary=made.summary,
                instead_of=await self._still_told(guild_id, asked.piece_id),
            ),
        )
        await self.store.keep_story(guild_id, branch_id, made.book)
        if not book.title:
            await self.store.set_book(guild_id, book.id, title=made.title)
        return await self._compared(job, piece)

    async def _compared(self, job: Job, piece: Piece) -> Piece:
        """Where something before a piece was changed while it was told, it is stale from the beginning, and what was
        summed up of the former words goes. Compared once it is kept: a change from then on finds it by itself."""
        inputs = await self._jobs.blobs(job.id, "input")
        if BOOK not in inputs:  # it is the first one, or was compared before a restart
            return piece
        former = [(one.title, one.text) for one in Book.from_json(inputs[BOOK].decode()).chapters]
        path = await self.store.path(piece.guild_id, piece.branch_id)
        if former == [(one.title, one.text) for one in path if one.position < piece.position]:
            return piece
        await self.store.drop_summaries(piece.guild_id, piece.book_id)
        await self.store.mark_stale(piece.guild_id, piece.id)
        return await self.store.piece(piece.guild_id, piece.id) or piece

    async def _keep_plate(self, job: Job, blobs: Mapping[str, bytes]) -> Piece:
        made, piece = plate_of(job, blobs).plate, await self._piece(job)
        if made is None:
            raise Refused("I could not paint this chapter.", "Please try again, or in other words.")
        plate = NewPlate(piece.id, made.png, made.alt, made.seed, made.style, made.verdict, job.id, made.figures)
        await self.store.add_plate(piece.guild_id, plate)
        await self.reindexed(await self._book(job), piece)
        return piece

    async def _keep_rewriting(self, job: Job) -> Piece:
        made, piece = rewrite_of(job), await self._piece(job)
        guild_id = piece.guild_id
        if made.after not in piece.text:  # else it was kept before a restart
            if made.before not in piece.text:
                raise Outdated(remedy="Please press the button again.")
            text = piece.text.replace(made.before, made.after, 1)
            # whoever edited it before has words in it still
            by = piece.edited_by
            piece = await self.store.edit_piece(guild_id, piece.id, text=text, by=by, version=piece.version)
            await self.store.drop_summaries(guild_id, piece.book_id)  # they may tell of the old words
            await self.reindexed(await self._book(job), piece)
        plate = await self.store.plate_of(guild_id, piece.id)
        if plate is not None:
            await self.store.set_verdict(guild_id, plate.id, "canon")
        return piece

    async def _book(self, job: Job) -> BookRow:
        book = await self.store.book(job.origin.guild_id, book_request(job).book_id)
        if book is None or book.state == "gone":
            raise Refused(*GONE)
        return book

    async def _piece(self, job: Job) -> Piece:
        piece = await self.piece_of(job)
        if piece is None or piece.state != "told":
            raise Refused("This chapter is not there any more.", "Please choose another one.")
        return piece

    async def _still_told(self, guild_id: int, piece_id: int | None) -> int | None:
        """The piece that is to be replaced, where it stands yet; else the new one comes last."""
        piece = await self.store.piece(guild_id, piece_id) if piece_id is not None else None
        return piece.id if piece is not None and piece.state == "told" else None
