//! What admins and auditors see of others: the tree of organisations, who stands in for whom, broken glass.

use axum::http::StatusCode;
use engine::base::{Lang, Millis};
use engine::identity::Grant;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

fn at(role: &str, org: &str) -> Vec<Grant> {
    vec![Grant::in_all_modes(role.parse().unwrap(), Some(org.parse().unwrap()))]
}

async fn gives(console: &Console, from: &str, to: &str) -> Value {
    let until = console.app.clock.now().plus(Millis::minutes(60)).to_iso();
    let body = json!({"to": to, "until": until, "reason": "away"});
    let page = Program::of(console, from).await.post("/api/v1/delegations", &body).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    read(&page)
}

fn givers(page: &Value) -> Vec<String> {
    page["delegations"].as_array().unwrap().iter().map(|one| one["from"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_stands_for_whom_is_seen_by_those_who_look_after_who_gave_it() {
    let console = Console::open().await;
    console.add_with("han", at("operator", "bank/it"), Lang::En, false).await;
    console.add_with("son", at("operator", "shop"), Lang::En, false).await;
    console.add_with("bank-admin", at("admin", "bank"), Lang::En, false).await;
    console.add_with("shop-auditor", at("auditor", "shop"), Lang::En, false).await;
    let of_han = gives(&console, "han", "kim").await;
    gives(&console, "son", "kim").await;
    gives(&console, "lee", "kim").await;
    let seen_by = async |name: &str| givers(&Program::of(&console, name).await.get("/api/v1/deputies").await);
    assert_eq!(seen_by("park").await, ["han", "lee", "son"], "an auditor at the top sees all");
    assert_eq!(seen_by("bank-admin").await, ["han"]);
    assert_eq!(seen_by("shop-auditor").await, ["son"]);
    for (name, wanted) in [("bank-admin", "han"), ("shop-auditor", "son")] {
        let page = console.sign_in(name).await.get("/deputies").await;
        assert_eq!(page.all("#lasting ~ table tbody th"), [wanted], "{name}");
    }
    let (kim, park) = (Program::of(&console, "kim").await, Program::of(&console, "park").await);
    let refused = kim.call(&axum::http::Method::GET, "/api/v1/deputies", None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "an operator sees the own ones alone");
    assert_eq!(console.sign_in("kim").await.status_of("/deputies").await, StatusCode::FORBIDDEN);

    let first = park.get("/api/v1/deputies?limit=2").await;
    let next = first["next"].as_str().unwrap().replace('/', "%2F");
    let second = park.get(&format!("/api/v1/deputies?limit=2&after={next}")).await;
    assert_eq!((givers(&first).join(" "), givers(&second).join(" ")), ("han lee".to_owned(), "son".to_owned()));
    assert_eq!(second["next"], Value::Null);
    let han = Program::of(&console, "han").await;
    let path = format!("/api/v1/delegations/{}", of_han["delegation"].as_str().unwrap());
    han.call(&axum::http::Method::DELETE, &path, Some(&json!({}))).await;
    assert_eq!(givers(&park.get("/api/v1/deputies").await), ["lee", "son"]);
    assert_eq!(givers(&park.get("/api/v1/deputies?over=true").await), ["han"]);
}

#[tokio::test]
async fn the_tree_of_organisations_is_told_as_far_as_it_is_managed() {
    let console = Console::open().await;
    console.add("root", &["admin"], Lang::En, false).await;
    console.add_with("han", at("operator", "bank/it/db"), Lang::En, false).await;
    console.add_with("bank-admin", at("admin", "bank"), Lang::En, false).await;
    let names = |page: &Value| -> Vec<Value> {
        page["organisations"].as_array().unwrap().iter().map(|one| one["organisation"].clone()).collect()
    };
    let root = Program::of(&console, "root").await;
    let whole = root.get("/api/v1/organisations").await;
    assert_eq!(names(&whole), [Value::Null, json!("bank"), json!("bank/it"), json!("bank/it/db")]);
    assert_eq!(whole["organisations"][0]["runbooks"][0]["runbook"], "drill-one");
    let holder = &whole["organisations"][3]["people"][0];
    assert_eq!((&holder["name"], &holder["role"]), (&json!("han"), &json!("operator")));
    let first = root.get("/api/v1/organisations?limit=1").await;
    assert_eq!(names(&first), [Value::Null]);
    let next = first["next"].as_str().unwrap().replace('/', "%2F");
    let second = root.get(&format!("/api/v1/organisations?limit=1&after={next}")).await;
    assert_eq!(names(&second), [json!("bank")]);
    let own = Program::of(&console, "bank-admin").await.get("/api/v1/organisations").await;
    assert_eq!(names(&own), [json!("bank"), json!("bank/it"), json!("bank/it/db")]);
    let people = root.get("/api/v1/people?limit=2").await;
    assert_eq!((people["people"].as_array().unwrap().len(), &people["next"]), (2, &json!("han")));
    let one = root.get("/api/v1/people/han").await;
    assert_eq!(one["second_factor"], false);
}

#[tokio::test]
async fn broken_glass_is_broken_once_a_key_and_reviewed_by_another() {
    let console = Console::open().await;
    let (kim, park) = (Program::of(&console, "kim").await, Program::of(&console, "park").await);
    let because = json!({"reason": "nobody answers"});
    assert_eq!(park.post("/api/v1/break-glass", &because).await.status, StatusCode::FORBIDDEN, "who only looks on");
    let broken = kim.post("/api/v1/break-glass", &because).await;
    assert_eq!(broken.status, StatusCode::CREATED, "{}", broken.text);
    let broken = read(&broken);
    let listed = park.get("/api/v1/break-glass").await["broken"].clone();
    assert_eq!((&listed[0]["by"], &listed[0]["review"]), (&json!("kim"), &Value::Null));
    let review = format!("/api/v1/break-glass/{}/review", broken["glass"].as_str().unwrap());
    let found = json!({"finding": "the site was dark, both approvers were on the road"});
    assert_eq!(kim.post(&review, &found).await.status, StatusCode::FORBIDDEN);
    assert_eq!(park.post(&review, &json!({"finding": " "})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reviewed = read(&park.post(&review, &found).await);
    assert_eq!(reviewed["review"]["by"], "park");
    let again = park.post(&review, &found).await;
    assert_eq!((again.status, &read(&again)["code"]), (StatusCode::CONFLICT, &json!("already_reviewed")));
}
