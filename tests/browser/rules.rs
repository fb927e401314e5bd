use engine::base::Lang;

use crate::chromium::Chromium;
use crate::demo::Demo;
use crate::journey::sign_in;

/// Every kind of page there is, in one language, as wide as `width`.
async fn looked_at(demo: &Demo, width: u32, lang: Lang, dark: bool) {
    let window = if dark { Chromium::open_dark(width).await } else { Chromium::open(width).await };
    let mut broken = Vec::new();
    let mut look = async |place: &str| {
        broken.extend(window.faults().await.into_iter().map(|fault| format!("{place}: {fault}")));
    };
    window.page.goto(format!("{}/sign-in?lang={}", demo.url, lang.tag())).await.unwrap();
    look("sign-in").await;
    sign_in(&window, demo, "operator", lang).await;

    window.page.goto(format!("{}/runbooks/demo-three-tier/declare", demo.url)).await.unwrap();
    window.press("input[name=mode][value=mock]").await;
    look("declaration").await;
    window.write("textarea[name=reason]", "rules").await;
    window.press("form.declare button.primary").await;
    window.wait("#asks .ask .question").await;
    look("run at its gate").await;
    let run = window.page.current_url().await.unwrap().path().to_owned();
    let pages = [
        "/runs",
        "/runbooks",
        "/runbooks/demo-three-tier",
        "/reports",
        "/password",
        "/nowhere",
        &format!("{run}/units/db-start"),
        &format!("{run}/report"),
    ];
    for path in pages {
        window.page.goto(format!("{}{path}", demo.url)).await.unwrap();
        window.wait("#main").await;
        look(path).await;
    }
    // Of the page that is nowhere.
    let complaints = window.complaints().await;
    assert!(complaints.iter().all(|complaint| complaint.contains("/nowhere")), "{complaints:?}");
    window.page.delete_all_cookies().await.unwrap();
    window.page.goto(format!("{}/sign-in?lang={}", demo.url, lang.tag())).await.unwrap();
    sign_in(&window, demo, "admin", lang).await;
    for path in ["/people", "/people/commander", "/organisations", "/teams", "/teams/command", "/me"] {
        window.page.goto(format!("{}{path}", demo.url)).await.unwrap();
        window.wait("#main").await;
        look(path).await;
    }
    window.close().await;
    assert!(broken.is_empty(), "{broken:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_names_headings_and_contrast_for_everybody() {
    let demo = Demo::start();
    looked_at(&demo, 1280, Lang::Ko, false).await;
    looked_at(&demo, 390, Lang::En, true).await;
}
