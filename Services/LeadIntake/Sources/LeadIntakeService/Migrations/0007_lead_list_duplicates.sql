-- What two leads have in common when they may be one business. Each index is read in its order, so that a page of duplicates costs no sort
-- of all leads, and those of one lead are looked up.

-- The host of a web site, without `www.`: `https://www.cafe.example/menu` is `cafe.example`.
CREATE FUNCTION website_host(url text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(substring(lower(url) FROM '^[a-z]+://(?:[^/@]*@)?([^/:?#]+)'), '^www\.', '');

ALTER TABLE leads ADD COLUMN website_host text COLLATE "C" GENERATED ALWAYS AS (website_host(website_url)) STORED;

CREATE INDEX leads_by_phone ON leads (phone, id) WHERE archived_at IS NULL AND phone IS NOT NULL;
CREATE INDEX leads_by_email ON leads (email, id) WHERE archived_at IS NULL AND email IS NOT NULL;
CREATE INDEX leads_by_website_host ON leads (website_host, id) WHERE archived_at IS NULL AND website_host IS NOT NULL;
CREATE INDEX leads_by_city_and_name ON leads (plain_city, plain_name, id) WHERE archived_at IS NULL AND plain_city IS NOT NULL;
