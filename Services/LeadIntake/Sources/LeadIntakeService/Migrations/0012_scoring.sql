-- What scores rest on besides the lead's own data: what the lead did with our messages, and who set a score by hand.
ALTER TABLE leads
    -- Each kind once. `bounced` is of the e-mail address that the lead has now.
    ADD COLUMN engagement                 text[] NOT NULL DEFAULT '{}',
    ADD COLUMN qualification_score_set_by text,
    ADD COLUMN lead_score_set_by          text,
    ADD CONSTRAINT leads_engagement_known CHECK (engagement <@ ARRAY['opened', 'clicked', 'replied', 'interested', 'bounced']);

-- Until now a lead score was there only where somebody had set it, and a qualification score was set by hand where it isn't what it is made of.
UPDATE leads SET
    lead_score_set_by = coalesce(
        (
            SELECT actor FROM lead_audit WHERE lead_id = leads.id AND field = 'lead_score' ORDER BY number DESC LIMIT 1
        ), 'unknown')
WHERE lead_score IS NOT NULL;

UPDATE leads SET
    qualification_score_set_by = coalesce(
        (
            SELECT actor FROM lead_audit WHERE lead_id = leads.id AND field = 'qualification_score' ORDER BY number DESC LIMIT 1
        ), 'unknown')
WHERE erased_at IS NULL AND merged_into IS NULL AND qualification_score <> least(100, greatest(0,
    CASE WHEN email IS NOT NULL THEN 30 ELSE 0 END
    + CASE WHEN phone IS NOT NULL THEN 10 ELSE 0 END
    + CASE WHEN rating >= 4 THEN 20 ELSE 0 END
    + CASE WHEN review_count >= 10 THEN 15 ELSE 0 END
    + CASE WHEN review_count >= 50 THEN 15 ELSE 0 END
    + CASE WHEN photo_count > 0 THEN 10 ELSE 0 END
    - CASE WHEN website_url IS NOT NULL THEN 15 ELSE 0 END
));
