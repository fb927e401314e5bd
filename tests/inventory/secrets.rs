//! Secrets of the inventory: found when a step starts, seen by it alone, hidden in all that is said of it.

use std::fs;

use engine::action::Ended;
use engine::base::{Lang, Mode, Secret};
use engine::plan::compile;
use engine::run::{CauseKind, Outcome, Purpose};
use engine::runbook::{Source, human};

use crate::files::{inventory, planned};
use crate::lab::Hands;

const VALUE: &str = "Tr0ub4dor/비밀 \"3\"&";

/// A step that says the secret in every way that tools have.
const TELLING: &str = r#"
runbook: r
units:
  a:
    timeout: 20s
    run:
      - command: |
          test "$(cat wanted)" = "$PW" || exit 9
          printf '%s\n' "$PW"
          printf %s "$PW" | base64 -w0; echo
          printf 'user:%s' "$PW" | base64 -w0; echo
          printf %s "$PW" | od -An -v -tx1 | tr -d ' \n'; echo
          printf %s "$PW" | sed 's/"/\\"/g'; echo
          printf %s "$PW" >> arrived
        env: {PW: {secret: it}}
"#;

#[tokio::test]
async fn a_secret_is_found_where_the_inventory_says_and_is_masked_in_every_form() {
    let hands = Hands::new().await;
    let file = hands.path("secret.txt");
    fs::write(&file, format!("{VALUE}\n")).unwrap();
    fs::write(hands.path("wanted"), VALUE).unwrap();
    hands.sealed.set(&"kept".parse().unwrap(), &Secret::new(VALUE)).unwrap();
    let sources =
        [format!("{{file: \"{}\"}}", file.display()), "{sealed: kept}".to_owned(), "{env: IN_ENV}".to_owned()];
    for source in sources {
        let bank = inventory(&format!("inventory: x\nsecrets: {{it: {source}}}\ntargets: {{db: {{}}}}\n"));
        let plan = planned(&bank, TELLING);
        assert!(!plan.freeze().unwrap().contains("Tr0ub4dor"), "no value enters a plan");
        let (outcome, output) = hands.told(&plan, 0, Mode::Drill, Purpose::Act).await;
        assert!(matches!(outcome, Outcome::Succeeded { .. }), "{source}: {outcome:?}\n{output}");
        let shown: Vec<&str> = output.lines().collect();
        assert_eq!(shown.len(), 5, "{output}");
        assert!(shown.iter().all(|line| line.contains("***")), "{output}");
        for part in ["Tr0ub4dor", "VHIwdWI0ZG9y", "5472307562", "비밀"] {
            assert!(!output.contains(part), "{part} in {output}");
        }
    }
    assert_eq!(fs::read_to_string(hands.path("arrived")).unwrap(), VALUE.repeat(3), "each step had it");
}

#[tokio::test]
async fn a_value_that_was_changed_is_the_new_one_and_one_that_is_gone_starts_nothing() {
    let hands = Hands::new().await;
    let file = hands.path("secret.txt");
    let bank =
        inventory(&format!("inventory: x\nsecrets: {{it: {{file: \"{}\"}}}}\ntargets: {{db: {{}}}}\n", file.display()));
    let plan = planned(&bank, TELLING);
    for value in ["first value", "second value"] {
        fs::write(&file, value).unwrap();
        fs::write(hands.path("wanted"), value).unwrap();
        let outcome = hands.carry_out(&plan, 0, Mode::Real, Purpose::Act).await;
        assert!(matches!(outcome, Outcome::Succeeded { .. }), "{outcome:?}");
    }
    fs::remove_file(&file).unwrap();
    match hands.carry_out(&plan, 0, Mode::Real, Purpose::Act).await {
        Outcome::Failed { cause, .. } => {
            assert_eq!(cause.kind, CauseKind::Refused);
            for lang in Lang::ALL {
                let said = cause.message.get(lang);
                assert!(said.contains("it") && said.contains("secret.txt"), "{said}");
            }
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read_to_string(hands.path("arrived")).unwrap(), "first valuesecond value");
}

#[tokio::test]
async fn an_attempt_found_again_is_masked_and_where_the_value_is_gone_nothing_is_shown() {
    let hands = Hands::new().await;
    let file = hands.path("secret.txt");
    fs::write(&file, VALUE).unwrap();
    fs::write(hands.path("wanted"), VALUE).unwrap();
    let bank =
        inventory(&format!("inventory: x\nsecrets: {{it: {{file: \"{}\"}}}}\ntargets: {{db: {{}}}}\n", file.display()));
    let plan = planned(&bank, TELLING);
    let launch = hands.launch(&plan, 0, Mode::Drill, Purpose::Act);
    let (first, shown) = hands.run(launch.clone()).await;
    let (again, shown_again) = hands.find(launch.clone()).await;
    assert!(matches!(again, Ended::With(Outcome::Succeeded { .. })), "{again:?}");
    assert_eq!((&first, &shown), (&again, &shown_again), "the same is said of it as before");
    fs::remove_file(&file).unwrap();
    let (blind, nothing) = hands.find(launch).await;
    assert!(matches!(blind, Ended::With(Outcome::Unknown { .. })), "{blind:?}");
    assert_eq!(nothing, "");
}

#[test]
fn without_an_inventory_nobody_knows_where_a_secret_is() {
    let source = Source::new("r.yaml", TELLING);
    let compiled = compile(&source);
    assert!(compiled.plan.is_none());
    for lang in Lang::ALL {
        let told = human(&source, &compiled.diagnostics, lang, false);
        assert!(told.contains("E36") && told.contains("inventory.yaml"), "{told}");
    }
}
