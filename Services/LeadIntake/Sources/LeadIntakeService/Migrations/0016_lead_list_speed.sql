-- Lists at a million leads.

-- Most lists are of what has one value, newest first: the page is then the beginning of a part of the index, however many leads there are.
-- Of a range of values all are read and sorted, but from the index alone: 10,000 in 2 ms, where the leads themselves took 15.
DROP INDEX
    leads_by_updated, leads_by_name, leads_by_category, leads_by_city, leads_by_state,
    leads_by_source, leads_by_sales_stage, leads_by_assigned_to, leads_by_rating, leads_by_qualification_score,
    leads_by_lead_score, leads_by_last_contact, leads_by_next_follow_up;
CREATE INDEX leads_by_updated ON leads (updated_at, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_name ON leads (plain_name, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_category ON leads (plain_category, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_city ON leads (plain_city, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_state ON leads (plain_state, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_source ON leads (source, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_sales_stage ON leads (sales_stage, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_assigned_to ON leads (assigned_to, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_rating ON leads (rating, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_qualification_score ON leads (qualification_score, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_lead_score ON leads (lead_score, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_last_contact ON leads (last_contact_at, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_next_follow_up ON leads (next_follow_up_at, created_at, id) WHERE archived_at IS NULL;

DROP INDEX leads_with_email, leads_without_email, leads_with_phone, leads_without_phone, leads_with_website, leads_without_website;
CREATE INDEX leads_with_email ON leads (created_at, id) WHERE archived_at IS NULL AND email IS NOT NULL;
CREATE INDEX leads_without_email ON leads (created_at, id) WHERE archived_at IS NULL AND email IS NULL;
CREATE INDEX leads_with_phone ON leads (created_at, id) WHERE archived_at IS NULL AND phone IS NOT NULL;
CREATE INDEX leads_without_phone ON leads (created_at, id) WHERE archived_at IS NULL AND phone IS NULL;
CREATE INDEX leads_with_website ON leads (created_at, id) WHERE archived_at IS NULL AND website_url IS NOT NULL;
CREATE INDEX leads_without_website ON leads (created_at, id) WHERE archived_at IS NULL AND website_url IS NULL;

DROP INDEX leads_archived;
CREATE INDEX leads_archived ON leads (created_at, id) WHERE archived_at IS NOT NULL AND erased_at IS NULL AND merged_into IS NULL;

-- Who filters by both names a city of that state: the product of their shares is far from how many leads there are.
CREATE STATISTICS leads_places (dependencies, mcv) ON plain_city, plain_state FROM leads;

-- What was inserted last is searched one by one until it is sorted in: 4 MB of it take longer than the search itself.
ALTER INDEX leads_search SET (gin_pending_list_limit = 256);
ALTER INDEX leads_tags SET (gin_pending_list_limit = 256);

-- A page that was not vacuumed since it changed has to be visited to count what is on it, and the choice between two plans needs true figures:
-- by the defaults, 200,000 of a million leads would have to change first.
ALTER TABLE leads SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);
