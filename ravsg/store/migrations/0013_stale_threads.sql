-- Threads that the bot opened and whose names are a member's words: they get another name when that member goes.
CREATE TABLE stale_threads (
    guild_id INTEGER NOT NULL,
    erasure_id INTEGER NOT NULL REFERENCES erasures (id) ON DELETE CASCADE,
    thread_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, erasure_id, thread_id)
) STRICT, WITHOUT ROWID;
