//! A console over a memory store and a folder of runbooks, with three people.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use engine::base::{Lang, Millis, Secret, SystemClock, SystemIds};
use engine::executor::{Adoption, Engine, Options};
use engine::identity::Grant;
use engine::plan::Library;
use engine::run::{Actor, Door};
use engine::secrets::Sealed;
use engine::store::{Memory, Owner, Store};
use harness::page::{Page, encode};
use relight::accounts::{By, NewUser, new_user};
use relight::app::{App, Parts};
use relight::router::router;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::idle::Idle;

pub(crate) const PASSWORD: &str = "battery staple";

/// The runbook of these tests: a gate between two units, texts that try to be markup.
pub(crate) const RUNBOOK: &str = r#"
runbook: drill-one
title: {ko: "훈련 <script>alert(1)</script>", en: "Drill <script>alert(1)</script>"}
objectives: {rto: 30m}
inputs:
  why: {type: text, title: "Why <b>now</b>"}
  token: {type: secret, required: false}
units:
  db:
    target: 1m
    run: [{command: "echo '<img src=x onerror=alert(2)>'", timeout: 5s}]
    post: [{tcp: "127.0.0.1:5432", timeout: 5s}]
  go-live:
    needs: [db]
    target: 2m
    gate: {question: "Open <i>now</i>?", approvers: [commander], exclude: [requester], timeout: 10m}
"#;

pub(crate) struct Console {
    router: Router,
    pub(crate) app: App,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) folder: tempfile::TempDir,
}

/// A signed-in browser.
pub(crate) struct Browser<'a> {
    console: &'a Console,
    pub(crate) cookie: String,
}

impl Console {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("one.yaml"), RUNBOOK).unwrap();
        let memory = Arc::new(Memory::new(Arc::new(SystemClock)));
        let engine = Engine::start(Options {
            store: Arc::clone(&memory) as Arc<dyn Store>,
            runner: Arc::new(Idle),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            owner: Owner("console-tests".to_owned()),
            version: "test".to_owned(),
            base: std::collections::BTreeMap::new(),
            adoption: Adoption::Orphans,
            lease_ttl: Millis::minutes(1),
        });
        let store: Arc<dyn Store> = memory;
        let app = App::new(Parts {
            sealed: Some(Sealed::new(folder.path().join("secrets"), None)),
            engine,
            library: Arc::new(Library::new(folder.path()).with_clock(Arc::new(SystemClock))),
            press: harness::state::press(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            stopping: CancellationToken::new(),
        });
        let console = Self { router: router(app.clone()), app, store, folder };
        console.add("kim", &["operator"], Lang::En, false).await;
        console.add("lee", &["commander"], Lang::Ko, false).await;
        console.add("park", &["auditor"], Lang::En, false).await;
        console
    }

    /// Adds an account; `due` when its password is only good for choosing another one.
    pub(crate) async fn add(&self, name: &str, roles: &[&str], lang: Lang, due: bool) {
        let grants = roles.iter().map(|role| Grant::in_all_modes(role.parse().unwrap(), None)).collect();
        self.add_with(name, grants, lang, due).await;
    }

    /// Adds an account with these grants.
    pub(crate) async fn add_with(&self, name: &str, grants: Vec<Grant>, lang: Lang, due: bool) {
        let name = name.parse().unwrap();
        let new = NewUser { name, password: Secret::new(PASSWORD), password_due: due, grants, lang };
        let by = By::host(Actor { name: "root".parse().unwrap(), roles: vec![], via: Door::CommandLine });
        assert!(new_user(&self.app.sign_ins, &by, new).await.unwrap());
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Page {
        Page::read(self.answer(request).await).await
    }

    /// The answer as it comes, its body unread.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(form(path).body(Body::from(encode(fields))).unwrap()).await
    }

    pub(crate) async fn sign_in(&self, name: &str) -> Browser<'_> {
        let page = self.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
        self.enter(&page)
    }

    /// The browser that got its session with this answer.
    pub(crate) fn enter(&self, page: &Page) -> Browser<'_> {
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        let cookie = page.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
        Browser { console: self, cookie }
    }
}

impl Browser<'_> {
    pub(crate) async fn get(&self, path: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.console.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends fields as they are.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = form(path).header(header::COOKIE, &self.cookie);
        self.console.send(request.body(Body::from(encode(fields))).unwrap()).await
    }

    /// Sends what a test has put together.
    pub(crate) async fn send(&self, request: axum::http::request::Builder, body: Body) -> Page {
        self.console.send(request.header(header::COOKIE, &self.cookie).body(body).unwrap()).await
    }

    /// The status of an answer that may be no text.
    pub(crate) async fn status_of(&self, path: &str) -> StatusCode {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap();
        self.console.router.clone().oneshot(request).await.unwrap().status()
    }

    /// A file: its headers and its bytes.
    pub(crate) async fn file(&self, path: &str) -> (HeaderMap, Vec<u8>) {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap();
        let (parts, body) = self.console.router.clone().oneshot(request).await.unwrap().into_parts();
        (parts.headers, to_bytes(body, 16 << 20).await.unwrap().to_vec())
    }

    /// Sends a form of a page with its hidden fields and these.
    pub(crate) async fn submit(&self, page: &Page, selector: &str, fields: &[(&str, &str)]) -> Page {
        let (action, hidden) = page.form(selector);
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(&action, &all).await
    }
}

fn form(path: &str) -> axum::http::request::Builder {
    Request::builder().method(Method::POST).uri(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}
