-- A lead that was found to be the same business as another: it keeps its keys, so that whoever comes with them is led to the one that stays.
-- Never a chain: what was merged into a lead goes with it when that is merged itself.
ALTER TABLE leads
    ADD COLUMN merged_into uuid,
    ADD CONSTRAINT leads_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES leads (id),
    ADD CONSTRAINT leads_merged_into_another CHECK (merged_into <> id),
    ADD CONSTRAINT leads_merged_is_archived CHECK (merged_into IS NULL OR archived_at IS NOT NULL);

CREATE INDEX leads_merged_into ON leads (merged_into) WHERE merged_into IS NOT NULL;
