-- The statistics read all leads of a time: from this index alone, instead of from the leads (0.1 s of a million, where those took 1 s).
DROP INDEX leads_by_created;
CREATE INDEX leads_by_created ON leads (created_at, id) INCLUDE (source, sales_stage, assigned_to, qualification_score, lead_score)
    WHERE archived_at IS NULL;
