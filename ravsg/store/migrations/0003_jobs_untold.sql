-- A job that ended badly is told to its member; until that has happened, every start tells it again.

ALTER TABLE jobs ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_untold ON jobs (number) WHERE untold;
