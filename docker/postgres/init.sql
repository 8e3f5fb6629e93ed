-- PostgreSQL for Plumbline: for each service a schema; a role that owns it and brings it up to date (lifecycle_owner); and the role
-- that the service runs as (lifecycle), which may read and write the rows of that schema and do nothing else. LocalStack runs this very
-- file, so that every test of the whole system runs fenced, and Tests/Tests/SystemTests/DatabaseFence* hold each role to it.
--
-- Run it by psql as the superuser, in Plumbline's database; the image of PostgreSQL does so by itself with what lies in
-- /docker-entrypoint-initdb.d. Run again, it sets new passwords and mends privileges. Passwords come from the environment, or from
-- files that the environment names: POSTGRES_LIFECYCLE_PASSWORD or POSTGRES_LIFECYCLE_PASSWORD_FILE, and the same with
-- POSTGRES_LIFECYCLE_OWNER_PASSWORD.
\set ON_ERROR_STOP 1
\set QUIET 1

\set lead_intake `cat "${POSTGRES_LEAD_INTAKE_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_LEAD_INTAKE_PASSWORD"`
\set lead_intake_owner `cat "${POSTGRES_LEAD_INTAKE_OWNER_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_LEAD_INTAKE_OWNER_PASSWORD"`
\set lifecycle `cat "${POSTGRES_LIFECYCLE_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_LIFECYCLE_PASSWORD"`
\set lifecycle_owner `cat "${POSTGRES_LIFECYCLE_OWNER_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_LIFECYCLE_OWNER_PASSWORD"`
\set campaign `cat "${POSTGRES_CAMPAIGN_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_CAMPAIGN_PASSWORD"`
\set campaign_owner `cat "${POSTGRES_CAMPAIGN_OWNER_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_CAMPAIGN_OWNER_PASSWORD"`
\set billing `cat "${POSTGRES_BILLING_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_BILLING_PASSWORD"`
\set billing_owner `cat "${POSTGRES_BILLING_OWNER_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_BILLING_OWNER_PASSWORD"`
\set console `cat "${POSTGRES_CONSOLE_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_CONSOLE_PASSWORD"`
\set console_owner `cat "${POSTGRES_CONSOLE_OWNER_PASSWORD_FILE:-/dev/null}"; printf %s "$POSTGRES_CONSOLE_OWNER_PASSWORD"`

BEGIN;
SET LOCAL client_min_messages = warning;

CREATE TEMPORARY TABLE fenced (role text, password text, owner_password text) ON COMMIT DROP;
INSERT INTO fenced VALUES
    ('lead_intake', :'lead_intake', :'lead_intake_owner'),
    ('lifecycle', :'lifecycle', :'lifecycle_owner'),
    ('campaign', :'campaign', :'campaign_owner'),
    ('billing', :'billing', :'billing_owner'),
    ('console', :'console', :'console_owner');

DO $$
DECLARE
    role text;
    owner text;
    runs text;
    migrates text;
BEGIN
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- PostgreSQL's own databases, which are open to everybody.
    REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;

    FOR role, runs, migrates IN SELECT * FROM fenced LOOP
        owner := role || '_owner';
        IF '' IN (runs, migrates) THEN
            RAISE EXCEPTION 'The password of % or of % is missing: see docker/postgres/init.sql', role, owner;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN EXECUTE format('CREATE ROLE %I', role); END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = owner) THEN EXECUTE format('CREATE ROLE %I', owner); END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L', role, runs);
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L', owner, migrates);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, %I', current_database(), role, owner);

        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', role, owner);
        -- Before there were owners, the service's own role owned everything.
        EXECUTE format('REASSIGN OWNED BY %I TO %I', role, owner);
        EXECUTE format('ALTER ROLE %I SET search_path = %I', role, role);
        EXECUTE format('ALTER ROLE %I SET search_path = %I', owner, role);

        -- What is there, and what the owner will make.
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', role, role);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', role, role);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', role, role);
        EXECUTE format(
            'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', owner, role, role
        );
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', owner, role, role);
    END LOOP;
END $$;

-- For the search of leads, in the schema of the only one who uses it. An owner may not make it: that takes CREATE on the database.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA lead_intake;

COMMIT;
