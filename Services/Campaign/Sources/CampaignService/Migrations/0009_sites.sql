-- Each site that was told of, as it was last. A lead that was found to be another brings its site along, so that one may have several:
-- which of them its messages show stands in audience.
CREATE TABLE sites (
    site_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    -- Brought along by a lead that was merged into this one.
    came_along boolean NOT NULL,
    slug text,
    -- Where it is seen; none while there is nothing to see.
    url text,
    screenshot_url text,
    -- The event that said so last: a later one has a greater id.
    event uuid NOT NULL,
    CONSTRAINT sites_pkey PRIMARY KEY (site_id)
);
CREATE INDEX sites_of_lead ON sites (lead_id);

-- Null of a link from before sites were told apart, until the next that is heard of one.
ALTER TABLE audience
    ADD COLUMN site_id uuid,
    DROP COLUMN site_event;
