-- What a customer is told of a subscription: once for each period of it that isn't paid. Whom it is sent to stands in audience; the link in
-- it, which is the customer's secret, nowhere.
CREATE TABLE notices (
    id               uuid NOT NULL,
    subscription_id  uuid NOT NULL,
    -- Which period: where it begins, or the month in which the payment failed.
    period           timestamptz NOT NULL,
    lead_id          uuid NOT NULL,
    -- When the payment failed.
    occurred_at      timestamptz NOT NULL,
    state            text NOT NULL DEFAULT 'queued',
    -- How often it was taken.
    attempts         integer NOT NULL DEFAULT 0,
    -- Or, while it is being sent, when its lease ends.
    due_at           timestamptz NOT NULL DEFAULT now(),
    lease            uuid,
    handed_over_at   timestamptz,
    -- Why it was not sent, or not yet.
    reason           text,
    CONSTRAINT notices_pkey PRIMARY KEY (id),
    CONSTRAINT notices_once_a_period UNIQUE (subscription_id, period),
    CONSTRAINT notices_state CHECK (state IN ('queued', 'sending', 'sent', 'dropped', 'unknown')),
    CONSTRAINT notices_leased_while_sending CHECK ((state = 'sending') = (lease IS NOT NULL))
);
CREATE INDEX notices_due ON notices (due_at) WHERE state IN ('queued', 'sending');
