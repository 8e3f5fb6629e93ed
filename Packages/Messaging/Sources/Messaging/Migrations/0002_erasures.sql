-- Leads whose personal data was erased here, and is to be erased from the streams that this service publishes.
CREATE TABLE erasures (
    lead_id    uuid NOT NULL,
    asked_at   timestamptz NOT NULL DEFAULT now(),
    -- When the streams had nothing of it any more.
    erased_at  timestamptz,
    CONSTRAINT erasures_pkey PRIMARY KEY (lead_id)
);
CREATE INDEX erasures_waiting ON erasures (asked_at) WHERE erased_at IS NULL;
