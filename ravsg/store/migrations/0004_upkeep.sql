-- One row: whether something was deleted whose traces may still lie in the files.

CREATE TABLE upkeep (traces INTEGER NOT NULL DEFAULT 0);
INSERT INTO upkeep DEFAULT VALUES;
