-- Migrations only go forward: a change adds, the code follows, and a later migration takes away what nobody reads any more.
-- Instants are milliseconds since 1970-01-01T00:00:00Z. Ids are UUIDs of version 7, so they sort by time.
-- Names are compared byte by byte ("C"), so that lists have the same order on every server.

-- What changes with every commit of a run stands here alone, so that a commit rewrites one small row.
-- The free room in each page lets these updates stay in their page and off the indexes.
CREATE TABLE run (
    id           uuid    NOT NULL PRIMARY KEY,
    runbook      text    NOT NULL COLLATE "C",
    mode         text    NOT NULL,
    open         boolean NOT NULL,
    wants_engine boolean NOT NULL,
    summary      text    NOT NULL, -- JSON
    seq          bigint  NOT NULL, -- place of the last row in the journal
    head         bytea   NOT NULL CHECK (length(head) = 32) -- hash of that row
) WITH (fillfactor = 50);

CREATE INDEX run_wanting ON run (id) WHERE wants_engine;
CREATE INDEX run_open ON run (id) WHERE open;
CREATE INDEX run_runbook ON run (runbook, id);

CREATE TABLE frozen (
    run    uuid  NOT NULL PRIMARY KEY REFERENCES run (id),
    plan   text  NOT NULL,
    source bytea NOT NULL -- UTF-8; as bytes, because a YAML file may hold a NUL
);

-- Only ever inserted into.
CREATE TABLE journal (
    run   uuid   NOT NULL REFERENCES run (id),
    seq   bigint NOT NULL CHECK (seq > 0),
    at    bigint NOT NULL,
    event text   NOT NULL,
    hash  bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (run, seq)
);

CREATE TABLE output (
    run     uuid   NOT NULL REFERENCES run (id),
    attempt bigint NOT NULL,
    place   bigint NOT NULL, -- of the first byte in the kept output of the attempt
    bytes   bytea  NOT NULL, -- UTF-8; as bytes, because programs print NULs
    PRIMARY KEY (run, attempt, place)
);

-- One row a run for ever: the token must never start again.
CREATE TABLE lease (
    run        uuid   NOT NULL PRIMARY KEY REFERENCES run (id),
    owner      text   COLLATE "C",     -- NULL: free
    token      bigint NOT NULL,
    expires_at bigint NOT NULL         -- by this database's clock
) WITH (fillfactor = 50);

CREATE INDEX lease_owner ON lease (owner) WHERE owner IS NOT NULL;

CREATE TABLE request (
    place      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- order of arrival
    id         uuid   NOT NULL UNIQUE,
    run        uuid   NOT NULL REFERENCES run (id),
    submission text   NOT NULL, -- JSON
    answer     text             -- JSON; NULL: none yet
);

CREATE INDEX request_pending ON request (run, place) WHERE answer IS NULL;

CREATE TABLE account (
    name       text    NOT NULL COLLATE "C" PRIMARY KEY,
    password   text    NOT NULL, -- Argon2id, PHC form
    roles      text    NOT NULL, -- JSON array
    lang       text    NOT NULL,
    created_at bigint  NOT NULL,
    disabled   boolean NOT NULL
);

CREATE TABLE session (
    token      bytea  NOT NULL PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of the cookie
    account    text   NOT NULL COLLATE "C" REFERENCES account (name),
    csrf       text   NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX session_account ON session (account);
CREATE INDEX session_expiry ON session (expires_at);
