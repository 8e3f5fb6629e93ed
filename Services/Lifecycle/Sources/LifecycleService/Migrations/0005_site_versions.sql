-- Every version of a site, kept: what stands on it as data, and the page that was rendered from it. In place of site_pages, which had
-- the last page alone.
CREATE TABLE site_versions (
    site_id       uuid NOT NULL,
    version       integer NOT NULL,
    theme         text NOT NULL,
    tone          text NOT NULL,
    language      text NOT NULL,
    -- Null where the page is all there is: it was made before content was kept, or by somebody else.
    content       jsonb,
    html          text NOT NULL,
    -- Of the page's style element, as a Content-Security-Policy names it.
    style_hash    text NOT NULL,
    -- Of the page: what its entity tag is made from.
    digest        text NOT NULL,
    made_by       text NOT NULL,
    -- The model that wrote it, what it was asked, and what it cost.
    writer        jsonb,
    requested_by  text NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT site_versions_pkey PRIMARY KEY (site_id, version),
    CONSTRAINT site_versions_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id),
    CONSTRAINT site_versions_counted CHECK (version > 0),
    CONSTRAINT site_versions_maker_known CHECK (made_by IN ('template', 'llm', 'edit', 'restore', 'adopted'))
);

ALTER TABLE sites
    -- The words of its pages, as `theme` is their look: both are those of the current version, once there is one.
    ADD COLUMN tone                     text NOT NULL DEFAULT 'friendly',
    -- The customer's, as billing-webhook last told of it, and when that became so: an older fact that arrives later changes nothing.
    ADD COLUMN subscription_id          uuid,
    ADD COLUMN subscription_status      text,
    ADD COLUMN subscription_changed_at  timestamptz,
    ADD COLUMN current_period_end       timestamptz,
    ADD COLUMN ends_at                  timestamptz,
    -- What the customer's visitors type; recorded, and served by whoever serves the deployed files.
    ADD COLUMN custom_domain            text COLLATE "C",
    -- Where its files were published.
    ADD COLUMN deployed_url             text,
    ADD CONSTRAINT sites_subscription_known CHECK (subscription_status IN ('active', 'past_due', 'paused', 'cancelled')),
    ADD CONSTRAINT sites_subscription_has_id CHECK (
        subscription_id IS NOT NULL
        OR num_nonnulls(subscription_status, subscription_changed_at, current_period_end, ends_at) = 0
    );

INSERT INTO site_versions (
    site_id, version, theme, tone, language, html, style_hash, digest, made_by, requested_by, created_at
)
SELECT page.site_id, page.version, site.theme, site.tone, page.language, page.html, page.style_hash, page.digest, 'template',
    'service:lifecycle', page.generated_at
FROM site_pages AS page JOIN sites AS site ON site.id = page.site_id;

DROP TABLE site_pages;

-- How the page is to look and speak; the site takes it over with the version that is made.
ALTER TABLE generation_jobs
    ADD COLUMN theme  text,
    ADD COLUMN tone   text;
UPDATE generation_jobs AS job SET theme = site.theme, tone = site.tone FROM sites AS site WHERE site.id = job.site_id;
ALTER TABLE generation_jobs
    ALTER COLUMN theme SET NOT NULL,
    ALTER COLUMN tone SET NOT NULL;
