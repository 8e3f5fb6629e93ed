-- What people add to a lead, and the trail of who changed what.
ALTER TABLE leads
    ADD COLUMN company                   text,
    -- Money: minor units of an ISO 4217 currency.
    ADD COLUMN acquisition_cost_minor    bigint,
    ADD COLUMN acquisition_cost_currency text,
    ADD COLUMN conversion_probability    double precision,
    ADD COLUMN last_contact_at           timestamptz,
    ADD COLUMN next_follow_up_at         timestamptz,
    ADD COLUMN call_attempts             integer NOT NULL DEFAULT 0,
    ADD COLUMN erased_at                 timestamptz,
    ADD CONSTRAINT leads_acquisition_cost_whole CHECK ((acquisition_cost_minor IS NULL) = (acquisition_cost_currency IS NULL)),
    ADD CONSTRAINT leads_acquisition_cost_not_negative CHECK (acquisition_cost_minor >= 0),
    ADD CONSTRAINT leads_acquisition_cost_currency_code CHECK (acquisition_cost_currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT leads_conversion_probability_range CHECK (conversion_probability BETWEEN 0 AND 1),
    ADD CONSTRAINT leads_call_attempts_counted CHECK (call_attempts >= 0),
    ADD CONSTRAINT leads_tags_few CHECK (cardinality(tags) <= 50);

CREATE TABLE lead_notes (
    id          uuid NOT NULL,
    lead_id     uuid NOT NULL REFERENCES leads (id),
    type        text NOT NULL,
    author      text NOT NULL,
    text        text NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT lead_notes_pkey PRIMARY KEY (id),
    CONSTRAINT lead_notes_type_known CHECK (type IN ('note', 'call', 'email', 'meeting', 'system')),
    CONSTRAINT lead_notes_text_not_empty CHECK (text <> '')
);
-- Ids are UUIDv7: their order is that of time.
CREATE INDEX lead_notes_of_lead ON lead_notes (lead_id, id DESC);

-- One row for each field that changed, of each change. Values are text: words as they are, anything else as JSON.
CREATE TABLE lead_audit (
    lead_id       uuid NOT NULL REFERENCES leads (id),
    number        bigint GENERATED ALWAYS AS IDENTITY,
    -- The lead's version that the change made.
    version       integer NOT NULL,
    field         text NOT NULL,
    value_before  text,
    value_after   text,
    actor         text NOT NULL,
    reason        text,
    changed_at    timestamptz NOT NULL,
    CONSTRAINT lead_audit_pkey PRIMARY KEY (lead_id, number)
);
