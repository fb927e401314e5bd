//! A console with doors, over a memory store, with one account of its own.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use engine::base::{Clock, Lang, Millis, Secret, SystemClock, SystemIds, Text, UserName};
use engine::executor::{Adoption, Engine, Options};
use engine::identity::{Grant, Team, User};
use engine::inventory::SecretSource;
use engine::plan::{Library, Mode};
use engine::run::{Actor, Door};
use engine::store::{DeedQuery, Memory, Owner, Store};
use harness::glewlwyd::Glewlwyd;
use harness::page::{Page, encode};
use harness::slapd::Slapd;
use relight::accounts::doors::{Doors, Secrets};
use relight::accounts::{By, NewUser, new_user};
use relight::app::{App, Parts};
use relight::config;
use relight::router::router;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::idle::Idle;

pub(crate) const OWN_PASSWORD: &str = "battery staple";

pub(crate) struct House {
    pub(crate) app: App,
    router: Router,
    store: Arc<dyn Store>,
    _folder: tempfile::TempDir,
}

impl House {
    /// With the doors of this file; `lee` is an account of its own.
    pub(crate) async fn open(doors: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let memory = Arc::new(Memory::new(Arc::new(SystemClock)));
        let engine = Engine::start(Options {
            store: Arc::clone(&memory) as Arc<dyn Store>,
            runner: Arc::new(Idle),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            owner: Owner("doors-tests".to_owned()),
            version: "test".to_owned(),
            base: std::collections::BTreeMap::new(),
            adoption: Adoption::Orphans,
            lease_ttl: Millis::minutes(1),
        });
        let parts = Parts {
            sealed: None,
            engine,
            library: Arc::new(Library::new(folder.path()).with_clock(Arc::new(SystemClock))),
            press: harness::state::press(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            stopping: CancellationToken::new(),
        };
        let config = config::Doors::parse(doors, Path::new("doors.yaml")).unwrap();
        let secrets: Secrets = Arc::new(|source| {
            let SecretSource::Env(name) = source else { panic!("{source:?}") };
            Ok(Secret::new(if name == "LDAP" { Slapd::READER_PASSWORD } else { Glewlwyd::SECRET }))
        });
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let app = App::with_doors(parts, Doors::new(config, &secrets, &clock));
        let house = Self { router: router(app.clone()), app, store: memory, _folder: folder };
        let lee = NewUser {
            name: "lee".parse().unwrap(),
            password: Secret::new(OWN_PASSWORD),
            password_due: false,
            grants: vec![Grant::in_all_modes("admin".parse().unwrap(), None)],
            lang: Lang::En,
        };
        let by = By::host(Actor { name: "root".parse().unwrap(), roles: vec![], via: Door::CommandLine });
        assert!(new_user(&house.app.sign_ins, &by, lee).await.unwrap());
        house
    }

    pub(crate) async fn get(&self, path: &str, cookies: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, cookies).body(Body::empty()).unwrap();
        Page::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Page {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookies)
            .body(Body::from(encode(fields)));
        Page::read(self.router.clone().oneshot(request.unwrap()).await.unwrap()).await
    }

    /// What the sign-in form says to a name and a password, in English.
    pub(crate) async fn form(&self, door: &str, name: &str, password: &str) -> Page {
        let fields = [("name", name), ("password", password), ("door", door), ("next", "/runs")];
        self.post("/sign-in", "relight_lang=en", &fields).await
    }

    pub(crate) async fn user(&self, name: &str) -> Option<User> {
        self.app.sign_ins.person(&name.parse::<UserName>().unwrap()).await.unwrap()
    }

    /// Keeps a team of operators with these members.
    pub(crate) async fn team(&self, members: &[&str]) {
        let team = Team {
            id: "response".parse().unwrap(),
            title: Text::new("기술대응", "Technical response"),
            org: None,
            members: members.iter().map(|name| name.parse().unwrap()).collect(),
            roles: [("operator".parse().unwrap(), [Mode::Drill].into())].into(),
            note: String::new(),
        };
        let by = By::host(Actor { name: "root".parse().unwrap(), roles: vec![], via: Door::CommandLine });
        let found = self.app.sign_ins.team(&team.id).await.unwrap();
        self.app.sign_ins.keep_team(&by, &team, found.map_or(0, |found| found.version)).await.unwrap();
    }

    /// The roles of an account.
    pub(crate) async fn roles(&self, name: &str) -> Vec<String> {
        let user = self.user(name).await.unwrap();
        user.grants().map(|grant| grant.role.to_string()).collect()
    }

    /// Deeds as JSON, oldest first, whose act begins so.
    pub(crate) async fn deeds(&self, act: &str) -> Vec<Value> {
        let query = DeedQuery { act: Some(act.to_owned()), ..DeedQuery::default() };
        let deeds = self.store.deeds(query).await.unwrap();
        deeds.iter().map(|deed| serde_json::from_str(&deed.entry).unwrap()).collect()
    }
}

/// The cookies that an answer sets, as the browser sends them back; those that it takes away are not among them.
pub(crate) fn cookies(page: &Page) -> String {
    let set = page.headers.get_all(header::SET_COOKIE).into_iter().map(|value| value.to_str().unwrap());
    let kept = set.filter(|cookie| !cookie.contains("Max-Age=0")).map(|cookie| cookie.split(';').next().unwrap());
    kept.collect::<Vec<_>>().join("; ")
}
