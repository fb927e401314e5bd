//! The contact tree and what was told over it, by programs.

use axum::http::{Method, StatusCode};
use engine::base::Lang;
use engine::identity::Grant;
use engine::store::{Query, list};
use engine::telling::{Delivery, Progress, Raised, Rung, Way, seed};
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

async fn opened() -> Console {
    let console = Console::open().await;
    seed(&*console.store, console.app.clock.now()).await.unwrap();
    console
}

fn night(version: u64, to: &str) -> Value {
    json!({
        "version": version, "name": {"ko": "야간 당직", "en": "night duty"}, "class": "immediate", "account": "kim",
        "roles": ["operator"], "ways": [{"way": "in_app"}, {"way": "sms", "to": to}], "modes": ["drill", "real"],
    })
}

#[tokio::test]
async fn a_contact_is_kept_changed_by_its_version_seen_without_numbers_and_removed() {
    let console = opened().await;
    let (lee, park) = (Program::of(&console, "lee").await, Program::of(&console, "park").await);
    console.add("guest", &["observer"], Lang::En, false).await;
    let guest = Program::of(&console, "guest").await;
    let at = "/api/v1/contacts/night";
    let made = lee.call(&Method::PUT, at, Some(&night(0, "010-1234-5678"))).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let version = read(&made.text)["version"].as_u64().unwrap();
    let stale = lee.call(&Method::PUT, at, Some(&night(0, "119"))).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "nobody overwrites what they have not seen");
    let changed = lee.call(&Method::PUT, at, Some(&night(version, "119"))).await;
    assert_eq!(read(&changed.text)["ways"][1], json!({"way": "sms", "to": "119"}));
    let listed = park.get("/api/v1/contacts?class=immediate&limit=1").await;
    assert_eq!((&listed["contacts"][0]["name"]["en"], &listed["next"]), (&json!("night duty"), &json!("night")));
    assert_eq!(park.get("/api/v1/contacts?after=night").await["contacts"], json!([]));
    let hidden = guest.get(at).await;
    assert_eq!(hidden["ways"][1], json!({"way": "sms", "to": null}), "who only looks on sees no numbers");

    for (body, status) in [
        (night(2, "not a number"), StatusCode::CONFLICT),
        (json!({"version": 2}), StatusCode::UNPROCESSABLE_ENTITY),
        (night(2, "010\u{0}1"), StatusCode::CONFLICT),
    ] {
        let page = lee.call(&Method::PUT, at, Some(&body)).await;
        assert_eq!(page.status, status, "{body}: {}", page.text);
    }
    for other in [&park, &guest] {
        let page = other.call(&Method::PUT, at, Some(&night(2, "112"))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
    }
    assert_eq!(lee.call(&Method::DELETE, at, Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(lee.call(&Method::DELETE, at, Some(&json!({}))).await.status, StatusCode::NOT_FOUND);
    let log = park.get("/api/v1/audit?act=contact.&oldest_first=true").await;
    let deeds = log["deeds"].as_array().unwrap().iter().map(|row| &row["deed"]);
    let told: Vec<_> = deeds.map(|deed| (deed["act"].as_str().unwrap(), deed["via"].as_str().unwrap())).collect();
    assert_eq!(told, [("contact.add", "api"), ("contact.change", "api"), ("contact.remove", "api")]);
    assert_eq!(log["deeds"][1]["deed"]["before"]["ways"][1]["to"], "010-1234-5678");
}

#[tokio::test]
async fn a_list_is_taken_in_whole_or_not_at_all_and_a_class_is_tried_out_once() {
    let console = opened().await;
    let lee = Program::of(&console, "lee").await;
    let wrong =
        lee.post("/api/v1/contact-imports", &json!({"list": "id,name,class,mail\na,A,immediate,a@b.kr\nb,,x,y"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(!read(&wrong.text)["errors"].as_array().unwrap().is_empty());
    assert_eq!(lee.get("/api/v1/contacts").await["contacts"], json!([]));
    let list = "id,name,class,account,channels,modes\nduty,당직,immediate,lee,in_app,drill;real\n";
    let taken = lee.post("/api/v1/contact-imports", &json!({ "list": list })).await;
    assert_eq!((taken.status, &read(&taken.text)["contacts"]), (StatusCode::OK, &json!(["duty"])), "{}", taken.text);

    let called = lee.post("/api/v1/contact-tests", &json!({"class": "immediate"})).await;
    assert_eq!(called.status, StatusCode::CREATED, "{}", called.text);
    let key = read(&called.text)["occasion"].as_str().unwrap().to_owned();
    let at = called.header(axum::http::header::LOCATION);
    let shown = lee.get(at).await;
    assert_eq!((&shown["occasion"]["key"], &shown["occasion"]["kind"]), (&json!(key), &json!("test_call")));
    assert_eq!(lee.get("/api/v1/occasions").await["occasions"][0]["key"], key);
    for (path, body) in [
        ("/api/v1/acknowledgements", json!({"call": "run/none", "reason": "by phone"})),
        ("/api/v1/failed-deliveries", json!({"delivery": "no\u{0}ne"})),
        ("/api/v1/messages/read", json!({"message": "none"})),
    ] {
        assert_eq!(lee.post(path, &body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(lee.get("/api/v1/messages").await["messages"], json!([]));
}

fn of(org: Option<&str>, to: &str) -> Value {
    json!({
        "version": 0, "organisation": org, "name": {"ko": "당직"}, "class": "immediate", "ways": [{"way": "sms", "to": to}],
        "modes": ["drill"],
    })
}

/// A console with a contact at the top, one of the bank's and one of the shop's, and who looks after each of the two.
async fn group() -> Console {
    let console = opened().await;
    for (name, org) in [("bank-room", "bank/it"), ("shop-room", "shop")] {
        let grant = Grant::in_all_modes("situation-room".parse().unwrap(), org.parse().ok());
        console.add_with(name, vec![grant], Lang::En, false).await;
    }
    let lee = Program::of(&console, "lee").await;
    for (id, org, to) in [("cio", None, "111"), ("bank", Some("bank/it/db"), "222"), ("shop", Some("shop"), "333")] {
        let made = lee.call(&Method::PUT, &format!("/api/v1/contacts/{id}"), Some(&of(org, to))).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    }
    console
}

fn ids(listed: &Value) -> Vec<&str> {
    listed["contacts"].as_array().unwrap().iter().map(|one| one["contact"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_one_holds_at_one_organisation_gives_nothing_at_another() {
    let console = group().await;
    let (lee, bank, shop) = (
        Program::of(&console, "lee").await,
        Program::of(&console, "bank-room").await,
        Program::of(&console, "shop-room").await,
    );
    // Lists and single contacts.
    assert_eq!(ids(&lee.get("/api/v1/contacts").await), ["bank", "cio", "shop"]);
    assert_eq!(ids(&lee.get("/api/v1/contacts?organisation=bank").await), ["bank"]);
    let own = bank.get("/api/v1/contacts").await;
    assert_eq!((ids(&own), &own["contacts"][0]["ways"][0]["to"]), (vec!["bank"], &json!("222")));
    assert_eq!(ids(&bank.get("/api/v1/contacts?organisation=shop").await), [""; 0]);
    let page = shop.get("/api/v1/contacts?limit=1").await;
    assert_eq!((ids(&page), &page["next"]), (vec!["shop"], &json!("shop")), "a page is full of what one sees");
    for id in ["shop", "cio"] {
        let at = format!("/api/v1/contacts/{id}");
        assert_eq!(bank.call(&Method::GET, &at, None).await.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(bank.call(&Method::DELETE, &at, Some(&json!({}))).await.status, StatusCode::NOT_FOUND, "{id}");
        let changed = json!({"version": 1, "organisation": "bank/it", "name": {"ko": "x"}, "class": "immediate",
            "ways": [{"way": "sms", "to": "999"}], "modes": ["drill"]});
        assert_eq!(bank.call(&Method::PUT, &at, Some(&changed)).await.status, StatusCode::NOT_FOUND, "{id} taken over");
        assert_eq!(bank.call(&Method::PUT, &at, Some(&of(Some("bank/it"), "9"))).await.status, StatusCode::CONFLICT);
    }
    // A contact comes to no place where its keeper may not keep it, new or moved.
    for org in [None, Some("shop"), Some("bank")] {
        let made = bank.call(&Method::PUT, "/api/v1/contacts/new", Some(&of(org, "444"))).await;
        assert_eq!(made.status, StatusCode::FORBIDDEN, "{org:?}: {}", made.text);
        let moved = Value::Object(
            of(org, "222").as_object().unwrap().clone().into_iter().chain([("version".to_owned(), json!(1))]).collect(),
        );
        let moved = bank.call(&Method::PUT, "/api/v1/contacts/bank", Some(&moved)).await;
        assert_eq!(moved.status, StatusCode::FORBIDDEN, "{org:?}: {}", moved.text);
    }
    // Nor is somebody called whom one does not see, by being named as a deputy.
    let mut with_deputy = of(Some("bank/it"), "444");
    with_deputy["deputy"] = json!("shop");
    let named = bank.call(&Method::PUT, "/api/v1/contacts/duty", Some(&with_deputy)).await;
    assert_eq!(named.status, StatusCode::CONFLICT, "{}", named.text);
    let named = lee.call(&Method::PUT, "/api/v1/contacts/duty", Some(&with_deputy)).await;
    assert_eq!(named.status, StatusCode::OK, "who sees both may: {}", named.text);
    with_deputy["version"] = json!(1);
    with_deputy["ways"][0]["to"] = json!("555");
    let kept = bank.call(&Method::PUT, "/api/v1/contacts/duty", Some(&with_deputy)).await;
    assert_eq!(kept.status, StatusCode::OK, "what others have named stays: {}", kept.text);

    // Lists are judged row by row.
    let list = "id,name,organisation,class,mail\nnew,N,bank/it,immediate,a@b.kr\nshop,S,bank/it,immediate,a@b.kr\n\
                other,O,shop,immediate,a@b.kr\ntop,T,,immediate,a@b.kr\n";
    let refused = bank.post("/api/v1/contact-imports", &json!({ "list": list })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let said: Vec<Value> = read(&refused.text)["errors"].as_array().unwrap().clone();
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    assert!(
        said.len() == 3
            && said[0].contains("Row 3: a contact of another organisation has this id")
            && said[1].contains("Row 4: organisation: shop. keeping the contact tree needs one of these roles")
            && said[2].contains("Row 5: organisation: everything."),
        "{said:?}"
    );
    let mine = "id,name,organisation,class,mail\nnew,N,bank/it,immediate,a@b.kr\nbank,B,bank/it,immediate,b@b.kr\n";
    let taken = bank.post("/api/v1/contact-imports", &json!({ "list": mine })).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert_eq!(ids(&bank.get("/api/v1/contacts").await), ["bank", "duty", "new"]);
    assert_eq!(ids(&shop.get("/api/v1/contacts").await), ["shop"]);
}

#[tokio::test]
async fn calls_and_messages_are_of_the_place_where_they_are() {
    let console = group().await;
    let (lee, bank, shop) = (
        Program::of(&console, "lee").await,
        Program::of(&console, "bank-room").await,
        Program::of(&console, "shop-room").await,
    );
    for org in [json!(null), json!("shop"), json!("bank")] {
        let called = bank.post("/api/v1/contact-tests", &json!({"class": "immediate", "organisation": org})).await;
        assert_eq!(called.status, StatusCode::FORBIDDEN, "{org}: {}", called.text);
    }
    let called = bank.post("/api/v1/contact-tests", &json!({"class": "immediate", "organisation": "bank/it"})).await;
    assert_eq!(called.status, StatusCode::CREATED, "{}", called.text);
    let at = called.header(axum::http::header::LOCATION);
    let keys = |listed: &Value| listed["occasions"].as_array().unwrap().len();
    assert_eq!(bank.get(at).await["occasion"]["kind"], "test_call");
    assert_eq!(shop.call(&Method::GET, at, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(keys(&bank.get("/api/v1/occasions").await), 1);
    assert_eq!(keys(&lee.get("/api/v1/occasions").await), 1);
    assert_eq!(keys(&shop.get("/api/v1/occasions").await), 0);

    // What was not delivered is shown to who tends the contact, whatever the occasion was.
    let raised = list::<Raised>(&*console.store, Query::default()).await.unwrap().remove(0).value;
    let delivery = Delivery {
        occasion: raised.occasion.key,
        call: "call".to_owned(),
        place: 0,
        rung: Rung {
            name: engine::base::Text::plain("Shop"),
            deputy_for: None,
            org: "shop".parse().ok(),
            way: Way::Sms,
            to: "333".to_owned(),
            user: None,
            lang: None,
        },
        mode: engine::base::Mode::Drill,
        message: engine::telling::Message { subject: String::new(), body: String::new(), json: None },
        made_at: raised.occasion.at,
        tries: 8,
        progress: Progress::Failed { at: raised.occasion.at, why: engine::base::Text::plain("no answer from 333") },
    };
    let kept = vec![engine::store::add(&delivery).unwrap()];
    let done = console.store.change(raised.occasion.at, kept, Vec::new()).await.unwrap();
    assert_eq!(done, engine::store::Changed::Done);
    let failed = |listed: &Value| listed["deliveries"].as_array().unwrap().len();
    for (program, count) in [(&lee, 1), (&shop, 1), (&bank, 0)] {
        assert_eq!(failed(&program.get("/api/v1/failed-deliveries").await), count);
    }
    let again = json!({"delivery": engine::store::Kept::id(&delivery)});
    assert_eq!(bank.post("/api/v1/failed-deliveries", &again).await.status, StatusCode::NOT_FOUND);
    assert_eq!(shop.post("/api/v1/failed-deliveries", &again).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_preflight_counts_contacts_that_are_told_of_the_place() {
    let console = opened().await;
    let runbook =
        "runbook: bank-gate\norganisation: bank/it\nunits:\n  go: {target: 1m, gate: {approvers: [commander]}}\n";
    std::fs::write(console.folder.path().join("bank-gate.yaml"), runbook).unwrap();
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    let mut contact = of(Some("shop"), "010-1234-5678");
    contact["account"] = json!("lee");
    for (version, org, wanted) in [(0, "shop", "unknown"), (1, "bank", "up"), (2, "bank/it/db", "unknown")] {
        (contact["version"], contact["organisation"]) = (json!(version), json!(org));
        let made = lee.call(&Method::PUT, "/api/v1/contacts/lee", Some(&contact)).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let found = read(&kim.post("/api/v1/runbooks/bank-gate/preflight", &json!({"mode": "drill"})).await.text);
        let lines = found["findings"].as_array().unwrap();
        let gate = lines.iter().find(|line| line["topic"] == "approvers").unwrap();
        assert_eq!(gate["answer"], wanted, "{org}: {found}");
    }
}
