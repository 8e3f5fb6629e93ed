-- A word with digits behind its letters is two: `maria85` is `maria` and `~85`, which nothing but such a word begins with. Else each address of
-- `info1@` to `info9999@` were a word of its own that a search for `info` has to look at: of a million leads 11,000, which takes as long
-- as all the rest of it.
CREATE FUNCTION search_words(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_remove(regexp_split_to_array(
        regexp_replace(translate(plain_letters(value), '~''’‘`´', ' '), '(?<![[:alnum:]])([[:alpha:]]{2,})(?=[0-9])', '\1 ~', 'g'),
        '[^[:alnum:]~]+'), '');

DROP TRIGGER leads_keep_words_of_changed ON leads;
ALTER TABLE leads DROP COLUMN search;

CREATE OR REPLACE FUNCTION lead_search(name text, company text, first_name text, last_name text, email text, city text, phone text)
    RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(
        search_words(coalesce(name, '') || ' ' || coalesce(company, '') || ' ' || coalesce(first_name, '') || ' '
            || coalesce(last_name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(city, ''))
        || coalesce(phone_words(phone), '{}')
    );

ALTER TABLE leads
    ADD COLUMN search tsvector NOT NULL
        GENERATED ALWAYS AS (lead_search(name, company, first_name, last_name, email, city, phone)) STORED;
CREATE INDEX leads_search ON leads USING gin (search) WITH (gin_pending_list_limit = 256);

CREATE TRIGGER leads_keep_words_of_changed AFTER UPDATE ON leads
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search) EXECUTE FUNCTION keep_words_of_changed_lead();
