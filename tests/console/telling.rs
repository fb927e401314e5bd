//! The contact tree, messages, their links, and the rules.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use engine::action::{Handed, Parcel};
use engine::base::{Lang, Mode, TargetName, Text};
use engine::identity::Grant;
use engine::store::{Changed, DeedQuery, Kept as _, Query, find, list};
use engine::telling::{
    About, Call, Carrier, Contact, Delivery, Key, Means, Note, Occasion, OccasionKind, Progress, Rule, Signer, Stands,
    Way, acknowledge_path, raise, seed, work,
};
use relight::accounts::Roster;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::{Browser, Console};

/// No message leaves: what these tests look at is the console.
#[derive(Debug)]
struct Closed;

#[async_trait]
impl Carrier for Closed {
    async fn carry(&self, _: &TargetName, _: &Parcel) -> Handed {
        Handed::Refused(Text::plain("closed"))
    }
}

async fn open() -> Console {
    let console = Console::open().await;
    console.add("yoon", &["admin"], Lang::En, false).await;
    let now = console.store.now().await.unwrap();
    seed(&*console.store, now).await.unwrap();
    console
}

async fn until(condition: impl AsyncFn() -> bool) {
    while !condition().await {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

const KIM: [(&str, &str); 11] = [
    ("id", "kim-duty"),
    ("name_ko", "김 <b>당직</b>"),
    ("name_en", "Kim <b>on duty</b>"),
    ("account", "kim"),
    ("party", ""),
    ("class", "immediate"),
    ("roles", "commander, cio"),
    ("ways", "in_app\nmail kim@bank.kr\nsms 010-1234-5678"),
    ("modes", "drill"),
    ("modes", "real"),
    ("note", ""),
];

async fn add(browser: &Browser<'_>, fields: &[(&str, &str)]) -> harness::page::Page {
    let form = browser.get("/contacts/new").await;
    browser.submit(&form, "main form", fields).await
}

#[tokio::test]
async fn the_tree_is_tended_by_those_who_may_and_every_change_is_a_deed() {
    let console = open().await;
    let (admin, operator) = (console.sign_in("yoon").await, console.sign_in("kim").await);
    assert_eq!(add(&admin, &KIM).await.location(), "/contacts");
    let page = admin.get("/contacts").await;
    let row = page.one("main tbody tr");
    assert!(row.contains("Kim <b>on duty</b>") && row.contains("010-1234-5678"), "{row}");
    assert!(!page.has("main b"), "names are no markup");
    assert_eq!(page.one("nav a[aria-current]"), "Contacts");

    // Who tends nothing sees the tree, and no form.
    let page = operator.get("/contacts").await;
    assert!(page.has("main tbody tr") && !page.has("main form") && !page.has("main th a"));
    for path in ["/contacts/new", "/contacts/entry/kim-duty", "/contacts/import", "/messages/failed", "/telling"] {
        assert_eq!(operator.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        let last = DeedQuery { newest_first: true, limit: 1, ..DeedQuery::default() };
        let last = console.store.deeds(last).await.unwrap();
        assert!(last[0].entry.contains("telling.") && last[0].entry.contains("refused"), "{path}: {}", last[0].entry);
    }
    let csrf = operator.get("/contacts").await.attribute("header input[name=csrf]", "value");
    for path in ["/contacts", "/contacts/remove", "/contacts/import", "/contacts/test", "/messages/again", "/telling"] {
        let sent = [("csrf", csrf.as_str()), ("version", "0")];
        let refused = operator.post(path, &[&sent[..], &KIM[..]].concat()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}: {}", refused.text);
    }

    // Two who have the same form open: the second is told so.
    let form = admin.get("/contacts/entry/kim-duty").await;
    let mut changed = KIM;
    changed[10] = ("note", "on leave");
    assert_eq!(admin.submit(&form, "main form", &changed).await.location(), "/contacts");
    assert_eq!(admin.submit(&form, "main form", &changed).await.status, StatusCode::CONFLICT);
    let mut wrong = KIM;
    (wrong[0], wrong[7]) = (("id", "lee"), ("ways", "mail not-a-mailbox"));
    let refused = add(&admin, &wrong).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("not-a-mailbox"), "{}", refused.text);
    let form = admin.get("/contacts/entry/kim-duty").await;
    assert_eq!(admin.submit(&form, "form:has(.danger)", &[]).await.location(), "/contacts");
    let deeds = console.store.deeds(DeedQuery::default()).await.unwrap();
    let acts: Vec<serde_json::Value> = deeds.iter().map(|deed| serde_json::from_str(&deed.entry).unwrap()).collect();
    let acts: Vec<_> =
        acts.iter().filter_map(|deed| deed["act"].as_str()).filter(|act| act.starts_with("contact.")).collect();
    assert_eq!(acts, ["contact.add", "contact.change", "contact.remove"]);
}

#[tokio::test]
async fn a_list_is_taken_in_whole_or_not_at_all() {
    let console = open().await;
    let admin = console.sign_in("yoon").await;
    let form = admin.get("/contacts/import").await;
    let bad = "id,name,class,mail\na,A,immediate,a@bank.kr\nb,B,nobody,b@bank.kr\n";
    let refused = admin.submit(&form, "main form", &[("list", bad)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.one("[role=alert] li").starts_with("Row 3: there is no class \"nobody\""), "{}", refused.text);
    assert!(list::<Contact>(&*console.store, Query::default()).await.unwrap().is_empty());
    let good = bad.replace("nobody", "vendors");
    assert_eq!(admin.submit(&refused, "main form", &[("list", &good)]).await.location(), "/contacts");
    assert_eq!(list::<Contact>(&*console.store, Query::default()).await.unwrap().len(), 2);
}

/// Somebody who looks after the contacts of one organisation.
async fn room(console: &Console, name: &str, org: &str) {
    let grant = Grant::in_all_modes("situation-room".parse().unwrap(), org.parse().ok());
    console.add_with(name, vec![grant], Lang::En, false).await;
}

#[tokio::test]
async fn a_situation_room_sees_and_tends_the_contacts_of_its_own_organisation() {
    let console = open().await;
    room(&console, "bank-room", "bank/it").await;
    room(&console, "shop-room", "shop").await;
    let (admin, bank, shop) =
        (console.sign_in("yoon").await, console.sign_in("bank-room").await, console.sign_in("shop-room").await);
    let csv = "id,name,organisation,class,sms\ncio,CIO,,immediate,111-1111\nbank,Bank,bank/it,immediate,222-2222\n\
                shop,Shop,shop,immediate,333-3333\n";
    let form = admin.get("/contacts/import").await;
    assert_eq!(admin.submit(&form, "main form", &[("list", csv)]).await.location(), "/contacts");
    assert_eq!(admin.get("/contacts").await.all("main tbody tr").len(), 3);
    let filtered = admin.get("/contacts?organisation=shop").await;
    assert_eq!(filtered.all("main tbody tr").len(), 1);
    assert_eq!(filtered.one("#organisation option[selected]"), "shop");

    let page = bank.get("/contacts").await;
    let rows = page.all("main tbody tr");
    assert!(rows.len() == 1 && rows[0].contains("bank/it") && rows[0].contains("222-2222"), "{rows:?}");
    for hidden in ["333-3333", "111-1111", "Shop", "CIO"] {
        assert!(!page.text.contains(hidden), "{hidden}");
    }
    // The form of a new one begins where the person may keep it; it goes nowhere else.
    let form = bank.get("/contacts/new").await;
    assert_eq!(form.attribute("#organisation", "value"), "bank/it");
    assert!(!form.text.contains("shop"), "who stands elsewhere is no deputy to choose");
    let duty = |org: &'static str| {
        let of =
            [("organisation", org), ("id", "duty"), ("name_ko", "당직"), ("class", "immediate"), ("modes", "drill")];
        [&of[..], &[("ways", "sms 444-4444")]].concat()
    };
    for org in ["", "shop", "bank"] {
        assert_eq!(bank.submit(&form, "main form", &duty(org)).await.status, StatusCode::FORBIDDEN, "{org:?}");
    }
    assert_eq!(bank.submit(&form, "main form", &duty("bank/it/db")).await.location(), "/contacts");
    for id in ["shop", "cio"] {
        assert_eq!(bank.get(&format!("/contacts/entry/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
        let csrf = bank.get("/contacts").await.attribute("header input[name=csrf]", "value");
        let removed = bank.post("/contacts/remove", &[("csrf", &csrf), ("id", id)]).await;
        assert_eq!(removed.status, StatusCode::NOT_FOUND, "{id}");
    }
    let form = bank.get("/contacts/entry/bank").await;
    assert_eq!(bank.submit(&form, "form:has(.danger)", &[]).await.location(), "/contacts");
    let left = list::<Contact>(&*console.store, Query::default()).await.unwrap();
    let left: Vec<_> = left.iter().map(|found| found.value.id.as_str()).collect();
    assert_eq!(left, ["cio", "duty", "shop"]);

    // A list is refused row by row, and says why.
    let form = bank.get("/contacts/import").await;
    let refused = bank.submit(&form, "main form", &[("list", csv)]).await;
    let faults = refused.all("[role=alert] li");
    assert!(
        faults.len() == 2 && faults[0].starts_with("Row 2: organisation: everything.") && faults[1].contains("shop"),
        "{faults:?}"
    );
    let last = DeedQuery { newest_first: true, limit: 1, ..DeedQuery::default() };
    let last = console.store.deeds(last).await.unwrap();
    assert!(last[0].entry.contains("contact_elsewhere"), "{}", last[0].entry);
    // A class is tried out where the person tends it.
    let page = shop.get("/contacts").await;
    let called = shop.submit(&page, "form[action='/contacts/test']", &[]).await;
    let at = called.location().to_owned();
    assert_eq!(shop.get(&at).await.status, StatusCode::OK);
    assert_eq!(bank.get(&at).await.status, StatusCode::NOT_FOUND);
    assert!(shop.get("/messages").await.text.contains("test of the class"));
    assert!(!bank.get("/messages").await.text.contains("test of the class"));
    let csrf = bank.get("/contacts").await.attribute("header input[name=csrf]", "value");
    let key = Uuid::now_v7().to_string();
    let sent = [("csrf", csrf.as_str()), ("key", &key), ("class", "immediate"), ("organisation", "shop")];
    assert_eq!(bank.post("/contacts/test", &sent).await.status, StatusCode::FORBIDDEN);
}

/// A desk at work, and an occasion that asks lee for something.
async fn asked(console: &Console) -> (Occasion, CancellationToken) {
    let stop = CancellationToken::new();
    let means = Means {
        store: Arc::clone(&console.store),
        people: Arc::new(Roster(console.app.sign_ins.clone())),
        carrier: Arc::new(Closed),
        node: "test".to_owned(),
    };
    tokio::spawn(work(means, stop.clone()));
    let occasion = Occasion {
        key: Key::of(OccasionKind::HandOver, Uuid::now_v7()),
        kind: OccasionKind::HandOver,
        mode: Mode::Drill,
        at: console.store.now().await.unwrap(),
        about: About::default(),
        phase: None,
        asks: ["commander".parse().unwrap()].into(),
        people: std::collections::BTreeSet::new(),
        headline: Text::new("지휘를 <i>인계</i>합니다", "The command is <i>handed over</i>"),
        detail: Text::plain("now"),
        path: "/runs".to_owned(),
    };
    let changes = raise(occasion.clone()).unwrap();
    assert_eq!(console.store.change(occasion.at, changes, Vec::new()).await.unwrap(), Changed::Done);
    until(async || !list::<Call>(&*console.store, Query::default()).await.unwrap().is_empty()).await;
    (occasion, stop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_counted_on_every_page_and_acknowledged_by_whose_it_is() {
    let console = open().await;
    let (occasion, stop) = asked(&console).await;
    let (lee, kim, admin) = (console.sign_in("lee").await, console.sign_in("kim").await, console.sign_in("yoon").await);
    assert_eq!(lee.get("/runs").await.one("header .count"), "1");
    assert!(!kim.get("/runs").await.has("header .count"));
    let page = lee.get("/messages").await;
    assert!(page.one("#unread h3").contains("[훈련] 지휘 인계: 지휘를 <i>인계</i>합니다"), "{}", page.text);
    assert!(!page.has("main i"));
    let (_, hidden) = page.form("#unread form");
    let id = hidden.iter().find(|(name, _)| name == "id").unwrap().1.clone();
    let csrf = kim.get("/runs").await.attribute("header input[name=csrf]", "value");
    let foreign = kim.post("/messages/read", &[("csrf", &csrf), ("id", &id)]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);

    assert_eq!(lee.submit(&page, "#unread form", &[]).await.location(), "/messages");
    assert!(!lee.get("/runs").await.has("header .count"));
    let call = list::<Call>(&*console.store, Query::default()).await.unwrap().remove(0).value;
    assert_eq!((call.stands(), call.acknowledged.unwrap().who), (Stands::Acknowledged, Text::plain("lee")));
    let shown = admin.get(&format!("/messages/occasion?key={}", occasion.key.as_str().replace('/', "%2F"))).await;
    assert!(shown.one("article h3").contains("acknowledged by lee"), "{}", shown.text);
    let (_, again) = page.form("#unread form");
    let again: Vec<_> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(lee.post("/messages/read", &again).await.location(), "/messages", "a second click changes nothing");
    assert_eq!(list::<Note>(&*console.store, Query::default()).await.unwrap().len(), 1);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_one_button_and_only_the_button_acknowledges() {
    let console = open().await;
    let (_, stop) = asked(&console).await;
    let call = || async { list::<Call>(&*console.store, Query::default()).await.unwrap().remove(0).value };
    let signer = Signer::open(&*console.store, console.store.now().await.unwrap()).await.unwrap();
    let link = acknowledge_path(&call().await.id(), &signer.sign(&call().await.id()));
    for _ in 0..2 {
        let page = console.get(&link).await;
        assert_eq!((page.status, page.all("main button").len()), (StatusCode::OK, 1), "{}", page.text);
    }
    assert_eq!(call().await.stands(), Stands::Waiting, "mail programs follow links by themselves");
    for forged in [
        link.replace("key=", "key=0"),
        acknowledge_path(&call().await.id(), &signer.sign("another")),
        "/acknowledge?call=x&key=".to_owned(),
    ] {
        assert_eq!(console.get(&forged).await.status, StatusCode::NOT_FOUND, "{forged}");
    }
    let (action, hidden) = console.get(&link).await.form("main form");
    let fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = console.post(&action, &fields).await;
    assert!(page.one("[role=status]").contains("lee"), "{}", page.text);
    assert_eq!(call().await.stands(), Stands::Acknowledged);
    assert!(!console.get(&link).await.has("main form"), "nothing is left to do");
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_words_and_channels_are_changed_by_an_administrator_and_checked_first() {
    let console = open().await;
    let admin = console.sign_in("yoon").await;
    let page = admin.get("/telling").await;
    let channels =
        [("address", "https://dr.bank.kr/"), ("quiet", "mock"), ("carrier.mail", "mail"), ("carrier.sms", "")];
    assert_eq!(admin.submit(&page, "#settings", &channels).await.location(), "/telling");
    let kept = engine::telling::kept_settings(&*console.store).await.unwrap();
    assert_eq!((kept.address.as_str(), kept.carriers.len()), ("https://dr.bank.kr", 1));

    let rule = [
        ("name", "night"),
        ("enabled", "yes"),
        ("on", "rto_exceeded"),
        ("modes", "real"),
        ("whom", "vendors"),
        ("wait", "10"),
    ];
    assert_eq!(admin.submit(&page, "#rules details:last-of-type form", &rule).await.location(), "/telling");
    assert!(find::<Rule>(&*console.store, "night").await.unwrap().is_some());
    let mut nobody = rule;
    (nobody[0], nobody[4]) = (("name", "lost"), ("whom", "no-such-class"));
    let refused = admin.submit(&page, "#rules details:last-of-type form", &nobody).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let words =
        |subject| [("subject_ko", subject), ("subject_en", subject), ("body_ko", "x"), ("body_en", "x"), ("json", "")];
    let refused = admin.submit(&page, "#words details:first-of-type form", &words("{headlin}")).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("{headlin}"), "{}", refused.text);
    let taken = admin.submit(&page, "#words details:first-of-type form", &words("{headline}")).await;
    assert_eq!(taken.location(), "/telling");

    // A class that somebody belongs to stays.
    assert_eq!(add(&admin, &KIM).await.location(), "/contacts");
    let page = admin.get("/telling").await;
    let refused = admin.submit(&page, "#classes details:first-of-type form:has(.danger)", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_is_listed_and_can_be_sent_again() {
    let console = open().await;
    let admin = console.sign_in("yoon").await;
    let page = admin.get("/telling").await;
    admin.submit(&page, "#settings", &[("address", ""), ("carrier.sms", "sms")]).await.location();
    let mut vendor = KIM;
    (vendor[3], vendor[7]) = (("account", ""), ("ways", "sms 010-1234-5678"));
    assert_eq!(add(&admin, &vendor).await.location(), "/contacts");
    let (_, stop) = asked(&console).await;
    let page = admin.get("/contacts").await;
    // Sent twice, as by a double click, it calls once.
    let mut shown = String::new();
    for _ in 0..2 {
        shown = admin.submit(&page, "form[action='/contacts/test']", &[]).await.location().to_owned();
    }
    let failed = async || {
        let all = list::<Delivery>(&*console.store, Query::group("failed")).await.unwrap();
        all.iter().filter(|found| found.value.rung.way == Way::Sms).map(|found| found.value.clone()).collect::<Vec<_>>()
    };
    until(async || failed().await.iter().any(|found| found.occasion.as_str().starts_with("test_call/"))).await;
    let tried = failed().await.into_iter().find(|found| found.occasion.as_str().starts_with("test_call/")).unwrap();
    let status = admin.get(&shown).await;
    assert!(status.text.contains("failed: closed"), "{}", status.text);
    let page = admin.get("/messages/failed").await;
    let again = format!("article:has(input[value='{}']) form", tried.id());
    assert_eq!(admin.submit(&page, &again, &[]).await.location(), "/messages/failed");
    let found = find::<Delivery>(&*console.store, &tried.id()).await.unwrap().unwrap().value;
    assert!(!matches!(found.progress, Progress::Failed { at, .. } if Some(at) == failed_at(&tried)), "{found:?}");
    stop.cancel();
}

const fn failed_at(delivery: &Delivery) -> Option<engine::base::Timestamp> {
    match &delivery.progress {
        Progress::Failed { at, .. } => Some(*at),
        Progress::Waiting { .. } | Progress::Sending { .. } | Progress::Delivered { .. } | Progress::Dropped { .. } => {
            None
        }
    }
}
