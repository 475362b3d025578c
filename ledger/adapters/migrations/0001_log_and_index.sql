-- The log: written by append, integrate, put_anchor and erase alone.

CREATE TABLE entries (
    idx INTEGER PRIMARY KEY CHECK (idx >= 0),
    leaf BLOB NOT NULL,
    payload_sha256 BLOB NOT NULL UNIQUE CHECK (length(payload_sha256) = 32),
    kind TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 16),
    record BLOB,
    record_key BLOB,
    sequenced_at INTEGER NOT NULL -- milliseconds since 1970-01-01T00:00:00Z
) STRICT;

CREATE TABLE entry_keys (
    key TEXT NOT NULL,
    idx INTEGER NOT NULL,
    PRIMARY KEY (key, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE heads (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL
) STRICT;

CREATE TABLE anchors (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    transaction_hash TEXT NOT NULL,
    block_number INTEGER NOT NULL,
    block_hash TEXT NOT NULL,
    block_time TEXT NOT NULL
) STRICT;

-- The index: rows that entries bring along.

CREATE TABLE subjects (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT;

CREATE TABLE subject_ids (
    purpose TEXT NOT NULL,
    digest BLOB NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (purpose, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_ids_subject ON subject_ids (subject);

CREATE TABLE holder_keys (
    kid TEXT PRIMARY KEY NOT NULL,
    subject TEXT NOT NULL,
    alg TEXT NOT NULL,
    jwk TEXT NOT NULL,
    bound_index INTEGER NOT NULL,
    ended_index INTEGER
) STRICT;
CREATE INDEX holder_keys_subject ON holder_keys (subject);

CREATE TABLE licences (
    id TEXT PRIMARY KEY NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    identifier_digest BLOB,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    status_uri TEXT,
    status_index INTEGER,
    recorded_at TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    premises TEXT,
    project TEXT,
    supersedes TEXT,
    layout_file TEXT NOT NULL,
    fields_file TEXT,
    source TEXT,
    grade TEXT NOT NULL,
    holder_kid TEXT
) STRICT;
CREATE INDEX licences_subject ON licences (subject, type);
CREATE INDEX licences_issuer ON licences (issuer, type);
CREATE INDEX licences_project ON licences (project) WHERE project IS NOT NULL;
CREATE INDEX licences_premises ON licences (premises) WHERE premises IS NOT NULL;
CREATE INDEX licences_supersedes ON licences (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX licences_identifier ON licences (identifier_digest)
    WHERE identifier_digest IS NOT NULL;
CREATE INDEX licences_entry ON licences (entry_index);

CREATE TABLE materials (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    project TEXT,
    premises TEXT,
    case_id TEXT,
    grade TEXT NOT NULL,
    channel TEXT NOT NULL,
    officer TEXT,
    issued_on TEXT,
    deposited_at TEXT NOT NULL,
    checked_at TEXT,
    decision TEXT,
    state TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    file TEXT NOT NULL,
    media_type TEXT NOT NULL
) STRICT;
CREATE INDEX materials_subject ON materials (subject, kind);
CREATE INDEX materials_project ON materials (project, kind) WHERE project IS NOT NULL;
CREATE INDEX materials_premises ON materials (premises, kind) WHERE premises IS NOT NULL;
CREATE INDEX materials_case ON materials (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX materials_entry ON materials (entry_index);

CREATE TABLE files (
    id TEXT PRIMARY KEY NOT NULL,
    cid TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    size INTEGER NOT NULL,
    stored_size INTEGER NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE INDEX files_cid ON files (cid);

CREATE TABLE cases (
    id TEXT PRIMARY KEY NOT NULL,
    item TEXT NOT NULL,
    agency TEXT NOT NULL,
    subject TEXT NOT NULL,
    project TEXT,
    premises TEXT,
    parties TEXT NOT NULL, -- canonical JSON: role → subject
    matter TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    closed_at TEXT,
    opened_index INTEGER NOT NULL,
    plan_index INTEGER
) STRICT;
CREATE INDEX cases_subject ON cases (subject);
CREATE INDEX cases_agency ON cases (agency, state);
CREATE INDEX cases_project ON cases (project) WHERE project IS NOT NULL;
CREATE INDEX cases_premises ON cases (premises) WHERE premises IS NOT NULL;

CREATE TABLE case_items (
    case_id TEXT NOT NULL,
    object TEXT NOT NULL,
    way TEXT NOT NULL,
    PRIMARY KEY (case_id, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_items_object ON case_items (object);

CREATE TABLE requests (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    until TEXT NOT NULL
) STRICT;
CREATE INDEX requests_case ON requests (case_id);
CREATE INDEX requests_subject ON requests (subject, state);
CREATE INDEX requests_agency ON requests (agency, state);

CREATE TABLE consents (
    id TEXT PRIMARY KEY NOT NULL,
    request TEXT NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    max_uses INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    until TEXT NOT NULL,
    thread BLOB NOT NULL CHECK (length(thread) = 32),
    entry_index INTEGER NOT NULL,
    withdrawn_index INTEGER
) STRICT;
CREATE UNIQUE INDEX consents_thread ON consents (thread);
CREATE INDEX consents_request ON consents (request);
CREATE INDEX consents_case ON consents (case_id);
CREATE INDEX consents_subject ON consents (subject, state);
CREATE INDEX consents_agency ON consents (agency, state);

CREATE TABLE releases (
    consent TEXT NOT NULL,
    n INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    PRIMARY KEY (consent, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX releases_case ON releases (case_id);

CREATE TABLE status_lists (
    uri TEXT PRIMARY KEY NOT NULL,
    agency TEXT NOT NULL,
    list_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    token BLOB,
    valid_until TEXT
) STRICT;
CREATE INDEX status_lists_agency ON status_lists (agency);

CREATE TABLE status_entries (
    uri TEXT NOT NULL,
    idx INTEGER NOT NULL,
    licence TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (uri, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX status_entries_licence ON status_entries (licence);

-- Beside the log: secrets and accounts that no entry brings along.

CREATE TABLE consent_threads (
    consent TEXT PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT;

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_sha256 BLOB NOT NULL CHECK (length(request_sha256) = 32),
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    created_at TEXT NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (caller, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY NOT NULL,
    role TEXT NOT NULL,
    agency TEXT,
    subject TEXT,
    secret BLOB NOT NULL,
    salt BLOB NOT NULL,
    seal BLOB NOT NULL
) STRICT;
CREATE INDEX accounts_agency ON accounts (agency) WHERE agency IS NOT NULL;
CREATE INDEX accounts_subject ON accounts (subject) WHERE subject IS NOT NULL;
