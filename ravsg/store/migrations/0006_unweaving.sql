-- Messages of the bot that show what is not kept any more. Rows are written by the transaction that deletes, and each
-- goes once Discord has taken the change.

-- Results that stay, without a quote that they were woven from: their message is written anew.
CREATE TABLE stale_results (
    job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Messages that are to go.
CREATE TABLE stale_messages (
    guild_id INTEGER NOT NULL,
    erasure_id INTEGER NOT NULL REFERENCES erasures (id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, erasure_id, channel_id, message_id)
) STRICT, WITHOUT ROWID;
