//! Time series.

use engine::base::{Millis, Timestamp};
use engine::store::{Bucket, Sample};

use crate::backend::{Backend, on_every_backend};

on_every_backend! {
    measurements_are_kept_once_and_forgotten_in_time,
    stretches_show_the_worst_of_what_anybody_could_say,
}

fn sample(series: &str, at: i64, loss: Option<u64>) -> Sample {
    Sample {
        series: series.to_owned(),
        at: Timestamp(at),
        state: "streaming".to_owned(),
        lag: loss.map(Millis),
        loss: loss.map(Millis),
        point_at: loss.map(|_| Timestamp(at)),
    }
}

async fn measurements_are_kept_once_and_forgotten_in_time(on: Backend) {
    let store = &on.database.store;
    let first: Vec<Sample> = (0..1_200).map(|at| sample("주문/db", at, Some(7))).collect();
    store.observe(first, Timestamp(0)).await.unwrap();
    store.observe(vec![sample("주문/db", 5, Some(99)), sample("other/db", 5, None)], Timestamp(3)).await.unwrap();
    let again = on.again().await.store;
    let kept = again.samples("주문/db", Timestamp(0), 10_000).await.unwrap();
    assert_eq!(kept.len(), 1_197, "what lies before the bound is gone");
    assert_eq!(kept[2], sample("주문/db", 5, Some(7)), "the first of two holds");
    assert_eq!(again.samples("other/db", Timestamp(0), 10).await.unwrap(), [sample("other/db", 5, None)]);
    let few = again.samples("주문/db", Timestamp(1_000), 2).await.unwrap();
    assert_eq!(few.iter().map(|sample| sample.at.0).collect::<Vec<_>>(), [1_000, 1_001]);
    again.observe(Vec::new(), Timestamp(10_000)).await.unwrap();
    assert!(again.samples("주문/db", Timestamp(0), 10).await.unwrap().is_empty());
}

async fn stretches_show_the_worst_of_what_anybody_could_say(on: Backend) {
    let store = &on.database.store;
    let all = vec![
        sample("a", 60_000, Some(1)),
        sample("a", 61_000, Some(9)),
        sample("a", 62_000, None),
        sample("a", 120_000, None),
        sample("b", 119_999, Some(4)),
        sample("b", 1_000, Some(5_000)),
    ];
    store.observe(all, Timestamp(0)).await.unwrap();
    let bucket = |series: &str, from, worst: Option<u64>, samples| Bucket {
        series: series.to_owned(),
        from: Timestamp(from),
        worst: worst.map(Millis),
        samples,
    };
    let found = store.buckets(Timestamp(60_000), Millis::minutes(1)).await.unwrap();
    let wanted = [bucket("a", 60_000, Some(9), 3), bucket("a", 120_000, None, 1), bucket("b", 60_000, Some(4), 1)];
    assert_eq!(found, wanted);
}
