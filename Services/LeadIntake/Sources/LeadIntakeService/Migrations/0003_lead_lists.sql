-- What finds leads in lists. Every index below is partial: lists show leads that are not archived, unless they ask for the others.

-- Trusted since PostgreSQL 13, but it needs CREATE on the database, which the service's role has not: who provisions makes it in this schema,
-- and then this line does nothing. unaccent is not used: it is not immutable, so that no column and no index can be made of it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Letters as people compare them: small, without marks. `Café Peñón` is `cafe penon`.
CREATE FUNCTION plain_letters(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN octet_length(value) = length(value) THEN lower(value)
        ELSE replace(replace(replace(
            translate(lower(regexp_replace(normalize(value, NFKD), U&'[\0300-\036f]', '', 'g')), 'øłđðıħŧŋ', 'olddihtn'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
    END;

-- The words of a text, each once. An apostrophe inside a word is no word break: `Joe's` is `joes`.
CREATE FUNCTION plain_words(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_remove(regexp_split_to_array(translate(plain_letters(value), '''’‘`´', ''), '[^[:alnum:]]+'), '');

-- A telephone number as its owner writes it: all digits, without the calling code, and the last four.
CREATE FUNCTION phone_words(phone text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY[
        substr(phone, 2),
        right(phone, CASE WHEN phone ~ '^\+(1|52)' THEN 10 WHEN phone ~ '^\+502' THEN 8 ELSE 9 END),
        right(phone, CASE WHEN phone LIKE '+1%' THEN 7 ELSE 4 END),
        right(phone, 4)
    ];

CREATE FUNCTION lead_search(name text, first_name text, last_name text, email text, city text, phone text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(
        plain_words(coalesce(name, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' '
            || coalesce(email, '') || ' ' || coalesce(city, ''))
        || coalesce(phone_words(phone), '{}')
    );

-- Stored, since plain_letters() takes longer than to read a row: a list by city took 500 ms with the function in its condition.
ALTER TABLE leads
    ADD COLUMN search tsvector NOT NULL
        GENERATED ALWAYS AS (lead_search(name, first_name, last_name, email, city, phone)) STORED,
    ADD COLUMN plain_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (plain_letters(name)) STORED,
    ADD COLUMN plain_category text COLLATE "C" GENERATED ALWAYS AS (plain_letters(category)) STORED,
    ADD COLUMN plain_city text COLLATE "C" GENERATED ALWAYS AS (plain_letters(city)) STORED,
    ADD COLUMN plain_state text COLLATE "C" GENERATED ALWAYS AS (plain_letters(state)) STORED;

-- The words that leads are called by, so that a mistyped one is compared with some 100,000 words instead of with each lead: a trigram index
-- on the leads themselves took 100 ms and more at a million of them. Not unique: two transactions that bring the same new word
-- would wait for each other, and a word that is here twice does no harm.
CREATE TABLE lead_words (
    word text COLLATE "C" NOT NULL
);

CREATE FUNCTION spelled_words(name text, first_name text, last_name text, city text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT DISTINCT word
        FROM unnest(plain_words(coalesce(name, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' '
            || coalesce(city, ''))) AS word
        WHERE length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]';
    END;

CREATE FUNCTION keep_words_of_new_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_words (word)
    SELECT DISTINCT given.word
    FROM new_leads, spelled_words(new_leads.name, new_leads.first_name, new_leads.last_name, new_leads.city) AS given (word)
    WHERE NOT EXISTS (SELECT FROM lead_words AS known WHERE known.word = given.word COLLATE "C");
    RETURN NULL;
END $$;

-- Words that no lead has any more go: an erased name must not stay here.
CREATE FUNCTION keep_words_of_changed_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_words (word)
    SELECT given.word
    FROM spelled_words(NEW.name, NEW.first_name, NEW.last_name, NEW.city) AS given (word)
    WHERE NOT EXISTS (SELECT FROM lead_words AS known WHERE known.word = given.word COLLATE "C");
    DELETE FROM lead_words
    WHERE word IN (
            SELECT before.word COLLATE "C" FROM spelled_words(OLD.name, OLD.first_name, OLD.last_name, OLD.city) AS before (word)
            EXCEPT
            SELECT now.word COLLATE "C" FROM spelled_words(NEW.name, NEW.first_name, NEW.last_name, NEW.city) AS now (word)
        )
        AND NOT EXISTS (SELECT FROM leads WHERE leads.search @@ ('''' || lead_words.word || '''')::tsquery);
    RETURN NULL;
END $$;

INSERT INTO lead_words (word)
SELECT DISTINCT given.word FROM leads, spelled_words(leads.name, leads.first_name, leads.last_name, leads.city) AS given (word);

CREATE INDEX lead_words_by_word ON lead_words (word);
CREATE INDEX lead_words_by_trigram ON lead_words USING gin (word gin_trgm_ops);

CREATE TRIGGER leads_keep_words_of_new AFTER INSERT ON leads REFERENCING NEW TABLE AS new_leads
    FOR EACH STATEMENT EXECUTE FUNCTION keep_words_of_new_leads();
CREATE TRIGGER leads_keep_words_of_changed AFTER UPDATE ON leads
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search) EXECUTE FUNCTION keep_words_of_changed_lead();

CREATE INDEX leads_search ON leads USING gin (search) WHERE archived_at IS NULL;
CREATE INDEX leads_tags ON leads USING gin (tags) WHERE archived_at IS NULL;

-- One for each column that lists are sorted and filtered by; the id makes the order total, and both are the cursor.
DROP INDEX leads_newest;
CREATE INDEX leads_by_created ON leads (created_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_updated ON leads (updated_at, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_name ON leads (plain_name, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_category ON leads (plain_category, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_city ON leads (plain_city, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_state ON leads (plain_state, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_source ON leads (source, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_sales_stage ON leads (sales_stage, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_assigned_to ON leads (assigned_to, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_rating ON leads (rating, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_qualification_score ON leads (qualification_score, id) WHERE archived_at IS NULL;
CREATE INDEX leads_by_lead_score ON leads (lead_score, id) WHERE archived_at IS NULL;

-- Of each pair one side may be rare, which one depends on where the leads come from; each lead is in one of the two.
CREATE INDEX leads_with_email ON leads (id) WHERE archived_at IS NULL AND email IS NOT NULL;
CREATE INDEX leads_without_email ON leads (id) WHERE archived_at IS NULL AND email IS NULL;
CREATE INDEX leads_with_phone ON leads (id) WHERE archived_at IS NULL AND phone IS NOT NULL;
CREATE INDEX leads_without_phone ON leads (id) WHERE archived_at IS NULL AND phone IS NULL;
CREATE INDEX leads_with_website ON leads (id) WHERE archived_at IS NULL AND website_url IS NOT NULL;
CREATE INDEX leads_without_website ON leads (id) WHERE archived_at IS NULL AND website_url IS NULL;

CREATE INDEX leads_archived ON leads (archived_at, id) WHERE archived_at IS NOT NULL;
