-- What was measured of replication links over time. Old rows go with the writing of new ones.
CREATE TABLE sample (
    series   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    lag      INTEGER, -- ms
    loss     INTEGER, -- ms; what would have been lost at that moment, null where nobody could say
    point_at INTEGER,
    PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX sample_at ON sample (at);
