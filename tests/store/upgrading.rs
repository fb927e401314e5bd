//! Databases that an older program has made.

use std::path::Path;

use engine::base::Lang;
use engine::identity::{Grant, User};
use engine::plan::Mode;
use engine::store::{self, Store};
use harness::postgres::Cluster;
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

/// The last version in which accounts had a table of their own.
const BEFORE_RECORDS: i64 = 4;

const ACCOUNTS: &str = r#"INSERT INTO account (name, password, roles, lang, created_at, disabled, password_due) VALUES
    ('kim', '$argon2id$kim', '["commander","admin"]', 'ko', 1000, false, true),
    ('lee', '$argon2id$lee', '[{"role":"operator","org":"bank/it","modes":["mock","drill"]}]', 'en', 2000, true, false),
    ('park', '', '[]', 'en', 3000, false, false)"#;

async fn migrations(of: &str) -> Migrator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(of);
    Migrator::new(folder).await.unwrap()
}

async fn accounts_are_people(store: &dyn Store) {
    let found = store::list::<User>(store, store::Query::default()).await.unwrap();
    let [kim, lee, park] = &found.iter().map(|found| &found.value).collect::<Vec<_>>()[..] else {
        panic!("{found:?}");
    };
    let everywhere = |role: &str| Grant::in_all_modes(role.parse().unwrap(), None);
    assert_eq!(kim.given, [everywhere("commander"), everywhere("admin")]);
    assert_eq!(
        (kim.lang, kim.password.as_str(), kim.password_due, kim.disabled),
        (Lang::Ko, "$argon2id$kim", true, false)
    );
    let modes = [Mode::Mock, Mode::Drill].into();
    let granted = Grant { role: "operator".parse().unwrap(), org: Some("bank/it".parse().unwrap()), modes };
    assert_eq!(lee.given, [granted]);
    assert_eq!((lee.lang, lee.created_at.0, lee.password_due, lee.disabled), (Lang::En, 2_000, false, true));
    assert!(park.given.is_empty() && park.password.is_empty());
}

#[tokio::test]
async fn accounts_of_an_sqlite_file_become_people() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("relight.db").display());
    let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
    migrations("sqlite").await.run_to(BEFORE_RECORDS, &mut connection).await.unwrap();
    sqlx::query(ACCOUNTS).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    accounts_are_people(&*store::open(&url).await.unwrap().store).await;
}

#[tokio::test]
async fn accounts_of_a_postgresql_database_become_people() {
    let url = Cluster::shared().database().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    migrations("postgres").await.run_to(BEFORE_RECORDS, &mut connection).await.unwrap();
    sqlx::query(ACCOUNTS).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    accounts_are_people(&*store::open(&url).await.unwrap().store).await;
}
