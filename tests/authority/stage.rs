//! One console with a run of a bank in every mode, and people with sessions.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Digest, IdSource as _, Lang, Millis, OrgId, RunId, SystemIds, Timestamp};
use engine::executor::Declaration;
use engine::identity::{Grant, Scope, Session, User};
use engine::plan::{Mode, Plan};
use engine::run::{Actor, Door};
use engine::store::{self, Changed};
use harness::page::{Page, encode};
use relight::accounts::{By, Token};

use crate::app::Console;

/// Where the runs belong.
pub(crate) const BANK: &str = "bank/it";

const RUNBOOK: &str = "
runbook: bank-db
organisation: bank/it
units:
  db: {target: 1m, manual: stand by}
";

/// Somebody with a session, opened as signing in would.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

pub(crate) struct Stage {
    pub(crate) console: Console,
    pub(crate) plan: Arc<Plan>,
}

/// A role for an organisation in some modes.
pub(crate) fn grant(role: &str, org: &str, modes: &[Mode]) -> Grant {
    let org = (!org.is_empty()).then(|| org.parse::<OrgId>().unwrap());
    Grant { role: role.parse().unwrap(), org, modes: modes.iter().copied().collect() }
}

fn now() -> Timestamp {
    engine::base::Clock::now(&engine::base::SystemClock)
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let console = Console::open().await;
        std::fs::write(console.folder.path().join("bank-db.yaml"), RUNBOOK).unwrap();
        let found = console.app.library.find(&"bank-db".parse().unwrap()).unwrap().unwrap();
        Self { plan: found.plan.clone().unwrap(), console }
    }

    /// A run of the bank, declared by `owner`.
    pub(crate) async fn declare(&self, mode: Mode, owner: &str) -> RunId {
        let declaration = Declaration {
            run: RunId(SystemIds.fresh()),
            plan: Arc::clone(&self.plan),
            source: RUNBOOK.to_owned(),
            mode,
            inputs: std::collections::BTreeMap::new(),
            secrets: std::collections::BTreeMap::new(),
            requester: Actor { name: owner.parse().unwrap(), roles: vec![], via: Door::CommandLine },
            reason: "a stage for the table".to_owned(),
            concurrency: None,
            simulation: None,
            event_at: None,
            detect_at: None,
            parent: None,
            case: None,
            part: None,
            deeds: Vec::new(),
            preflight: None,
        };
        self.console.app.engine.declare(declaration).await.unwrap()
    }

    /// An account with these grants and a session in it. Its password is never hashed: nobody signs in with it.
    pub(crate) async fn person(&self, name: &str, grants: Vec<Grant>) -> Person {
        self.with_session(name, grants, false).await
    }

    /// The same, with the second factor still to be shown.
    pub(crate) async fn half(&self, name: &str, grants: Vec<Grant>) -> Person {
        self.with_session(name, grants, true).await
    }

    /// A token that somebody with an account gives to a program.
    pub(crate) async fn token(&self, name: &str, scope: Scope) -> String {
        let sign_ins = &self.console.app.sign_ins;
        let user = sign_ins.person(&name.parse().unwrap()).await.unwrap().unwrap();
        let by = By::oneself(&user, std::net::Ipv6Addr::LOCALHOST.into());
        let (_, token) = sign_ins.new_token(&user, ("table".to_owned(), scope, 1), &by).await.unwrap();
        token.expose().to_owned()
    }

    async fn with_session(&self, name: &str, grants: Vec<Grant>, half: bool) -> Person {
        let user = User { given: grants, ..User::new(name.parse().unwrap(), String::new(), Lang::En, now()) };
        let token = Token::fresh().unwrap();
        let session = Session {
            token: token.digest(),
            user: user.name.clone(),
            csrf: Digest::of(name.as_bytes()).to_string(),
            created_at: now(),
            expires_at: now().plus(Millis(3_600_000)),
            epoch: 0,
            confirmed_at: Some(now()),
            half,
            origin: "::1".to_owned(),
            agent: "table".to_owned(),
            seen_at: now(),
        };
        let changes = vec![store::add(&user).unwrap(), store::add(&session).unwrap()];
        assert_eq!(self.console.store.change(now(), changes, Vec::new()).await.unwrap(), Changed::Done, "{name}");
        Person { cookie: format!("relight_session={}", token.reveal()), csrf: session.csrf }
    }

    /// The status of an answer, as a program is told it.
    pub(crate) async fn status(&self, route: &str, person: &Person, fields: &[(&str, &str)]) -> StatusCode {
        self.answer(route, person, fields).await.status()
    }

    /// A page as it is shown to a person.
    pub(crate) async fn page(&self, path: &str, person: &Person) -> String {
        let request = Request::get(path).header(header::COOKIE, &person.cookie).body(Body::empty()).unwrap();
        let page = self.console.send(request).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.text
    }

    /// Asks as a program would that carries the person's cookie, so that an error is told with its code.
    pub(crate) async fn ask(&self, route: &str, person: &Person, fields: &[(&str, &str)]) -> Verdict {
        Verdict::of(self.answer(route, person, fields).await).await
    }

    async fn answer(&self, route: &str, person: &Person, fields: &[(&str, &str)]) -> axum::response::Response {
        let (method, path) = route.split_once(' ').unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &person.cookie)
            .header(header::ACCEPT, "application/json");
        let request = if method == "POST" {
            let mut all = vec![("csrf", person.csrf.as_str())];
            all.extend_from_slice(fields);
            let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            request.body(Body::from(encode(&all)))
        } else {
            request.body(Body::empty())
        };
        self.console.answer(request.unwrap()).await
    }
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Let through; what came of it then is another question.
    Yes,
    /// Refused for who asks.
    No,
    /// For this person there is nothing at the address.
    Nothing,
    /// To sign in first.
    SignIn,
}

impl Verdict {
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Yes => 'y',
            Self::No => '-',
            Self::Nothing => '0',
            Self::SignIn => 's',
        }
    }

    /// A body is read only where it tells something: a stream has no end.
    async fn of(answer: axum::response::Response) -> Self {
        let status = answer.status();
        assert!(!status.is_server_error(), "{status}: {}", Page::read(answer).await.text);
        match status {
            StatusCode::UNAUTHORIZED => Self::SignIn,
            StatusCode::NOT_FOUND => Self::Nothing,
            StatusCode::FORBIDDEN => Self::No,
            StatusCode::CONFLICT => {
                let said: serde_json::Value = serde_json::from_str(&Page::read(answer).await.text).unwrap();
                // `needs_…` is the authority; everything else is the state of the run.
                if said["error"].as_str().unwrap().starts_with("needs_") { Self::No } else { Self::Yes }
            }
            _ => Self::Yes,
        }
    }
}
