//! Breaking the glass: one person, in `real` alone, seen by all, reviewed by another.

use engine::plan::Mode;
use engine::store::DeedQuery;

use crate::stage::{BANK, Stage, Verdict, grant};

const KEY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[tokio::test]
async fn one_person_operates_real_runs_alone_until_another_has_reviewed_it() {
    let stage = Stage::set().await;
    let (real, drill) = (stage.declare(Mode::Real).await, stage.declare(Mode::Drill).await);
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
    assert_eq!(stage.console.app.sign_ins.all_glass().await.unwrap().len(), 1);
    // Whoever looks at any page is told.
    let lee = stage.console.sign_in("lee").await;
    assert!(lee.get("/reports").await.one(".notice.bad").contains("nobody answers the telephone"));
    let review = format!("POST /break-glass/{KEY}");
    let finding = [("finding", "rightly so")];
    assert_eq!(stage.ask(&review, &kim, &finding).await, Verdict::No, "no auditor");
    assert_eq!(stage.ask(&review, &auditor, &finding).await, Verdict::Yes);
    assert!(!lee.get("/reports").await.has(".notice.bad"));
    assert_eq!(resume(real, "01890a5d-ac96-774b-bcce-b302099a8004").await, Verdict::No, "it ended with the review");
    let deeds =
        stage.console.store.deeds(DeedQuery { act: Some("glass.".into()), ..DeedQuery::default() }).await.unwrap();
    assert_eq!(deeds.len(), 2);
    assert!(deeds[0].entry.contains("nobody answers the telephone") && deeds[1].entry.contains("rightly so"));
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
