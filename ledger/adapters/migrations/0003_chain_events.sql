-- What the contracts said, from the chain alone: a cache that can be made again at any time.

-- The blocks by which a reorganisation is noticed: the first one and the newest that were read.
CREATE TABLE chain_blocks (
    number INTEGER PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL,
    parent TEXT NOT NULL,
    time INTEGER NOT NULL, -- Unix seconds
    tip INTEGER NOT NULL -- 0; in the newest, up to which events count: how often it was moved
) STRICT;

CREATE TABLE chain_events (
    block INTEGER NOT NULL,
    idx INTEGER NOT NULL, -- place in the block
    block_hash TEXT NOT NULL,
    time INTEGER NOT NULL, -- the block's, Unix seconds
    tx TEXT NOT NULL,
    contract TEXT NOT NULL,
    name TEXT NOT NULL,
    said TEXT NOT NULL, -- canonical JSON: name → value
    PRIMARY KEY (block, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX chain_events_tx ON chain_events (tx);
CREATE INDEX chain_events_name ON chain_events (contract, name, block);

-- What an event is about: agencies, licence types, keys, logs, lists, numbers of proposals.
CREATE TABLE chain_subjects (
    block INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (block, idx, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX chain_subjects_subject ON chain_subjects (subject, block, idx);
