-- A worker whose lease was taken over may still be publishing, and may die over it before it says so: then an older page would stay out there.
-- So what was taken over is published once more, when its worker can't be at it any more.
ALTER TABLE site_deployments ADD COLUMN recheck_at timestamptz;
CREATE INDEX site_deployments_recheck ON site_deployments (recheck_at) WHERE recheck_at IS NOT NULL;
