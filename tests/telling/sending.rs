//! Messages over real channels: what fails, hangs, drops the line and comes back.

use std::collections::BTreeSet;

use engine::base::{Lang, Mode, Text};
use engine::telling::{Answered, By, Contact, OccasionKind, Progress, Stands, Way, acknowledge, deliveries_of, retry};
use harness::certificates::Authority;
use harness::exim::Exim;
use uuid::Uuid;

use crate::ground::{Ground, contact, hook, occasion, until};
use crate::receiver::{Deal, Receiver};

macro_rules! on_every_store {
    ($($test:ident,)*) => {
        mod memory {
            use crate::ground::Ground;
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() { super::$test(Ground::memory().await).await; })*
        }
        mod sqlite {
            use crate::ground::Ground;
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() { super::$test(Ground::sqlite().await).await; })*
        }
        mod postgres {
            use crate::ground::Ground;
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() { super::$test(Ground::postgres().await).await; })*
        }
    };
}

on_every_store! {
    what_was_not_taken_is_sent_again_under_the_same_id_and_once_it_was_no_more,
    two_desks_send_everything_once,
    an_occasion_raised_twice_is_told_once,
    what_can_not_be_delivered_makes_way_for_the_next_channel_and_stays_visible,
    a_receiver_that_hangs_is_given_up_and_told_again_and_holds_up_nobody_else,
    what_happens_at_one_organisation_is_told_to_contacts_there_and_above,
}

async fn what_was_not_taken_is_sent_again_under_the_same_id_and_once_it_was_no_more(ground: Ground) {
    let receiver = Receiver::new(&[Deal::Answer(500), Deal::Drop]).await;
    ground.channels(&hook("sms", receiver.port), &[(Way::Sms, "sms")]).await;
    ground.add(&contact("kim", &[(Way::Sms, "010-1234-5678")])).await;
    ground.desk(&[]).await;
    ground.call("immediate").await;
    let heard = receiver.requests(3).await;
    let ids: BTreeSet<_> = heard.iter().map(|heard| heard.id.clone()).collect();
    assert_eq!(ids.len(), 1, "a repetition is recognised: {heard:?}");
    assert_eq!(heard[2].body["to"], "010-1234-5678");
    assert!(heard[2].body["text"].as_str().unwrap().starts_with("[훈련] "), "{heard:?}");
    let settled = ground.settled(1).await;
    assert_eq!((settled.len(), settled[0].tries), (1, 3), "{settled:?}");
    assert!(matches!(settled[0].progress, Progress::Delivered { .. }), "{settled:?}");
    assert_eq!(receiver.heard().len(), 3, "what was taken is not sent again");
}

async fn two_desks_send_everything_once(ground: Ground) {
    const PEOPLE: usize = 40;
    let receiver = Receiver::new(&[]).await;
    ground.channels(&hook("sms", receiver.port), &[(Way::Sms, "sms")]).await;
    for n in 0..PEOPLE {
        ground.add(&contact(&format!("p{n}"), &[(Way::Sms, &format!("010-0000-{n:04}"))])).await;
    }
    for _ in 0..2 {
        ground.desk(&[]).await;
    }
    ground.call("immediate").await;
    let settled = ground.settled(PEOPLE).await;
    assert_eq!(settled.len(), PEOPLE);
    let heard = receiver.heard();
    let told: BTreeSet<_> = heard.iter().map(|heard| heard.body["to"].to_string()).collect();
    assert_eq!((heard.len(), told.len()), (PEOPLE, PEOPLE));
}

async fn an_occasion_raised_twice_is_told_once(ground: Ground) {
    let receiver = Receiver::new(&[]).await;
    ground.channels(&hook("sms", receiver.port), &[(Way::Sms, "sms")]).await;
    ground.add(&contact("kim", &[(Way::Sms, "010-1234-5678")])).await;
    ground.desk(&[]).await;
    let mut breach = occasion(Uuid::now_v7(), ground.now().await);
    breach.kind = OccasionKind::RtoExceeded;
    assert!(ground.raise(&breach).await);
    receiver.requests(1).await;
    assert!(!ground.raise(&breach).await, "the same breach");
    // Another one shows that the desk had time for a second look at the first.
    breach.key = engine::telling::Key::of(OccasionKind::RtoExceeded, Uuid::now_v7());
    assert!(ground.raise(&breach).await);
    assert_eq!(receiver.requests(2).await.len(), 2);
    assert_eq!(ground.calls().await.len(), 2);
}

async fn what_can_not_be_delivered_makes_way_for_the_next_channel_and_stays_visible(ground: Ground) {
    let refusing = Receiver::new(&[Deal::Answer(422)]).await;
    let phone = Receiver::new(&[]).await;
    let targets = hook("sms", refusing.port) + &hook("voice", phone.port);
    ground.channels(&targets, &[(Way::Sms, "sms"), (Way::Voice, "voice")]).await;
    ground.add(&contact("kim", &[(Way::Sms, "010-1234-5678"), (Way::Voice, "02-123-4567")])).await;
    ground.desk(&[]).await;
    ground.call("immediate").await;
    // The class waits a minute for an answer; a channel that refuses is not waited for.
    assert_eq!(phone.requests(1).await[0].body["to"], "02-123-4567");
    ground.settled(2).await;
    let call = &ground.calls().await[0];
    let told = deliveries_of(&*ground.database.store, &call.id()).await.unwrap();
    let Progress::Failed { why, .. } = &told[0].progress else { panic!("{told:?}") };
    assert!(why.get(Lang::En).contains("422"), "{why:?}");
    assert!(matches!(told[1].progress, Progress::Delivered { .. }), "{told:?}");

    // Somebody has mended the channel and wants it sent after all.
    let failed = engine::store::Kept::id(&told[0]);
    let (store, now) = (&*ground.database.store, ground.now().await);
    assert_eq!(retry(store, &failed, now, Vec::new()).await.unwrap(), Answered::Done);
    let heard = refusing.requests(2).await;
    assert_eq!(heard[0].id, heard[1].id);
    assert!(heard[1].taken);
    let by = Text::plain("kim");
    assert_eq!(acknowledge(store, &call.id(), by.clone(), By::Link, now, Vec::new()).await.unwrap(), Answered::Done);
    assert_eq!(acknowledge(store, &call.id(), by, By::Console, now, Vec::new()).await.unwrap(), Answered::Already);
    assert_eq!(ground.calls().await[0].stands(), Stands::Acknowledged);
}

async fn a_receiver_that_hangs_is_given_up_and_told_again_and_holds_up_nobody_else(ground: Ground) {
    /// More than are on their way over one kind of channel at the same time.
    const PEOPLE: usize = 12;
    const AT_ONCE: usize = 8;
    let (hanging, other) = (Receiver::hanging().await, Receiver::new(&[]).await);
    let targets = hook("sms", hanging.port) + &hook("messenger", other.port);
    ground.channels(&targets, &[(Way::Sms, "sms"), (Way::Messenger, "messenger")]).await;
    for n in 0..PEOPLE {
        ground.add(&contact(&format!("s{n}"), &[(Way::Sms, &format!("010-0000-{n:04}"))])).await;
        ground.add(&contact(&format!("m{n}"), &[(Way::Messenger, &format!("@m{n}"))])).await;
    }
    ground.desk(&[]).await;
    ground.call("immediate").await;
    hanging.requests(AT_ONCE).await;
    other.requests(PEOPLE).await;
    assert!(hanging.taken().is_empty(), "all others are told while it hangs");
    hanging.returns();
    let settled = ground.settled(2 * PEOPLE).await;
    assert!(settled.iter().all(|sent| matches!(sent.progress, Progress::Delivered { .. })), "{settled:?}");
    assert_eq!((settled.len(), other.heard().len()), (2 * PEOPLE, PEOPLE));
    let heard: BTreeSet<_> = hanging.heard().into_iter().map(|heard| heard.id).collect();
    assert_eq!(hanging.taken(), heard.into_iter().collect::<Vec<_>>(), "each once, under the id of its first attempt");
    assert_eq!((hanging.taken().len(), hanging.heard().len()), (PEOPLE, PEOPLE + AT_ONCE));
}

async fn what_happens_at_one_organisation_is_told_to_contacts_there_and_above(ground: Ground) {
    let receiver = Receiver::new(&[]).await;
    ground.channels(&hook("sms", receiver.port), &[(Way::Sms, "sms")]).await;
    for (id, org, to) in
        [("cio", "", "111"), ("bank", "bank", "222"), ("it", "bank/it", "333"), ("shop", "shop", "444")]
    {
        ground.add(&Contact { org: org.parse().ok(), ..contact(id, &[(Way::Sms, to)]) }).await;
    }
    ground.desk(&[]).await;
    let told = async |kind: OccasionKind, org: &str, count: usize| {
        let before = receiver.heard().len();
        let mut raised = occasion(Uuid::now_v7(), ground.now().await);
        raised.kind = kind;
        raised.about.organisation = org.parse().ok();
        assert!(ground.raise(&raised).await);
        ground.settled(before + count).await;
        let mut told: Vec<_> = receiver.heard()[before..].iter().map(|heard| heard.body["to"].to_string()).collect();
        told.sort();
        told.join(" ")
    };
    assert_eq!(told(OccasionKind::RtoExceeded, "shop", 2).await, r#""111" "444""#);
    assert_eq!(told(OccasionKind::RtoExceeded, "bank/it", 3).await, r#""111" "222" "333""#);
    assert_eq!(told(OccasionKind::BreakGlass, "", 1).await, r#""111""#);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_arrives_once_with_its_mark_its_id_and_a_link_that_acknowledges() {
    let ground = Ground::sqlite().await;
    let authority = Authority::new();
    let signed = authority.sign("localhost");
    let exim = tokio::task::spawn_blocking(move || Exim::start(&signed)).await.unwrap();
    ground.mails_through(exim.port()).await;
    let mut kim = contact("kim", &[(Way::Mail, "kim@bank.test")]);
    kim.lang = Some(Lang::En);
    ground.add(&kim).await;
    ground.add(&contact("gone", &[(Way::Mail, "nobody@bank.test")])).await;
    ground.desk(&[]).await;
    ground.call("immediate").await;
    let settled = ground.settled(2).await;
    let arrived = exim.arrived(1).await;
    assert_eq!(arrived.len(), 1, "{arrived:?}");
    let [gone, sent] = &settled[..] else { panic!("{settled:?}") };
    for wanted in [
        "Subject: [DRILL] test of the contact tree: Test of the tree\n".to_owned(),
        format!("Message-ID: <{}@bank.test>\n", sent.message_id()),
        "To: kim@bank.test\n".to_owned(),
        "\n[DRILL] Test of the tree\n".to_owned(),
    ] {
        assert!(arrived[0].contains(&wanted), "{wanted:?} in {}", arrived[0]);
    }
    assert!(sent.message.body.contains("https://dr.bank.test/acknowledge?call="), "{}", sent.message.body);
    let Progress::Failed { why, .. } = &gone.progress else { panic!("{gone:?}") };
    assert!(why.get(Lang::En).contains("550 no such person here"), "{why:?}");
    assert_eq!(gone.tries, 1, "who is not there is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_urgent_is_told_together() {
    use engine::base::Millis;
    use engine::store::Kept as _;
    use engine::telling::{Gathering, Who};
    let ground = Ground::memory().await;
    let receiver = Receiver::new(&[]).await;
    ground.channels(&hook("sms", receiver.port), &[(Way::Sms, "sms")]).await;
    ground.add(&contact("kim", &[(Way::Sms, "010-1234-5678")])).await;
    ground.desk(&[]).await;
    for n in 1..=2_u32 {
        let mut news = occasion(Uuid::now_v7(), ground.now().await);
        news.kind = OccasionKind::TargetExceeded;
        news.headline = Text::plain(format!("unit {n}"));
        assert!(ground.raise(&news).await);
        let count = usize::try_from(n).unwrap();
        until(async || gathered(&ground).await.is_some_and(|gathering| gathering.lines.len() == count)).await;
    }
    assert!(receiver.heard().is_empty(), "nothing is sent one by one");
    let who = Who::Contact("kim".parse().unwrap());
    let id = Gathering::id_of(&who, Mode::Drill);
    let found = engine::store::find::<Gathering>(&*ground.database.store, &id).await.unwrap().unwrap();
    assert!(found.value.due().unwrap().since(ground.now().await) > Millis::minutes(5));
    let due = Gathering { until: ground.now().await, ..found.value.clone() };
    ground.change(vec![found.put(&due).unwrap()]).await;
    let told = receiver.requests(1).await;
    let text = told[0].body["text"].as_str().unwrap();
    assert!(text.contains("2 pieces of news"), "{text}");
    ground.settled(1).await;
    assert_eq!(gathered(&ground).await, None);
    assert_eq!(ground.calls().await[0].stands(), Stands::Told);
}

async fn gathered(ground: &Ground) -> Option<engine::telling::Gathering> {
    let id = engine::telling::Gathering::id_of(&engine::telling::Who::Contact("kim".parse().unwrap()), Mode::Drill);
    engine::store::find(&*ground.database.store, &id).await.unwrap().map(|found| found.value)
}
