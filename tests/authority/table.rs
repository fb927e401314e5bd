//! Every route, by who asks. A route of the router without a row here fails the test.

use std::collections::BTreeSet;

use axum::http::header;
use engine::base::{IdSource as _, RunId, SystemIds};
use engine::plan::Mode;
use engine::run::ROLES;
use futures::future::join_all;

use crate::routes::routes;
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
    /// A case in a mode, at a place that the form names.
    Case,
    /// Nothing of a place: everybody who is signed in.
    Everybody,
    /// Nobody needs to be signed in.
    Open,
    /// A way in that this console does not have: who is in already is led on.
    Shut,
    /// What an admin of the place manages.
    Managed,
    /// Something in any mode, at a place that the form names.
    Named,
}

/// A route, a form that it takes, and who is let through: a letter a role in the order of [`ROLES`]: commander, deputy,
/// situation-room, tier-lead, operator, approver, business-owner, observer, auditor, admin. `y` is let through, `-` is refused,
/// `0` finds nothing.
struct Row(&'static str, About, &'static [(&'static str, &'static str)], &'static str);

const ALL: &str = "yyyyyyyyyy";
const OPERATE: &str = "yy--y-----";
const REPAIR: &str = "yy-yy-----";
const COMMAND: &str = "yy--------";
const MARK: &str = "yyy-y-----";
const VOTE: &str = "yyyyyyy---";
const WORK: &str = "yyyyyyyy--";
const BREAK: &str = "yyyyyyy---";
const OPEN_CASES: &str = "yyyyy-----";
const ADMIN: &str = "---------y";
const OVERSEERS: &str = "--------yy";
/// Those who see how people are reached: for them there is no such occasion.
const ADDRESSES: &str = "000000--00";
const TEND: &str = "yyy------y";
/// Those who tend contacts: for them there is no such thing.
const TEND_NOTHING: &str = "000------0";
/// Those of the table hold nothing at the top of the tree, where glass is reviewed, the log is read and rules of telling are kept.
const NOBODY: &str = "----------";
const NONE: &str = "0000000000";

const UNIT: (&str, &str) = ("unit", "db");
const NO_UNIT: (&str, &str) = ("unit", "no-such");
const WHY: (&str, &str) = ("reason", "table");
/// Stands for a fresh id, as `case` does.
const KEY: (&str, &str) = ("key", "");
const ZERO: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn rows() -> Vec<Row> {
    use About::{Case, Declare, Everybody, Managed, Named, Open, Place, Run, Shut};
    vec![
        Row("GET /", Everybody, &[], ALL),
        Row("GET /runbooks", Everybody, &[], ALL),
        Row("GET /runbooks/file/{*file}", Place, &[], ALL),
        Row("GET /runbooks/{id}", Place, &[], ALL),
        Row("GET /runbooks/{id}/declare", Place, &[], OPERATE),
        Row("POST /runbooks/{id}/declare", Declare, &[], OPERATE),
        Row("POST /runbooks/{id}/preflight", Declare, &[], OPERATE),
        Row("GET /components", Everybody, &[], ALL),
        Row("GET /replication", Everybody, &[], ALL),
        Row("GET /replication/{link}", Everybody, &[], NONE),
        Row("GET /diagnostics/{code}", Everybody, &[], ALL),
        Row("GET /cases", Everybody, &[], ALL),
        Row("GET /cases/new", Everybody, &[], OPEN_CASES),
        Row(
            "POST /cases/new",
            Case,
            &[("case", ""), ("what", "table"), ("class", "failure"), ("organisation", BANK)],
            OPEN_CASES,
        ),
        Row("GET /cases/{case}", Place, &[], NONE),
        Row("POST /cases/{case}/act", Place, &[KEY], NONE),
        Row("GET /api", Everybody, &[], ALL),
        Row("GET /runs", Everybody, &[], ALL),
        Row("GET /runs/{run}", Place, &[], ALL),
        Row("GET /runs/{run}/live", Place, &[], ALL),
        Row("GET /runs/{run}/asks", Place, &[], ALL),
        Row("POST /runs/{run}/act", Run, &[("verb", "vote"), UNIT, ("approve", "yes"), ("digest", ZERO)], VOTE),
        Row(
            "POST /runs/{run}/act",
            Run,
            &[("verb", "manual"), NO_UNIT, ("result", "done"), ("evidence", "seen")],
            WORK,
        ),
        Row(
            "POST /runs/{run}/act",
            Run,
            &[
                ("verb", "vote-by-phone"),
                UNIT,
                ("approve", "yes"),
                ("approver", "clerk"),
                ("witness", "clerk"),
                ("called_at", "2026-01-01T00:00"),
                ("digest", ZERO),
            ],
            VOTE,
        ),
        Row("POST /runs/{run}/act", Run, &[("verb", "mark"), ("mark", "event"), ("at", "2099-01-01T00:00"), WHY], MARK),
        Row("POST /runs/{run}/act", Run, &[("verb", "retry-step"), UNIT], REPAIR),
        Row("POST /runs/{run}/act", Run, &[("verb", "retry-unit"), UNIT], REPAIR),
        Row("POST /runs/{run}/act", Run, &[("verb", "rerun"), UNIT, WHY], REPAIR),
        Row("POST /runs/{run}/act", Run, &[("verb", "rerun-downstream"), UNIT, WHY], REPAIR),
        Row("POST /runs/{run}/act", Run, &[("verb", "stop"), UNIT, WHY], REPAIR),
        Row("POST /runs/{run}/act", Run, &[("verb", "attest"), UNIT, ("evidence", "seen")], REPAIR),
        Row("POST /runs/{run}/act", Run, &[("verb", "choose"), UNIT, ("branch", "full"), WHY], OPERATE),
        Row("POST /runs/{run}/act", Run, &[("verb", "resume")], OPERATE),
        Row("POST /runs/{run}/act", Run, &[("verb", "rollback"), ("scope", "unit:no-such"), WHY], OPERATE),
        Row("GET /runs/{run}/units/{unit}", Place, &[], ALL),
        Row("GET /runs/{run}/evidence/{digest}", Place, &[], NONE),
        Row("GET /runs/{run}/tasks/{unit}", Place, &[], ALL),
        Row("POST /runs/{run}/tasks/{unit}", Run, &[("verb", "claim"), UNIT], WORK),
        Row("GET /runs/{run}/gates/{unit}", Place, &[], ALL),
        Row("GET /g/{link}", Everybody, &[], NONE),
        Row("GET /approvals", Everybody, &[], ALL),
        Row("GET /tasks", Everybody, &[], ALL),
        Row("GET /compare", Place, &[], ALL),
        Row("POST /compare", Place, &[("then", ""), ("now", ""), ("unit", "db"), ("note", "x")], ALL),
        Row("GET /trends", Everybody, &[], ALL),
        Row("GET /trends/{id}", Place, &[], NONE),
        Row("POST /trends/{id}", Place, &[("minutes", "60"), ("people", "3"), ("source", "x")], NONE),
        Row("GET /runbooks/{id}/coverage", Place, &[], ALL),
        Row("GET /calendar", Everybody, &[], ALL),
        Row(
            "POST /calendar",
            Place,
            &[("verb", "plan"), KEY, ("runbook", "bank-db"), ("day", "2099-01-01"), ("mode", "drill")],
            COMMAND,
        ),
        Row("GET /calendar.ics", Everybody, &[], ALL),
        Row("GET /findings", Everybody, &[], ALL),
        Row("GET /findings/new", Run, &[], OPEN_CASES),
        Row("POST /findings/new", Run, &[("run", ""), ("what", "seen"), ("severity", "low")], OPEN_CASES),
        Row("GET /findings/{finding}", Place, &[], NONE),
        Row("POST /findings/{finding}/act", Place, &[("verb", "move"), ("step", "open")], NONE),
        Row("GET /runs/{run}/report", Place, &[], ALL),
        Row("GET /runs/{run}/report.html", Place, &[], ALL),
        Row("GET /runs/{run}/report.pdf", Place, &[], ALL),
        Row("GET /runs/{run}/report.xlsx", Place, &[], ALL),
        Row("GET /runs/{run}/report.csv.zip", Place, &[], ALL),
        Row("GET /runs/{run}/report.json", Place, &[], ALL),
        Row("GET /runs/{run}/report.md", Place, &[], ALL),
        Row("GET /runs/{run}/evidence.zip", Place, &[], ALL),
        Row("GET /runs/{run}/issues", Place, &[], ALL),
        Row("GET /runs/{run}/issues/{number}", Place, &[], NONE),
        Row("POST /runs/{run}/issues", Run, &[("verb", "issue"), ("last", "0")], OPEN_CASES),
        Row("GET /documents", Everybody, &[], ALL),
        Row("GET /documents/new", Everybody, &[], "yyyyy-----"),
        Row("GET /documents/{document}", Place, &[], NONE),
        // Without an owner it is kept of nobody, whoever may.
        Row(
            "POST /documents/{document}",
            Place,
            &[("title", "x"), ("organisation", BANK), ("last", "0"), ("standing", "draft"), ("owners", ",")],
            "yyyyy-----",
        ),
        Row("GET /documents/{document}/edit", Place, &[], NONE),
        Row("GET /documents/{document}/files/{digest}", Place, &[], NONE),
        Row("GET /reports", Everybody, &[], ALL),
        Row("GET /contacts", Everybody, &[], ALL),
        Row(
            "POST /contacts",
            Named,
            &[("organisation", BANK), ("id", "x"), ("name_ko", "x"), ("class", "none"), ("version", "0")],
            TEND,
        ),
        Row(
            "POST /contacts",
            Everybody,
            &[("organisation", ""), ("id", "x"), ("name_ko", "x"), ("class", "none"), ("version", "0")],
            NOBODY,
        ),
        Row("GET /contacts/new", Everybody, &[], TEND),
        Row("GET /contacts/entry/{id}", Everybody, &[], TEND_NOTHING),
        Row("POST /contacts/remove", Everybody, &[("id", "no-such")], TEND_NOTHING),
        Row("GET /contacts/import", Everybody, &[], TEND),
        // Its rows are judged each at its place.
        Row("POST /contacts/import", Everybody, &[("list", "id")], TEND),
        Row("POST /contacts/test", Named, &[("class", "none"), ("organisation", BANK), KEY], TEND_NOTHING),
        Row("POST /contacts/test", Everybody, &[("class", "none"), ("organisation", ""), KEY], NOBODY),
        Row("GET /messages", Everybody, &[], ALL),
        Row("POST /messages/read", Everybody, &[], ALL),
        Row("GET /messages/failed", Everybody, &[], TEND),
        Row("POST /messages/again", Everybody, &[("id", "none")], TEND),
        Row("GET /messages/occasion", Everybody, &[], ADDRESSES),
        Row("POST /messages/report", Everybody, &[("call", "none"), WHY], TEND_NOTHING),
        Row("GET /acknowledge", Open, &[], NONE),
        Row("POST /acknowledge", Open, &[("call", "none"), ("key", "none")], NONE),
        Row("GET /telling", Everybody, &[], NOBODY),
        Row("POST /telling", Everybody, &[], NOBODY),
        Row("GET /audit", Everybody, &[], NOBODY),
        Row("GET /audit.csv", Everybody, &[], NOBODY),
        Row("GET /audit.jsonl", Everybody, &[], NOBODY),
        Row("GET /sign-in", Open, &[], ALL),
        Row("POST /sign-in", Open, &[("name", "nobody"), ("password", "wrong")], ALL),
        Row("GET /sign-in/oidc", Shut, &[], ALL),
        Row("GET /sign-in/oidc/return", Open, &[], NONE),
        Row("GET /sign-in/oidc/leave", Open, &[], NONE),
        Row("GET /sign-in/second", Open, &[], ALL),
        Row("POST /sign-in/second", Open, &[], ALL),
        Row("GET /confirm", Everybody, &[], ALL),
        Row("POST /confirm", Everybody, &[("password", "battery staple")], ALL),
        Row("GET /me", Everybody, &[], ALL),
        Row("POST /me", Everybody, &[("verb", "none")], ALL),
        Row("GET /me/delegations", Everybody, &[], ALL),
        Row("POST /me/delegations", Everybody, &[("verb", "none")], ALL),
        Row("GET /deputies", Managed, &[], OVERSEERS),
        Row("GET /break-glass", Everybody, &[], ALL),
        Row("POST /break-glass", Everybody, &[KEY, WHY], BREAK),
        Row("POST /break-glass/{id}", Everybody, &[], NOBODY),
        Row("GET /people", Managed, &[], ADMIN),
        Row("POST /people", Managed, &[("name", "?")], ADMIN),
        Row("GET /people/{name}", Managed, &[], ADMIN),
        Row("POST /people/{name}", Managed, &[("verb", "none")], ADMIN),
        Row("GET /organisations", Managed, &[], ADMIN),
        Row("GET /teams", Managed, &[], ADMIN),
        Row("POST /teams", Managed, &[("id", "?")], ADMIN),
        Row("GET /teams/{team}", Managed, &[], ADMIN),
        Row("POST /teams/{team}", Managed, &[("verb", "none")], ADMIN),
        Row("GET /password", Everybody, &[], ALL),
        Row("POST /password", Everybody, &[("present", "x"), ("chosen", "y"), ("repeated", "z")], ALL),
        Row("POST /language", Everybody, &[("lang", "none")], ALL),
        Row("POST /runs/{run}/act", Run, &[("verb", "pause"), WHY], OPERATE),
        Row("POST /runs/{run}/act", Run, &[("verb", "skip"), NO_UNIT, WHY], OPERATE),
        Row("POST /runs/{run}/act", Run, &[("verb", "rollback"), ("scope", "run"), WHY], COMMAND),
        Row("POST /runs/{run}/act", Run, &[("verb", "exercise-hold"), WHY], COMMAND),
        Row("POST /runs/{run}/act", Run, &[("verb", "abort"), WHY], OPERATE),
        Row("GET /healthz", Open, &[], ALL),
        Row("GET /assets/{digest}/{*name}", Open, &[], NONE),
        // It ends the session of who asks.
        Row("POST /sign-out", Everybody, &[], ALL),
    ]
}

/// The address of a row, for a run.
fn address(route: &str, run: RunId) -> String {
    route
        .replace("{run}", &run.to_string())
        .replace("{unit}", "db")
        .replace("{code}", "E01")
        .replace("/evidence/{digest}", &format!("/evidence/{ZERO}"))
        .replace("/issues/{number}", "/issues/7")
        .replace("{document}/files/{digest}", &format!("{{document}}/files/{ZERO}"))
        .replace("{document}", "01890a5d-ac96-774b-bcce-b302099a8057")
        .replace("/entry/{id}", "/entry/01890a5d-ac96-774b-bcce-b302099a8057")
        .replace("/messages/occasion", "/messages/occasion?key=none")
        .replace("GET /acknowledge", "GET /acknowledge?call=none&key=none")
        .replace("{finding}", "01890a5d-ac96-774b-bcce-b302099a8057")
        .replace("/trends/{id}", "/trends/bank-db")
        .replace("GET /compare", &format!("GET /compare?then={run}&now={run}"))
        .replace("GET /findings/new", &format!("GET /findings/new?run={run}"))
        .replace("{case}", "01890a5d-ac96-774b-bcce-b302099a8057")
        .replace("{*file}", "bank-db.yaml")
        .replace("/runbooks/{id}", "/runbooks/bank-db")
        .replace("/break-glass/{id}", "/break-glass/01890a5d-ac96-774b-bcce-b302099a8057")
        .replace("{name}", "clerk")
        .replace("{team}", "crew")
        .replace("/g/{link}", "/g/none")
        .replace("/replication/{link}", "/replication/none")
        .replace("{digest}/{*name}", "000000000000/none.css")
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<String> = routes().into_iter().collect();
    let rows: BTreeSet<String> = rows().iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(routes.difference(&rows).collect::<Vec<_>>(), [""; 0], "routes without a row");
    assert_eq!(rows.difference(&routes).collect::<Vec<_>>(), [""; 0], "rows without a route");
}

/// What a row's form sends, with what differs from asking to asking.
fn fields(stage: &Stage, row: &Row, mode: Mode) -> Vec<(&'static str, String)> {
    let fresh = SystemIds.fresh().to_string();
    let field = |(name, value): &(&'static str, &str)| {
        (*name, if ["key", "case"].contains(name) { fresh.clone() } else { (*value).to_owned() })
    };
    let mut fields: Vec<(&'static str, String)> = row.2.iter().map(field).collect();
    match row.1 {
        About::Run => fields.push(("key", fresh)),
        About::Declare => fields.extend([
            ("mode", mode.keyword().to_owned()),
            ("run", fresh),
            ("confirm", "bank-db".to_owned()),
            ("reason", "table".to_owned()),
            ("speed", "0".to_owned()),
            ("digest", stage.plan.digest().to_string()),
        ]),
        About::Case => fields.push(("mode", mode.keyword().to_owned())),
        About::Place | About::Everybody | About::Open | About::Shut | About::Managed | About::Named => {}
    }
    fields
}

async fn ask(stage: &Stage, row: &Row, mode: Mode, run: RunId, person: &Person) -> char {
    let fields = fields(stage, row, mode);
    let named = run.to_string();
    let field = |(name, value): &'_ (&'static str, String)| {
        // Left empty, each of these stands for the run of the row.
        let value =
            if ["run", "then", "now"].contains(name) && value.is_empty() { named.clone() } else { value.clone() };
        (*name, value)
    };
    let fields: Vec<(&str, String)> = fields.iter().map(field).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    stage.ask(&address(row.0, run), person, &fields).await.letter()
}

/// What is wrong about a row in a mode.
async fn faults(stage: &Stage, (at, row): (usize, &Row), mode: Mode) -> Vec<String> {
    let Row(route, about, _, wanted) = *row;
    // A run of its own: what one row does to it touches no other.
    let run = stage.declare(mode, &format!("owner-{at}-{}", mode.keyword())).await;
    let person = async |which: &str, grants| {
        let person = stage.person(&format!("{which}-{at}-{}", mode.keyword()), grants).await;
        ask(stage, row, mode, run, &person).await
    };
    let mut wrong = Vec::new();
    let mut note = |who: &str, found: &str, wanted: &str| {
        if found != wanted {
            wrong.push(format!("{route} {:?} {mode:?} {who}: {found}, not {wanted}", row.2));
        }
    };
    let others: Vec<Mode> = Mode::ALL.into_iter().filter(|other| *other != mode).collect();
    let (mut here, mut elsewhere) = (String::new(), String::new());
    for role in ROLES {
        here.push(person(&format!("{role}-here"), vec![grant(role, BANK, &Mode::ALL)]).await);
        elsewhere.push(person(&format!("{role}-other"), vec![grant(role, BANK, &others)]).await);
    }
    note("with the role", &here, wanted);
    // Held in other modes alone, a role is good for looking.
    let looking = match about {
        About::Run | About::Declare | About::Case => NOBODY,
        About::Place | About::Everybody | About::Open | About::Shut | About::Managed | About::Named => wanted,
    };
    note("with the role in other modes", &elsewhere, looking);

    let owner = person("owner", vec![grant("operator", BANK, &Mode::ALL)]).await;
    let operator = wanted.chars().nth(4).unwrap();
    note("who declared it", &owner.to_string(), &operator.to_string());

    let all = ROLES.map(|role| grant(role, "shop", &Mode::ALL)).to_vec();
    let stranger = person("stranger", all).await;
    let wanted_of_stranger = match about {
        About::Place | About::Run | About::Declare => "0",
        // Another organisation's admin manages the own people.
        About::Managed if route.contains('{') => "0",
        About::Managed => "y",
        About::Case | About::Named => "-",
        About::Everybody if wanted == NOBODY => "-",
        About::Everybody | About::Open | About::Shut => {
            if wanted.contains('0') {
                "0"
            } else {
                "y"
            }
        }
    };
    note("of another organisation", &stranger.to_string(), wanted_of_stranger);

    let signed_out = Person { cookie: "relight_session=none".into(), csrf: "x".into() };
    let nobody = ask(stage, row, mode, run, &signed_out).await;
    let wanted_of_nobody = match about {
        About::Open if wanted == NONE => "0",
        About::Open => "y",
        About::Shut => "0",
        About::Place | About::Run | About::Declare | About::Case | About::Everybody | About::Managed | About::Named => {
            "s"
        }
    };
    note("signed out", &nobody.to_string(), wanted_of_nobody);
    wrong
}

#[tokio::test]
async fn every_route_by_role_by_mode_by_place() {
    let stage = Stage::set().await;
    stage.person("clerk", vec![grant("approver", BANK, &[])]).await;
    stage.team("crew", &[], &["operator"]).await;
    let mut wrong = Vec::new();
    for (at, row) in rows().iter().enumerate() {
        // What has no mode is asked in one.
        let in_each = matches!(row.1, About::Run | About::Declare | About::Case);
        let modes = if in_each { &Mode::ALL[..] } else { &[Mode::Drill] };
        let found = join_all(modes.iter().map(|mode| faults(&stage, (at, row), *mode))).await;
        wrong.extend(found.into_iter().flatten());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn who_waits_for_the_second_factor_can_do_nothing_else() {
    let stage = Stage::set().await;
    let run = stage.declare(Mode::Drill, "owner").await;
    let person = stage.half("half", vec![grant("commander", BANK, &Mode::ALL), grant("admin", "", &[])]).await;
    for row in rows() {
        let answer = ask(&stage, &row, Mode::Drill, run, &person).await;
        let open = matches!(row.1, About::Open | About::Shut);
        assert!(open || answer == '-', "{} {:?}: {answer}", row.0, row.2);
    }
    let page = stage.console.get("/sign-in").await;
    assert!(!page.headers.contains_key(header::SET_COOKIE));
}
