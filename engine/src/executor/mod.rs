//! L5: the dispatcher that owns a run, its workers, recovery and the feed.
