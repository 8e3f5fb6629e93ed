-- Who of the staff may sign in. The staff id is the actor's id in every command, and what leads are assigned to.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    -- In lower case: one spelling of an address is one account.
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    staff_id text NOT NULL,
    -- With its parameters: $scrypt$ln=15,r=8,p=3$salt$hash.
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    CONSTRAINT accounts_email UNIQUE (email),
    CONSTRAINT accounts_staff_id UNIQUE (staff_id),
    CONSTRAINT accounts_email_is_lower_case CHECK (email = lower(email)),
    CONSTRAINT accounts_role CHECK (role IN ('agent', 'manager', 'admin'))
);

-- Tokens are known to their holders alone: here is their SHA-256.
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_created ON sessions (created_at);

CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_tokens_token_hash UNIQUE (token_hash)
);
CREATE INDEX api_tokens_account ON api_tokens (account_id);

-- How often it was tried lately to sign in to an account, or from an address; either as a hash, since people also type passwords there.
CREATE TABLE sign_in_tries (
    subject bytea PRIMARY KEY,
    tries integer NOT NULL,
    window_began_at timestamptz NOT NULL
);
CREATE INDEX sign_in_tries_window ON sign_in_tries (window_began_at);

-- What the console knows of leads: its own projection of crm.lead.* and crm.status.*. The two may speak of a lead in any order, so that
-- each keeps its own columns, with what tells a newer fact from an older one.
CREATE TABLE leads (
    lead_id uuid PRIMARY KEY,
    -- Of the newest snapshot; 0 as long as there is none.
    version bigint NOT NULL DEFAULT 0,
    name text,
    phone text,
    email text,
    city text,
    -- Whose it is among the staff: agents see their own and nobody's.
    assigned_to text,
    lead_score integer,
    archived_at timestamptz,
    contact_status text NOT NULL DEFAULT 'pending',
    contact_status_event uuid,
    website_status text NOT NULL DEFAULT 'none',
    website_status_event uuid,
    merged_into uuid,
    -- Set once, and then the data of the person never comes back, however late an event is.
    erased_at timestamptz,
    CONSTRAINT leads_merged_into_another CHECK (merged_into <> lead_id),
    CONSTRAINT leads_gone_means_empty CHECK (
        (erased_at IS NULL AND merged_into IS NULL) OR num_nonnulls(name, phone, email, city, assigned_to, lead_score) = 0
    )
);
CREATE INDEX leads_merged_into ON leads (merged_into) WHERE merged_into IS NOT NULL;

-- One for each lead and rule, ever. open -> completed, dismissed or cancelled, and never back.
CREATE TABLE follow_ups (
    lead_id uuid NOT NULL,
    rule text NOT NULL,
    -- Both NULL while only its end is known.
    title text,
    due_at timestamptz,
    state text NOT NULL DEFAULT 'open',
    closed_at timestamptz,
    closed_by text,
    cancelled_because text,
    PRIMARY KEY (lead_id, rule),
    CONSTRAINT follow_ups_state CHECK (state IN ('open', 'completed', 'dismissed', 'cancelled')),
    CONSTRAINT follow_ups_closed CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX follow_ups_listed ON follow_ups (state, due_at, lead_id, rule) WHERE due_at IS NOT NULL;
-- For the list of rules.
CREATE INDEX follow_ups_rule ON follow_ups (rule);
