-- A lock is that run's which took it last, as long as the run is open. So a run that ends gives its locks back with the commit
-- of its end, and one that is taken over keeps them.
CREATE TABLE held_lock (
    name text NOT NULL COLLATE "C" PRIMARY KEY,
    run  uuid NOT NULL REFERENCES run (id)
);
