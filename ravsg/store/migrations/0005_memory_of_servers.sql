-- Where a memory belongs (thread, book, branch), who pinned it, under whose word it is kept; what servers decided about
-- memory; verdicts of members; erasures that a restart must finish; servers that were left.
-- Times are whole milliseconds since 1970-01-01 UTC. passages.model is the embedder's name and revision, "name@revision".

ALTER TABLE memories ADD COLUMN parent_channel_id INTEGER; -- of the channel, where that is a thread
ALTER TABLE memories ADD COLUMN private INTEGER NOT NULL DEFAULT 0; -- a private thread: its parent's readers do not see it
ALTER TABLE memories ADD COLUMN book_id TEXT;
ALTER TABLE memories ADD COLUMN chapter INTEGER;
ALTER TABLE memories ADD COLUMN branch TEXT;
ALTER TABLE memories ADD COLUMN keywords TEXT NOT NULL DEFAULT '[]'; -- a JSON list of words
ALTER TABLE memories ADD COLUMN pinned_ms INTEGER;
ALTER TABLE memories ADD COLUMN pinned_by INTEGER;
ALTER TABLE memories ADD COLUMN consent TEXT NOT NULL DEFAULT 'by default' CHECK (consent IN ('agreed', 'by default'));
UPDATE memories SET consent = 'agreed' WHERE EXISTS (
    SELECT 1 FROM memory_consent AS c WHERE c.guild_id = memories.guild_id AND c.member_id = memories.author_id
    AND c.allowed AND c.decided_ms <= memories.created_ms
);
CREATE INDEX memories_by_book ON memories (guild_id, book_id, chapter) WHERE book_id IS NOT NULL;

-- Words again, now with a memory's keywords.
DROP TRIGGER passages_forget_words;
CREATE VIRTUAL TABLE words_anew USING fts5 (
    guild, title, keywords, text, tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO words_anew (rowid, guild, title, keywords, text) SELECT rowid, guild, title, '', text FROM passage_words;
DROP TABLE passage_words;
ALTER TABLE words_anew RENAME TO passage_words;
CREATE TRIGGER passages_forget_words AFTER DELETE ON passages BEGIN
    DELETE FROM passage_words WHERE rowid = old.id;
END;

-- What a server decided; NULL leaves it to config.toml.
CREATE TABLE memory_settings (
    guild_id INTEGER PRIMARY KEY,
    consent TEXT CHECK (consent IN ('opt-in', 'opt-out')),
    retention_days INTEGER CHECK (retention_days > 0),
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT;

-- "Not relevant": a memory, and what was asked for when it came. Vectors are float32, little-endian, [n, dimensions].
CREATE TABLE memory_feedback (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    memory_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('not relevant')),
    job_id TEXT NOT NULL, -- empty where a search asked
    words TEXT NOT NULL,
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    vectors BLOB NOT NULL,
    given_ms INTEGER NOT NULL,
    UNIQUE (guild_id, memory_id, member_id, job_id, words),
    FOREIGN KEY (guild_id, memory_id) REFERENCES memories (guild_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX memory_feedback_by_member ON memory_feedback (guild_id, member_id);
CREATE INDEX memory_feedback_by_job ON memory_feedback (guild_id, job_id);
CREATE TRIGGER jobs_forget_feedback AFTER DELETE ON jobs BEGIN
    DELETE FROM memory_feedback WHERE guild_id = OLD.guild_id AND job_id = OLD.id;
END;

-- Erasures that are under way: the row is written before the first step and goes with the last.
CREATE TABLE erasures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    member_id INTEGER, -- NULL: the whole server
    asked_ms INTEGER NOT NULL,
    step TEXT NOT NULL DEFAULT '', -- the last step that was finished
    counts TEXT NOT NULL DEFAULT '{}' -- JSON, for the receipt
) STRICT;
CREATE UNIQUE INDEX erasures_once ON erasures (guild_id, coalesce(member_id, 0));

-- Servers that the bot was removed from; their data goes when the time of grace is over.
CREATE TABLE servers_left (
    guild_id INTEGER PRIMARY KEY,
    left_ms INTEGER NOT NULL
) STRICT;
