-- A lead that was found to be another: what was or will be told of it is about that one. Never a chain: what was merged into a lead goes
-- with it when that is merged itself.
ALTER TABLE leads
    ADD COLUMN merged_into uuid,
    ADD CONSTRAINT leads_merged_into_another CHECK (merged_into <> lead_id);
CREATE INDEX leads_merged_into ON leads (merged_into) WHERE merged_into IS NOT NULL;
