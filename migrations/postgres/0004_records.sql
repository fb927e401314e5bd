-- Everything that is kept beside the journals: people, cases, contacts, queues. A change says which version it saw.
CREATE TABLE record (
    kind    text   NOT NULL COLLATE "C",
    id      text   NOT NULL COLLATE "C",
    version bigint NOT NULL CHECK (version > 0),
    grp     text   NOT NULL COLLATE "C", -- what it is looked up by beside its id; '' for none
    due     bigint,                      -- when somebody is to look at it
    body    text   NOT NULL,             -- JSON
    at      bigint NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX record_group ON record (kind, grp, id) WHERE grp <> '';
CREATE INDEX record_due ON record (kind, due, id) WHERE due IS NOT NULL;

-- Files that people gave as evidence, once each.
CREATE TABLE content (
    digest bytea NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    bytes  bytea NOT NULL
);

-- Who did what: one chain. Only ever inserted into.
CREATE TABLE deed (
    seq     bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    at      bigint NOT NULL,
    actor   text   NOT NULL COLLATE "C",
    act     text   NOT NULL COLLATE "C",
    object  text   NOT NULL COLLATE "C",
    outcome text   NOT NULL COLLATE "C",
    entry   text   NOT NULL, -- JSON
    hash    bytea  NOT NULL CHECK (length(hash) = 32)
);

CREATE INDEX deed_actor ON deed (actor, seq);
CREATE INDEX deed_object ON deed (object, seq);
