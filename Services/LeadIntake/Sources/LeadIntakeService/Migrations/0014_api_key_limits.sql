-- How often a key may be used: requests a second and at once; where there is none, the service's settings hold.
ALTER TABLE api_keys
    ADD COLUMN rate   double precision,
    ADD COLUMN burst  integer,
    ADD CONSTRAINT api_keys_rate_above_zero CHECK (rate > 0 AND rate <= 100000),
    ADD CONSTRAINT api_keys_burst_above_zero CHECK (burst > 0);
