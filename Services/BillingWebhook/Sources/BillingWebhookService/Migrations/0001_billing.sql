-- What billing knows of leads and sites: its own projection of crm.lead.* and crm.site.*.
CREATE TABLE leads (
    lead_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    name text,
    email text,
    -- Whose it is among the staff: agents see no others.
    assigned_to text,
    -- Set once, and then the data of the person never comes back, however late an event is.
    erased_at timestamptz,
    CONSTRAINT leads_erased_means_empty CHECK (erased_at IS NULL OR (name IS NULL AND email IS NULL))
);

CREATE TABLE sites (
    site_id uuid PRIMARY KEY,
    lead_id uuid NOT NULL,
    slug text NOT NULL,
    title text,
    url text,
    sold_at timestamptz,
    archived_at timestamptz
);
CREATE INDEX sites_slug ON sites (slug);
CREATE INDEX sites_lead ON sites (lead_id);

-- creating -> open -> paid or expired; creating -> paid when the money is told of before the provider's answer is stored.
CREATE TABLE checkouts (
    id uuid PRIMARY KEY,
    site_id uuid NOT NULL REFERENCES sites,
    lead_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'creating',
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    billing_interval text NOT NULL,
    billing_interval_count integer NOT NULL,
    provider_id text,
    url text,
    created_at timestamptz NOT NULL,
    -- While it is creating: until then one request is at it.
    lease_ends_at timestamptz NOT NULL,
    opened_at timestamptz,
    expires_at timestamptz,
    paid_at timestamptz,
    CONSTRAINT checkouts_state CHECK (state IN ('creating', 'open', 'paid', 'expired')),
    CONSTRAINT checkouts_amount CHECK (amount_minor > 0),
    CONSTRAINT checkouts_billing_interval CHECK (billing_interval IN ('week', 'month', 'year') AND billing_interval_count > 0),
    CONSTRAINT checkouts_open_has_a_page CHECK (opened_at IS NULL OR (provider_id IS NOT NULL AND url IS NOT NULL AND expires_at IS NOT NULL)),
    CONSTRAINT checkouts_usable_is_opened CHECK (state IN ('creating', 'paid') OR opened_at IS NOT NULL)
);
CREATE UNIQUE INDEX checkouts_one_in_use_per_site ON checkouts (site_id) WHERE state IN ('creating', 'open');
CREATE UNIQUE INDEX checkouts_provider_id ON checkouts (provider_id);
CREATE INDEX checkouts_lead ON checkouts (lead_id);
CREATE INDEX checkouts_expiring ON checkouts (expires_at) WHERE state = 'open';

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    -- The provider knows one payer under several ids; to us the lead that pays is the customer.
    lead_id uuid NOT NULL,
    provider_ids text[] NOT NULL DEFAULT '{}',
    email text,
    name text,
    created_at timestamptz NOT NULL,
    CONSTRAINT customers_one_per_lead UNIQUE (lead_id)
);

CREATE TABLE subscriptions (
    id uuid PRIMARY KEY,
    provider_id text NOT NULL,
    lead_id uuid NOT NULL,
    site_id uuid,
    checkout_id uuid REFERENCES checkouts,
    customer_id uuid REFERENCES customers,
    state text NOT NULL,
    amount_minor bigint,
    currency text,
    billing_interval text,
    billing_interval_count integer,
    started_at timestamptz NOT NULL,
    first_paid_at timestamptz,
    last_paid_at timestamptz,
    past_due_times timestamptz[] NOT NULL DEFAULT '{}',
    cancelled_at timestamptz,
    current_period_end timestamptz,
    CONSTRAINT subscriptions_provider_id UNIQUE (provider_id),
    CONSTRAINT subscriptions_state CHECK (state IN ('active', 'past_due', 'paused', 'cancelled')),
    CONSTRAINT subscriptions_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT subscriptions_amount_has_currency CHECK ((amount_minor IS NULL) = (currency IS NULL))
);
CREATE INDEX subscriptions_lead ON subscriptions (lead_id);
CREATE INDEX subscriptions_active ON subscriptions (id) WHERE state = 'active';

CREATE TABLE payments (
    id uuid PRIMARY KEY,
    -- The same in every notice of one try to take money: what makes it counted once.
    charge_key text NOT NULL,
    -- Whatever else the provider calls it: a refund may name any of them.
    provider_ids text[] NOT NULL,
    provider_checkout_id text,
    is_one_time boolean NOT NULL,
    lead_id uuid NOT NULL,
    site_id uuid,
    checkout_id uuid REFERENCES checkouts,
    customer_id uuid REFERENCES customers,
    subscription_id uuid REFERENCES subscriptions,
    -- Known before the subscription itself may be.
    provider_subscription_id text,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    fee_minor bigint,
    failure_reason text,
    pending_at timestamptz,
    failed_at timestamptz,
    succeeded_at timestamptz,
    refunded_minor bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_charge_key UNIQUE (charge_key),
    CONSTRAINT payments_amount CHECK (amount_minor >= 0),
    CONSTRAINT payments_told CHECK (num_nonnulls(pending_at, failed_at, succeeded_at) > 0)
);
CREATE UNIQUE INDEX payments_one_sale_per_checkout ON payments (provider_checkout_id) WHERE is_one_time AND succeeded_at IS NOT NULL;
CREATE INDEX payments_provider_ids ON payments USING gin (provider_ids);
CREATE INDEX payments_lead ON payments (lead_id);
CREATE INDEX payments_provider_subscription ON payments (provider_subscription_id);
CREATE INDEX payments_provider_checkout ON payments (provider_checkout_id);

CREATE TABLE refunds (
    provider_id text PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    amount_minor bigint NOT NULL,
    occurred_at timestamptz NOT NULL
);

-- Every delivery as it came, signed and verified; what it says is applied from here. Each leaves the index of those that are due
-- within milliseconds, so it is vacuumed by count, not by share.
CREATE TABLE webhook_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider text NOT NULL,
    delivery_id text NOT NULL,
    -- NULL once the lead that it speaks of was erased.
    body bytea,
    traceparent text,
    received_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'received',
    reason text,
    event_type text,
    lead_id uuid,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    -- The rows that any of which would let it be applied, as kind:id.
    waiting_for text[] NOT NULL DEFAULT '{}',
    settled_at timestamptz,
    CONSTRAINT webhook_deliveries_once UNIQUE (provider, delivery_id),
    CONSTRAINT webhook_deliveries_state CHECK (state IN ('received', 'waiting', 'done', 'ignored', 'parked')),
    CONSTRAINT webhook_deliveries_settled CHECK ((settled_at IS NOT NULL) = (state IN ('done', 'ignored', 'parked'))),
    CONSTRAINT webhook_deliveries_reason CHECK (state IN ('received', 'done') OR reason IS NOT NULL)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at, id) WHERE state IN ('received', 'waiting');
CREATE INDEX webhook_deliveries_waiting_for ON webhook_deliveries USING gin (waiting_for) WHERE waiting_for <> '{}';
CREATE INDEX webhook_deliveries_lead ON webhook_deliveries (lead_id);
CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (received_at) WHERE state = 'parked';
