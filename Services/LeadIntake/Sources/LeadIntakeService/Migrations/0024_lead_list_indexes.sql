-- To read ranges of five pages took a millisecond of each sliced search in a million leads (0022), a quarter of it for ranges of twenty. That
-- they say less of each lead does not matter behind the words: a slice (LeadSelection.slicing) now looks at those first, whatever they cost.
DROP INDEX leads_by_time_ranges;
CREATE INDEX leads_by_time_ranges ON leads USING brin (created_at) WITH (pages_per_range = 20, autosummarize = on);

-- What an import has just brought waits in a list of up to 4 MB, which is read from its one end to the other for each word that may be
-- mistyped: some 10 ms each, until autovacuum comes by. For new words alone, which are few, a short list costs nothing.
ALTER INDEX lead_words_by_trigram SET (gin_pending_list_limit = 64);
SELECT gin_clean_pending_list('lead_words_by_trigram');
