-- Of one that names an erased lead's people, and still waits to be understood: its body goes when it is settled.
ALTER TABLE webhook_deliveries ADD COLUMN is_to_be_forgotten boolean NOT NULL DEFAULT false;
