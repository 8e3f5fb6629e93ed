CREATE TABLE campaigns (
    id uuid NOT NULL,
    name text NOT NULL,
    channel text NOT NULL,
    filter jsonb NOT NULL,
    -- NULL: the built-in one.
    template jsonb,
    state text NOT NULL DEFAULT 'sending',
    audience integer NOT NULL,
    excluded jsonb NOT NULL,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    CONSTRAINT campaigns_pkey PRIMARY KEY (id),
    CONSTRAINT campaigns_name CHECK (name <> ''),
    CONSTRAINT campaigns_channel CHECK (channel IN ('email', 'sms')),
    CONSTRAINT campaigns_state CHECK (state IN ('sending', 'completed', 'cancelled')),
    CONSTRAINT campaigns_audience CHECK (audience >= 0),
    CONSTRAINT campaigns_completed_at CHECK ((state = 'sending') = (completed_at IS NULL))
);

CREATE INDEX campaigns_sending ON campaigns (id) WHERE state = 'sending';

-- One message to one lead on one channel. The states are those of Domain/MessageState.swift.
CREATE TABLE messages (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    channel text NOT NULL,
    -- Empty once the lead was erased.
    address text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    -- Queued: when its turn comes. Unknown: when the provider is asked next.
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    refusals integer NOT NULL DEFAULT 0,
    failed_connections integer NOT NULL DEFAULT 0,
    -- The fencing token: a worker that lost its lease has another one. Kept when a message becomes unknown,
    -- so that a worker that was only slow can still tell what it knows.
    lease_token uuid,
    lease_expires_at timestamptz,
    -- Written before the first byte goes to the provider.
    handed_over_at timestamptz,
    -- SHA-256 of an SMS's text, to recognise it in the provider's list.
    content_hash bytea,
    provider_id text,
    -- Where its numbered click links lead.
    links text[] NOT NULL DEFAULT '{}',
    code text,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    delivered_at timestamptz,
    unknown_since timestamptz,
    -- Unknown, and left to a person by the policy.
    held_at timestamptz,
    opened_at timestamptz,
    opened_by_machine_at timestamptz,
    clicked_at timestamptz,
    clicked_by_machine_at timestamptz,
    replied_at timestamptz,
    unsubscribed_at timestamptz,
    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_campaign FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
    CONSTRAINT messages_once_per_lead UNIQUE (campaign_id, lead_id, channel),
    CONSTRAINT messages_channel CHECK (channel IN ('email', 'sms')),
    CONSTRAINT messages_state CHECK (state IN (
        'queued', 'sending', 'sent', 'delivered', 'failed', 'bounced', 'skipped', 'unknown'
    )),
    CONSTRAINT messages_lease CHECK ((state = 'sending') = (lease_expires_at IS NOT NULL)),
    CONSTRAINT messages_fenced CHECK (state <> 'sending' OR lease_token IS NOT NULL),
    CONSTRAINT messages_queued_is_with_us CHECK (state <> 'queued' OR (handed_over_at IS NULL AND sent_at IS NULL)),
    CONSTRAINT messages_sent_at CHECK (state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL),
    CONSTRAINT messages_delivered_at CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)),
    CONSTRAINT messages_unknown_since CHECK ((state = 'unknown') = (unknown_since IS NOT NULL)),
    CONSTRAINT messages_held CHECK (held_at IS NULL OR state = 'unknown'),
    CONSTRAINT messages_skipped_has_reason CHECK (state <> 'skipped' OR reason IS NOT NULL)
);

CREATE INDEX messages_queued ON messages (channel, next_attempt_at, id) WHERE state = 'queued';
CREATE INDEX messages_sending ON messages (lease_expires_at) WHERE state = 'sending';
CREATE INDEX messages_unknown ON messages (next_attempt_at) WHERE state = 'unknown' AND held_at IS NULL;
CREATE INDEX messages_open_work ON messages (campaign_id) WHERE state IN ('queued', 'sending', 'unknown');
CREATE INDEX messages_address ON messages (channel, address, handed_over_at);
CREATE INDEX messages_lead ON messages (lead_id);
CREATE UNIQUE INDEX messages_provider_id ON messages (channel, provider_id) WHERE provider_id IS NOT NULL;

-- The token bucket of each channel: here, so that it holds for all workers together and survives them.
CREATE TABLE rate_buckets (
    channel text NOT NULL,
    tokens double precision NOT NULL DEFAULT 0,
    refilled_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rate_buckets_pkey PRIMARY KEY (channel),
    CONSTRAINT rate_buckets_channel CHECK (channel IN ('email', 'sms')),
    CONSTRAINT rate_buckets_tokens CHECK (tokens >= 0)
);

INSERT INTO rate_buckets (channel) VALUES ('email'), ('sms');
