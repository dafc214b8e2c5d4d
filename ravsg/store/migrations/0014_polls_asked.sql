-- The press that asked for a poll, kept before the poll is posted: whoever dies in between finds it again by that.
ALTER TABLE branches ADD COLUMN poll_asked_id INTEGER;
