-- Leads that were made at about the same time lie beside each other, as long as a changed one finds room where it was. Then it takes a
-- millisecond to tell which pages have those of a slice (LeadListPlan), where leads_by_time takes up to ten. Where they no longer lie so, the
-- planner knows it by the column's correlation, and takes leads_by_time.
-- Ranges are small since PostgreSQL begins with the index that it expects to be read sooner: if that one only knows whole pages, all leads on
-- them are looked at, however exact the other is.
CREATE INDEX leads_by_time_ranges ON leads USING brin (created_at) WITH (pages_per_range = 5, autosummarize = on);
ALTER TABLE leads SET (fillfactor = 90);
