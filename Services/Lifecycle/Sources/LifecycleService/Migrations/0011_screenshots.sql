-- What each site looks like: of the version that it was taken of, until there is one of a newer one.
CREATE TABLE site_screenshots (
    site_id   uuid NOT NULL,
    version   integer NOT NULL,
    -- PNG.
    image     bytea NOT NULL,
    -- Of the image: what its entity tag is made from.
    digest    text NOT NULL,
    taken_at  timestamptz NOT NULL,
    CONSTRAINT site_screenshots_pkey PRIMARY KEY (site_id),
    -- An erased page takes its picture along.
    CONSTRAINT site_screenshots_version_fkey FOREIGN KEY (site_id, version) REFERENCES site_versions (site_id, version) ON DELETE CASCADE
);

-- Sites whose current version is to be looked at: one more with each new version. Taken by a lease, as generation_jobs are.
CREATE TABLE screenshot_jobs (
    site_id     uuid NOT NULL,
    due_at      timestamptz NOT NULL DEFAULT now(),
    lease       uuid,
    attempts    integer NOT NULL DEFAULT 0,
    last_error  text,
    CONSTRAINT screenshot_jobs_pkey PRIMARY KEY (site_id),
    CONSTRAINT screenshot_jobs_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX screenshot_jobs_due ON screenshot_jobs (due_at);

INSERT INTO screenshot_jobs (site_id) SELECT id FROM sites WHERE version > 0;
