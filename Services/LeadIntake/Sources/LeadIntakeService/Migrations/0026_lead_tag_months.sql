-- A tag that a tenth of a million leads has takes two milliseconds to read from leads_tags, though the page that is asked for has leads of the
-- last weeks. Each tag with the month in which its lead was made (thirty days, counted from 1970) tells those apart: LeadListMonths.
CREATE FUNCTION tag_months(tags text[], made timestamptz) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT array_agg(tag || '@' || floor(extract(epoch FROM made) / 2592000)::int8) FROM unnest(tags) AS tag);

-- Most leads of an import have no tag, and cost nothing here.
CREATE INDEX leads_tags_by_month ON leads USING gin (tag_months(tags, created_at)) WITH (gin_pending_list_limit = 256) WHERE tags <> '{}';
-- Autovacuum sees no change that were worth the statistics of a new index; of no leads there are none.
DO $$ BEGIN IF EXISTS (SELECT FROM leads) THEN ANALYZE leads; END IF; END $$;
