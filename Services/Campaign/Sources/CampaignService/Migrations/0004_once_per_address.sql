-- When the lead was created: of several leads with one address the first is the one that a campaign writes to.
ALTER TABLE audience ADD COLUMN lead_created_at timestamptz;

-- Leads share addresses: branches of one chain, one listing met twice. A campaign writes to each address once, whatever becomes of the
-- leads in the meantime. Blank are those of erased leads.
CREATE UNIQUE INDEX messages_once_per_address ON messages (campaign_id, channel, address) WHERE address <> '';
