//! Accounts and sessions.

use async_trait::async_trait;

use super::PostgresStore;
use crate::base::{Digest, Timestamp, UserName};
use crate::identity::{Accounts, Session, User};
use crate::store::record::{self, to_json};
use crate::store::{Error, fault};

#[async_trait]
impl Accounts for PostgresStore {
    async fn add_user(&self, user: User) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let added = sqlx::query(
            "INSERT INTO account (name, password, roles, lang, created_at, disabled, password_due)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(user.name.as_str())
        .bind(&user.password)
        .bind(to_json(&user.roles)?)
        .bind(user.lang.tag())
        .bind(user.created_at.0)
        .bind(user.disabled)
        .bind(user.password_due)
        .execute(&mut *connection)
        .await
        .map_err(fault::of)?;
        Ok(added.rows_affected() == 1)
    }

    async fn change_user(&self, user: User) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let changed = sqlx::query(
            "UPDATE account SET password = $2, roles = $3, lang = $4, disabled = $5, password_due = $6 WHERE name = $1",
        )
        .bind(user.name.as_str())
        .bind(&user.password)
        .bind(to_json(&user.roles)?)
        .bind(user.lang.tag())
        .bind(user.disabled)
        .bind(user.password_due)
        .execute(&mut *connection)
        .await
        .map_err(fault::of)?;
        Ok(changed.rows_affected() == 1)
    }

    async fn user(&self, name: &UserName) -> Result<Option<User>, Error> {
        let row = sqlx::query(
            "SELECT name, password, roles, lang, created_at, disabled, password_due FROM account WHERE name = $1",
        )
        .bind(name.as_str())
        .fetch_optional(&mut *self.connection().await?)
        .await
        .map_err(fault::of)?;
        row.map(|row| record::user(&row)).transpose()
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        let rows = sqlx::query(
            "SELECT name, password, roles, lang, created_at, disabled, password_due FROM account ORDER BY name",
        )
        .fetch_all(&mut *self.connection().await?)
        .await
        .map_err(fault::of)?;
        rows.iter().map(record::user).collect()
    }

    async fn open_session(&self, session: Session) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query(
            "INSERT INTO session (token, account, csrf, created_at, expires_at)
             SELECT $1, name, $3, $4, $5 FROM account WHERE name = $2
             ON CONFLICT (token) DO NOTHING",
        )
        .bind(session.token.0.to_vec())
        .bind(session.user.as_str())
        .bind(&session.csrf)
        .bind(session.created_at.0)
        .bind(session.expires_at.0)
        .execute(&mut *connection)
        .await
        .map_err(fault::of)?;
        Ok(())
    }

    async fn session(&self, token: Digest, now: Timestamp) -> Result<Option<(Session, User)>, Error> {
        let row = sqlx::query(
            "SELECT session.token, session.csrf, session.created_at AS opened_at, session.expires_at,
                    account.name, account.password, account.roles, account.lang, account.created_at, account.disabled,
                    account.password_due
             FROM session JOIN account ON account.name = session.account
             WHERE session.token = $1 AND session.expires_at >= $2 AND NOT account.disabled",
        )
        .bind(token.0.to_vec())
        .bind(now.0)
        .fetch_optional(&mut *self.connection().await?)
        .await
        .map_err(fault::of)?;
        row.map(|row| record::session(&row)).transpose()
    }

    async fn close_session(&self, token: Digest) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query("DELETE FROM session WHERE token = $1")
            .bind(token.0.to_vec())
            .execute(&mut *connection)
            .await
            .map_err(fault::of)?;
        Ok(())
    }

    async fn close_sessions_of(&self, user: &UserName) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query("DELETE FROM session WHERE account = $1")
            .bind(user.as_str())
            .execute(&mut *connection)
            .await
            .map_err(fault::of)?;
        Ok(())
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query("DELETE FROM session WHERE expires_at < $1")
            .bind(now.0)
            .execute(&mut *connection)
            .await
            .map_err(fault::of)?;
        Ok(())
    }
}
