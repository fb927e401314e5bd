//! Breaking the glass: one person, in `real` alone, seen by all, reviewed by another.

use axum::body::Body;
use axum::http::{Request, header};
use engine::base::{IdSource as _, Lang, SystemIds};
use engine::plan::Mode;
use engine::store::{self, DeedQuery, Query};
use engine::telling::{OccasionKind, Raised};

use crate::stage::{BANK, Stage, Verdict, grant};

const KEY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[tokio::test]
async fn one_person_operates_real_runs_alone_until_another_has_reviewed_it() {
    let stage = Stage::set().await;
    let (real, drill) = (stage.declare(Mode::Real, "owner").await, stage.declare(Mode::Drill, "owner").await);
    let kim = stage.person("kim-alone", vec![grant("approver", BANK, &[Mode::Mock])]).await;
    let auditor = stage.person("auditor", vec![grant("auditor", "", &Mode::ALL)]).await;
    let resume = async |run, key: &str| {
        stage.ask(&format!("POST /runs/{run}/act"), &kim, &[("verb", "resume"), ("key", key)]).await
    };
    assert_eq!(resume(real, "01890a5d-ac96-774b-bcce-b302099a8001").await, Verdict::No);
    let why = [("key", KEY), ("reason", "nobody answers the telephone")];
    assert_eq!(stage.ask("POST /break-glass", &kim, &why).await, Verdict::Yes);
    assert_eq!(stage.ask("POST /break-glass", &kim, &why).await, Verdict::Yes, "sent twice, broken once");
    assert_eq!(resume(real, "01890a5d-ac96-774b-bcce-b302099a8002").await, Verdict::Yes);
    assert_eq!(resume(drill, "01890a5d-ac96-774b-bcce-b302099a8003").await, Verdict::No, "in real alone");
    assert_eq!(stage.console.app.sign_ins.all_glass(None, 10).await.unwrap().len(), 1);
    let told = async || store::list::<Raised>(&*stage.console.store, Query::default()).await.unwrap();
    let raised = told().await;
    assert_eq!(raised.len(), 1, "told once");
    let occasion = &raised[0].value.occasion;
    assert_eq!((occasion.kind, occasion.mode), (OccasionKind::BreakGlass, Mode::Real));
    assert!(occasion.detail.get(Lang::En).contains("nobody answers the telephone"));
    // Whoever looks at any page is told.
    let lee = stage.console.sign_in("lee").await;
    assert!(lee.get("/reports").await.one(".notice.bad").contains("nobody answers the telephone"));
    let review = format!("POST /break-glass/{KEY}");
    let finding = [("finding", "rightly so")];
    assert_eq!(stage.ask(&review, &kim, &finding).await, Verdict::No, "no auditor");
    assert_eq!(stage.ask(&review, &auditor, &finding).await, Verdict::Yes);
    assert!(!lee.get("/reports").await.has(".notice.bad"));
    assert!(told().await[0].value.settled.is_some(), "nobody is called about it any more");
    assert_eq!(resume(real, "01890a5d-ac96-774b-bcce-b302099a8004").await, Verdict::No, "it ended with the review");
    let deeds =
        stage.console.store.deeds(DeedQuery { act: Some("glass.".into()), ..DeedQuery::default() }).await.unwrap();
    assert_eq!(deeds.len(), 2);
    assert!(deeds[0].entry.contains("nobody answers the telephone") && deeds[1].entry.contains("rightly so"));
}

#[tokio::test]
async fn a_run_declared_under_it_says_so_before_anything_else_in_its_report() {
    let stage = Stage::set().await;
    let kim = stage.person("kim-alone", vec![grant("approver", BANK, &[Mode::Mock])]).await;
    let (run, digest) = (SystemIds.fresh().to_string(), stage.plan.digest().to_string());
    let declaration = [
        ("mode", "real"),
        ("run", run.as_str()),
        ("confirm", "bank-db"),
        ("reason", "the site burns"),
        ("digest", digest.as_str()),
    ];
    let declare = async || stage.ask("POST /runbooks/bank-db/declare", &kim, &declaration).await;
    assert_eq!(declare().await, Verdict::No);
    let why = [("key", KEY), ("reason", "nobody answers the telephone")];
    assert_eq!(stage.ask("POST /break-glass", &kim, &why).await, Verdict::Yes);
    assert_eq!(declare().await, Verdict::Yes);
    let request = Request::get(format!("/runs/{run}/report.md")).header(header::COOKIE, &kim.cookie);
    let report = stage.console.send(request.body(Body::empty()).unwrap()).await.text;
    let (glass, facts) = (report.find("by the emergency authority"), report.find("Document no."));
    assert!(glass.is_some() && facts.is_some() && glass < facts, "{report}");
    assert!(report.contains("kim-alone"));
}

#[tokio::test]
async fn who_only_looks_on_breaks_no_glass_and_nobody_reviews_the_own() {
    let stage = Stage::set().await;
    let both = stage.person("both", vec![grant("auditor", "", &Mode::ALL), grant("operator", "", &Mode::ALL)]).await;
    let admin = stage.person("boss", vec![grant("admin", "", &[]), grant("auditor", "", &Mode::ALL)]).await;
    let why = [("key", KEY), ("reason", "alone")];
    assert_eq!(stage.ask("POST /break-glass", &admin, &why).await, Verdict::No);
    assert_eq!(stage.ask("POST /break-glass", &both, &why).await, Verdict::Yes);
    assert_eq!(stage.ask(&format!("POST /break-glass/{KEY}"), &both, &[("finding", "fine")]).await, Verdict::No);
}
