-- Everything that is kept beside the journals: people, cases, contacts, queues. A change says which version it saw.
CREATE TABLE record (
    kind    TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    grp     TEXT   NOT NULL, -- what it is looked up by beside its id; '' for none
    due     INTEGER,                      -- when somebody is to look at it
    body    TEXT   NOT NULL,             -- JSON
    at      INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_group ON record (kind, grp, id) WHERE grp <> '';
CREATE INDEX record_due ON record (kind, due, id) WHERE due IS NOT NULL;

-- Files that people gave as evidence, once each.
CREATE TABLE content (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    bytes  BLOB NOT NULL
) STRICT;

-- Who did what: one chain. Only ever inserted into.
CREATE TABLE deed (
    seq     INTEGER PRIMARY KEY CHECK (seq > 0),
    at      INTEGER NOT NULL,
    actor   TEXT   NOT NULL,
    act     TEXT   NOT NULL,
    object  TEXT   NOT NULL,
    outcome TEXT   NOT NULL,
    entry   TEXT   NOT NULL, -- JSON
    hash    BLOB  NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX deed_actor ON deed (actor, seq);
CREATE INDEX deed_object ON deed (object, seq);
