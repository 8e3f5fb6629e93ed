-- What was taken over from a predecessor's database: each of its rows once, however often they come.
CREATE TABLE adoptions (
    origin_table  text COLLATE "C" NOT NULL,
    origin_id     text COLLATE "C" NOT NULL,
    -- The lead that the row is about, as it was then.
    lead_id       uuid NOT NULL,
    -- The site that the row became, if it was one.
    site_id       uuid,
    adopted_at    timestamptz NOT NULL,
    CONSTRAINT adoptions_pkey PRIMARY KEY (origin_table, origin_id),
    CONSTRAINT adoptions_lead_fkey FOREIGN KEY (lead_id) REFERENCES lead_statuses (lead_id),
    CONSTRAINT adoptions_site_fkey FOREIGN KEY (site_id) REFERENCES sites (id)
);
