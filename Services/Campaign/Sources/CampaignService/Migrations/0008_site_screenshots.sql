-- A picture of the lead's site, for mails: lifecycle serves one of each preview.
ALTER TABLE audience
    ADD COLUMN site_screenshot_url text,
    ADD CONSTRAINT audience_erased_has_no_screenshot CHECK (erased_at IS NULL OR site_screenshot_url IS NULL);
UPDATE audience SET site_screenshot_url = site_url || '/screenshot.png' WHERE site_url LIKE '%/sites/' || site_slug AND erased_at IS NULL;
