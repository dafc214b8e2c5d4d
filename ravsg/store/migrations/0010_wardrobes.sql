-- A wardrobe's entries for one book go with that book.

DELETE FROM cast_outfits WHERE book_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM books WHERE books.guild_id = cast_outfits.guild_id AND books.id = cast_outfits.book_id);

CREATE INDEX cast_outfits_by_book ON cast_outfits (guild_id, book_id) WHERE book_id IS NOT NULL;

CREATE TRIGGER books_outfits AFTER DELETE ON books BEGIN
    DELETE FROM cast_outfits WHERE guild_id = OLD.guild_id AND book_id = OLD.id;
END;
