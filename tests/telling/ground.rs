//! A store, channels in an inventory, and desks that work there.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::action::{Courier, SecretValues};
use engine::base::{Mode, Secret, SecretName, SystemClock, Text, Timestamp};
use engine::inventory::SecretSource;
use engine::store::{self, Changed, Database, Error, Kept, Memory, Query, Store, add, find, list};
use engine::telling::{
    About, Address, Call, Channels, Contact, ContactKind, Delivery, Key, Means, Occasion, OccasionKind, People, Person,
    Progress, Settings, Way, raise, raise_for, seed, settings, work,
};
use harness::postgres::Cluster;
use relight::accounts::{Roster, SignIns};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Waits for a condition.
pub(crate) async fn until(condition: impl AsyncFn() -> bool) {
    while !condition().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A store under test.
pub(crate) struct Ground {
    pub(crate) database: Database,
    url: Option<String>,
    folder: TempDir,
    stop: CancellationToken,
}

/// Nobody has an account here but those that are named.
#[derive(Debug)]
struct Few(Vec<Person>);

#[async_trait]
impl People for Few {
    async fn people(&self, _: &Occasion) -> Result<Vec<Person>, Error> {
        Ok(self.0.clone())
    }
}

#[derive(Debug)]
struct NoSecrets;

impl SecretValues for NoSecrets {
    fn value(&self, name: &SecretName, _: &SecretSource) -> Result<Secret, Text> {
        Err(Text::plain(format!("no {name}")))
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Ground {
    pub(crate) async fn memory() -> Self {
        Self::over(Database::of(Memory::new(Arc::new(SystemClock))), None).await
    }

    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let url = format!("sqlite://{}", folder.join("relight.db").display());
        Self::over(store::open(&url).await.unwrap(), Some(url)).await
    }

    pub(crate) async fn postgres() -> Self {
        let url = Cluster::shared().database().await;
        Self::over(store::open(&url).await.unwrap(), Some(url)).await
    }

    async fn over(database: Database, url: Option<String>) -> Self {
        let now = database.store.now().await.unwrap();
        seed(&*database.store, now).await.unwrap();
        Self { database, url, folder: tempfile::tempdir().unwrap(), stop: CancellationToken::new() }
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> &str {
        self.url.as_deref().unwrap()
    }

    /// Where the inventory lies.
    pub(crate) fn books(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Drills mail through the server at this port, without TLS.
    pub(crate) async fn mails_through(&self, port: u16) {
        let mail = format!(
            "  mail: {{address: localhost, modes: [drill], smtp: {{from: relight@bank.test, port: {port}, tls: none, to: {{all: \
             [ops@bank.test]}}}}}}\n"
        );
        self.channels(&mail, &[(Way::Mail, "mail")]).await;
    }

    /// Writes an inventory with these targets, and settings that name a carrier for each kind of channel.
    pub(crate) async fn channels(&self, targets: &str, carriers: &[(Way, &str)]) {
        let text = format!("inventory: here\ntargets:\n{targets}");
        std::fs::write(self.folder.path().join("inventory.yaml"), text).unwrap();
        let kept = find::<Settings>(&*self.database.store, "settings").await.unwrap().unwrap();
        let carriers = carriers.iter().map(|(way, name)| (*way, name.parse().unwrap())).collect();
        let changed = Settings { carriers, address: "https://dr.bank.test".to_owned(), ..settings() };
        self.change(vec![kept.put(&changed).unwrap()]).await;
    }

    pub(crate) async fn change(&self, changes: Vec<store::Change>) {
        let done = self.database.store.change(self.now().await, changes, Vec::new()).await.unwrap();
        assert_eq!(done, Changed::Done);
    }

    pub(crate) async fn now(&self) -> Timestamp {
        self.database.store.now().await.unwrap()
    }

    pub(crate) async fn add(&self, value: &impl Kept) {
        self.change(vec![add(value).unwrap()]).await;
    }

    /// A desk of its own, on the same store as another process would open it; it works until the ground is forgotten.
    pub(crate) async fn desk(&self, people: &[Person]) {
        self.desk_of(|_| Arc::new(Few(people.to_vec()))).await;
    }

    /// A desk that knows the accounts and delegations of the store.
    pub(crate) async fn desk_of_accounts(&self) {
        self.desk_of(|store| Arc::new(Roster(SignIns::new(store, Arc::new(SystemClock), None)))).await;
    }

    async fn desk_of(&self, people: impl FnOnce(Arc<dyn Store>) -> Arc<dyn People>) {
        let database = match &self.url {
            Some(url) => store::open(url).await.unwrap(),
            None => self.database.clone(),
        };
        let courier = Courier::new(Arc::new(NoSecrets));
        let means = Means {
            people: people(Arc::clone(&database.store)),
            store: database.store,
            carrier: Arc::new(Channels::new(courier, self.books(), None)),
            node: Uuid::now_v7().to_string(),
        };
        tokio::spawn(work(means, self.stop.clone()));
    }

    /// Tries a class of the contact tree out.
    pub(crate) async fn call(&self, class: &str) -> Occasion {
        let occasion = occasion(Uuid::now_v7(), self.now().await);
        self.change(vec![raise_for(occasion.clone(), class.parse().unwrap()).unwrap()]).await;
        occasion
    }

    /// Raises an occasion; whether it was new.
    pub(crate) async fn raise(&self, occasion: &Occasion) -> bool {
        let changes = raise(occasion.clone()).unwrap();
        self.database.store.change(occasion.at, changes, Vec::new()).await.unwrap() == Changed::Done
    }

    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        let found = list::<Delivery>(&*self.database.store, Query::default()).await.unwrap();
        found.into_iter().map(|found| found.value).collect()
    }

    pub(crate) async fn calls(&self) -> Vec<Call> {
        let found = list::<Call>(&*self.database.store, Query::default()).await.unwrap();
        found.into_iter().map(|found| found.value).collect()
    }

    /// The deliveries, once all of so many have come to an end.
    pub(crate) async fn settled(&self, count: usize) -> Vec<Delivery> {
        let open =
            |delivery: &Delivery| matches!(delivery.progress, Progress::Waiting { .. } | Progress::Sending { .. });
        until(async || {
            let all = self.deliveries().await;
            all.len() >= count && !all.iter().any(open)
        })
        .await;
        self.deliveries().await
    }
}

/// Something that a class is told about in a drill.
pub(crate) fn occasion(id: Uuid, at: Timestamp) -> Occasion {
    Occasion {
        key: Key::of(OccasionKind::TestCall, id),
        kind: OccasionKind::TestCall,
        mode: Mode::Drill,
        at,
        about: About::default(),
        phase: None,
        asks: std::collections::BTreeSet::new(),
        people: std::collections::BTreeSet::new(),
        headline: Text::new("연락망 점검", "Test of the tree"),
        detail: Text::new("확인해 주십시오", "please acknowledge"),
        path: "/contacts".to_owned(),
    }
}

/// Somebody of the first class who is told in drills.
pub(crate) fn contact(id: &str, ways: &[(Way, &str)]) -> Contact {
    Contact {
        id: id.parse().unwrap(),
        name: Text::plain(id),
        org: None,
        kind: ContactKind::Person { user: None },
        class: "immediate".parse().unwrap(),
        roles: std::collections::BTreeSet::new(),
        ways: ways.iter().map(|(way, to)| Address { way: *way, to: (*to).to_owned() }).collect(),
        deputy: None,
        modes: [Mode::Drill].into(),
        lang: None,
        note: String::new(),
    }
}

/// A webhook of this name.
pub(crate) fn hook(name: &str, port: u16) -> String {
    format!("  {name}: {{webhook: {{url: \"http://127.0.0.1:{port}\"}}, modes: [drill]}}\n")
}
