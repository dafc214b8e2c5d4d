-- Which results were woven from which memories, so that forgetting one looks at no other result of its server.
-- It follows jobs.result by itself.

CREATE TABLE woven (
    guild_id INTEGER NOT NULL,
    memory_id INTEGER NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (guild_id, memory_id, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX woven_by_job ON woven (job_id);

INSERT INTO woven SELECT DISTINCT jobs.guild_id, json_extract(w.value, '$.memory_id'), jobs.id
    FROM jobs, json_each(jobs.result, '$.woven') AS w WHERE json_extract(w.value, '$.memory_id') IS NOT NULL;

CREATE TRIGGER jobs_woven AFTER UPDATE OF result ON jobs BEGIN
    DELETE FROM woven WHERE job_id = NEW.id;
    INSERT INTO woven SELECT DISTINCT NEW.guild_id, json_extract(w.value, '$.memory_id'), NEW.id
        FROM json_each(NEW.result, '$.woven') AS w WHERE json_extract(w.value, '$.memory_id') IS NOT NULL;
END;
