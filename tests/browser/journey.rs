use engine::base::Lang;
use thirtyfour::prelude::*;

use crate::chromium::Chromium;
use crate::demo::Demo;

pub(crate) async fn sign_in(window: &Chromium, demo: &Demo, name: &str, lang: Lang) {
    window.page.goto(format!("{}/sign-in?lang={}", demo.url, lang.tag())).await.unwrap();
    window.is_tidy("the sign-in form").await;
    window.write("#name", name).await;
    window.write("#password", demo.password(name)).await;
    window.press("main button").await;
    window.wait("form[action='/sign-out']").await;
    if window.page.query(By::Css(format!("html[lang={}]", lang.tag()))).nowait().exists().await.unwrap() {
        return;
    }
    window.press("form[action='/language'] button").await;
    window.wait(&format!("html[lang={}]", lang.tag())).await;
}

/// From sign-in to report, as operator at one window and as commander at another.
async fn drill(demo: &Demo, width: u32, lang: Lang) {
    let operator = Chromium::open(width).await;
    sign_in(&operator, demo, "operator", lang).await;
    operator.is_tidy("the list of runs").await;
    operator.page.goto(format!("{}/runbooks", demo.url)).await.unwrap();
    operator.wait(".cards a[href='/runbooks/demo-three-tier']").await;
    operator.is_tidy("the catalogue").await;
    operator.page.goto(format!("{}/runbooks/demo-three-tier", demo.url)).await.unwrap();
    operator.wait("svg.dag").await;
    operator.is_tidy("the runbook").await;
    operator.press("a[href$='/declare']").await;
    operator.press("input[name=mode][value=drill]").await;
    operator.write("textarea[name=reason]", "훈련 drill").await;
    operator.write("#confirm", "demo-three-tier").await;
    operator.is_tidy("the declaration").await;
    operator.press("form.declare button.primary").await;
    operator.wait("#feed[data-state=live]").await;
    let run = operator.page.current_url().await.unwrap();
    // Without any reload: the gate appears when its turn has come.
    operator.wait("#asks .ask .question").await;
    operator.is_tidy("the run at its gate").await;

    let commander = Chromium::open(width).await;
    sign_in(&commander, demo, "commander", lang).await;
    commander.page.goto(run.as_str()).await.unwrap();
    commander.write("#asks textarea[name=comment]", "확인 confirmed").await;
    commander.press("#asks button[name=approve][value=yes]").await;
    commander.wait("#wall .rs-completed").await;
    commander.is_tidy("the run when it is over").await;
    commander.close().await;

    operator.wait("#wall .rs-completed").await;
    operator.is_tidy("the live page when the run is over").await;
    operator.page.goto(format!("{run}/report")).await.unwrap();
    operator.wait(".report .v-exceeded").await;
    operator.wait(".report figure svg").await;
    operator.is_tidy("the report").await;
    operator.page.goto(format!("{}/reports", demo.url)).await.unwrap();
    operator.wait(&format!("a[href='{}/report']", run.path())).await;
    operator.is_tidy("the list of reports").await;
    operator.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_desk_the_demonstration_runs_from_sign_in_to_report_in_both_languages() {
    let demo = Demo::start();
    for lang in Lang::ALL {
        drill(&demo, 1440, lang).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_the_demonstration_runs_from_sign_in_to_report_in_both_languages() {
    let demo = Demo::start();
    for lang in Lang::ALL {
        drill(&demo, 390, lang).await;
    }
}
