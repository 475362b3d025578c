-- The reuse engine: what is demanded, arranged, read on other bases than consent, disputed, flagged,
-- copied, erased; versions of the catalogue; what is sent to subscribers.

ALTER TABLE cases ADD COLUMN channel TEXT NOT NULL DEFAULT 'counter'; -- where it is worked on now
ALTER TABLE cases ADD COLUMN officer TEXT;
ALTER TABLE cases ADD COLUMN opened_at TEXT NOT NULL DEFAULT '2026-01-01T00:00:00Z';
ALTER TABLE cases ADD COLUMN follows_index INTEGER; -- entry that opened the case before it

CREATE TABLE catalogues (
    version TEXT NOT NULL,
    owner TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    effective_from TEXT NOT NULL,
    follows TEXT, -- the version before it
    entry_index INTEGER NOT NULL,
    PRIMARY KEY (version, owner)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalogues_follows ON catalogues (owner, ifnull(follows, '')); -- no fork

CREATE TABLE demands (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    item TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    channel TEXT,
    outcome TEXT NOT NULL, -- recorded, covered (told), refused
    made_at TEXT NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX demands_case ON demands (case_id, kind, role, outcome);
CREATE INDEX demands_made ON demands (made_at);
CREATE INDEX demands_entry ON demands (entry_index);
CREATE INDEX demands_agency ON demands (agency, item);

-- How the last signed plan of a case meets each requirement.
CREATE TABLE case_ways (
    case_id TEXT NOT NULL,
    requirement TEXT NOT NULL,
    way TEXT NOT NULL,
    PRIMARY KEY (case_id, requirement)
) STRICT, WITHOUT ROWID;

-- Papers of the last signed plan of a case: spared, handed in for it, asked.
CREATE TABLE case_plans (
    case_id TEXT PRIMARY KEY NOT NULL,
    spared INTEGER NOT NULL,
    handed_in INTEGER NOT NULL,
    asked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What any signed plan of a case found truly missing.
CREATE TABLE case_papers (
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    entry_index INTEGER NOT NULL, -- of the last plan that found it missing
    PRIMARY KEY (case_id, kind, role)
) STRICT, WITHOUT ROWID;

-- Who read papers, on which consent or other basis.
CREATE TABLE reads (
    id TEXT PRIMARY KEY NOT NULL, -- of the release
    agency TEXT NOT NULL,
    officer TEXT NOT NULL,
    case_id TEXT NOT NULL,
    consent TEXT,
    basis TEXT,
    n INTEGER NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX reads_entry ON reads (entry_index);
CREATE INDEX reads_agency ON reads (agency, entry_index);
CREATE INDEX reads_case ON reads (case_id);

CREATE TABLE refusals (
    id TEXT PRIMARY KEY NOT NULL, -- of the statement
    agency TEXT NOT NULL,
    officer TEXT,
    case_id TEXT,
    code TEXT NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX refusals_entry ON refusals (entry_index);
CREATE INDEX refusals_agency ON refusals (agency, entry_index);

CREATE INDEX cases_opened ON cases (opened_at);
CREATE INDEX requests_entry ON requests (entry_index);
CREATE INDEX consents_entry ON consents (entry_index);
CREATE INDEX cases_agency_opened ON cases (agency, opened_at);

CREATE TABLE delegations (
    id TEXT PRIMARY KEY NOT NULL,
    principal TEXT NOT NULL,
    delegate TEXT NOT NULL,
    sort TEXT NOT NULL,
    service_items TEXT NOT NULL, -- canonical JSON list
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    further INTEGER NOT NULL,
    parent TEXT,
    entry_index INTEGER NOT NULL,
    ended_index INTEGER
) STRICT;
CREATE INDEX delegations_principal ON delegations (principal);
CREATE INDEX delegations_delegate ON delegations (delegate);
CREATE INDEX delegations_parent ON delegations (parent) WHERE parent IS NOT NULL;

CREATE TABLE bases (
    id TEXT PRIMARY KEY NOT NULL,
    sort TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL, -- stated, ended
    max_uses INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    until TEXT NOT NULL,
    visible_from TEXT NOT NULL,
    thread BLOB NOT NULL CHECK (length(thread) = 32),
    entry_index INTEGER NOT NULL,
    ended_index INTEGER
) STRICT;
CREATE UNIQUE INDEX bases_thread ON bases (thread);
CREATE INDEX bases_case ON bases (case_id);
CREATE INDEX bases_subject ON bases (subject, state);
CREATE INDEX bases_agency ON bases (agency, state);

CREATE TABLE basis_uses (
    basis TEXT NOT NULL,
    n INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    PRIMARY KEY (basis, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX basis_uses_case ON basis_uses (case_id);

CREATE TABLE assistances (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    asked TEXT NOT NULL,
    requirement TEXT NOT NULL,
    state TEXT NOT NULL, -- open, confirmed, denied, unknown
    level INTEGER NOT NULL, -- reminders sent
    due TEXT NOT NULL,
    object TEXT,
    requested_at TEXT NOT NULL,
    answered_at TEXT,
    remind_at TEXT, -- when the next reminder is due; none after the last
    entry_index INTEGER NOT NULL,
    answered_index INTEGER
) STRICT;
CREATE INDEX assistances_case ON assistances (case_id);
CREATE UNIQUE INDEX assistances_open ON assistances (case_id, requirement, asked)
    WHERE state = 'open';
CREATE INDEX assistances_remind ON assistances (state, remind_at);
CREATE INDEX assistances_made ON assistances (requested_at);
CREATE INDEX assistances_asked ON assistances (asked, state);
CREATE INDEX assistances_due ON assistances (state, due);

CREATE TABLE commitments (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    subject TEXT NOT NULL,
    item TEXT NOT NULL,
    requirement TEXT NOT NULL,
    form TEXT NOT NULL,
    state TEXT NOT NULL, -- made, kept, broken
    check_by TEXT NOT NULL,
    checked_at TEXT,
    entry_index INTEGER NOT NULL,
    checked_index INTEGER
) STRICT;
CREATE UNIQUE INDEX commitments_case ON commitments (case_id, requirement, form);
CREATE INDEX commitments_subject ON commitments (subject, state);
CREATE INDEX commitments_due ON commitments (state, check_by);

CREATE TABLE disputes (
    id TEXT PRIMARY KEY NOT NULL,
    object TEXT NOT NULL,
    subject TEXT NOT NULL,
    agency TEXT NOT NULL,
    field TEXT,
    state TEXT NOT NULL, -- open, upheld, corrected, rejected
    opened_at TEXT NOT NULL,
    settled_at TEXT,
    entry_index INTEGER NOT NULL,
    settled_index INTEGER
) STRICT;
CREATE INDEX disputes_object ON disputes (object, state);
CREATE UNIQUE INDEX disputes_open ON disputes (object) WHERE state = 'open';
CREATE INDEX disputes_subject ON disputes (subject);
CREATE INDEX disputes_agency ON disputes (agency, state);
CREATE INDEX disputes_state ON disputes (state, opened_at);

CREATE TABLE flags (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL,
    agency TEXT NOT NULL,
    object TEXT NOT NULL,
    cause_index INTEGER NOT NULL,
    code TEXT NOT NULL,
    state TEXT NOT NULL, -- open, unaffected, remedied, reopened, withdrawn
    due TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    answered_index INTEGER
) STRICT;
CREATE INDEX flags_agency ON flags (agency, state, due);
CREATE INDEX flags_case ON flags (case_id);
CREATE UNIQUE INDEX flags_once ON flags (cause_index, case_id);

-- Which case relied on what, and by which entry: what an ending has to go through.
CREATE TABLE reliances (
    object TEXT NOT NULL, -- licence:…, material:…, commitment:…, basis:…
    case_id TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    way TEXT NOT NULL, -- handed_in, reused, committed, basis
    PRIMARY KEY (object, case_id, entry_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE cascades (
    cause_index INTEGER PRIMARY KEY NOT NULL, -- the entry that ended or changed the object
    object TEXT NOT NULL,
    state TEXT NOT NULL, -- due, done
    cases INTEGER,
    flagged INTEGER,
    done_index INTEGER
) STRICT;
CREATE INDEX cascades_state ON cascades (state);
CREATE INDEX cascades_object ON cascades (object);

ALTER TABLE licences ADD COLUMN dispute TEXT; -- the one that holds it from reuse
ALTER TABLE materials ADD COLUMN dispute TEXT;

-- What an earlier release wrote down, found by its names.
INSERT INTO reliances (object, case_id, entry_index, way)
    SELECT about.key, substr(named.key, 6), entries.idx,
        CASE entries.kind WHEN 'released' THEN 'reused' ELSE 'handed_in' END
    FROM entries
    JOIN entry_keys AS named ON named.idx = entries.idx AND named.key GLOB 'case:*'
    JOIN entry_keys AS about ON about.idx = entries.idx
        AND (about.key GLOB 'licence:*' OR about.key GLOB 'material:*')
    WHERE entries.kind IN ('released', 'material.deposited');
INSERT INTO cascades (cause_index, object, state)
    SELECT entries.idx, about.key, 'due'
    FROM entries
    JOIN entry_keys AS about ON about.idx = entries.idx AND about.key GLOB 'licence:*'
    WHERE entries.kind IN
        ('licence.suspended', 'licence.restored', 'licence.revoked', 'licence.superseded');

CREATE TABLE copies (
    id TEXT PRIMARY KEY NOT NULL,
    release_id TEXT NOT NULL,
    object TEXT NOT NULL,
    agency TEXT NOT NULL,
    case_id TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    watermark BLOB NOT NULL CHECK (length(watermark) = 32),
    valid_until TEXT NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
CREATE INDEX copies_sha256 ON copies (sha256);
CREATE UNIQUE INDEX copies_watermark ON copies (watermark);
CREATE INDEX copies_release ON copies (release_id);
CREATE INDEX copies_case ON copies (case_id);

CREATE TABLE fact_answers (
    release_id TEXT NOT NULL,
    object TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32), -- of the signed answer
    entry_index INTEGER NOT NULL,
    PRIMARY KEY (release_id, object)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX fact_answers_sha256 ON fact_answers (sha256);

CREATE TABLE verifications (
    id TEXT PRIMARY KEY NOT NULL,
    agency TEXT NOT NULL,
    officer TEXT NOT NULL,
    case_id TEXT,
    as_of TEXT NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
CREATE INDEX verifications_agency ON verifications (agency);

CREATE TABLE offers (
    id TEXT PRIMARY KEY NOT NULL,
    agency TEXT NOT NULL,
    item TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL, -- open, confirmed
    until TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    case_id TEXT
) STRICT;
CREATE INDEX offers_subject ON offers (subject, state);
CREATE INDEX offers_agency ON offers (agency, item);

CREATE TABLE erasures (
    id TEXT PRIMARY KEY NOT NULL,
    object TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL, -- requested, first, second, refused, erased
    first_agency TEXT,
    first_officer TEXT,
    second_agency TEXT,
    second_officer TEXT,
    requested_at TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    closed_index INTEGER
) STRICT;
CREATE INDEX erasures_object ON erasures (object);
CREATE INDEX erasures_subject ON erasures (subject);
CREATE INDEX erasures_state ON erasures (state);
CREATE UNIQUE INDEX erasures_open ON erasures (object)
    WHERE state IN ('requested', 'first', 'erased');

CREATE INDEX consents_until ON consents (state, until);

-- What is held is asked for by owner and kind, never by owner alone.
DROP INDEX licences_project;
DROP INDEX licences_premises;
DROP INDEX materials_case;
DROP INDEX cases_subject;
CREATE INDEX licences_project ON licences (project, type) WHERE project IS NOT NULL;
CREATE INDEX licences_premises ON licences (premises, type) WHERE premises IS NOT NULL;
CREATE INDEX materials_case ON materials (case_id, kind) WHERE case_id IS NOT NULL;
CREATE INDEX cases_subject ON cases (subject, state);
CREATE INDEX licences_valid_to ON licences (valid_to) WHERE valid_to IS NOT NULL;

-- Beside the log: what no entry brings along.

CREATE TABLE fact_tokens ( -- signed answers; the log holds their digests
    sha256 BLOB PRIMARY KEY NOT NULL CHECK (length(sha256) = 32),
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogue_documents (
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32), -- of the whole catalogue
    name TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (sha256, name)
) STRICT, WITHOUT ROWID;

-- Keyed digests of values, so that equality is seen and no value is.
CREATE TABLE comparisons (
    object TEXT NOT NULL,
    field TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    seal BLOB NOT NULL,
    PRIMARY KEY (object, field)
) STRICT, WITHOUT ROWID;

-- The same file handed in again by the same subject: keyed by subject, so that nobody sees more.
CREATE TABLE same_files (
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    object TEXT NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (digest, object)
) STRICT, WITHOUT ROWID;

-- The same licence from elsewhere found again: keyed by agency, source, type, subject and number.
CREATE TABLE collected_sources (
    digest BLOB PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
    object TEXT NOT NULL -- its newest version
) STRICT, WITHOUT ROWID;
CREATE INDEX collected_sources_object ON collected_sources (object);

-- Licences by number and by identifier, among those that one agency keeps: keyed.
CREATE TABLE licence_numbers (
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    object TEXT NOT NULL,
    PRIMARY KEY (digest, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX licence_numbers_object ON licence_numbers (object);
CREATE INDEX licences_recorded ON licences (issuer, recorded_at);

-- Who may be due a service that nobody applies for; the reference of the matter lies sealed.
CREATE TABLE benefit_candidates (
    item TEXT NOT NULL,
    subject TEXT NOT NULL,
    pushed_by TEXT NOT NULL,
    state TEXT NOT NULL, -- waiting, offered, ineligible, confirmed
    pushed_at TEXT NOT NULL,
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (item, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX benefit_candidates_state ON benefit_candidates (item, state);
CREATE INDEX benefit_candidates_pusher ON benefit_candidates (pushed_by, item);

-- What an issuer's list of a day had that the library had not, and the other way round.
CREATE TABLE reconciliations (
    id TEXT PRIMARY KEY NOT NULL,
    agency TEXT NOT NULL,
    source TEXT, -- where collected licences came from; null: all that the agency keeps
    day TEXT NOT NULL,
    listed INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    gaps INTEGER NOT NULL,
    counts TEXT NOT NULL, -- canonical JSON: sort of gap → how many
    increment_sha256 BLOB NOT NULL CHECK (length(increment_sha256) = 32),
    report_sha256 BLOB NOT NULL CHECK (length(report_sha256) = 32),
    made_at TEXT NOT NULL,
    entry_index INTEGER NOT NULL
) STRICT;
CREATE INDEX reconciliations_agency ON reconciliations (agency, day);

-- The report itself, which names licence numbers: sealed, beside the log.
CREATE TABLE gap_reports (
    reconciliation TEXT PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT;

-- Consents signed ahead on a phone, redeemed at a counter with eight digits.
CREATE TABLE counter_codes (
    digest BLOB PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
    agency TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL, -- waiting, redeemed
    expires_at TEXT NOT NULL,
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counter_codes_request ON counter_codes (request);
CREATE INDEX counter_codes_expires ON counter_codes (expires_at);

CREATE TABLE code_attempts (
    scope TEXT PRIMARY KEY NOT NULL, -- case:…, agency:…
    wrong INTEGER NOT NULL,
    since TEXT NOT NULL,
    seal BLOB NOT NULL
) STRICT;

CREATE TABLE basis_threads (
    basis TEXT PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT;

CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY NOT NULL,
    agency TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL, -- canonical JSON list; empty: all
    cursor INTEGER NOT NULL, -- last entry looked at
    state TEXT NOT NULL, -- active, paused
    failures INTEGER NOT NULL,
    retry_at TEXT,
    created_at TEXT NOT NULL,
    seal BLOB NOT NULL
) STRICT;
CREATE INDEX subscriptions_agency ON subscriptions (agency);

CREATE TABLE reminders (
    object TEXT NOT NULL,
    due TEXT NOT NULL,
    step INTEGER NOT NULL, -- of how many days before; 0: after it
    days INTEGER NOT NULL, -- that were left
    sent_at TEXT NOT NULL,
    entry_index INTEGER NOT NULL,
    PRIMARY KEY (object, due, step)
) STRICT, WITHOUT ROWID;

-- Beside the log: when something was last looked through that is looked through once a day.
CREATE TABLE sweeps (
    id TEXT PRIMARY KEY NOT NULL,
    day TEXT NOT NULL,
    seal BLOB NOT NULL
) STRICT;

-- What was announced as erased and is not yet destroyed in full.
CREATE TABLE destructions (
    erasure TEXT PRIMARY KEY NOT NULL,
    announced_at TEXT NOT NULL
) STRICT;
