-- Leads that have waited long enough for somebody to call. That the row is there says that it was told: of each lead and rule once, whatever
-- became of it.
CREATE TABLE follow_ups (
    lead_id    uuid NOT NULL,
    rule       text NOT NULL,
    due_at     timestamptz NOT NULL,
    raised_at  timestamptz NOT NULL,
    state      text NOT NULL DEFAULT 'open',
    closed_at  timestamptz,
    closed_by  text,
    -- What a person wrote, or why it was cancelled.
    reason     text,
    CONSTRAINT follow_ups_pkey PRIMARY KEY (lead_id, rule),
    CONSTRAINT follow_ups_lead_fkey FOREIGN KEY (lead_id) REFERENCES lead_statuses (lead_id),
    CONSTRAINT follow_ups_state_known CHECK (state IN ('open', 'completed', 'dismissed', 'cancelled')),
    CONSTRAINT follow_ups_closed_has_time CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT follow_ups_by_people_has_person CHECK ((state IN ('completed', 'dismissed')) = (closed_by IS NOT NULL)),
    CONSTRAINT follow_ups_has_reason CHECK (state NOT IN ('dismissed', 'cancelled') OR reason IS NOT NULL)
);
CREATE INDEX follow_ups_listed ON follow_ups (state, due_at, lead_id, rule);

-- What a sweep walks along.
CREATE INDEX milestones_reached ON milestones (milestone, reached_at, lead_id);
