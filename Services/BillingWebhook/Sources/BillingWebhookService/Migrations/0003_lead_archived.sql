-- When the lead was put aside, by its newest snapshot: nothing is sold to it until it is brought back.
ALTER TABLE leads ADD COLUMN archived_at timestamptz;
