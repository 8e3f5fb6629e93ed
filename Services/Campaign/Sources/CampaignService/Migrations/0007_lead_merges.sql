-- A lead that was found to be another: what we wrote to it is that one's. Never a chain: what was merged into a lead goes with it when
-- that is merged itself.
WITH RECURSIVE chain AS (
    SELECT lead_id, merged_into AS survivor FROM audience WHERE merged_into IS NOT NULL
    UNION
    SELECT chain.lead_id, next.merged_into
    FROM chain
    JOIN audience AS next ON next.lead_id = chain.survivor
    WHERE next.merged_into IS NOT NULL
)
UPDATE audience SET merged_into = chain.survivor
FROM chain
WHERE audience.lead_id = chain.lead_id
    AND NOT EXISTS (SELECT FROM audience AS further WHERE further.lead_id = chain.survivor AND further.merged_into IS NOT NULL);
CREATE INDEX audience_merged_into ON audience (merged_into) WHERE merged_into IS NOT NULL;

-- The lead that a message was written to, where that is lead_id by now. A campaign writes to each lead once; to these it wrote before it
-- was known that they are one.
ALTER TABLE messages ADD COLUMN written_to uuid;
ALTER TABLE messages DROP CONSTRAINT messages_once_per_lead;
CREATE UNIQUE INDEX messages_once_per_lead ON messages (campaign_id, lead_id, channel) WHERE written_to IS NULL;

UPDATE messages AS m
SET lead_id = a.merged_into, written_to = a.lead_id,
    state = CASE m.state WHEN 'queued' THEN 'skipped' ELSE m.state END,
    reason = CASE m.state WHEN 'queued' THEN 'merged' ELSE m.reason END
FROM audience AS a
WHERE a.lead_id = m.lead_id AND a.merged_into IS NOT NULL;
UPDATE replies AS r SET lead_id = a.merged_into FROM audience AS a WHERE a.lead_id = r.lead_id AND a.merged_into IS NOT NULL;
UPDATE suppressions AS s SET lead_id = a.merged_into FROM audience AS a WHERE a.lead_id = s.lead_id AND a.merged_into IS NOT NULL;
UPDATE webhook_deliveries AS d SET lead_id = a.merged_into FROM audience AS a WHERE a.lead_id = d.lead_id AND a.merged_into IS NOT NULL;

-- What somebody said holds for the lead, whichever of its addresses it was said from.
CREATE INDEX suppressions_of_lead ON suppressions (lead_id, channel) WHERE lead_id IS NOT NULL AND lifted_at IS NULL;

-- What stands for the address of somebody whose data was erased: enough to never write there again, and nothing to write to.
CREATE FUNCTION erased_address(address text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN 'sha256:' || encode(sha256(convert_to(address, 'UTF8')), 'hex');
