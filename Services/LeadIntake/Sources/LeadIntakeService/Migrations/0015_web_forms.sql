-- Forms on customers' own sites.
CREATE TABLE web_forms (
    -- Public, and not to be guessed.
    key              text COLLATE "C" NOT NULL,
    name             text NOT NULL,
    allowed_origins  text[] NOT NULL,
    success_url      text,
    failure_url      text,
    source           text NOT NULL,
    tags             text[] NOT NULL,
    assigned_to      text,
    country          text,
    honeypot         text NOT NULL,
    rate             double precision NOT NULL,
    burst            integer NOT NULL,
    taken            bigint NOT NULL DEFAULT 0,
    trapped          bigint NOT NULL DEFAULT 0,
    last_taken_at    timestamptz,
    created_by       text NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    disabled_at      timestamptz,
    CONSTRAINT web_forms_pkey PRIMARY KEY (key),
    CONSTRAINT web_forms_name_not_empty CHECK (name <> ''),
    CONSTRAINT web_forms_has_origin CHECK (allowed_origins <> '{}'),
    CONSTRAINT web_forms_source_known CHECK (
        source IN ('google_business', 'website', 'facebook', 'instagram', 'whatsapp', 'referral', 'import', 'api', 'other')
    ),
    CONSTRAINT web_forms_country_code CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT web_forms_honeypot_not_empty CHECK (honeypot <> ''),
    CONSTRAINT web_forms_rate_above_zero CHECK (rate > 0 AND rate <= 1000),
    CONSTRAINT web_forms_burst_above_zero CHECK (burst > 0)
);

-- What was posted lately: a double click is one post. Kept for an hour.
CREATE TABLE web_form_posts (
    form_key  text COLLATE "C" NOT NULL REFERENCES web_forms (key),
    -- SHA-256 of what was posted.
    digest    bytea NOT NULL,
    taken_at  timestamptz NOT NULL,
    CONSTRAINT web_form_posts_pkey PRIMARY KEY (form_key, digest)
);
CREATE INDEX web_form_posts_oldest ON web_form_posts (taken_at);
