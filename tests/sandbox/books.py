"""Books for tests: put on the shelf as the bot would have told them, or awaited while it tells them."""

from __future__ import annotations

from bot.sandbox.model import Message
from bot.sandbox.person import Person
from ravsg.store.book_rows import BookRow, NewBook, NewPiece, NewPlate, Piece
from ravsg.store.books import BookStore
from tests.sandbox.house import House
from tests.sandbox.quick import picture
from tests.sandbox.village import Place

CHAPTER_BUTTONS = ["Next chapter", "Retry", "Read", "Repaint"]
NAMES = ("Mira", "Tomas", "Anke", "Jonas", "Lene")


def store_of(house: House) -> BookStore:
    """Where the running bot keeps its books."""
    return house.app.bot.parts.books.store


def words_of_chapter(number: int) -> str:
    """A chapter in which somebody appears who is in no earlier one."""
    who = NAMES[(number - 1) % len(NAMES)]
    told = [f"{who} carried lantern {line} of chapter {number} over the bridge." for line in range(1, 12)]
    return f"{' '.join(told[:6])}\n\n{' '.join(told[6:])}"


async def shelved(
    place: Place, author: Person, chapters: int = 3, *, title: str = "The Lantern", plates: bool = True
) -> tuple[BookRow, list[Piece]]:
    """A finished book of a member's, with a picture for every chapter; nothing of it is posted."""
    store, guild_id = store_of(place), place.guild.id
    new = NewBook(
        kind="book",
        channel_id=place.stories.id,
        author_id=author.id,
        author_name=author.name,
        title=title,
        wanted=chapters,
    )
    book = await store.start(guild_id, new, picture("a photo"))
    pieces = [await store.add_piece(guild_id, _piece(book, author, number)) for number in range(1, chapters + 1)]
    for piece in pieces if plates else ():
        await store.add_plate(guild_id, _plate(piece))
    finished = await store.set_book(guild_id, book.id, state="finished")
    assert finished is not None
    return finished, pieces


def _piece(book: BookRow, author: Person, number: int) -> NewPiece:
    return NewPiece(
        branch_id=book.trunk_id,
        kind="chapter",
        text=words_of_chapter(number),
        author_id=0,
        author_name="",
        asked_by=author.id,
        title=f"Title of {number}",
    )


def _plate(piece: Piece) -> NewPlate:
    return NewPlate(
        piece_id=piece.id,
        picture=picture(f"plate {piece.position}"),
        alt=f"What chapter {piece.position} shows",
        seed=3,
        style="storybook",
        verdict="fits",
        job_id=f"plate{piece.id}",
        figures={"setting": 1.0},
    )


async def chapter(place: House, number: int, *, after: int = 0) -> Message:
    """The posted message of a chapter, newer than a message's id, once it stands in the channel."""

    def look() -> Message | None:
        messages = [one for one in place.stories.messages.values() if one.id > after and not one.deleted]
        return next((one for one in messages if f"chapter {number} of" in one.content and one.embeds), None)

    return await place.sandbox.world.watch.until(look, 60.0)
