ALTER TABLE sites
    -- When what was heard first of its subscription happened, and when it was last gone on with after a cancellation.
    ADD COLUMN subscription_since       timestamptz,
    ADD COLUMN subscription_resumed_at  timestamptz,
    -- Whether somebody chose the title; else it is the lead's name, and follows it when pages are made anew.
    ADD COLUMN title_is_chosen          boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT sites_subscription_has_id,
    ADD CONSTRAINT sites_subscription_has_id CHECK (
        subscription_id IS NOT NULL
        OR num_nonnulls(
            subscription_status, subscription_since, subscription_changed_at, subscription_resumed_at, current_period_end, ends_at
        ) = 0
    );
UPDATE sites SET subscription_since = subscription_changed_at WHERE subscription_id IS NOT NULL;
UPDATE sites SET title_is_chosen = true FROM leads WHERE leads.id = sites.lead_id AND leads.snapshot ->> 'name' <> sites.title;

-- An end that can't be decided on just now is tried again later, behind those that can.
ALTER TABLE subscription_ends
    ADD COLUMN due_at    timestamptz,
    ADD COLUMN attempts  integer NOT NULL DEFAULT 0;
UPDATE subscription_ends SET due_at = ends_at;
ALTER TABLE subscription_ends ALTER COLUMN due_at SET NOT NULL;
DROP INDEX subscription_ends_due;
CREATE INDEX subscription_ends_due ON subscription_ends (due_at);
CREATE INDEX subscription_ends_of_lead ON subscription_ends (lead_id);
