-- An import has two phases: while it is `receiving`, its rows are staged as they come in; once all of them are here it is `running`, and
-- they become leads, chunk by chunk, whether anybody waits for it or not.
ALTER TABLE imports
    -- When the whole file was here.
    ADD COLUMN staged_at      timestamptz,
    ADD COLUMN finished_at    timestamptz,
    -- Rows that may become leads, and how many of them are settled.
    ADD COLUMN rows_staged    integer NOT NULL DEFAULT 0,
    ADD COLUMN rows_resolved  integer NOT NULL DEFAULT 0,
    -- Of the events of its leads.
    ADD COLUMN traceparent    text,
    -- How often in a row a chunk could not be settled, and when it is tried again.
    ADD COLUMN failures       integer NOT NULL DEFAULT 0,
    ADD COLUMN retry_at       timestamptz;

UPDATE imports SET staged_at = updated_at, finished_at = updated_at WHERE state = 'finished';
UPDATE imports SET state = 'failed', failure = 'It was under way while the service was brought up to date: send the file again.'
WHERE state = 'running';

ALTER TABLE imports
    DROP COLUMN chunks,
    ALTER COLUMN state SET DEFAULT 'receiving',
    DROP CONSTRAINT imports_state_known,
    DROP CONSTRAINT imports_counts_add_up,
    ADD CONSTRAINT imports_state_known CHECK (state IN ('receiving', 'running', 'finished', 'failed')),
    ADD CONSTRAINT imports_counts_add_up CHECK (
        rows_read >= rows_created + rows_matched + rows_rejected
        AND (state <> 'finished' OR rows_read = rows_created + rows_matched + rows_rejected)
    ),
    ADD CONSTRAINT imports_resolves_what_is_staged CHECK (rows_resolved BETWEEN 0 AND rows_staged),
    ADD CONSTRAINT imports_runs_when_staged CHECK (state NOT IN ('running', 'finished') OR staged_at IS NOT NULL),
    ADD CONSTRAINT imports_finished_has_time CHECK ((state = 'finished') = (finished_at IS NOT NULL));

CREATE INDEX imports_running ON imports (updated_at) WHERE state = 'running';
-- Whose staged rows nobody will ask for any more.
CREATE INDEX imports_given_up ON imports (updated_at) WHERE state IN ('receiving', 'failed') AND staged_at IS NULL;

-- Batches are staged side by side, so that only the line tells the order of the file.
ALTER TABLE import_remarks
    DROP CONSTRAINT import_remarks_pkey,
    ADD CONSTRAINT import_remarks_pkey PRIMARY KEY (import_id, kind, line, number);

-- Rows of imports that are checked and not yet leads, each with what the lead, its record and its event would be. No foreign key: the
-- import's own row is locked by whoever writes here, and a check for each row would cost as much as the row.
-- A row is some 2 kB: from there on PostgreSQL would compress it, which takes longer than all the rest, for a row that lives for minutes.
CREATE TABLE import_rows (
    import_id                  uuid NOT NULL,
    -- Its place in the file, counted from 1 without gaps.
    number                     integer NOT NULL,
    line                       integer NOT NULL,
    lead_id                    uuid NOT NULL,
    slug                       text COLLATE "C" NOT NULL,
    gmb_id                     text COLLATE "C",
    business_key               text COLLATE "C",
    name                       text NOT NULL,
    category                   text,
    subcategory                text,
    address                    text,
    city                       text,
    state                      text,
    postal_code                text,
    country                    text,
    latitude                   double precision,
    longitude                  double precision,
    phone                      text,
    email                      text,
    website_url                text,
    profiles                   text[] NOT NULL,
    rating                     double precision,
    review_count               integer,
    photo_count                integer,
    opening_hours              jsonb,
    first_name                 text,
    last_name                  text,
    title                      text,
    company                    text,
    source                     text NOT NULL,
    acquisition_cost_minor     bigint,
    acquisition_cost_currency  text,
    qualification_score        smallint NOT NULL,
    lead_score                 smallint,
    tags                       text[] NOT NULL,
    event_id                   uuid NOT NULL,
    -- The event that the lead would be told with, but for its slug and its time.
    event                      text NOT NULL,
    record                     text,
    CONSTRAINT import_rows_pkey PRIMARY KEY (import_id, number)
) WITH (toast_tuple_target = 8160);

-- The event of a staged row, with the slug that the lead got and the time at which it became one. It was written with the slug that it
-- wished for, and 1970 for the time. No text of the lead's can be taken for one of these: in a JSON string each quote has a backslash.
CREATE FUNCTION staged_event(event text, wished text, slug text, created_at text) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN convert_to(
        replace(replace(replace(
            CASE WHEN slug = wished THEN event ELSE replace(event, '"slug":"' || wished || '"', '"slug":"' || slug || '"') END,
            '"time":"1970-01-01T00:00:00.000000Z"', '"time":"' || created_at || '"'),
            '"created_at":"1970-01-01T00:00:00.000000Z"', '"created_at":"' || created_at || '"'),
            '"updated_at":"1970-01-01T00:00:00.000000Z"', '"updated_at":"' || created_at || '"'),
        'UTF8');
