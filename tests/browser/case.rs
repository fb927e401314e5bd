//! A disaster from its first news to its close: declared at a desk, approved by two on their phones, with work done by hand and a
//! photo of it.

use engine::base::Lang;
use thirtyfour::prelude::*;

use crate::chromium::Chromium;
use crate::demo::Demo;
use crate::journey::sign_in;

/// One gate for two roles, one piece of work by hand that wants a photo.
const RUNBOOK: &str = "
runbook: generator
title: {ko: 비상 발전기 전환, en: To the generator}
objectives: {rto: 30m, clock: declare}
units:
  agree:
    target: 2m
    gate: {question: {ko: 비상 발전기로 전환합니까?, en: Move to the generator?}, approvers: [commander, business-owner], quorum: 2, exclude: [requester], timeout: 30m}
  start:
    needs: [agree]
    title: {ko: 발전기 기동, en: Start the generator}
    target: 5m
    manual: {instruction: {ko: 발전기를 기동하고 계기판을 촬영하십시오, en: Start the generator and photograph its panel}, roles: [operator], evidence: {photo: required}}
";

/// The smallest PNG there is.
const PHOTO: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
    0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0, 1, 1, 1, 0,
    0x1b, 0xb6, 0xee, 0x56, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Looks at a page anew until something is on it: lists do not move by themselves.
async fn look(window: &Chromium, address: &str, selector: &str) {
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(90);
    loop {
        window.page.goto(address).await.unwrap();
        window.wait("main").await;
        if window.page.query(By::Css(selector)).nowait().exists().await.unwrap() {
            return;
        }
        assert!(std::time::Instant::now() < patience, "{selector} never came on {address}");
    }
}

/// Approves what waits for a person, from the first page on.
async fn approves(demo: &Demo, name: &str, lang: Lang) {
    let phone = Chromium::open(390).await;
    sign_in(&phone, demo, name, lang).await;
    look(&phone, &format!("{}/approvals", demo.url), ".cards a.button").await;
    phone.press(".cards a.button").await;
    phone.wait(".ask .question").await;
    phone.is_tidy("the page of a gate").await;
    phone.write("textarea[name=comment]", "확인 confirmed").await;
    phone.press("button[name=approve][value=yes]").await;
    // Only the list has it: the vote has arrived.
    phone.wait(".head h1").await;
    phone.is_tidy("behind the vote").await;
    phone.close().await;
}

async fn disaster(demo: &Demo, lang: Lang) {
    let commander = Chromium::open(1440).await;
    sign_in(&commander, demo, "commander", lang).await;
    commander.page.goto(format!("{}/cases/new", demo.url)).await.unwrap();
    commander.write("input[name=what]", "주센터 정전 / power lost").await;
    commander.press("input[name=class][value=disaster]").await;
    commander.press("input[name=mode][value=drill]").await;
    commander.press("form.open-case button.danger").await;
    commander.wait("form.declare-case").await;
    commander.is_tidy("the case that is assessed").await;
    let case = commander.page.current_url().await.unwrap();
    commander.press("input[name='criterion.unreachable']").await;
    commander.write("#declare-reason", "복구 불가 / no way back").await;
    commander.press("form.declare-case button.danger").await;
    commander.wait(".wall .cp-declared").await;

    let operator = Chromium::open(390).await;
    sign_in(&operator, demo, "operator", lang).await;
    let id = case.path().rsplit('/').next().unwrap().to_owned();
    operator.page.goto(format!("{}/runbooks/generator/declare?case={id}&part=failover", demo.url)).await.unwrap();
    operator.press("input[name=mode][value=drill]").await;
    operator.write("textarea[name=reason]", "훈련 drill").await;
    operator.write("#confirm", "generator").await;
    operator.is_tidy("the declaration in a case").await;
    operator.press("form.declare button.primary").await;
    operator.wait("#asks").await;

    for name in ["commander", "owner"] {
        approves(demo, name, lang).await;
    }

    look(&operator, &format!("{}/tasks", demo.url), ".cards a.button").await;
    operator.press(".cards a.button").await;
    operator.is_tidy("the page of a task").await;
    let photo = demo.folder().join("panel.png");
    std::fs::write(&photo, PHOTO).unwrap();
    operator.write("input[name=file]", photo.to_str().unwrap()).await;
    operator.write("textarea[name=evidence]", "정상 기동 / running").await;
    operator.press("button[name=result][value=done]").await;
    operator.wait(".head h1").await;
    operator.page.goto(case.as_str()).await.unwrap();
    operator.is_tidy("the case on a phone").await;
    operator.close().await;

    // The case follows its run, and says by itself where it stands.
    look(&commander, case.as_str(), ".wall .cp-running_on_dr").await;
    commander.is_tidy("the case on the DR site").await;
    commander.press("details:has(form.reprotect) summary").await;
    commander.write("#reprotect-evidence", "발전기 2대 대기 / two generators stand by").await;
    commander.press("form.reprotect button").await;
    // Open only on the page that comes back: nothing is missing any more.
    commander.write("details[open] #close-summary", "훈련 종료 / the drill is over").await;
    commander.press("form.close button").await;
    commander.wait(".wall .cp-normal").await;
    commander.is_tidy("the case that is closed").await;
    commander.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disaster_goes_from_its_declaration_to_its_close_in_both_languages() {
    let demo = Demo::start();
    demo.add("generator.yaml", RUNBOOK);
    for lang in Lang::ALL {
        disaster(&demo, lang).await;
    }
}
