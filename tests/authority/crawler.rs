//! A crawler, signed in as each role: every link that a page shows leads somewhere that this person may look at.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use engine::plan::Mode;
use engine::run::ROLES;
use harness::page::Page;
use scraper::{Html, Selector};

use crate::stage::{BANK, Person, Stage, grant};

/// Addresses of one console that are looked at, at most: more means that pages make ever new ones.
const MOST: usize = 1_000;

/// Everything that a page leads to.
fn links(page: &Page) -> Vec<String> {
    let html = Html::parse_document(&page.text);
    let mut found = Vec::new();
    for (selector, attribute) in [
        ("a[href]", "href"),
        ("link[href]", "href"),
        ("img[src]", "src"),
        ("script[src]", "src"),
        ("form[method=get]", "action"),
    ] {
        let selector = Selector::parse(selector).unwrap();
        found.extend(html.select(&selector).filter_map(|element| element.value().attr(attribute)).map(str::to_owned));
    }
    found
}

/// Where a link of a page leads to in this console; `None` for a place on the page itself.
fn inside(here: &str, link: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    assert!(!link.contains("://") && !link.starts_with("//"), "{here} leads away to {link}");
    match link {
        "" => None,
        link if link.starts_with('/') => Some(link.to_owned()),
        link if link.starts_with('?') => Some(format!("{}{link}", here.split('?').next().unwrap())),
        link => panic!("{here}: a relative link breaks with the address of its page: {link}"),
    }
}

async fn get(stage: &Stage, person: &Person, path: &str) -> Response {
    let request = Request::get(path).header(header::COOKIE, &person.cookie).header(header::ACCEPT, "text/html");
    stage.console.answer(request.body(Body::empty()).unwrap()).await
}

/// Follows every link from the first page on: what each address answers, and from where one came to it.
async fn crawl(stage: &Stage, person: &Person) -> BTreeMap<String, (StatusCode, String)> {
    let mut found: BTreeMap<String, (StatusCode, String)> = BTreeMap::new();
    let mut waiting = vec![("/".to_owned(), String::new())];
    while let Some((path, from)) = waiting.pop() {
        // One printed report a person: each is set anew, which takes long in a build without optimisation.
        let is_print = |path: &str| path.ends_with("/report.pdf");
        if found.contains_key(&path) || is_print(&path) && found.keys().any(|known| is_print(known)) {
            continue;
        }
        assert!(found.len() < MOST, "no end of addresses: {path} from {from}");
        let answer = get(stage, person, &path).await;
        let status = answer.status();
        found.insert(path.clone(), (status, from));
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if let Some(next) = answer.headers().get(header::LOCATION) {
            waiting.extend(inside(&path, next.to_str().unwrap()).map(|next| (next, path.clone())));
        } else if kind.starts_with("text/html") {
            let page = Page::read(answer).await;
            waiting.extend(links(&page).iter().filter_map(|link| inside(&path, link)).map(|next| (next, path.clone())));
        }
    }
    found
}

#[tokio::test]
async fn no_link_that_a_role_is_shown_is_dead_refused_or_a_fault() {
    let stage = Stage::set().await;
    stage.team("crew", &[], &["operator"]).await;
    for mode in Mode::ALL {
        stage.declare(mode, "owner").await;
    }
    let opener = stage.person("opener", vec![grant("commander", BANK, &Mode::ALL)]).await;
    let case = "01890a5d-ac96-774b-bcce-b302099a8057";
    let opened = [("case", case), ("what", "table"), ("class", "failure"), ("mode", "drill"), ("organisation", BANK)];
    stage.ask("POST /cases/new", &opener, &opened).await;

    let (mut everywhere, mut complaints) = (BTreeSet::new(), Vec::new());
    for org in [BANK, ""] {
        for role in ROLES {
            let place = if org.is_empty() { "top" } else { "bank" };
            let person = stage.person(&format!("{role}-{place}"), vec![grant(role, org, &Mode::ALL)]).await;
            let found = crawl(&stage, &person).await;
            assert!(found.len() > 20, "{role} sees next to nothing: {found:?}");
            for (path, (status, from)) in &found {
                if status.is_client_error() || status.is_server_error() {
                    complaints
                        .push(format!("{role} at the {place}: {from} has a link to {path}, which answers {status}"));
                }
            }
            everywhere.extend(found.into_keys());
        }
    }
    assert!(everywhere.contains(&format!("/cases/{case}")), "{everywhere:?}");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));

    // What others are shown is open to nobody by knowing the address.
    let stranger = stage.person("stranger", vec![grant("operator", "shop", &Mode::ALL)]).await;
    let mut beyond = Vec::new();
    for path in &everywhere {
        let status = get(&stage, &stranger, path).await.status();
        assert!(!status.is_server_error(), "{path}: {status}");
        let of_the_bank =
            ["/runs/", "/cases/0", "/runbooks/bank", "/runbooks/file/"].iter().any(|begin| path.starts_with(begin));
        let reserved =
            ["/people", "/organisations", "/teams", "/audit", "/telling"].iter().any(|begin| path.starts_with(begin));
        if (of_the_bank || reserved) && status.is_success() {
            beyond.push(path);
        }
    }
    assert_eq!(beyond, [""; 0], "open to somebody of another organisation");
}
