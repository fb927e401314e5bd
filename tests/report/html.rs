//! The HTML file: it stands alone, says everything in words, and nothing in it comes to life.

use engine::base::Lang;
use engine::plan::Mode;
use engine::report::{Aside, RunReport};
use engine::run::Request;
use scraper::{Html, Selector};

use harness::play::{Play, at, person};
use harness::rise;

const RUNBOOK: &str = r#"
runbook: web-cluster
title: {ko: 웹 클러스터 복구, en: Web cluster recovery}
objectives: {rto: 20m, clock: event}
services:
  portal: {title: {ko: 포털, en: Portal}, tier: 1, rto: 20m, needs: [go-live]}
stages:
  - stage: web
    units:
      web1: {title: TITLE, target: 5m, run: [{command: "true"}], post: [{tcp: "127.0.0.1:80"}]}
  - stage: open
    units:
      go-live: {target: 2m, gate: {approvers: [commander], quorum: 1, exclude: [requester]}}
"#;

fn drill(mode: Mode, title: &str, said: &str) -> RunReport {
    let source = RUNBOOK.replace("TITLE", &serde_json::to_string(title).unwrap());
    let lee = person("lee", &["commander"]);
    let mut play = Play::declare(&source, mode, said);
    play.ends(at("10:12:00"), "web1", Some(said));
    play.asks(at("10:13:00"), &lee, Request::RetryUnit { unit: "web1".parse().unwrap() });
    play.ends(at("10:14:00"), "web1", None);
    play.ends(at("10:15:00"), "web1", None);
    play.votes(at("10:19:00"), &lee, "go-live", said);
    play.report()
}

fn page(report: &RunReport, lang: Lang) -> String {
    relight::report::html(report, &Aside::default(), lang).unwrap()
}

fn count(page: &str, selector: &str) -> usize {
    Html::parse_document(page).select(&Selector::parse(selector).unwrap()).count()
}

#[test]
fn the_file_in_korean() {
    insta::assert_snapshot!(body(&page(&drill(Mode::Drill, "웹 1호기", "정기 훈련"), Lang::Ko)));
}

#[test]
fn the_file_in_english() {
    insta::assert_snapshot!(body(&page(&drill(Mode::Drill, "Web 1", "regular drill"), Lang::En)));
}

/// Without the style sheet, which is a file of its own.
fn body(page: &str) -> &str {
    page.split_once("</style>").unwrap().1
}

#[test]
fn it_fetches_nothing_runs_nothing_and_names_its_language_and_mode() {
    for (mode, word) in [(Mode::Mock, "모의"), (Mode::Drill, "실전환훈련"), (Mode::Real, "실제")] {
        let page = page(&drill(mode, "웹 1호기", "사유"), Lang::Ko);
        assert_eq!(count(&page, "html[lang=ko]"), 1);
        assert_eq!(count(&page, "script, link, img, iframe, object, [src], [onload], [onclick]"), 0);
        assert!(!page.contains("url(http") && !page.contains("@import"));
        assert_eq!(count(&page, &format!("[data-water=\"{word}\"]")), 1, "{word}");
        assert!(page.contains("size: A4") && count(&page, "style") == 1);
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let hostile = "</title></style></svg><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    for lang in Lang::ALL {
        let page = page(&drill(Mode::Drill, hostile, hostile), lang);
        assert_eq!(count(&page, "script, img"), 0);
        let text: String = Html::parse_document(&page).root_element().text().collect();
        assert!(
            text.matches("<script>alert(1)</script>").count() >= 4,
            "title, reason, fault and comment are all there"
        );
    }
}

#[test]
fn the_capacity_is_drawn_in_steps_and_told_in_words_and_clocks_are_listed() {
    for (lang, words, unread) in [
        (Lang::Ko, "최소 용량 80%, 기한 20:00: 18:30에 도달, 준수.", "측정하지 못함: web4. 측정함: web1, web2, web3."),
        (
            Lang::En,
            "The least capacity of 80% within 20:00: there after 18:30, met.",
            "Not read: web4. Read: web1, web2, web3.",
        ),
    ] {
        let page = page(&rise::report(), lang);
        for (selector, wanted) in [
            ("figure.rise", 1),
            ("figure.rise svg.wide path.value", 1),
            ("figure.rise svg.narrow path.rpo", 1),
            ("figure.rise svg.wide > path[d$='z']", 3),
            ("figure.rise svg.wide > path[d$='z'][fill]", 2),
        ] {
            assert_eq!(count(&page, selector), wanted, "{selector}");
        }
        let document = Html::parse_document(&page);
        let caption = document.select(&Selector::parse("figure.rise figcaption").unwrap()).next().unwrap();
        let text: String = caption.text().collect();
        assert!(text.contains(words), "{text}");
        let all: String = document.root_element().text().collect();
        assert!(all.contains(unread) && all.contains("+0:04.211") && all.contains("0:00.380"), "{all}");
        let label = document.select(&Selector::parse("figure.rise svg.wide").unwrap()).next().unwrap();
        assert!(label.attr("aria-label").unwrap().contains(words));
    }
}

#[test]
fn the_picture_says_in_words_what_its_bars_show() {
    let page = page(&drill(Mode::Drill, "웹 1호기", "사유"), Lang::Ko);
    let document = Html::parse_document(&page);
    let words: Vec<String> = document
        .select(&Selector::parse("svg.planned-actual g > text").unwrap())
        .map(|text| text.text().collect())
        .collect();
    assert_eq!(words, ["웹 1호기", "10:00 / 5:00 초과", "go-live", "4:00 / 2:00 초과"]);
    assert_eq!(count(&page, "svg.planned-actual rect[fill=\"url(#beyond)\"]"), 2);
}
