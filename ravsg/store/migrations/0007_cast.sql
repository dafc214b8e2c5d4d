-- A server's cast: characters with a name, looks, a seed, a small picture, and what they wear from which chapter on.
-- guild_id stands in every key. Times are whole milliseconds since 1970-01-01 UTC.

-- AUTOINCREMENT: an id that was removed never comes back as another character.
CREATE TABLE cast_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, -- the name as it is compared, folded: SQLite's NOCASE knows ASCII alone
    looks TEXT NOT NULL,
    seed INTEGER, -- of the picture, where it was painted here
    added_by INTEGER NOT NULL,
    added_by_name TEXT NOT NULL,
    source_author INTEGER, -- who posted the picture; NULL where it stands in a message of the bot
    source_job TEXT, -- the job whose result that message shows
    channel_id INTEGER, -- of the message with the picture; NULL once that is deleted
    parent_channel_id INTEGER, -- of the channel, where that is a thread
    message_id INTEGER,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    UNIQUE (guild_id, id),
    UNIQUE (guild_id, name_key)
) STRICT;
CREATE INDEX cast_members_by_message ON cast_members (guild_id, message_id) WHERE message_id IS NOT NULL;

-- Reference pictures, apart so that lists do not read over them.
CREATE TABLE cast_pictures (
    guild_id INTEGER NOT NULL,
    cast_id INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (guild_id, cast_id),
    FOREIGN KEY (guild_id, cast_id) REFERENCES cast_members (guild_id, id) ON DELETE CASCADE
) STRICT;

-- An outfit holds from its chapter on, until the next one; without a book, in every book that has none of its own.
CREATE TABLE cast_outfits (
    guild_id INTEGER NOT NULL,
    cast_id INTEGER NOT NULL,
    book_id TEXT,
    chapter INTEGER NOT NULL DEFAULT 0 CHECK (chapter >= 0), -- 0: from the beginning, and outside of books
    outfit TEXT NOT NULL,
    FOREIGN KEY (guild_id, cast_id) REFERENCES cast_members (guild_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX cast_outfits_once ON cast_outfits (guild_id, cast_id, coalesce(book_id, ''), chapter);
