-- Why something was proposed: the chain has the digest of the text.
CREATE TABLE proposal_reasons (
    digest BLOB PRIMARY KEY NOT NULL CHECK (length(digest) = 32), -- SHA-256
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
