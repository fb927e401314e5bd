//! Accounts and sessions.

use async_trait::async_trait;

use super::PostgresStore;
use crate::base::{Digest, Timestamp, UserName};
use crate::identity::{Accounts, Session, User};
use crate::store::record::{self, to_json};
use crate::store::{Error, account_sql, fault};

#[async_trait]
impl Accounts for PostgresStore {
    async fn add_user(&self, user: User) -> Result<bool, Error> {
        let mut connection = self.connection().await?;
        let added = sqlx::query(account_sql::ADD)
            .bind(user.name.as_str())
            .bind(&user.password)
            .bind(to_json(&user.grants)?)
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
        let changed = sqlx::query(account_sql::CHANGE)
            .bind(user.name.as_str())
            .bind(&user.password)
            .bind(to_json(&user.grants)?)
            .bind(user.lang.tag())
            .bind(user.disabled)
            .bind(user.password_due)
            .execute(&mut *connection)
            .await
            .map_err(fault::of)?;
        Ok(changed.rows_affected() == 1)
    }

    async fn user(&self, name: &UserName) -> Result<Option<User>, Error> {
        let row = sqlx::query(account_sql::ONE)
            .bind(name.as_str())
            .fetch_optional(&mut *self.connection().await?)
            .await
            .map_err(fault::of)?;
        row.map(|row| record::user(&row)).transpose()
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        let rows = sqlx::query(account_sql::ALL).fetch_all(&mut *self.connection().await?).await.map_err(fault::of)?;
        rows.iter().map(record::user).collect()
    }

    async fn open_session(&self, session: Session) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query(account_sql::OPEN_SESSION)
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
        let row = sqlx::query(account_sql::SESSION)
            .bind(token.0.to_vec())
            .bind(now.0)
            .fetch_optional(&mut *self.connection().await?)
            .await
            .map_err(fault::of)?;
        row.map(|row| record::session(&row)).transpose()
    }

    async fn close_session(&self, token: Digest) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query(account_sql::CLOSE_SESSION)
            .bind(token.0.to_vec())
            .execute(&mut *connection)
            .await
            .map_err(fault::of)?;
        Ok(())
    }

    async fn close_sessions_of(&self, user: &UserName) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query(account_sql::CLOSE_SESSIONS_OF)
            .bind(user.as_str())
            .execute(&mut *connection)
            .await
            .map_err(fault::of)?;
        Ok(())
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        sqlx::query(account_sql::SWEEP).bind(now.0).execute(&mut *connection).await.map_err(fault::of)?;
        Ok(())
    }
}
