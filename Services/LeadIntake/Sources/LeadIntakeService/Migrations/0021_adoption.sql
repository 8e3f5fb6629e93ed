-- What was taken over from a predecessor's database: each of its rows once, however often they come.
CREATE TABLE adoptions (
    origin_table  text COLLATE "C" NOT NULL,
    origin_id     text COLLATE "C" NOT NULL,
    -- The lead that the row became, was found to be, or says something about.
    lead_id       uuid NOT NULL REFERENCES leads (id),
    adopted_at    timestamptz NOT NULL,
    CONSTRAINT adoptions_pkey PRIMARY KEY (origin_table, origin_id)
);
