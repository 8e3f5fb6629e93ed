-- How often a preview was looked at, by people and by machines; counted in memory, and added here in batches.
CREATE TABLE site_visits (
    site_id     uuid NOT NULL,
    by_machine  boolean NOT NULL,
    visits      bigint NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    -- When one was last told of: one a minute is.
    told_at     timestamptz NOT NULL,
    CONSTRAINT site_visits_pkey PRIMARY KEY (site_id, by_machine),
    CONSTRAINT site_visits_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT site_visits_counted CHECK (visits > 0),
    CONSTRAINT site_visits_in_order CHECK (first_at <= last_at)
) WITH (fillfactor = 80);

-- What was known until now: that there was one at least.
INSERT INTO site_visits (site_id, by_machine, visits, first_at, last_at, told_at)
SELECT id, by_machine, 1, seen_at, seen_at, seen_at
FROM sites CROSS JOIN LATERAL (VALUES (false, person_seen_at), (true, machine_seen_at)) AS seen (by_machine, seen_at)
WHERE seen_at IS NOT NULL;

-- Also those that a lead no longer has.
CREATE INDEX sites_of_any_time_of_lead ON sites (lead_id);

ALTER TABLE sites DROP COLUMN person_seen_at, DROP COLUMN machine_seen_at;

-- Every instance keeps pages in memory, and is told whenever one is no longer what it was, whoever changed it.
CREATE FUNCTION tell_site_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plumbline_site_changed', OLD.slug);
    RETURN NULL;
END
$$;
CREATE TRIGGER sites_tell_changed AFTER UPDATE OR DELETE ON sites
FOR EACH ROW EXECUTE FUNCTION tell_site_changed();

-- Part of the link by which a customer, and nobody else, is shown what concerns only the customer.
ALTER TABLE sites ADD COLUMN owner_key uuid NOT NULL DEFAULT gen_random_uuid();
