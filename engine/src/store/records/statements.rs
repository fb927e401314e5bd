//! What is done on one connection, written once for both databases.
//!
//! sqlx's traits can say this generically only with a page of bounds; a macro says it with the connection's type.

macro_rules! statements {
    ($connection:ty) => {
        /// Makes changes in order; gives the first that can not be made. The caller then does not commit.
        pub(super) async fn put(
            connection: &mut $connection,
            at: $crate::base::Timestamp,
            changes: Vec<$crate::store::Change>,
        ) -> Result<$crate::store::Changed, $crate::store::Error> {
            use $crate::store::records::sql;
            use $crate::store::{Change, Changed, fault, record};
            for change in changes {
                let (kind, id, done) = match change {
                    Change::Put { kind, id, expected: 0, group, due, body } => {
                        let added = sqlx::query(sql::ADD).bind(kind).bind(&id).bind(group).bind(due.map(|due| due.0));
                        let added = added.bind(body).bind(at.0).execute(&mut *connection).await;
                        (kind, id, added.map(|added| added.rows_affected()))
                    }
                    Change::Put { kind, id, expected, group, due, body } => {
                        let query =
                            sqlx::query(sql::REPLACE).bind(kind).bind(&id).bind(group).bind(due.map(|due| due.0));
                        let query = query.bind(body).bind(at.0).bind(record::column(expected));
                        let replaced = query.execute(&mut *connection).await;
                        (kind, id, replaced.map(|replaced| replaced.rows_affected()))
                    }
                    Change::Remove { kind, id, expected } => {
                        let query = sqlx::query(sql::REMOVE).bind(kind).bind(&id).bind(record::column(expected));
                        let removed = query.execute(&mut *connection).await;
                        (kind, id, removed.map(|removed| removed.rows_affected()))
                    }
                };
                if done.map_err(fault::of)? == 0 {
                    return Ok(Changed::Stale { kind, id });
                }
            }
            Ok(Changed::Done)
        }

        /// Records deeds behind the last one. Whoever calls holds the lock under which the chain grows.
        pub(super) async fn record_deeds(
            connection: &mut $connection,
            deeds: &[$crate::store::Deed],
        ) -> Result<(), $crate::store::Error> {
            use $crate::store::records::{row, sql};
            use $crate::store::{fault, record};
            let last = sqlx::query(sql::LAST_DEED).fetch_optional(&mut *connection).await.map_err(fault::of)?;
            let mut chain = row::chain(last.map(|last| row::deed(&last)).transpose()?);
            for deed in deeds {
                let sealed = chain.seal(deed).map_err(|error| record::unwritable(&error))?;
                sqlx::query(sql::ADD_DEED)
                    .bind(record::column(sealed.seq))
                    .bind(deed.at.0)
                    .bind(deed.by.name.as_str())
                    .bind(&deed.act)
                    .bind(&deed.object)
                    .bind(deed.outcome.keyword())
                    .bind(sealed.entry)
                    .bind(sealed.hash.0.to_vec())
                    .execute(&mut *connection)
                    .await
                    .map_err(fault::of)?;
            }
            Ok(())
        }

        /// One entry.
        pub(super) async fn entry(
            connection: &mut $connection,
            kind: &str,
            id: &str,
        ) -> Result<Option<$crate::store::Entry>, $crate::store::Error> {
            use $crate::store::fault;
            use $crate::store::records::{row, sql};
            let found =
                sqlx::query(sql::ONE).bind(kind).bind(id).fetch_optional(connection).await.map_err(fault::of)?;
            found.map(|found| row::entry(&found)).transpose()
        }

        /// Entries in order of their ids.
        pub(super) async fn entries(
            connection: &mut $connection,
            kind: &str,
            query: $crate::store::Query,
        ) -> Result<Vec<$crate::store::Entry>, $crate::store::Error> {
            use $crate::store::fault;
            use $crate::store::records::{limit, row, sql};
            let statement = if query.newest_first { sql::DOWN } else { sql::UP };
            let found = sqlx::query(statement)
                .bind(kind)
                .bind(query.group)
                .bind(query.after)
                .bind(limit(query.limit))
                .fetch_all(connection)
                .await
                .map_err(fault::of)?;
            found.iter().map(row::entry).collect()
        }

        /// Entries that are due.
        pub(super) async fn due(
            connection: &mut $connection,
            kind: &str,
            now: $crate::base::Timestamp,
            most: u32,
        ) -> Result<Vec<$crate::store::Entry>, $crate::store::Error> {
            use $crate::store::fault;
            use $crate::store::records::{limit, row, sql};
            let query = sqlx::query(sql::DUE).bind(kind).bind(now.0).bind(limit(most));
            let found = query.fetch_all(connection).await.map_err(fault::of)?;
            found.iter().map(row::entry).collect()
        }

        /// Keeps a content.
        pub(super) async fn keep(
            connection: &mut $connection,
            digest: $crate::base::Digest,
            bytes: Vec<u8>,
        ) -> Result<(), $crate::store::Error> {
            use $crate::store::fault;
            use $crate::store::records::sql;
            let query = sqlx::query(sql::KEEP).bind(digest.0.to_vec()).bind(bytes);
            query.execute(connection).await.map(|_| ()).map_err(fault::of)
        }

        /// A content.
        pub(super) async fn kept(
            connection: &mut $connection,
            digest: $crate::base::Digest,
        ) -> Result<Option<Vec<u8>>, $crate::store::Error> {
            use $crate::store::fault;
            use $crate::store::records::{row, sql};
            let query = sqlx::query(sql::KEPT).bind(digest.0.to_vec());
            let found = query.fetch_optional(connection).await.map_err(fault::of)?;
            found.map(|found| row::content(&found)).transpose()
        }

        /// Recorded deeds.
        pub(super) async fn deeds(
            connection: &mut $connection,
            query: $crate::store::DeedQuery,
        ) -> Result<Vec<$crate::store::RecordedDeed>, $crate::store::Error> {
            use $crate::store::records::{limit, row, sql};
            use $crate::store::{fault, record};
            let found = sqlx::query(sqlx::AssertSqlSafe(sql::deeds(query.newest_first)))
                .bind(query.by.map(|by| by.to_string()))
                .bind(query.act)
                .bind(query.object)
                .bind(query.outcome)
                .bind(query.from.map(|from| from.0))
                .bind(query.until.map(|until| until.0))
                .bind(query.after.map(record::column))
                .bind(limit(query.limit))
                .fetch_all(connection)
                .await
                .map_err(fault::of)?;
            found.iter().map(row::deed).collect()
        }
    };
}

pub(in super::super) use statements;
