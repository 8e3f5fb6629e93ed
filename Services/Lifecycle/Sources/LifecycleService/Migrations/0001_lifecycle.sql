-- Leads as lead-intake last published them: what sites are made from, and what every site hangs on.
CREATE TABLE leads (
    id         uuid NOT NULL,
    -- lead-intake counts the changes: an older snapshot never replaces a newer one.
    version    integer NOT NULL,
    -- Null once the lead's personal data was erased.
    snapshot   jsonb,
    erased_at  timestamptz,
    CONSTRAINT leads_pkey PRIMARY KEY (id),
    CONSTRAINT leads_erased_has_no_data CHECK ((snapshot IS NULL) = (erased_at IS NOT NULL))
);

-- Where each lead stands. A row comes with the first thing heard of a lead, which need not be its creation: the streams are
-- followed side by side. All that is decided on a lead is decided under the lock of this row.
CREATE TABLE lead_statuses (
    lead_id         uuid NOT NULL,
    contact_status  text NOT NULL DEFAULT 'pending',
    -- The status before the lead unsubscribed.
    contact_held    text,
    -- When what matters to the rules happened, as ContactMarks and WebsiteMarks write it.
    contact_marks   jsonb NOT NULL DEFAULT '{"email": {}, "sms": {}}',
    website_status  text NOT NULL DEFAULT 'none',
    website_marks   jsonb NOT NULL DEFAULT '{}',
    -- Counts the moves of both.
    version         integer NOT NULL DEFAULT 0,
    changed_at      timestamptz NOT NULL DEFAULT now(),
    is_erased       boolean NOT NULL DEFAULT false,
    -- The lead that this one was found to be: what is heard of this one is about that one.
    merged_into     uuid,
    CONSTRAINT lead_statuses_pkey PRIMARY KEY (lead_id),
    CONSTRAINT lead_statuses_contact_known CHECK (contact_status IN (
        'pending', 'emailed', 'sms_sent', 'opened', 'clicked', 'replied', 'interested', 'purchased', 'unsubscribed', 'bounced'
    )),
    CONSTRAINT lead_statuses_held_known CHECK (contact_held IN (
        'pending', 'emailed', 'sms_sent', 'opened', 'clicked', 'replied', 'interested', 'purchased', 'bounced'
    )),
    CONSTRAINT lead_statuses_held_while_unsubscribed CHECK ((contact_status = 'unsubscribed') = (contact_held IS NOT NULL)),
    CONSTRAINT lead_statuses_website_known CHECK (
        website_status IN ('none', 'generating', 'generated', 'deployed', 'sold', 'archived')
    ),
    CONSTRAINT lead_statuses_not_merged_into_itself CHECK (merged_into <> lead_id)
) WITH (fillfactor = 80);

-- Every decision, applied or ignored, with the fact that it was made on: how a status proves itself. Never updated, but to erase
-- personal data. Ids ascend in the order of the decisions on a lead.
CREATE TABLE status_history (
    id               bigint GENERATED ALWAYS AS IDENTITY,
    lead_id          uuid NOT NULL,
    field            text NOT NULL,
    from_status      text NOT NULL,
    to_status        text,
    ignored_because  text,
    -- The fact, as the rules read it.
    trigger          text NOT NULL,
    channel          text,
    address          text,
    asked            text,
    said_at          timestamptz,
    -- What it goes back to.
    cause_event_id   uuid,
    cause_type       text NOT NULL,
    actor            text,
    reason           text,
    occurred_at      timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT status_history_pkey PRIMARY KEY (id),
    CONSTRAINT status_history_lead_fkey FOREIGN KEY (lead_id) REFERENCES lead_statuses (lead_id),
    CONSTRAINT status_history_field_known CHECK (field IN ('contact', 'website')),
    CONSTRAINT status_history_channel_known CHECK (channel IN ('email', 'sms')),
    CONSTRAINT status_history_moved_or_ignored CHECK ((to_status IS NULL) <> (ignored_because IS NULL)),
    CONSTRAINT status_history_moves_somewhere CHECK (to_status <> from_status),
    CONSTRAINT status_history_by_hand_has_reason CHECK (
        trigger <> 'set_by_hand' OR coalesce(actor <> '' AND reason <> '' AND asked <> '', false)
    )
);
CREATE INDEX status_history_of_lead ON status_history (lead_id, id);

-- How far a lead has ever come, each step once: what the funnel is counted from. Told by facts, whatever became of them, so that
-- it doesn't depend on the order in which they became known.
CREATE TABLE milestones (
    milestone   text NOT NULL,
    lead_id     uuid NOT NULL,
    reached_at  timestamptz NOT NULL,
    CONSTRAINT milestones_pkey PRIMARY KEY (milestone, lead_id),
    CONSTRAINT milestones_lead_fkey FOREIGN KEY (lead_id) REFERENCES lead_statuses (lead_id),
    CONSTRAINT milestones_known CHECK (milestone IN (
        'generated', 'contacted', 'opened', 'clicked', 'replied', 'interested', 'purchased', 'sold', 'unsubscribed', 'bounced', 'archived'
    ))
);

-- Every site hangs on a lead, from its first row.
CREATE TABLE sites (
    id                uuid NOT NULL,
    lead_id           uuid NOT NULL,
    slug              text COLLATE "C" NOT NULL,
    title             text NOT NULL,
    state             text NOT NULL DEFAULT 'preview',
    theme             text NOT NULL,
    -- Of its pages; 0 until the first are generated.
    version           integer NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL,
    generated_at      timestamptz,
    purchased_at      timestamptz,
    archived_at       timestamptz,
    -- When the lead got another site instead of this one: that of the lead it was merged into.
    superseded_at     timestamptz,
    -- When a preview's visit was last told of; a visit a minute is told.
    person_seen_at    timestamptz,
    machine_seen_at   timestamptz,
    CONSTRAINT sites_pkey PRIMARY KEY (id),
    CONSTRAINT sites_lead_fkey FOREIGN KEY (lead_id) REFERENCES leads (id),
    CONSTRAINT sites_slug_unique UNIQUE (slug),
    CONSTRAINT sites_slug_plain CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT sites_state_known CHECK (state IN ('preview', 'active', 'suspended', 'archived')),
    CONSTRAINT sites_active_was_purchased CHECK (state NOT IN ('active', 'suspended') OR purchased_at IS NOT NULL),
    CONSTRAINT sites_archived_has_time CHECK ((state = 'archived') = (archived_at IS NOT NULL)),
    CONSTRAINT sites_generated_has_version CHECK ((version > 0) = (generated_at IS NOT NULL))
);
-- However many callers race, a lead has one site.
CREATE UNIQUE INDEX sites_one_for_each_lead ON sites (lead_id) WHERE superseded_at IS NULL;
CREATE INDEX sites_active ON sites (id) WHERE state = 'active';

-- The page of each site as it was last generated.
CREATE TABLE site_pages (
    site_id       uuid NOT NULL,
    version       integer NOT NULL,
    language      text NOT NULL,
    html          text NOT NULL,
    -- Of the page's style element, as a Content-Security-Policy names it.
    style_hash    text NOT NULL,
    -- Of the page: what its entity tag is made from.
    digest        text NOT NULL,
    generated_at  timestamptz NOT NULL,
    CONSTRAINT site_pages_pkey PRIMARY KEY (site_id),
    CONSTRAINT site_pages_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT site_pages_version_counted CHECK (version > 0)
);

-- Pages to be made. A worker takes a job by putting its lease on it, and due_at to when the lease ends: a job whose worker died
-- is simply due again. Whoever finishes a job must still hold its lease.
CREATE TABLE generation_jobs (
    site_id       uuid NOT NULL,
    due_at        timestamptz NOT NULL DEFAULT now(),
    lease         uuid,
    -- How often it was taken.
    attempts      integer NOT NULL DEFAULT 0,
    last_error    text,
    requested_by  text NOT NULL,
    requested_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT generation_jobs_pkey PRIMARY KEY (site_id),
    CONSTRAINT generation_jobs_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT generation_jobs_attempts_counted CHECK (attempts >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX generation_jobs_due ON generation_jobs (due_at);

-- Subscriptions that are cancelled, but paid for until later: what is to be decided on then.
CREATE TABLE subscription_ends (
    cause_event_id  uuid NOT NULL,
    cause_type      text NOT NULL,
    lead_id         uuid NOT NULL,
    site_id         uuid,
    said_at         timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    CONSTRAINT subscription_ends_pkey PRIMARY KEY (cause_event_id),
    CONSTRAINT subscription_ends_lead_fkey FOREIGN KEY (lead_id) REFERENCES lead_statuses (lead_id)
);
CREATE INDEX subscription_ends_due ON subscription_ends (ends_at);
