-- Beside the log: every version of a status list that the chain took, found by its digest.
CREATE TABLE status_versions (
    uri TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest BLOB NOT NULL, -- SHA-256 of the IETF token, and so its CID
    issued_at TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    PRIMARY KEY (uri, version)
) STRICT, WITHOUT ROWID;

-- The newest version in its W3C form.
CREATE TABLE status_forms (
    uri TEXT NOT NULL,
    purpose TEXT NOT NULL,
    token BLOB NOT NULL,
    PRIMARY KEY (uri, purpose)
) STRICT, WITHOUT ROWID;

-- Published bytes that the file store could not take yet.
CREATE TABLE status_waiting (
    digest BLOB PRIMARY KEY NOT NULL,
    token BLOB NOT NULL
) STRICT;

-- Of the index: the one new version that a decision gave to a licence after its end.
CREATE TABLE reissues (
    predecessor TEXT PRIMARY KEY NOT NULL,
    successor TEXT NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
