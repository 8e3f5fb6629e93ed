-- Every load of a pixel and every click, a person's or a machine's, with what spoke against a person.
CREATE TABLE hits (
    id uuid NOT NULL DEFAULT uuid_v7(),
    message_id uuid NOT NULL,
    kind text NOT NULL,
    link integer,
    at timestamptz NOT NULL,
    user_agent text NOT NULL,
    -- NULL until it can be judged: a click may turn out to be part of a sweep of all links.
    class text,
    reasons text[] NOT NULL DEFAULT '{}',
    judge_at timestamptz NOT NULL,
    CONSTRAINT hits_pkey PRIMARY KEY (id),
    CONSTRAINT hits_message FOREIGN KEY (message_id) REFERENCES messages (id),
    CONSTRAINT hits_kind CHECK (kind IN ('open', 'click')),
    CONSTRAINT hits_link CHECK ((kind = 'click') = (link IS NOT NULL)),
    CONSTRAINT hits_class CHECK (class IN ('human', 'machine', 'suspect'))
);

CREATE INDEX hits_message_at ON hits (message_id, at);
CREATE INDEX hits_unjudged ON hits (judge_at) WHERE class IS NULL;

CREATE TABLE replies (
    id uuid NOT NULL DEFAULT uuid_v7(),
    lead_id uuid NOT NULL,
    message_id uuid,
    channel text NOT NULL,
    body text NOT NULL,
    provider_id text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT replies_pkey PRIMARY KEY (id),
    CONSTRAINT replies_message FOREIGN KEY (message_id) REFERENCES messages (id),
    CONSTRAINT replies_channel CHECK (channel IN ('email', 'sms')),
    CONSTRAINT replies_once UNIQUE (channel, provider_id)
);

CREATE INDEX replies_lead ON replies (lead_id, received_at);

-- What providers told us, as it came and after its signature was found good.
CREATE TABLE webhook_deliveries (
    id uuid NOT NULL DEFAULT uuid_v7(),
    provider text NOT NULL,
    kind text NOT NULL,
    -- The same for every repeat of one delivery.
    delivery_key text NOT NULL,
    query text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    -- What was done, or why it is parked for a person to see.
    note text,
    lead_id uuid,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_once UNIQUE (provider, delivery_key),
    CONSTRAINT webhook_deliveries_provider CHECK (provider IN ('twilio')),
    CONSTRAINT webhook_deliveries_kind CHECK (kind IN ('status', 'inbound')),
    CONSTRAINT webhook_deliveries_state CHECK (state IN ('waiting', 'done', 'parked'))
);

CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_lead ON webhook_deliveries (lead_id) WHERE lead_id IS NOT NULL;
