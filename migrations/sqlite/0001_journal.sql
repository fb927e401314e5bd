-- Migrations only go forward: a change adds, the code follows, and a later migration takes away what nobody reads any more.
-- Instants are milliseconds since 1970-01-01T00:00:00Z. Ids are the 16 bytes of a UUID version 7, so they sort by time.

-- What changes with every commit of a run stands here alone, so that a commit rewrites one small row.
CREATE TABLE run (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    runbook      TEXT    NOT NULL,
    mode         TEXT    NOT NULL,
    open         INTEGER NOT NULL CHECK (open IN (0, 1)),
    wants_engine INTEGER NOT NULL CHECK (wants_engine IN (0, 1)),
    summary      TEXT    NOT NULL, -- JSON
    seq          INTEGER NOT NULL, -- place of the last row in the journal
    head         BLOB    NOT NULL CHECK (length(head) = 32) -- hash of that row
) STRICT, WITHOUT ROWID;

CREATE INDEX run_wanting ON run (id) WHERE wants_engine = 1;
CREATE INDEX run_open ON run (id) WHERE open = 1;
CREATE INDEX run_runbook ON run (runbook, id);

CREATE TABLE frozen (
    run    BLOB NOT NULL PRIMARY KEY REFERENCES run (id),
    plan   TEXT NOT NULL,
    source BLOB NOT NULL -- UTF-8; as bytes, because a YAML file may hold a NUL
) STRICT;

-- Only ever inserted into.
CREATE TABLE journal (
    run   BLOB    NOT NULL REFERENCES run (id),
    seq   INTEGER NOT NULL CHECK (seq > 0),
    at    INTEGER NOT NULL,
    event TEXT    NOT NULL,
    hash  BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE output (
    run     BLOB    NOT NULL REFERENCES run (id),
    attempt INTEGER NOT NULL,
    place   INTEGER NOT NULL, -- of the first byte in the kept output of the attempt
    bytes   BLOB    NOT NULL, -- UTF-8; as bytes, because programs print NULs
    PRIMARY KEY (run, attempt, place)
) STRICT, WITHOUT ROWID;

-- One row a run for ever: the token must never start again.
CREATE TABLE lease (
    run        BLOB    NOT NULL PRIMARY KEY REFERENCES run (id),
    owner      TEXT,             -- NULL: free
    token      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL  -- by this database's clock
) STRICT, WITHOUT ROWID;

CREATE INDEX lease_owner ON lease (owner) WHERE owner IS NOT NULL;

CREATE TABLE request (
    place      INTEGER PRIMARY KEY AUTOINCREMENT, -- order of arrival
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    run        BLOB NOT NULL REFERENCES run (id),
    submission TEXT NOT NULL, -- JSON
    answer     TEXT           -- JSON; NULL: none yet
) STRICT;

CREATE INDEX request_pending ON request (run, place) WHERE answer IS NULL;

CREATE TABLE account (
    name       TEXT    NOT NULL PRIMARY KEY,
    password   TEXT    NOT NULL, -- Argon2id, PHC form
    roles      TEXT    NOT NULL, -- JSON array
    lang       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    disabled   INTEGER NOT NULL CHECK (disabled IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token      BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of the cookie
    account    TEXT    NOT NULL REFERENCES account (name),
    csrf       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);
CREATE INDEX session_expiry ON session (expires_at);
