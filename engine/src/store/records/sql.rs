//! Statements that both databases take.

pub(in super::super) const ADD: &str = "INSERT INTO record (kind, id, version, grp, due, body, at)
    VALUES ($1, $2, 1, $3, $4, $5, $6)
    ON CONFLICT (kind, id) DO NOTHING";

pub(in super::super) const REPLACE: &str =
    "UPDATE record SET version = version + 1, grp = $3, due = $4, body = $5, at = $6
    WHERE kind = $1 AND id = $2 AND version = $7";

pub(in super::super) const REMOVE: &str = "DELETE FROM record WHERE kind = $1 AND id = $2 AND version = $3";

pub(in super::super) const ONE: &str = "SELECT id, version, grp, due, body, at FROM record WHERE kind = $1 AND id = $2";

pub(in super::super) const UP: &str = "SELECT id, version, grp, due, body, at FROM record
    WHERE kind = $1 AND (CAST($2 AS text) IS NULL OR grp = $2) AND (CAST($3 AS text) IS NULL OR id > $3)
    ORDER BY id LIMIT $4";

pub(in super::super) const DOWN: &str = "SELECT id, version, grp, due, body, at FROM record
    WHERE kind = $1 AND (CAST($2 AS text) IS NULL OR grp = $2) AND (CAST($3 AS text) IS NULL OR id < $3)
    ORDER BY id DESC LIMIT $4";

pub(in super::super) const DUE: &str = "SELECT id, version, grp, due, body, at FROM record
    WHERE kind = $1 AND due <= $2 ORDER BY due, id LIMIT $3";

pub(in super::super) const KEEP: &str =
    "INSERT INTO content (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";

pub(in super::super) const KEPT: &str = "SELECT bytes FROM content WHERE digest = $1";

pub(in super::super) const LAST_DEED: &str = "SELECT seq, entry, hash FROM deed ORDER BY seq DESC LIMIT 1";

pub(in super::super) const ADD_DEED: &str = "INSERT INTO deed (seq, at, actor, act, object, outcome, entry, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const DEEDS: &str = "SELECT seq, entry, hash FROM deed
    WHERE (CAST($1 AS text) IS NULL OR actor = $1)
      AND (CAST($2 AS text) IS NULL OR substr(act, 1, length($2)) = $2)
      AND (CAST($3 AS text) IS NULL OR object = $3)
      AND (CAST($4 AS text) IS NULL OR outcome = $4)
      AND (CAST($5 AS bigint) IS NULL OR at >= $5)
      AND (CAST($6 AS bigint) IS NULL OR at < $6)";

/// [`DEEDS`] in the order and from the place asked for.
pub(in super::super) fn deeds(newest_first: bool) -> String {
    if newest_first {
        format!("{DEEDS} AND (CAST($7 AS bigint) IS NULL OR seq < $7) ORDER BY seq DESC LIMIT $8")
    } else {
        format!("{DEEDS} AND (CAST($7 AS bigint) IS NULL OR seq > $7) ORDER BY seq LIMIT $8")
    }
}
