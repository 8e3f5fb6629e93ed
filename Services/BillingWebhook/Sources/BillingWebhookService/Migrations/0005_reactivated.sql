-- A subscription that was cancelled or paused may be gone on with, and be cancelled again: when it was, so that notices which come late
-- are told from new ones.
ALTER TABLE subscriptions
    ADD COLUMN cancel_times timestamptz[] NOT NULL DEFAULT '{}',
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN resumed_at timestamptz;
UPDATE subscriptions SET cancel_times = ARRAY[cancelled_at] WHERE cancelled_at IS NOT NULL;
