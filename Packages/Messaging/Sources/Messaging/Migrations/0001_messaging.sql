-- What a service keeps so that no event is lost or applied twice. In every service's own schema.

-- Events that are committed and not yet in their stream. Read in order of position, emptied by the relay. Its rows live for
-- milliseconds, so it is vacuumed by count, not by share.
CREATE TABLE outbox (
    position     bigint GENERATED ALWAYS AS IDENTITY,
    event_id     uuid NOT NULL,
    stream       text NOT NULL,
    subject      text NOT NULL,
    traceparent  text,
    payload      bytea NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outbox_pkey PRIMARY KEY (position)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Events that were applied, or given up: never to be applied again.
CREATE TABLE inbox (
    consumer     text NOT NULL,
    event_id     uuid NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received_at ON inbox (received_at);

-- How far each stream is settled, as of some minutes ago: where a consumer begins again that somebody has deleted. A stream that was
-- made anew counts from 1 again, so the floor holds only for the stream with this birth.
CREATE TABLE consumer_floors (
    consumer        text NOT NULL,
    stream          text NOT NULL,
    stream_created  text NOT NULL,
    sequence        bigint NOT NULL,
    noted_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT consumer_floors_pkey PRIMARY KEY (consumer, stream),
    CONSTRAINT consumer_floors_sequence_not_negative CHECK (sequence >= 0)
);

-- The schedule of events that have failed here. The broker's own count of deliveries also counts outages, so it isn't used; and it may
-- deliver earlier than it was asked to.
CREATE TABLE retries (
    consumer         text NOT NULL,
    event_id         uuid NOT NULL,
    attempts         integer NOT NULL DEFAULT 1,
    last_error       text NOT NULL,
    first_failed_at  timestamptz NOT NULL DEFAULT now(),
    last_failed_at   timestamptz NOT NULL DEFAULT now(),
    next_attempt_at  timestamptz NOT NULL,
    CONSTRAINT retries_pkey PRIMARY KEY (consumer, event_id),
    CONSTRAINT retries_attempts_counted CHECK (attempts > 0)
);

-- Events that were given up, for a person to look at and to replay. event_id is text: it may be what made the event unreadable.
CREATE TABLE dead_letters (
    id           bigint GENERATED ALWAYS AS IDENTITY,
    consumer     text NOT NULL,
    event_id     text NOT NULL,
    stream       text NOT NULL,
    sequence     bigint NOT NULL,
    subject      text NOT NULL,
    type         text,
    payload      bytea NOT NULL,
    reason       text NOT NULL,
    attempts     integer NOT NULL,
    state        text NOT NULL DEFAULT 'parked',
    parked_at    timestamptz NOT NULL DEFAULT now(),
    replayed_at  timestamptz,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (id),
    CONSTRAINT dead_letters_once UNIQUE (consumer, event_id),
    CONSTRAINT dead_letters_state_known CHECK (state IN ('parked', 'replayed')),
    CONSTRAINT dead_letters_replayed_has_time CHECK ((state = 'replayed') = (replayed_at IS NOT NULL)),
    CONSTRAINT dead_letters_attempts_not_negative CHECK (attempts >= 0)
);
CREATE INDEX dead_letters_parked ON dead_letters (parked_at) WHERE state = 'parked';

-- Keys of commands and POSTs that were carried out, with the answer that every repeat gets. The answer is null only within the
-- transaction that works on it. scope: the command and who asked, so that nobody gets an answer that was another's.
CREATE TABLE idempotency_keys (
    scope    text NOT NULL,
    key      text NOT NULL,
    answer   jsonb,
    used_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key),
    CONSTRAINT idempotency_keys_key_not_empty CHECK (key <> '')
);
CREATE INDEX idempotency_keys_used_at ON idempotency_keys (used_at);
