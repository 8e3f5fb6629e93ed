-- Lists by when people last had to do with a lead and will next; the search knows the company too.
CREATE INDEX leads_by_last_contact ON leads (last_contact_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_next_follow_up ON leads (next_follow_up_at, id) WHERE archived_at IS NULL;

DROP TRIGGER leads_keep_words_of_changed ON leads;
ALTER TABLE leads DROP COLUMN search;
DROP FUNCTION lead_search(text, text, text, text, text, text);

CREATE FUNCTION lead_search(name text, company text, first_name text, last_name text, email text, city text, phone text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(
        plain_words(coalesce(name, '') || ' ' || coalesce(company, '') || ' ' || coalesce(first_name, '') || ' '
            || coalesce(last_name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(city, ''))
        || coalesce(phone_words(phone), '{}')
    );

ALTER TABLE leads
    ADD COLUMN search tsvector NOT NULL
        GENERATED ALWAYS AS (lead_search(name, company, first_name, last_name, email, city, phone)) STORED;
CREATE INDEX leads_search ON leads USING gin (search) WHERE archived_at IS NULL;

-- As the functions of 0003; the company is one more text that words come from.
CREATE OR REPLACE FUNCTION keep_words_of_new_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_words (word)
    SELECT DISTINCT given.word
    FROM new_leads,
        spelled_words(concat_ws(' ', new_leads.name, new_leads.company), new_leads.first_name, new_leads.last_name, new_leads.city)
            AS given (word)
    WHERE NOT EXISTS (SELECT FROM lead_words AS known WHERE known.word = given.word COLLATE "C");
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION keep_words_of_changed_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_words (word)
    SELECT given.word
    FROM spelled_words(concat_ws(' ', NEW.name, NEW.company), NEW.first_name, NEW.last_name, NEW.city) AS given (word)
    WHERE NOT EXISTS (SELECT FROM lead_words AS known WHERE known.word = given.word COLLATE "C");
    DELETE FROM lead_words
    WHERE word IN (
            SELECT before.word COLLATE "C"
            FROM spelled_words(concat_ws(' ', OLD.name, OLD.company), OLD.first_name, OLD.last_name, OLD.city) AS before (word)
            EXCEPT
            SELECT now.word COLLATE "C"
            FROM spelled_words(concat_ws(' ', NEW.name, NEW.company), NEW.first_name, NEW.last_name, NEW.city) AS now (word)
        )
        AND NOT EXISTS (SELECT FROM leads WHERE leads.search @@ ('''' || lead_words.word || '''')::tsquery);
    RETURN NULL;
END $$;

CREATE TRIGGER leads_keep_words_of_changed AFTER UPDATE ON leads
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search) EXECUTE FUNCTION keep_words_of_changed_lead();
