//! An issued version, sealed with its signatures, on both databases.

use engine::base::{Clock as _, Digest, RunId, SystemClock};
use engine::evidence::issue::{Issue, IssueError, NotIssued, content, issue, issued, sign};
use engine::report::SignBox;
use engine::run::{Actor, Door};
use engine::store::{Change, Deed, DeedOutcome, Store, open};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use harness::postgres::Cluster;
use harness::state::State;
use sqlx::Connection as _;

const RUNBOOK: &str = "runbook: r\ntitle: {ko: 기동 훈련, en: The drill}\nunits: {a: {run: [{command: x}]}}\n";

fn deed(name: &str, role: &str) -> Deed {
    Deed {
        at: SystemClock.now(),
        by: Actor { name: name.parse().unwrap(), roles: vec![role.parse().unwrap()], via: Door::Console },
        on_behalf_of: None,
        origin: "10.0.0.7".to_owned(),
        act: String::new(),
        object: String::new(),
        before: None,
        after: None,
        outcome: DeedOutcome::Done,
        reason: String::new(),
    }
}

/// Nothing is written beside a version.
fn nothing(_: Issue) -> BoxFuture<'static, Result<Vec<Change>, engine::store::Error>> {
    async { Ok(Vec::new()) }.boxed()
}

async fn signed(
    store: &dyn Store,
    run: RunId,
    digest: Digest,
    part: SignBox,
    who: (&str, &str),
) -> Result<(), IssueError> {
    let (at, deed) = (SystemClock.now(), deed(who.0, who.1));
    sign(store, (run, 1), part, digest, at, deed, &nothing).await.map(|_| ())
}

async fn on(url: &str) {
    let state = State::new();
    let with = |arguments: &[&str]| {
        let mut command = state.relight(arguments);
        let output = command.env("RELIGHT_DATABASE", url).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let file = state.runbook(RUNBOOK);
    with(&["run", &file, "--mode", "mock"]);
    with(&["key", "new"]);
    let store = open(url).await.unwrap().store;
    let listed: serde_json::Value = serde_json::from_str(&with(&["runs", "--format", "json"])).unwrap();
    let run: RunId = listed[0]["run"].as_str().unwrap().parse().unwrap();
    // Two issue at the same moment: one version comes of it.
    let both = tokio::join!(
        issue(&*store, run, 0, deed("kim", "operator"), &nothing),
        issue(&*store, run, 0, deed("lee", "commander"), &nothing),
    );
    let made = [both.0, both.1].into_iter().filter_map(Result::ok).count();
    let versions = issued(&*store, run).await.unwrap();
    assert_eq!((made, versions.len()), (1, 1));
    let first = versions[0].value.clone();
    assert_eq!(content(&*store, &first).await.unwrap(), with(&["report", "latest", "--format", "json"]));
    let auditor = signed(&*store, run, first.digest, SignBox::Author, ("park", "auditor")).await;
    assert!(matches!(auditor, Err(IssueError::Denied(_))), "{auditor:?}");
    signed(&*store, run, first.digest, SignBox::Author, ("kim", "operator")).await.unwrap();
    let same = signed(&*store, run, first.digest, SignBox::Reviewer, ("kim", "commander")).await;
    assert!(matches!(same, Err(IssueError::Refused(NotIssued::SamePerson(SignBox::Author)))), "{same:?}");
    // Two review at the same moment: one of them has.
    let both = tokio::join!(
        signed(&*store, run, first.digest, SignBox::Reviewer, ("lee", "commander")),
        signed(&*store, run, first.digest, SignBox::Reviewer, ("choi", "commander")),
    );
    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");

    let pack = state.path("issued.zip").display().to_string();
    with(&["seal", "latest", "--issue", "1", "-o", &pack]);
    let proven = state.done(&["verify", &pack, "--format", "json"]).json_with(0);
    assert_eq!(proven["intact"], true);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&pack).unwrap()).unwrap();
    let version: serde_json::Value = serde_json::from_reader(archive.by_name("issue.json").unwrap()).unwrap();
    assert_eq!(version["signatures"].as_array().unwrap().len(), 2);
    let page = std::io::read_to_string(archive.by_name("report.ko.html").unwrap()).unwrap();
    assert!(page.contains("제1판") && page.contains("kim"), "the boxes are on the paper");
    let code = |issue: &str| {
        let mut command = state.relight(&["seal", "latest", "--issue", issue, "-o", "other.zip"]);
        command.env("RELIGHT_DATABASE", url).output().unwrap().status.code()
    };
    assert_eq!(code("2"), Some(2));

    // Somebody changes what is kept: nobody signs it any more.
    let sql = "UPDATE content SET bytes = $1 WHERE digest = $2";
    let changed = b"{}".to_vec();
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{path}")).await.unwrap();
        let digest = first.digest.0.to_vec();
        sqlx::query(sql).bind(changed).bind(digest).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        let digest = first.digest.0.to_vec();
        sqlx::query(sql).bind(changed).bind(digest).execute(&mut connection).await.unwrap();
    }
    let refused = signed(&*store, run, first.digest, SignBox::Approver, ("choi-2", "approver")).await;
    assert!(matches!(refused, Err(IssueError::Refused(NotIssued::Changed))), "{refused:?}");
    assert_eq!(code("1"), Some(1), "nor is it sealed");
}

#[tokio::test]
async fn a_version_is_issued_once_signed_once_and_sealed_with_its_signatures_on_sqlite() {
    let home = tempfile::tempdir().unwrap();
    on(&format!("sqlite://{}", home.path().join("relight.db").display())).await;
}

#[tokio::test]
async fn a_version_is_issued_once_signed_once_and_sealed_with_its_signatures_on_postgresql() {
    on(&Cluster::shared().database().await).await;
}
