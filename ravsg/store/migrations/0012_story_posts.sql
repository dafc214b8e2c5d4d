-- Messages of the bot's that show members' words or names without any job: how story threads begin and end, and polls
-- among their lines. They go with the member whose they are.
CREATE TABLE story_posts (
    guild_id INTEGER NOT NULL,
    book_id TEXT NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL, -- whose words, picture or name it shows
    PRIMARY KEY (guild_id, message_id, member_id),
    FOREIGN KEY (guild_id, book_id) REFERENCES books (guild_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX story_posts_by_book ON story_posts (guild_id, book_id);
CREATE INDEX story_posts_by_member ON story_posts (guild_id, member_id);
