-- Businesses that we may sell to. What makes two of them one is decided by the unique constraints here, never by a read before a write.
CREATE TABLE leads (
    id                   uuid NOT NULL,
    version              integer NOT NULL DEFAULT 1,
    slug                 text COLLATE "C" NOT NULL,
    -- The Google place id.
    gmb_id               text COLLATE "C",
    -- Name, place and contact of a lead that came with no key of its own, so that it is one however often it comes.
    business_key         text COLLATE "C",
    name                 text NOT NULL,
    category             text,
    subcategory          text,
    address              text,
    city                 text,
    state                text,
    postal_code          text,
    country              text,
    latitude             double precision,
    longitude            double precision,
    phone                text,
    email                text,
    website_url          text,
    -- Pages that others run for the business: Facebook, Instagram... No web site, but a way to reach it.
    profiles             text[] NOT NULL DEFAULT '{}',
    rating               double precision,
    review_count         integer,
    photo_count          integer,
    opening_hours        jsonb,
    first_name           text,
    last_name            text,
    title                text,
    source               text NOT NULL,
    sales_stage          text NOT NULL DEFAULT 'new',
    assigned_to          text,
    qualification_score  smallint NOT NULL,
    lead_score           smallint,
    tags                 text[] NOT NULL DEFAULT '{}',
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    archived_at          timestamptz,
    CONSTRAINT leads_pkey PRIMARY KEY (id),
    CONSTRAINT leads_slug_unique UNIQUE (slug),
    CONSTRAINT leads_gmb_id_unique UNIQUE (gmb_id),
    CONSTRAINT leads_business_key_unique UNIQUE (business_key),
    CONSTRAINT leads_version_counted CHECK (version > 0),
    CONSTRAINT leads_slug_plain CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT leads_name_not_empty CHECK (name <> ''),
    CONSTRAINT leads_country_code CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT leads_phone_e164 CHECK (phone ~ '^\+[1-9][0-9]{5,14}$'),
    CONSTRAINT leads_email_lower CHECK (email = lower(email)),
    CONSTRAINT leads_on_earth CHECK (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180),
    CONSTRAINT leads_rating_range CHECK (rating BETWEEN 0 AND 5),
    CONSTRAINT leads_counts_not_negative CHECK (review_count >= 0 AND photo_count >= 0),
    CONSTRAINT leads_scores_range CHECK (qualification_score BETWEEN 0 AND 100 AND lead_score BETWEEN 0 AND 100),
    CONSTRAINT leads_source_known CHECK (
        source IN ('google_business', 'website', 'facebook', 'instagram', 'whatsapp', 'referral', 'import', 'api', 'other')
    ),
    CONSTRAINT leads_sales_stage_known CHECK (
        sales_stage IN ('new', 'contacted', 'qualified', 'proposal', 'negotiation', 'won', 'lost', 'callback')
    )
);

-- The list, newest first; its cursor is (created_at, id).
CREATE INDEX leads_newest ON leads (created_at DESC, id DESC);

-- Keys of the intake endpoints. The secret is 256 random bits, so that a plain SHA-256 of it is enough.
CREATE TABLE api_keys (
    id               uuid NOT NULL,
    name             text NOT NULL,
    key_hash         bytea NOT NULL,
    scopes           text[] NOT NULL,
    created_by       text NOT NULL,
    -- The command's idempotency key: a repeat can't be given the secret again, so it must not make a second key either.
    idempotency_key  text NOT NULL,
    created_at       timestamptz NOT NULL,
    last_used_at     timestamptz,
    revoked_at       timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_key_hash_unique UNIQUE (key_hash),
    CONSTRAINT api_keys_idempotency_key_unique UNIQUE (idempotency_key),
    CONSTRAINT api_keys_hash_is_sha256 CHECK (length(key_hash) = 32),
    CONSTRAINT api_keys_scopes_not_empty CHECK (scopes <> '{}')
);

-- Imports, and how far each has come: the counts are of the chunks that are committed, so that one that stopped goes on where it was.
CREATE TABLE imports (
    id               uuid NOT NULL,
    api_key_id       uuid NOT NULL REFERENCES api_keys (id),
    idempotency_key  text,
    -- Counts who works on it: a request that was taken for dead finds its own number gone, and stops.
    attempt          integer NOT NULL DEFAULT 1,
    state            text NOT NULL DEFAULT 'running',
    chunks           integer NOT NULL DEFAULT 0,
    -- SHA-256 over the bytes of the file, once all of it was read.
    digest           bytea,
    rows_read        integer NOT NULL DEFAULT 0,
    rows_created     integer NOT NULL DEFAULT 0,
    rows_matched     integer NOT NULL DEFAULT 0,
    rows_rejected    integer NOT NULL DEFAULT 0,
    -- Existing leads that got something from it that they lacked.
    leads_updated    integer NOT NULL DEFAULT 0,
    failure          text,
    started_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT imports_pkey PRIMARY KEY (id),
    CONSTRAINT imports_idempotency_key_unique UNIQUE (api_key_id, idempotency_key),
    CONSTRAINT imports_state_known CHECK (state IN ('running', 'finished', 'failed')),
    CONSTRAINT imports_finished_has_digest CHECK (state <> 'finished' OR digest IS NOT NULL),
    CONSTRAINT imports_counts_add_up CHECK (rows_read = rows_created + rows_matched + rows_rejected)
);

-- What had to be said about single rows: why they were rejected, or which value was left out.
CREATE TABLE import_remarks (
    import_id  uuid NOT NULL REFERENCES imports (id),
    number     bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL,
    line       integer NOT NULL,
    field      text,
    reason     text NOT NULL,
    CONSTRAINT import_remarks_pkey PRIMARY KEY (import_id, kind, number),
    CONSTRAINT import_remarks_kind_known CHECK (kind IN ('rejected', 'warning'))
);

-- What was found about a lead, as it was found: also the columns that nobody here reads yet. Each record once, however often it comes.
CREATE TABLE lead_records (
    lead_id      uuid NOT NULL REFERENCES leads (id),
    -- SHA-256 of the record.
    digest       bytea NOT NULL,
    import_id    uuid REFERENCES imports (id),
    line         integer NOT NULL,
    -- JSON as it was sent. Not jsonb: what programs write is not always valid, and it must be kept all the same.
    record       text NOT NULL,
    received_at  timestamptz NOT NULL,
    CONSTRAINT lead_records_pkey PRIMARY KEY (lead_id, digest)
);
