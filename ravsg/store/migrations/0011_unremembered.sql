-- Pieces of books whose memory is behind: they were changed, or written by a member, and are not remembered as they are
-- now. A row comes with the change itself, in its transaction, and goes once memory has followed; so a death in between
-- loses nothing. No row holds anybody's words.

CREATE TABLE unremembered_pieces (
    guild_id INTEGER NOT NULL,
    piece_id INTEGER NOT NULL,
    changes INTEGER NOT NULL DEFAULT 1, -- since memory followed last: one more says that what is on its way is old
    PRIMARY KEY (guild_id, piece_id),
    FOREIGN KEY (guild_id, piece_id) REFERENCES pieces (guild_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What a job tells is remembered with its delivery.
CREATE TRIGGER pieces_written AFTER INSERT ON pieces WHEN NEW.job_id IS NULL BEGIN
    INSERT INTO unremembered_pieces (guild_id, piece_id) VALUES (NEW.guild_id, NEW.id)
        ON CONFLICT DO UPDATE SET changes = changes + 1;
END;

CREATE TRIGGER pieces_changed AFTER UPDATE OF title, text, state ON pieces
WHEN OLD.state <> 'awaited' AND (OLD.title, OLD.text, OLD.state) <> (NEW.title, NEW.text, NEW.state) BEGIN
    INSERT INTO unremembered_pieces (guild_id, piece_id) VALUES (NEW.guild_id, NEW.id)
        ON CONFLICT DO UPDATE SET changes = changes + 1;
END;

CREATE TRIGGER plates_changed AFTER INSERT ON plates
WHEN EXISTS (SELECT 1 FROM plates WHERE guild_id = NEW.guild_id AND piece_id = NEW.piece_id AND id < NEW.id) BEGIN
    INSERT INTO unremembered_pieces (guild_id, piece_id) VALUES (NEW.guild_id, NEW.piece_id)
        ON CONFLICT DO UPDATE SET changes = changes + 1;
END;
