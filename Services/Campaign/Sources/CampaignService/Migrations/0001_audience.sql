-- Time-ordered ids (RFC 9562) for rows that are made set-based, so that the index grows at its end.
CREATE FUNCTION uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE
AS $$
    SELECT encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                    FROM 1 FOR 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid
$$;

-- Whom we could write to: our own copy, from the events of lead-intake and lifecycle.
-- Events of different streams overtake each other, so a row may begin with a status or a site; version 0 means that
-- the lead itself is not known yet.
CREATE TABLE audience (
    lead_id uuid NOT NULL,
    lead_version integer NOT NULL DEFAULT 0,
    slug text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    first_name text,
    email text,
    phone text,
    category text,
    city text,
    state text,
    country text,
    rating double precision,
    review_count integer,
    qualification_score integer NOT NULL DEFAULT 0,
    contact_status text NOT NULL DEFAULT 'pending',
    -- The event that a status came with: a later one has a greater id.
    contact_status_event uuid,
    website_status text NOT NULL DEFAULT 'none',
    website_status_event uuid,
    site_slug text,
    site_url text,
    site_event uuid,
    archived_at timestamptz,
    merged_into uuid,
    erased_at timestamptz,
    CONSTRAINT audience_pkey PRIMARY KEY (lead_id),
    CONSTRAINT audience_contact_status CHECK (contact_status IN (
        'pending', 'emailed', 'sms_sent', 'opened', 'clicked', 'replied', 'interested', 'purchased', 'unsubscribed', 'bounced'
    )),
    CONSTRAINT audience_website_status CHECK (website_status IN ('none', 'generating', 'generated', 'deployed', 'sold', 'archived')),
    CONSTRAINT audience_qualification_score CHECK (qualification_score BETWEEN 0 AND 100),
    CONSTRAINT audience_erased_is_empty CHECK (
        erased_at IS NULL OR (name = '' AND email IS NULL AND phone IS NULL AND first_name IS NULL AND site_url IS NULL)
    )
);

CREATE INDEX audience_phone ON audience (phone) WHERE phone IS NOT NULL;

-- Who must not be written to, whatever the status of the lead says. Lifted ones are kept: they are part of the proof.
CREATE TABLE suppressions (
    channel text NOT NULL,
    address text NOT NULL,
    reason text NOT NULL,
    source text NOT NULL,
    lead_id uuid,
    message_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    lifted_at timestamptz,
    lifted_source text,
    CONSTRAINT suppressions_pkey PRIMARY KEY (channel, address),
    CONSTRAINT suppressions_channel CHECK (channel IN ('email', 'sms')),
    CONSTRAINT suppressions_address CHECK (address <> ''),
    CONSTRAINT suppressions_reason CHECK (reason IN ('unsubscribed', 'complained', 'bounced', 'manual')),
    CONSTRAINT suppressions_lifted CHECK ((lifted_at IS NULL) = (lifted_source IS NULL))
);
