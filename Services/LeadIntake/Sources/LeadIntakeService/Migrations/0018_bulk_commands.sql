-- Commands on many leads, each kept until all of it is done: whoever asks again with the same key, or a service that was started again,
-- goes on where it stopped.
CREATE TABLE bulk_commands (
    id               uuid NOT NULL,
    -- The last token of its subject.
    command          text NOT NULL,
    idempotency_key  text NOT NULL,
    action           jsonb NOT NULL,
    actor            text NOT NULL,
    actor_role       text NOT NULL,
    reason           text,
    -- Which leads it is for, in the order of their parts; empty once it is finished.
    lead_ids         uuid[] NOT NULL,
    total            integer NOT NULL,
    done             integer NOT NULL DEFAULT 0,
    changed          integer NOT NULL DEFAULT 0,
    unchanged        integer NOT NULL DEFAULT 0,
    refused          integer NOT NULL DEFAULT 0,
    started_at       timestamptz NOT NULL,
    worked_at        timestamptz NOT NULL,
    finished_at      timestamptz,
    CONSTRAINT bulk_commands_pkey PRIMARY KEY (id),
    CONSTRAINT bulk_commands_counts_add_up CHECK (done = changed + unchanged + refused AND done <= total),
    CONSTRAINT bulk_commands_finished_is_done CHECK ((finished_at IS NOT NULL) = (done = total)),
    CONSTRAINT bulk_commands_role_known CHECK (actor_role IN ('agent', 'manager', 'admin'))
);
CREATE INDEX bulk_commands_unfinished ON bulk_commands (worked_at) WHERE finished_at IS NULL;

-- The parts of each that are done: whoever works on one claims it by its row, in the transaction that does it.
CREATE TABLE bulk_chunks (
    command_id  uuid NOT NULL,
    number      integer NOT NULL,
    -- Why leads of it were left as they are.
    refused     jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT bulk_chunks_pkey PRIMARY KEY (command_id, number),
    CONSTRAINT bulk_chunks_command_fkey FOREIGN KEY (command_id) REFERENCES bulk_commands (id) ON DELETE CASCADE,
    CONSTRAINT bulk_chunks_number_counted CHECK (number >= 0)
);
