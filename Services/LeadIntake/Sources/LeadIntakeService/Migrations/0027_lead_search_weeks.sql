-- Two words that many leads have take milliseconds to be read from the index, though the page that is asked for has leads of the last weeks.
-- Each lead's words now say the week too in which it was made (`@w2906`, seven days, counted from 1970) and its four weeks (`@m726`): the
-- index reads entries of several conditions in step, and so passes over those of other weeks. LeadListWeeks.
DROP TRIGGER leads_keep_words_of_changed ON leads;
ALTER TABLE leads DROP COLUMN search;
DROP FUNCTION lead_search(text, text, text, text, text, text, text);

CREATE FUNCTION lead_search(
    name text, company text, first_name text, last_name text, email text, city text, phone text, made timestamptz
) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(
        stemmed_words(coalesce(name, '') || ' ' || coalesce(company, '') || ' ' || coalesce(first_name, '') || ' '
            || coalesce(last_name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(city, ''))
        || coalesce(phone_words(phone), '{}')
        || ARRAY['@w' || floor(extract(epoch FROM made) / 604800)::int8, '@m' || floor(extract(epoch FROM made) / 2419200)::int8]
    );

ALTER TABLE leads
    ADD COLUMN search tsvector NOT NULL
        GENERATED ALWAYS AS (lead_search(name, company, first_name, last_name, email, city, phone, created_at)) STORED;
CREATE INDEX leads_search ON leads USING gin (search) WITH (gin_pending_list_limit = 256);
-- As 0025.
ALTER TABLE leads ALTER COLUMN search SET STATISTICS 300;
DO $$ BEGIN IF EXISTS (SELECT FROM leads) THEN ANALYZE leads; END IF; END $$;

CREATE TRIGGER leads_keep_words_of_changed AFTER UPDATE ON leads
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search) EXECUTE FUNCTION keep_words_of_changed_lead();
