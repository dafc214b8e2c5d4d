-- Books: what is told, in chapters by the bot ("book") or in turns by people and the bot ("thread"). guild_id stands in
-- every key. Times are whole milliseconds since 1970-01-01 UTC; 0 as a person's id stands for nobody any more.

CREATE TABLE books (
    id TEXT PRIMARY KEY, -- 8 characters of a-z and 2-7
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    author_name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('book', 'thread')),
    title TEXT NOT NULL,
    title_given INTEGER NOT NULL CHECK (title_given IN (0, 1)), -- by a member, so that no chapter changes it
    language TEXT NOT NULL,
    adult INTEGER NOT NULL CHECK (adult IN (0, 1)),
    style TEXT NOT NULL,
    direction TEXT NOT NULL,
    wanted INTEGER NOT NULL, -- chapters; 0 for threads
    every INTEGER NOT NULL, -- the bot goes on after so many turns; 0: when asked
    seed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('writing', 'paused', 'finished', 'gone')),
    premise TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    picture BLOB, -- PNG that it was begun from
    UNIQUE (guild_id, id)
) STRICT;
CREATE INDEX books_by_time ON books (guild_id, updated_ms);
CREATE INDEX books_writing ON books (state) WHERE state = 'writing';

-- One line of telling. The first is the trunk; a later one leaves its parent after one piece.
CREATE TABLE branches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    book_id TEXT NOT NULL,
    parent_id INTEGER,
    fork_piece_id INTEGER,
    title TEXT NOT NULL,
    fate TEXT NOT NULL CHECK (fate IN ('canon', 'open', 'aside')),
    thread_id INTEGER,
    opened_by INTEGER NOT NULL,
    poll_channel_id INTEGER,
    poll_message_id INTEGER,
    poll_ends_ms INTEGER,
    story TEXT NOT NULL, -- JSON: plan and summary, without any chapter's text; empty before there is one
    created_ms INTEGER NOT NULL,
    UNIQUE (guild_id, id),
    CHECK ((parent_id IS NULL) = (fork_piece_id IS NULL)),
    FOREIGN KEY (guild_id, book_id) REFERENCES books (guild_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX branches_by_book ON branches (guild_id, book_id, id);
CREATE INDEX branches_by_thread ON branches (guild_id, thread_id) WHERE thread_id IS NOT NULL;

-- A chapter, a member's turn, or what the bot told on. Rows stay when their words go, because branches hang on them.
CREATE TABLE pieces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    book_id TEXT NOT NULL,
    branch_id INTEGER NOT NULL,
    position INTEGER NOT NULL, -- along the path from the trunk's beginning, counted from 1
    kind TEXT NOT NULL CHECK (kind IN ('chapter', 'turn', 'continuation')),
    author_id INTEGER NOT NULL, -- whose words; 0: the bot's
    author_name TEXT NOT NULL,
    asked_by INTEGER NOT NULL, -- whom the bot told it for; a turn's own author
    edited_by INTEGER NOT NULL DEFAULT 0,
    channel_id INTEGER,
    message_id INTEGER,
    ours INTEGER NOT NULL DEFAULT 0 CHECK (ours IN (0, 1)), -- the bot posted its message, and there is no job of it
    job_id TEXT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    keywords TEXT NOT NULL, -- JSON list of words
    figures TEXT NOT NULL, -- JSON, check → figure
    notes TEXT NOT NULL, -- JSON list of sentences for readers
    tries INTEGER NOT NULL,
    summary TEXT NOT NULL, -- of the path up to here, where one was due
    state TEXT NOT NULL CHECK (state IN ('told', 'undone', 'deleted', 'awaited')), -- awaited: a job is telling it
    stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1)), -- something before it was changed since
    created_ms INTEGER NOT NULL,
    edited_ms INTEGER,
    UNIQUE (guild_id, id),
    UNIQUE (guild_id, job_id),
    FOREIGN KEY (guild_id, branch_id) REFERENCES branches (guild_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX pieces_told ON pieces (guild_id, branch_id, position) WHERE state IN ('told', 'awaited');
CREATE UNIQUE INDEX pieces_awaited ON pieces (guild_id, branch_id) WHERE state = 'awaited'; -- one after the other
CREATE INDEX pieces_by_book ON pieces (guild_id, book_id);
CREATE UNIQUE INDEX pieces_by_message ON pieces (guild_id, message_id) WHERE message_id IS NOT NULL;

-- The illustration of a piece; the newest counts.
CREATE TABLE plates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    piece_id INTEGER NOT NULL,
    alt TEXT NOT NULL,
    seed INTEGER NOT NULL,
    style TEXT NOT NULL,
    figures TEXT NOT NULL, -- JSON: what was found again of the chapter's scene, in [0, 1]
    verdict TEXT NOT NULL CHECK (verdict IN ('fits', 'differs', 'canon')),
    job_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    picture BLOB NOT NULL, -- PNG
    UNIQUE (guild_id, piece_id, job_id),
    FOREIGN KEY (guild_id, piece_id) REFERENCES pieces (guild_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX plates_by_job ON plates (guild_id, job_id);

-- How far a reader has read.
CREATE TABLE bookmarks (
    guild_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    book_id TEXT NOT NULL,
    branch_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    read_ms INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id, book_id),
    FOREIGN KEY (guild_id, book_id) REFERENCES books (guild_id, id) ON DELETE CASCADE,
    FOREIGN KEY (guild_id, branch_id) REFERENCES branches (guild_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX bookmarks_by_book ON bookmarks (guild_id, book_id);
