-- What was anchored after a log's last good head, once the consortium has frozen the log there.

ALTER TABLE anchors ADD COLUMN void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1));
