-- What a server remembers. guild_id stands in every key: a passage can only belong to a memory of its own server.
-- Times are whole milliseconds since 1970-01-01 UTC.

CREATE TABLE memory_consent (
    guild_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    allowed INTEGER NOT NULL CHECK (allowed IN (0, 1)),
    decided_ms INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: an id that was forgotten never comes back as another memory.
CREATE TABLE memories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('story', 'picture')),
    title TEXT NOT NULL,
    author_id INTEGER NOT NULL,
    author_name TEXT NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER,
    job_id TEXT NOT NULL,
    picture_sha TEXT,
    content_hash BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE (guild_id, id),
    UNIQUE (guild_id, kind, channel_id, author_id, content_hash)
) STRICT;
CREATE INDEX memories_by_job ON memories (guild_id, job_id);
CREATE INDEX memories_by_message ON memories (guild_id, message_id);
CREATE INDEX memories_by_author ON memories (guild_id, author_id);
CREATE INDEX memories_by_time ON memories (guild_id, created_ms);

-- A memory's text in pieces, each with its vector (float32, little-endian) and the model that made it.
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    memory_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('story', 'picture')),
    part INTEGER NOT NULL,
    text TEXT NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL,
    FOREIGN KEY (guild_id, memory_id) REFERENCES memories (guild_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX passages_by_memory ON passages (guild_id, memory_id, part);
CREATE INDEX passages_by_model ON passages (guild_id, kind, model);

-- Small pictures for receipts and searches, apart so that no other query reads over them.
CREATE TABLE memory_pictures (
    guild_id INTEGER NOT NULL,
    memory_id INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (guild_id, memory_id),
    FOREIGN KEY (guild_id, memory_id) REFERENCES memories (guild_id, id) ON DELETE CASCADE
) STRICT;

-- Words. The column `guild` holds one word such as g123, so that a search reads the entries of its own server only.
CREATE VIRTUAL TABLE passage_words USING fts5 (
    guild, title, text, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passages_forget_words AFTER DELETE ON passages BEGIN
    DELETE FROM passage_words WHERE rowid = old.id;
END;
