-- Since when a message may be in somebody's hands: its first handover that was not proven to have failed. What comes sooner after that
-- than anybody can read is a machine's, however often the message was handed over again since.
ALTER TABLE messages ADD COLUMN out_since timestamptz;

UPDATE messages SET out_since = handed_over_at;

ALTER TABLE messages ADD CONSTRAINT messages_handed_over_is_out CHECK (handed_over_at IS NULL OR out_since <= handed_over_at);

DROP INDEX messages_address;
CREATE INDEX messages_address ON messages (channel, address, out_since) WHERE out_since IS NOT NULL;
