//! The last look before a connection is opened.

use engine::base::{Lang, Mode};
use engine::run::{Cause, CauseKind, Outcome, Purpose};

use crate::files::{inventory, planned};
use crate::lab::{Hands, Host};

fn refused(outcome: Outcome) -> Cause {
    match outcome {
        Outcome::Failed { cause, .. } if cause.kind == CauseKind::Refused => cause,
        other => panic!("not refused: {other:?}"),
    }
}

fn steps(lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("      - {line}\n")).collect();
    format!("runbook: r\nunits:\n  a:\n    timeout: 5s\n    run:\n{lines}")
}

#[tokio::test]
async fn a_target_that_is_not_bound_for_the_mode_is_refused_by_name_and_by_address_and_reached_where_it_is() {
    let (hands, host) = (Hands::new().await, Host::at("127.0.10.1", None).await);
    let port = host.at.port();
    let bank = inventory(&format!(
        "inventory: x\ntargets:\n  db: {{address: 127.0.10.1, http: {{base: \"http://127.0.10.1:{port}\"}}}}\n"
    ));
    let plan = planned(
        &bank,
        &steps(&[
            format!("{{tcp: \":{port}\", on: db}}"),
            "{http: /, on: db}".to_owned(),
            format!("{{http: \":{port}/x\", on: db}}"),
            format!("{{tcp: \"127.0.10.1:{port}\"}}"),
            format!("{{tcp: \"[::ffff:127.0.10.1]:{port}\"}}"),
            format!("{{http: \"http://127.0.10.1:{port}/\", method: POST}}"),
            format!("check: {{tcp: \":{port}\", on: db, attempts: 3, every: 1s, expect: down}}"),
        ]),
    );
    for step in 0..7 {
        let cause = refused(hands.carry_out(&plan, step, Mode::Drill, Purpose::Act).await);
        for lang in Lang::ALL {
            let said = cause.message.get(lang);
            assert!(said.contains("db") && said.contains("drill"), "step {step}: {said}");
        }
    }
    assert_eq!(host.visitors().await, 0);
    for step in 0..4 {
        let outcome = hands.carry_out(&plan, step, Mode::Real, Purpose::Act).await;
        assert!(matches!(outcome, Outcome::Succeeded { .. }), "step {step}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_question_that_may_not_be_asked_is_neither_yes_nor_no() {
    let hands = Hands::new().await;
    let bank = inventory("inventory: x\ntargets:\n  db: {address: 127.0.10.2}\n");
    let text =
        "runbook: r\nunits:\n  a: {timeout: 5s, run: [{command: [\"true\"], already_done: {tcp: \":1\", on: db}}]}\n";
    let plan = planned(&bank, text);
    let outcome = hands.carry_out(&plan, 0, Mode::Drill, Purpose::Probe).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_name_is_judged_by_the_addresses_that_it_leads_to() {
    let (hands, host) = (Hands::new().await, Host::at("127.0.0.1", None).await);
    let port = host.at.port();
    // The drill's name leads to what belongs to production, once by its address and once by a name of it.
    let by_address = format!(
        "inventory: x\ntargets:\n  prod: {{address: 127.0.0.1, sql: {{engine: postgres, port: {port}}}}}\n  \
         rehearsal: {{address: localhost, sql: {{engine: postgres, port: {port}, tls: verify}}, modes: [drill]}}\n"
    );
    let by_name = by_address.replace("address: localhost", "address: 127.0.0.1").replacen(
        "prod: {address: 127.0.0.1",
        "prod: {address: localhost",
        1,
    );
    for text in [by_address, by_name] {
        let ways = [format!("{{tcp: \":{port}\", on: rehearsal}}"), "{sql: select 1, on: rehearsal}".to_owned()];
        let plan = planned(&inventory(&text), &steps(&ways));
        for step in 0..2 {
            let cause = refused(hands.carry_out(&plan, step, Mode::Drill, Purpose::Act).await);
            assert!(cause.message.get(Lang::En).contains("belongs to prod"), "{cause:?}");
        }
    }
    let plan = planned(
        &inventory(&format!("inventory: x\ntargets:\n  prod: {{address: 127.0.0.1, dns: {{port: {port}}}}}\n")),
        &steps(&[format!("{{http: \"http://localhost:{port}/\"}}"), format!("{{tcp: \"0.0.0.0:{port}\"}}")]),
    );
    for step in 0..2 {
        refused(hands.carry_out(&plan, step, Mode::Isolated, Purpose::Act).await);
    }
    assert_eq!(host.visitors().await, 0);
    let outcome = hands.carry_out(&plan, 0, Mode::Real, Purpose::Act).await;
    assert!(matches!(outcome, Outcome::Succeeded { .. }), "{outcome:?}");
    assert_eq!(host.visitors().await, 1);
}

#[tokio::test]
async fn a_command_goes_nowhere_that_its_run_may_not_go() {
    let (hands, host) = (Hands::new().await, Host::at("127.0.0.1", None).await);
    let port = host.at.port();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG6wHMcBVfPuyTLtbDfCKU5XlrxNu8yT1v2dLKOSNvV8";
    // The drill's name leads to the SSH port of production.
    let bank = inventory(&format!(
        "inventory: x\ntargets:\n  prod: {{address: 127.0.0.1, ssh: {{user: u, port: {port}}}}}\n  \
         rehearsal: {{address: localhost, ssh: {{user: u, port: {port}, host_key: {key}}}, modes: [drill]}}\n"
    ));
    let plan = planned(
        &bank,
        &steps(&["{command: \"true\", on: rehearsal}".to_owned(), "{command: \"true\", on: prod}".to_owned()]),
    );
    for step in 0..2 {
        let cause = refused(hands.carry_out(&plan, step, Mode::Drill, Purpose::Act).await);
        assert!(cause.message.get(Lang::En).contains("prod"), "{cause:?}");
    }
    assert_eq!(host.visitors().await, 0);
    let alone = inventory(&format!(
        "inventory: x\ntargets:\n  prod: {{address: 127.0.0.1, ssh: {{user: u, port: {port}, host_key: {key}}}}}\n"
    ));
    let plan = planned(&alone, &steps(&["{command: \"true\", on: prod}".to_owned()]));
    match hands.carry_out(&plan, 0, Mode::Real, Purpose::Act).await {
        // Nobody there speaks SSH.
        Outcome::Failed { cause, .. } => assert_eq!(cause.kind, CauseKind::Unreachable, "{cause:?}"),
        other => panic!("{other:?}"),
    }
    assert!(host.visitors().await > 0, "where it may go it goes");
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let hands = Hands::new().await;
    let production = Host::at("127.0.10.3", None).await;
    let rehearsal = Host::at("127.0.10.4", Some(production.at)).await;
    let bank = inventory(&format!(
        "inventory: x\ntargets:\n  prod: {{address: 127.0.10.3}}\n  \
         rehearsal: {{http: {{base: \"http://{}\"}}, modes: [drill]}}\n",
        rehearsal.at
    ));
    let plan = planned(&bank, &steps(&["{http: /, on: rehearsal, status: 302}".to_owned()]));
    let outcome = hands.carry_out(&plan, 0, Mode::Drill, Purpose::Act).await;
    assert!(matches!(outcome, Outcome::Succeeded { .. }), "{outcome:?}");
    assert_eq!((rehearsal.visitors().await, production.visitors().await), (1, 0));
}

#[tokio::test]
async fn a_name_without_an_address_is_told_and_a_request_to_it_was_not_sent() {
    let hands = Hands::new().await;
    let plan = planned(
        &inventory("inventory: x\ntargets: {db: {address: no-such-host.invalid}}\n"),
        &steps(&["{tcp: \":1\", on: db}".to_owned(), "{http: /x, on: db, method: POST}".to_owned()]),
    );
    for step in 0..2 {
        match hands.carry_out(&plan, step, Mode::Real, Purpose::Act).await {
            Outcome::Failed { cause, .. } => {
                assert_eq!(cause.kind, CauseKind::Unreachable);
                assert!(cause.message.get(Lang::En).contains("no-such-host.invalid can not be found"), "{cause:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}
