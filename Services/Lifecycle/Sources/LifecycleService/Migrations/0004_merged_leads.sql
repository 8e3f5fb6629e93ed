-- Few leads are merged into another, and every batch asks for those.
CREATE INDEX lead_statuses_merged ON lead_statuses (lead_id) WHERE merged_into IS NOT NULL;
