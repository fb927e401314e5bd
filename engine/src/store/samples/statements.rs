//! What both databases do alike, written once with the connection's type.

/// Rows of one statement, each of six values: far below what either database takes.
pub(in super::super) const AT_ONCE: usize = 500;

pub(in super::super) const SAMPLES: &str = "SELECT series, at, state, lag, loss, point_at FROM sample
    WHERE series = $1 AND at >= $2 ORDER BY at LIMIT $3";

pub(in super::super) const BUCKETS: &str =
    "SELECT series, at / $2 AS stretch, MAX(loss) AS worst, COUNT(*) AS samples FROM sample
    WHERE at >= $1 GROUP BY series, at / $2 ORDER BY series, at / $2";

pub(in super::super) const FORGET: &str = "DELETE FROM sample WHERE at < $1";

macro_rules! series {
    ($database:ty, $connection:ty) => {
        /// Writes measurements and forgets old ones. The caller commits.
        async fn observe(
            connection: &mut $connection,
            samples: &[$crate::store::Sample],
            forget_before: $crate::base::Timestamp,
        ) -> Result<(), $crate::store::Error> {
            use $crate::store::samples::statements::{AT_ONCE, FORGET};
            use $crate::store::{fault, record};
            for some in samples.chunks(AT_ONCE) {
                let mut insert = sqlx::QueryBuilder::<$database>::new(
                    "INSERT INTO sample (series, at, state, lag, loss, point_at) ",
                );
                insert.push_values(some, |mut row, sample| {
                    row.push_bind(sample.series.clone())
                        .push_bind(sample.at.0)
                        .push_bind(sample.state.clone())
                        .push_bind(sample.lag.map(|lag| record::column(lag.0)))
                        .push_bind(sample.loss.map(|loss| record::column(loss.0)))
                        .push_bind(sample.point_at.map(|at| at.0));
                });
                insert.push(" ON CONFLICT (series, at) DO NOTHING");
                insert.build().execute(&mut *connection).await.map_err(fault::of)?;
            }
            sqlx::query(FORGET).bind(forget_before.0).execute(connection).await.map_err(fault::of)?;
            Ok(())
        }

        async fn samples(
            connection: &mut $connection,
            series: &str,
            from: $crate::base::Timestamp,
            limit: u32,
        ) -> Result<Vec<$crate::store::Sample>, $crate::store::Error> {
            use sqlx::Row as _;
            use $crate::base::{Millis, Timestamp};
            use $crate::store::{Sample, fault};
            let query = sqlx::query($crate::store::samples::statements::SAMPLES).bind(series).bind(from.0);
            let rows = query.bind(i64::from(limit)).fetch_all(connection).await.map_err(fault::of)?;
            let sample = |row: &<$database as sqlx::Database>::Row| {
                let span = |name| {
                    row.try_get::<Option<i64>, _>(name).map(|ms| ms.and_then(|ms| u64::try_from(ms).ok()).map(Millis))
                };
                Ok(Sample {
                    series: row.try_get("series")?,
                    at: Timestamp(row.try_get("at")?),
                    state: row.try_get("state")?,
                    lag: span("lag")?,
                    loss: span("loss")?,
                    point_at: row.try_get::<Option<i64>, _>("point_at")?.map(Timestamp),
                })
            };
            rows.iter().map(sample).collect::<Result<_, sqlx::Error>>().map_err(fault::of)
        }

        async fn buckets(
            connection: &mut $connection,
            from: $crate::base::Timestamp,
            width: $crate::base::Millis,
        ) -> Result<Vec<$crate::store::Bucket>, $crate::store::Error> {
            use sqlx::Row as _;
            use $crate::base::{Millis, Timestamp};
            use $crate::store::{Bucket, fault, record};
            let width = record::column(width.0).max(1);
            let query = sqlx::query($crate::store::samples::statements::BUCKETS).bind(from.0).bind(width);
            let rows = query.fetch_all(connection).await.map_err(fault::of)?;
            let bucket = |row: &<$database as sqlx::Database>::Row| {
                let worst: Option<i64> = row.try_get("worst")?;
                Ok(Bucket {
                    series: row.try_get("series")?,
                    from: Timestamp(row.try_get::<i64, _>("stretch")?.saturating_mul(width)),
                    worst: worst.and_then(|ms| u64::try_from(ms).ok()).map(Millis),
                    samples: u64::try_from(row.try_get::<i64, _>("samples")?).unwrap_or_default(),
                })
            };
            rows.iter().map(bucket).collect::<Result<_, sqlx::Error>>().map_err(fault::of)
        }
    };
}
pub(in super::super) use series;
