-- Jobs: what was asked, where it stands, what came of it. Times are integer milliseconds since 1970, UTC.

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- order of acceptance
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    author_name TEXT NOT NULL,
    locale TEXT NOT NULL,
    request TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0, -- starts that no clean shutdown took back
    alone INTEGER NOT NULL DEFAULT 0, -- whether the last start was alone, with no other job running
    suspect INTEGER NOT NULL DEFAULT 0, -- whether it may have taken a process down: it is started alone
    deaths_alone INTEGER NOT NULL DEFAULT 0,
    progress_message_id INTEGER,
    result TEXT, -- JSON, once the work is done
    error TEXT NOT NULL DEFAULT '',
    parent_id TEXT
);
CREATE INDEX jobs_author ON jobs (guild_id, author_id, number);
CREATE INDEX jobs_open ON jobs (number)
    WHERE state IN ('queued', 'running', 'delivering', 'interrupted');

-- Which jobs have a step on the device at this moment. Left over at a start: the process died with them on it.
CREATE TABLE on_device (
    job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Pictures, once each, however many jobs use them.
CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
);
CREATE TABLE job_blobs (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('input', 'result')),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    PRIMARY KEY (job_id, side, name)
) WITHOUT ROWID;
CREATE INDEX job_blobs_sha ON job_blobs (sha256);
CREATE TRIGGER job_blobs_removed AFTER DELETE ON job_blobs BEGIN
    DELETE FROM blobs
    WHERE sha256 = OLD.sha256 AND NOT EXISTS (SELECT 1 FROM job_blobs WHERE sha256 = OLD.sha256);
END;

-- Every message that leaves for a job, before it leaves: a crash in between is found as 'sending'.
CREATE TABLE deliveries (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    nonce TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent')),
    channel_id INTEGER NOT NULL,
    message_id INTEGER,
    PRIMARY KEY (job_id, role)
) WITHOUT ROWID;
CREATE INDEX deliveries_message ON deliveries (message_id) WHERE message_id IS NOT NULL;

-- Measured device-seconds per kind of job, as a moving average.
CREATE TABLE durations (
    kind TEXT PRIMARY KEY,
    seconds REAL NOT NULL
);
