-- How often a message was opened and clicked, by anybody. Only so many hits are stored one by one: a link that got into the hands of a
-- crawler is followed without end.
ALTER TABLE messages ADD COLUMN open_count integer NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN click_count integer NOT NULL DEFAULT 0;

UPDATE messages AS m
SET open_count = h.opens, click_count = h.clicks
FROM (
    SELECT message_id, count(*) FILTER (WHERE kind = 'open') AS opens, count(*) FILTER (WHERE kind = 'click') AS clicks
    FROM hits
    GROUP BY message_id
) AS h
WHERE m.id = h.message_id;
