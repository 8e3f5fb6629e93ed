-- What an agency asks for most, the businesses of one kind in one town: of a million leads 1,500 of the town were looked at for a page of them.
CREATE INDEX leads_by_city_and_category ON leads (plain_city, plain_category, created_at, id)
    WHERE archived_at IS NULL AND plain_city IS NOT NULL AND plain_category IS NOT NULL;
