-- What the scores of all leads are made by: the newest row. When the models change, by a settings file or a release, there is another row, and
-- all leads are scored anew in the background, in the order of their ids.
CREATE TABLE rescorings (
    number        bigint GENERATED ALWAYS AS IDENTITY,
    -- SHA-256 of the models, in hexadecimal.
    models        text NOT NULL,
    state         text NOT NULL DEFAULT 'running',
    -- The last lead that is done: each transaction moves it along with the leads that it wrote, so that one that was cut off goes on there.
    last_id       uuid,
    total         integer NOT NULL,
    done          integer NOT NULL DEFAULT 0,
    changed       integer NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT rescorings_pkey PRIMARY KEY (number),
    CONSTRAINT rescorings_state_known CHECK (state IN ('running', 'finished', 'superseded')),
    CONSTRAINT rescorings_models_sha256 CHECK (models ~ '^[0-9a-f]{64}$'),
    CONSTRAINT rescorings_counted CHECK (total >= 0 AND done >= changed AND changed >= 0)
);
-- One at a time.
CREATE UNIQUE INDEX rescorings_running ON rescorings (state) WHERE state = 'running';
