//! Statements about accounts and sessions that both databases take.

/// Makes an account unless its name is taken.
pub(super) const ADD: &str = "INSERT INTO account (name, password, roles, lang, created_at, disabled, password_due)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (name) DO NOTHING";

/// Changes an account.
pub(super) const CHANGE: &str =
    "UPDATE account SET password = $2, roles = $3, lang = $4, disabled = $5, password_due = $6 WHERE name = $1";

/// An account by its name.
pub(super) const ONE: &str =
    "SELECT name, password, roles, lang, created_at, disabled, password_due FROM account WHERE name = $1";

/// All accounts by name.
pub(super) const ALL: &str =
    "SELECT name, password, roles, lang, created_at, disabled, password_due FROM account ORDER BY name";

/// Opens a session of an account that is there.
pub(super) const OPEN_SESSION: &str = "INSERT INTO session (token, account, csrf, created_at, expires_at)
    SELECT $1, name, $3, $4, $5 FROM account WHERE name = $2
    ON CONFLICT (token) DO NOTHING";

/// A session that counts, with its account.
pub(super) const SESSION: &str =
    "SELECT session.token, session.csrf, session.created_at AS opened_at, session.expires_at,
    account.name, account.password, account.roles, account.lang, account.created_at, account.disabled,
    account.password_due
    FROM session JOIN account ON account.name = session.account
    WHERE session.token = $1 AND session.expires_at >= $2 AND NOT account.disabled";

/// Closes a session.
pub(super) const CLOSE_SESSION: &str = "DELETE FROM session WHERE token = $1";

/// Closes all sessions of an account.
pub(super) const CLOSE_SESSIONS_OF: &str = "DELETE FROM session WHERE account = $1";

/// Removes sessions whose time is over.
pub(super) const SWEEP: &str = "DELETE FROM session WHERE expires_at < $1";
