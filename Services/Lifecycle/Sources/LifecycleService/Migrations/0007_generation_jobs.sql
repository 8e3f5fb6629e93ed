-- Jobs stay when they have ended, and say how: done with a version, or failed with a reason. Of a site, one at a time is open.
ALTER TABLE generation_jobs
    DROP CONSTRAINT generation_jobs_pkey,
    ADD COLUMN id           uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN state        text NOT NULL DEFAULT 'queued',
    -- When it was first taken.
    ADD COLUMN started_at   timestamptz,
    ADD COLUMN finished_at  timestamptz,
    -- Of the site: what it made.
    ADD COLUMN version      integer,
    ADD CONSTRAINT generation_jobs_pkey PRIMARY KEY (id);
UPDATE generation_jobs SET state = 'running', started_at = requested_at WHERE lease IS NOT NULL;
ALTER TABLE generation_jobs
    ALTER COLUMN id DROP DEFAULT,
    ADD CONSTRAINT generation_jobs_state_known CHECK (state IN ('queued', 'running', 'done', 'failed')),
    ADD CONSTRAINT generation_jobs_leased_while_running CHECK ((state = 'running') = (lease IS NOT NULL)),
    ADD CONSTRAINT generation_jobs_ended_has_time CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
    ADD CONSTRAINT generation_jobs_done_has_version CHECK ((state = 'done') = (version IS NOT NULL)),
    ADD CONSTRAINT generation_jobs_failed_has_reason CHECK (state <> 'failed' OR last_error IS NOT NULL);

DROP INDEX generation_jobs_due;
CREATE INDEX generation_jobs_open ON generation_jobs (state, due_at) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX generation_jobs_one_open_of_site ON generation_jobs (site_id) WHERE state IN ('queued', 'running');
CREATE INDEX generation_jobs_of_site ON generation_jobs (site_id, requested_at);
