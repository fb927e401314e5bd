-- What was measured of replication links over time. Old rows go with the writing of new ones.
CREATE TABLE sample (
    series   text   NOT NULL COLLATE "C",
    at       bigint NOT NULL,
    state    text   NOT NULL,
    lag      bigint, -- ms
    loss     bigint, -- ms; what would have been lost at that moment, null where nobody could say
    point_at bigint,
    PRIMARY KEY (series, at)
);

CREATE INDEX sample_at ON sample (at);
