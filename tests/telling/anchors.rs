//! The anchor that goes out with the news that a run is over: whoever keeps the mail can tell later that rows are gone.

use std::sync::Arc;

use engine::base::Lang;
use engine::evidence::{Anchor, Flaw, anchored};
use engine::plan::Mode;
use engine::run::{End, Event};
use engine::telling::{Way, follow};
use harness::certificates::Authority;
use harness::exim::Exim;
use tokio_util::sync::CancellationToken;

use crate::following::Journal;
use crate::ground::{Ground, contact, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_that_a_run_is_over_shows_in_both_languages_that_its_last_row_was_removed() {
    for lang in Lang::ALL {
        let ground = Ground::sqlite().await;
        let authority = Authority::new();
        let signed = authority.sign("localhost");
        let exim = tokio::task::spawn_blocking(move || Exim::start(&signed)).await.unwrap();
        ground.mails_through(exim.port()).await;
        let mut kim = contact("kim", &[(Way::Mail, "kim@bank.test")]);
        (kim.lang, kim.class) = (Some(lang), "within-30m".parse().unwrap());
        ground.add(&kim).await;
        ground.desk(&[]).await;
        let stop = CancellationToken::new();
        tokio::spawn(follow(Arc::clone(&ground.database.store), stop.clone()));
        until(async || ground.database.store.entry("telling-began", "began").await.unwrap().is_some()).await;
        let mut journal = Journal::declare(&ground, Mode::Drill).await;
        journal.say(&[Event::Ended { end: End::Aborted }]).await;

        let saved = exim.arrived(1).await.remove(0);
        let anchors = Anchor::all_in(&saved).unwrap();
        let run = journal.run();
        let mut rows = ground.database.store.load(run).await.unwrap().rows;
        assert!(matches!(anchored(run, &rows, &anchors), Ok(None)), "{saved}");
        rows.pop();
        let cut = anchored(run, &rows, &anchors);
        assert!(matches!(cut, Err(Flaw::CutOff { anchored: 2, found: 1 })), "{saved}");
        stop.cancel();
    }
}
