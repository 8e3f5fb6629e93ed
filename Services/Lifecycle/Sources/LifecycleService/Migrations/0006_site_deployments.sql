-- A domain leads to one site; an archived one gives it free.
CREATE UNIQUE INDEX sites_custom_domain ON sites (custom_domain) WHERE custom_domain IS NOT NULL AND state <> 'archived';

-- Of a version that was brought back: which one it was.
ALTER TABLE site_versions ADD COLUMN restored_from integer;

-- Sites that are published as files, and what is published of them. `wanted` counts the changes that are to be seen out there, and
-- `done` says up to which of them they are. A worker takes a deployment by putting its lease on it, and due_at to when the lease ends:
-- what a worker died over is due again. Whoever settles a deployment must still hold its lease.
CREATE TABLE site_deployments (
    site_id            uuid NOT NULL,
    -- Where its files are, from the first deployment on, whatever the site is called later: the address is stable.
    path               text COLLATE "C" NOT NULL,
    wanted             bigint NOT NULL DEFAULT 1,
    done               bigint NOT NULL DEFAULT 0,
    due_at             timestamptz NOT NULL DEFAULT now(),
    lease              uuid,
    -- How often it was taken since it was last up to date.
    attempts           integer NOT NULL DEFAULT 0,
    last_error         text,
    requested_by       text NOT NULL,
    requested_at       timestamptz NOT NULL,
    published_version  integer,
    -- Of the published page; null while nothing is published.
    published_digest   text,
    published_at       timestamptz,
    CONSTRAINT site_deployments_pkey PRIMARY KEY (site_id),
    CONSTRAINT site_deployments_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT site_deployments_path_unique UNIQUE (path),
    CONSTRAINT site_deployments_path_plain CHECK (path ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT site_deployments_counted CHECK (done <= wanted AND attempts >= 0),
    CONSTRAINT site_deployments_published_whole CHECK (num_nonnulls(published_version, published_digest, published_at) IN (0, 3))
);
CREATE INDEX site_deployments_due ON site_deployments (due_at) WHERE done < wanted;

-- Whatever changes a deployed site has it published anew: nothing that changes one can forget it.
CREATE FUNCTION deployment_follows_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE site_deployments
    SET wanted = wanted + 1, attempts = 0, due_at = CASE WHEN lease IS NULL THEN now() ELSE due_at END
    WHERE site_id = NEW.id;
    IF FOUND THEN
        PERFORM pg_notify('plumbline_deployment', current_schema());
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER deployment_follows_site AFTER UPDATE ON sites
    FOR EACH ROW
    WHEN ((OLD.version, OLD.state, OLD.title, OLD.slug, OLD.custom_domain) IS DISTINCT FROM (NEW.version, NEW.state, NEW.title, NEW.slug, NEW.custom_domain))
    EXECUTE FUNCTION deployment_follows_site();
