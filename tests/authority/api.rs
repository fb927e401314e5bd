//! Every operation of the API, by who asks and with what: a session, or a token of each scope. An operation of the document
//! without a row here fails the test.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Digest, IdSource as _, RunId, SystemIds};
use engine::identity::Scope;
use engine::plan::Mode;
use engine::run::ROLES;
use futures::future::join_all;
use harness::page::Page;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stage::{BANK, Person, Stage, grant};

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// Something at a place: whoever holds nothing there finds nothing.
    Place,
    /// A run, in its mode: whoever holds the role in another mode only looks on.
    Run,
    /// A declaration in a mode, likewise.
    Declare,
    /// A case in a mode, at a place that the body names.
    Case,
    /// Nothing of a place: everybody who is signed in.
    Everybody,
    /// Nobody needs to be signed in.
    Open,
    /// What an admin of the place manages.
    Managed,
    /// What is one for all organisations, so that who holds something at a place may not.
    Top,
    /// Something in any mode, at a place that the body names.
    Named,
}

/// What is sent: nothing for `null`.
#[derive(Debug, Clone, Copy)]
struct Scene {
    mode: Mode,
    plan: Digest,
}

/// An operation, what is sent to it, who is let through by role (as in the table of routes), and by the scope of a token whose
/// person holds every role here: view, act, admin, alert.
struct Row(&'static str, About, fn(&Scene) -> Value, &'static str, &'static str);

const ALL: &str = "yyyyyyyyyy";
const OPERATE: &str = "yy--y-----";
const COMMAND: &str = "yy--------";
const REPAIR: &str = "yy-yy-----";
const MARK: &str = "yyy-y-----";
const VOTE: &str = "yyyyyyy---";
const WORK: &str = "yyyyyyyy--";
const OPEN_CASES: &str = "yyyyy-----";
const ADMIN: &str = "---------y";
const OVERSEERS: &str = "--------yy";
const BREAK: &str = "yyyyyyy---";
const NONE: &str = "0000000000";
/// Those of the table hold nothing at the top of the tree.
const NOBODY: &str = "----------";
/// Those who see how people are reached: for them there is no such occasion.
const ADDRESSES: &str = "000000--00";
const TEND: &str = "yyy------y";
/// Those who tend contacts: for them there is no such thing.
const TEND_NOTHING: &str = "000------0";

/// What looks: every scope but that for alerts.
const LOOK: &str = "yyy-";
const LOOK_AT_NOTHING: &str = "000-";
const ACT: &str = "-y--";
const ACT_ON_NOTHING: &str = "-0--";
const ALERT: &str = "-y-y";
const MANAGE: &str = "--y-";
const EVERY: &str = "yyyy";
const NO_TOKEN: &str = "----";

fn nothing(_: &Scene) -> Value {
    Value::Null
}

#[expect(clippy::too_many_lines, reason = "a row an operation, a verb")]
fn rows() -> Vec<Row> {
    use About::{Case, Declare, Everybody, Managed, Named, Open, Place, Run, Top};
    let requests = "POST /api/v1/runs/{run}/requests";
    vec![
        Row("GET /api/v1/openapi.json", Open, nothing, ALL, EVERY),
        Row("GET /api/v1/health", Open, nothing, ALL, EVERY),
        Row("GET /api/v1/session", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/sessions", Everybody, nothing, ALL, LOOK),
        // The own account is changed by the person, in a session: a token would lock its person out, or make itself a wider one.
        Row("DELETE /api/v1/sessions", Everybody, nothing, ALL, NO_TOKEN),
        Row("DELETE /api/v1/sessions/{session}", Place, nothing, NONE, NO_TOKEN),
        Row("GET /api/v1/tokens", Everybody, nothing, ALL, LOOK),
        Row("POST /api/v1/tokens", Everybody, |_| json!({"label": "table", "scope": "act", "days": 1}), ALL, NO_TOKEN),
        Row("DELETE /api/v1/tokens/{token}", Place, nothing, NONE, NO_TOKEN),
        Row("PUT /api/v1/language", Everybody, |_| json!({"lang": "en"}), ALL, NO_TOKEN),
        Row("GET /api/v1/break-glass", Everybody, nothing, ALL, LOOK),
        Row("POST /api/v1/break-glass", Everybody, |_| json!({"reason": "table"}), BREAK, NO_TOKEN),
        Row("POST /api/v1/break-glass/{glass}/review", Top, |_| json!({"finding": "table"}), NOBODY, NO_TOKEN),
        Row("GET /api/v1/runbooks", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/runbooks/{id}", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runbooks/{id}/faults", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runbooks/{id}/plan", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runbooks/{id}/forecast", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runbooks/{id}/coverage", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/diagnostics/{code}", Everybody, nothing, ALL, LOOK),
        Row(
            "POST /api/v1/runbooks/{id}/preflight",
            Declare,
            |scene| json!({"mode": scene.mode.keyword()}),
            OPERATE,
            ACT,
        ),
        Row("GET /api/v1/files/{file}/faults", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/components", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/replication", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/replication/{link}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("GET /api/v1/runs", Everybody, nothing, ALL, LOOK),
        Row(
            "POST /api/v1/runs",
            Declare,
            |scene| {
                json!({
                    "runbook": "bank-db", "mode": scene.mode.keyword(), "reason": "table", "confirm": "bank-db",
                    "digest": scene.plan, "run": SystemIds.fresh(),
                })
            },
            OPERATE,
            ACT,
        ),
        Row("GET /api/v1/runs/{run}", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/events", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/units/{unit}", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/attempts/{attempt}/output", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("GET /api/v1/runs/{run}/requests/{request}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("GET /api/v1/runs/{run}/report", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/compare", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/trends", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/mttr", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/trends/{runbook}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("GET /api/v1/calendar", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/calendar/catalogue", Everybody, nothing, ALL, LOOK),
        Row(
            "POST /api/v1/calendar/acts",
            Place,
            |_| json!({"verb": "plan", "runbook": "bank-db", "day": "2099-01-01", "mode": "drill"}),
            COMMAND,
            ACT,
        ),
        Row(
            "POST /api/v1/trends/{runbook}/baseline",
            Place,
            |_| json!({"rta_ms": 60_000, "people": 3, "source": "table"}),
            NONE,
            ACT_ON_NOTHING,
        ),
        Row(
            "POST /api/v1/compare/notes",
            Place,
            |_| json!({"then": RunId(Uuid::nil()), "now": RunId(Uuid::nil()), "unit": "db", "note": "x"}),
            NONE,
            ACT_ON_NOTHING,
        ),
        Row("GET /api/v1/findings", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/findings/{finding}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row(
            "POST /api/v1/findings/{finding}/acts",
            Place,
            |_| json!({"verb": "move", "step": "open"}),
            NONE,
            ACT_ON_NOTHING,
        ),
        Row("POST /api/v1/runs/{run}/findings", Run, |_| json!({"what": "seen", "severity": "low"}), OPEN_CASES, ACT),
        Row("GET /api/v1/runs/{run}/issues", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/issues/{number}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("POST /api/v1/runs/{run}/issues", Run, |_| json!({"last": 0}), OPEN_CASES, ACT),
        Row(
            "POST /api/v1/runs/{run}/issues/{number}/signatures",
            Place,
            |_| json!({"box": "author", "digest": Digest::ZERO}),
            NONE,
            ACT_ON_NOTHING,
        ),
        Row("GET /api/v1/runs/{run}/pack", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/issues/{number}/pack", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/report/{format}", Place, nothing, ALL, LOOK),
        Row(
            requests,
            Run,
            |_| json!({"verb": "vote", "unit": "db", "approve": true, "digest": Digest::ZERO}),
            VOTE,
            ACT,
        ),
        Row(
            requests,
            Run,
            |_| {
                json!({
                    "verb": "vote_by_phone", "unit": "db", "approve": true, "digest": Digest::ZERO, "approver": "clerk",
                    "witness": "clerk", "called_at": "2026-01-01T00:00:00Z",
                })
            },
            VOTE,
            ACT,
        ),
        Row(requests, Run, |_| json!({"verb": "manual", "unit": "none", "result": "done"}), WORK, ACT),
        Row(requests, Run, |_| json!({"verb": "claim", "unit": "none"}), WORK, ACT),
        Row(requests, Run, |_| json!({"verb": "release", "unit": "none"}), WORK, ACT),
        Row(requests, Run, |_| json!({"verb": "assign", "unit": "none", "to": "clerk"}), WORK, ACT),
        Row(requests, Run, |_| json!({"verb": "tick", "unit": "none", "item": 0, "result": "done"}), WORK, ACT),
        Row(requests, Run, |_| json!({"verb": "check", "unit": "none", "accept": true}), WORK, ACT),
        Row(
            requests,
            Run,
            |_| json!({"verb": "mark", "mark": "event", "at": "2099-01-01T00:00:00Z", "reason": "table"}),
            MARK,
            ACT,
        ),
        Row(requests, Run, |_| json!({"verb": "retry_step", "unit": "db"}), REPAIR, ACT),
        Row(requests, Run, |_| json!({"verb": "retry_unit", "unit": "db"}), REPAIR, ACT),
        Row(requests, Run, |_| json!({"verb": "rerun", "unit": "db", "reason": "table"}), REPAIR, ACT),
        Row(requests, Run, |_| json!({"verb": "stop", "unit": "db", "reason": "table"}), REPAIR, ACT),
        Row(requests, Run, |_| json!({"verb": "attest", "unit": "none", "evidence": "seen"}), REPAIR, ACT),
        Row(requests, Run, |_| json!({"verb": "skip", "unit": "none", "reason": "table"}), OPERATE, ACT),
        Row(
            requests,
            Run,
            |_| json!({"verb": "choose", "unit": "db", "branch": "full", "reason": "table"}),
            OPERATE,
            ACT,
        ),
        Row(requests, Run, |_| json!({"verb": "resume"}), OPERATE, ACT),
        Row(requests, Run, |_| json!({"verb": "pause", "reason": "table"}), OPERATE, ACT),
        Row(requests, Run, |_| json!({"verb": "exercise_hold", "reason": "table"}), COMMAND, ACT),
        Row(requests, Run, |_| json!({"verb": "rollback", "unit": "none", "reason": "table"}), OPERATE, ACT),
        Row(requests, Run, |_| json!({"verb": "rollback", "reason": "table"}), COMMAND, ACT),
        Row(requests, Run, |_| json!({"verb": "abort", "reason": "table"}), OPERATE, ACT),
        Row("POST /api/v1/runs/{run}/units/{unit}/evidence", Run, |_| json!({"this": "is a file"}), WORK, ACT),
        Row("GET /api/v1/runs/{run}/evidence", Place, nothing, ALL, LOOK),
        Row("GET /api/v1/runs/{run}/evidence/{digest}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("GET /api/v1/approvals", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/tasks", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/cases", Everybody, nothing, ALL, LOOK),
        Row(
            "POST /api/v1/cases",
            Case,
            |scene| json!({"what": "table", "class": "failure", "mode": scene.mode.keyword(), "organisation": BANK}),
            OPEN_CASES,
            ACT,
        ),
        Row("GET /api/v1/cases/{case}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("POST /api/v1/cases/{case}/acts", Place, |_| json!({"verb": "note", "text": "x"}), NONE, ACT_ON_NOTHING),
        Row(
            "POST /api/v1/alerts",
            Case,
            |scene| {
                json!({
                    "summary": "table", "fingerprint": SystemIds.fresh(), "mode": scene.mode.keyword(),
                    "organisation": BANK,
                })
            },
            OPEN_CASES,
            ALERT,
        ),
        Row("GET /api/v1/documents", Everybody, nothing, ALL, LOOK),
        Row(
            "POST /api/v1/documents",
            Place,
            |_| json!({"title": "table", "organisation": BANK, "standing": "draft", "owners": ["kim"]}),
            "yyyyy-----",
            ACT,
        ),
        Row("GET /api/v1/documents/{document}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row(
            "POST /api/v1/documents/{document}/versions",
            Place,
            |_| json!({"title": "table", "standing": "draft", "owners": ["kim"]}),
            NONE,
            ACT_ON_NOTHING,
        ),
        Row("POST /api/v1/documents/{document}/files", Place, nothing, NONE, ACT_ON_NOTHING),
        Row("GET /api/v1/documents/{document}/files/{digest}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row("GET /api/v1/delegations", Everybody, nothing, ALL, LOOK),
        // Who votes in somebody's place is said by that person, who has just shown to be that person: by no token.
        Row(
            "POST /api/v1/delegations",
            Everybody,
            |_| json!({"to": "clerk", "until": "2099-01-01T00:00:00Z", "reason": "table"}),
            ALL,
            NO_TOKEN,
        ),
        Row("DELETE /api/v1/delegations/{delegation}", Place, nothing, NONE, ACT_ON_NOTHING),
        Row("GET /api/v1/deputies", Managed, nothing, OVERSEERS, LOOK),
        Row("GET /api/v1/contact-classes", Everybody, nothing, ALL, LOOK),
        Row(
            "PUT /api/v1/contact-classes/{class}",
            Top,
            |_| {
                json!({
                    "version": 0, "title": {"ko": "x", "en": "x"}, "order": 9, "deadline_ms": 60_000,
                    "patience_ms": 60_000,
                })
            },
            NOBODY,
            NO_TOKEN,
        ),
        Row("DELETE /api/v1/contact-classes/{class}", Top, nothing, NOBODY, NO_TOKEN),
        Row("GET /api/v1/telling/settings", Top, nothing, NOBODY, NO_TOKEN),
        Row("PUT /api/v1/telling/settings", Top, |_| json!({"version": 0, "address": ""}), NOBODY, NO_TOKEN),
        Row("GET /api/v1/telling/rules", Top, nothing, NOBODY, NO_TOKEN),
        Row(
            "PUT /api/v1/telling/rules/{rule}",
            Top,
            |_| json!({"version": 0, "enabled": true, "modes": ["drill"]}),
            NOBODY,
            NO_TOKEN,
        ),
        Row("DELETE /api/v1/telling/rules/{rule}", Top, nothing, NOBODY, NO_TOKEN),
        Row("GET /api/v1/telling/templates", Top, nothing, NOBODY, NO_TOKEN),
        Row(
            "PUT /api/v1/telling/templates/{way}",
            Top,
            |_| json!({"version": 0, "subject": {"ko": "x", "en": "x"}, "body": {"ko": "x", "en": "x"}}),
            NOBODY,
            NO_TOKEN,
        ),
        Row("GET /api/v1/contacts", Everybody, nothing, ALL, LOOK),
        Row("GET /api/v1/contacts/{contact}", Place, nothing, NONE, LOOK_AT_NOTHING),
        Row(
            "PUT /api/v1/contacts/{contact}",
            Named,
            |_| {
                json!({
                    "version": 0, "organisation": BANK, "name": {"ko": "x"}, "class": "immediate", "modes": ["drill"],
                    "ways": [{"way": "mail", "to": "a@b.kr"}],
                })
            },
            TEND,
            ACT,
        ),
        Row("DELETE /api/v1/contacts/{contact}", Place, nothing, TEND_NOTHING, ACT_ON_NOTHING),
        // Its rows are judged each at its place.
        Row("POST /api/v1/contact-imports", Everybody, |_| json!({"list": "id"}), TEND, ACT),
        Row(
            "POST /api/v1/contact-tests",
            Named,
            |_| json!({"class": "immediate", "organisation": BANK}),
            TEND_NOTHING,
            ACT_ON_NOTHING,
        ),
        Row("POST /api/v1/contact-tests", Top, |_| json!({"class": "immediate"}), NOBODY, NO_TOKEN),
        Row("GET /api/v1/messages", Everybody, nothing, ALL, LOOK),
        Row("POST /api/v1/messages/read", Place, |_| json!({"message": "x"}), NONE, ACT_ON_NOTHING),
        Row("GET /api/v1/occasions", Everybody, nothing, TEND, LOOK),
        Row("GET /api/v1/occasion", Place, nothing, ADDRESSES, LOOK_AT_NOTHING),
        Row(
            "POST /api/v1/acknowledgements",
            Place,
            |_| json!({"call": "x", "reason": "table"}),
            TEND_NOTHING,
            ACT_ON_NOTHING,
        ),
        Row("GET /api/v1/failed-deliveries", Everybody, nothing, TEND, LOOK),
        Row("POST /api/v1/failed-deliveries", Place, |_| json!({"delivery": "x"}), TEND_NOTHING, ACT_ON_NOTHING),
        Row("GET /api/v1/audit", Top, nothing, NOBODY, NO_TOKEN),
        Row("GET /api/v1/people", Managed, nothing, ADMIN, LOOK),
        Row("GET /api/v1/organisations", Managed, nothing, ADMIN, LOOK),
        Row("GET /api/v1/teams", Managed, nothing, ADMIN, LOOK),
        Row("GET /api/v1/teams/{team}", Managed, nothing, ADMIN, LOOK),
        Row(
            "PUT /api/v1/teams/{team}",
            Managed,
            |_| json!({"version": 9, "title": {"ko": "x"}, "organisation": BANK}),
            ADMIN,
            MANAGE,
        ),
        // Somebody of it holds more elsewhere: who is let through is told so, and the next one finds it again.
        Row("DELETE /api/v1/teams/{team}", Managed, nothing, ADMIN, MANAGE),
        Row("POST /api/v1/people", Managed, |_| json!({"name": "?"}), ADMIN, MANAGE),
        Row("GET /api/v1/people/{name}", Managed, nothing, ADMIN, LOOK),
        Row("POST /api/v1/people/{name}/acts", Managed, |_| json!({"verb": "unlock"}), ADMIN, MANAGE),
    ]
}

/// The address of a row, for a run.
fn address(route: &str, run: RunId) -> String {
    let none = "01890a5d-ac96-774b-bcce-b302099a8057";
    route
        .replace("{run}", &run.to_string())
        .replace("{unit}", "db")
        .replace("{format}", "md")
        .replace("{file}", "bank-db.yaml")
        .replace("{id}", "bank-db")
        .replace("{name}", "clerk")
        .replace("{team}", "crew")
        .replace("{attempt}", "999")
        .replace("{finding}", none)
        .replace("{document}/files/{digest}", &format!("{none}/files/{}", Digest::ZERO))
        .replace("{document}/files", &format!("{none}/files?name=a.txt&last=1"))
        .replace("{document}", none)
        .replace("{number}", "7")
        .replace("{runbook}", "bank-db")
        .replace("/api/v1/compare", &format!("/api/v1/compare?then={run}&now={run}"))
        .replace(&format!("?then={run}&now={run}/notes"), "/notes")
        .replace("{delegation}", none)
        .replace("{glass}", none)
        .replace("{session}", &Digest::ZERO.to_string())
        .replace("{token}", &Digest::ZERO.to_string())
        .replace("{code}", "E01")
        .replace("{link}", "no-such")
        .replace("{class}", "no-such")
        .replace("{rule}", "no-such")
        .replace("{way}", "sms")
        .replace("{contact}", "no-such")
        .replace("/api/v1/occasion", "/api/v1/occasion?key=none")
        .replace("/api/v1/occasion?key=nones", "/api/v1/occasions")
        .replace("{digest}", &Digest::ZERO.to_string())
        .replace("/db/evidence", "/db/evidence?name=table.txt")
        .replace("{request}", none)
        .replace("{case}", none)
}

#[tokio::test]
async fn every_operation_of_the_document_has_a_row_and_every_row_an_operation() {
    let stage = Stage::set().await;
    let document: Value = serde_json::from_str(&stage.console.get("/api/v1/openapi.json").await.text).unwrap();
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let operations: BTreeSet<String> = operations.collect();
    let rows: BTreeSet<String> = rows().iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(operations.difference(&rows).collect::<Vec<_>>(), [""; 0], "operations without a row");
    assert_eq!(rows.difference(&operations).collect::<Vec<_>>(), [""; 0], "rows without an operation");
    let verbs = &document["components"]["schemas"]["Ask"]["oneOf"];
    let verbs = verbs.as_array().unwrap().iter().map(|one| one["properties"]["verb"]["enum"][0].as_str().unwrap());
    let scene = Scene { mode: Mode::Drill, plan: Digest::ZERO };
    let asked: BTreeSet<String> =
        rows_of_requests().map(|row| row.2(&scene)["verb"].as_str().unwrap().to_owned()).collect();
    assert_eq!(verbs.filter(|verb| !asked.contains(*verb)).collect::<Vec<_>>(), [""; 0], "verbs without a row");
}

fn rows_of_requests() -> impl Iterator<Item = Row> {
    rows().into_iter().filter(|row| row.0.ends_with("/requests"))
}

/// With what somebody comes.
enum Shown<'p> {
    Session(&'p Person),
    Token(&'p str),
    Nothing,
}

async fn ask(stage: &Stage, row: &Row, mode: Mode, run: RunId, shown: Shown<'_>) -> char {
    let address = address(row.0, run);
    let (method, path) = address.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    request = match shown {
        Shown::Session(person) => request.header(header::COOKIE, &person.cookie).header("x-csrf-token", &person.csrf),
        Shown::Token(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        Shown::Nothing => request,
    };
    let sent = row.2(&Scene { mode, plan: stage.plan.digest() });
    let body = if sent.is_null() { Body::empty() } else { Body::from(sent.to_string()) };
    let request = request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap();
    let answer = stage.console.answer(request).await;
    let status = answer.status();
    let page = Page::read(answer).await;
    assert!(!status.is_server_error(), "{path}: {status}: {}", page.text);
    match status {
        StatusCode::UNAUTHORIZED => 's',
        StatusCode::NOT_FOUND => '0',
        StatusCode::FORBIDDEN => '-',
        StatusCode::CONFLICT => {
            let said: Value = serde_json::from_str(&page.text).unwrap();
            // `needs_…` is the authority; everything else is the state of the run.
            if said["code"].as_str().unwrap().starts_with("needs_") { '-' } else { 'y' }
        }
        _ => 'y',
    }
}

/// What is wrong about a row in a mode.
async fn faults(stage: &Stage, (at, row): (usize, &Row), mode: Mode) -> Vec<String> {
    let Row(route, about, _, wanted, by_scope) = *row;
    let named = |which: &str| format!("{which}-api{at}-{}", mode.keyword());
    // A run of its own: what one row does to it touches no other.
    let run = stage.declare(mode, &named("owner")).await;
    let person = async |which: &str, grants| {
        let person = stage.person(&named(which), grants).await;
        ask(stage, row, mode, run, Shown::Session(&person)).await
    };
    let mut wrong = Vec::new();
    let mut note = |who: &str, found: &str, wanted: &str| {
        if found != wanted {
            wrong.push(format!(
                "{route} {:?} {mode:?} {who}: {found}, not {wanted}",
                row.2(&Scene { mode, plan: Digest::ZERO })
            ));
        }
    };
    let others: Vec<Mode> = Mode::ALL.into_iter().filter(|other| *other != mode).collect();
    let in_mode = matches!(about, About::Run | About::Declare | About::Case);
    let (mut here, mut elsewhere) = (String::new(), String::new());
    for role in ROLES {
        here.push(person(&format!("{role}-here"), vec![grant(role, BANK, &Mode::ALL)]).await);
        elsewhere.push(person(&format!("{role}-other"), vec![grant(role, BANK, &others)]).await);
    }
    note("with the role", &here, wanted);
    note("with the role in other modes", &elsewhere, if in_mode { "----------" } else { wanted });

    // Who declared the run may do what an operator may, and no more.
    let owner = person("owner", vec![grant("operator", BANK, &Mode::ALL)]).await;
    note("who declared it", &owner.to_string(), &wanted[4..5]);

    let all = ROLES.map(|role| grant(role, "shop", &Mode::ALL)).to_vec();
    let wanted_of_stranger = match about {
        About::Place | About::Run | About::Declare => "0",
        // Another organisation's admin manages the own people.
        About::Managed if route.contains('{') => "0",
        About::Case | About::Top | About::Named => "-",
        About::Managed | About::Everybody | About::Open => "y",
    };
    note("of another organisation", &person("stranger", all).await.to_string(), wanted_of_stranger);

    let nobody = ask(stage, row, mode, run, Shown::Nothing).await;
    note("signed out", &nobody.to_string(), if about == About::Open { "y" } else { "s" });

    let all = ROLES.map(|role| grant(role, BANK, &Mode::ALL)).to_vec();
    stage.person(&named("holder"), all).await;
    let mut scopes = String::new();
    for scope in Scope::ALL {
        let token = stage.token(&named("holder"), scope).await;
        scopes.push(ask(stage, row, mode, run, Shown::Token(&token)).await);
    }
    note("with a token", &scopes, by_scope);
    wrong
}

#[tokio::test]
async fn every_operation_by_role_by_mode_by_place_by_scope() {
    let stage = Stage::set().await;
    stage.person("clerk", vec![grant("approver", BANK, &[])]).await;
    stage.person("chief", vec![grant("approver", "", &[])]).await;
    stage.team("crew", &["chief"], &["operator"]).await;
    let mut wrong = Vec::new();
    for (at, row) in rows().iter().enumerate() {
        let in_each = matches!(row.1, About::Run | About::Declare | About::Case);
        let modes = if in_each { &Mode::ALL[..] } else { &[Mode::Drill] };
        let found = join_all(modes.iter().map(|mode| faults(&stage, (at, row), *mode))).await;
        wrong.extend(found.into_iter().flatten());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
