//! The watching of links by a served console, with a real standby that loses its primary and finds it again.

use std::collections::BTreeMap;

use harness::ports::free_port;
use harness::state::{Beside, State, until};
use nix::sys::signal::Signal;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::postgres::{Pair, value};
use crate::truth::runtime;

pub(crate) fn serve(state: &State, inventory: &str) -> Beside {
    let folder = state.path("runbooks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("inventory.yaml"), inventory).unwrap();
    let (listen, folder) = (format!("127.0.0.1:{}", free_port()), folder.display().to_string());
    state.beside(&["serve", "--listen", &listen, "--runbooks", &folder])
}

/// The one link as the command line lists it.
pub(crate) fn link(state: &State) -> Option<Value> {
    let listed = state.done(&["replication", "--format", "json"]);
    listed.json().as_array()?.first().cloned()
}

pub(crate) fn until_state(state: &State, wanted: &str) -> Value {
    until(|| link(state).filter(|link| link["state"] == wanted))
}

async fn open(state: &State) -> Option<SqliteConnection> {
    SqliteConnectOptions::new().filename(state.folder().join("relight.db")).read_only(true).connect().await.ok()
}

/// How often people were told of each kind.
pub(crate) fn told(state: &State) -> BTreeMap<String, u32> {
    runtime().block_on(async {
        let Some(mut connection) = open(state).await else { return BTreeMap::new() };
        let query = "select json_extract(body, '$.occasion.kind') from record where kind = 'occasion'";
        let kinds: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap_or_default();
        connection.close().await.unwrap();
        let mut counts = BTreeMap::new();
        for kind in kinds {
            *counts.entry(kind).or_insert(0) += 1;
        }
        counts
    })
}

pub(crate) fn count(state: &State, query: &'static str) -> i64 {
    runtime().block_on(async {
        let Some(mut connection) = open(state).await else { return 0 };
        let count = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap_or(0);
        connection.close().await.unwrap();
        count
    })
}

#[test]
fn a_stop_and_the_crossings_of_the_rpo_are_told_once_each_even_when_the_watcher_is_killed_between() {
    let pair = Pair::start();
    let state = State::new();
    let inventory = pair
        .inventory(", every: 1s, heartbeat: {table: relight_heartbeat, column: at, write: 1s}")
        .replace("rpo: 1h", "rpo: 4s");
    let served = serve(&state, &inventory);
    let flows = until_state(&state, "streaming");
    assert_eq!(flows["standby"], "db-standby");
    // Relight writes the row at the source, and it comes over.
    until(|| value(pair.ports[1], "select count(*) from relight_heartbeat").filter(|rows| *rows == 1));

    pair.link.cut();
    let stopped = until_state(&state, "stopped");
    assert!(stopped["transaction"].is_string() && stopped["position"].is_string(), "{stopped}");
    until(|| told(&state).get("replication_stopped").filter(|times| **times == 1).map(drop));
    served.signal(Signal::SIGKILL);
    drop(served);
    let served = serve(&state, &inventory);
    until(|| told(&state).get("rpo_exceeded").filter(|times| **times == 1).map(drop));
    let lost = link(&state).unwrap();
    assert!(lost["loss_ms"].as_u64().unwrap() > 4_000, "{lost}");
    // Several more looks tell nobody anything again.
    let before = count(&state, "select count(*) from sample");
    until(|| (count(&state, "select count(*) from sample") > before + 4).then_some(()));
    assert_eq!((told(&state)["replication_stopped"], told(&state)["rpo_exceeded"]), (1, 1), "{:?}", told(&state));

    pair.link.mend();
    until_state(&state, "streaming");
    until(|| {
        let query = "select count(*) from record where kind = 'replication' \
                     and json_extract(body, '$.breaks[0].resumed_at') is not null";
        (count(&state, query) == 1).then_some(())
    });
    assert_eq!(told(&state)["replication_stopped"], 1);
    drop(served);
}

#[test]
fn a_standby_that_does_not_answer_is_unknown_and_not_stopped() {
    let pair = Pair::start();
    let state = State::new();
    let inventory = pair.inventory(", every: 1s").replace("rpo: 1h", "rpo: 2s");
    let served = serve(&state, &inventory);
    until_state(&state, "streaming");
    pair.standby.stop_immediate();
    until_state(&state, "unknown");
    until(|| told(&state).get("replication_unknown").filter(|times| **times == 1).map(drop));
    let told = told(&state);
    assert!(!told.contains_key("replication_stopped") && !told.contains_key("rpo_exceeded"), "{told:?}");
    drop(served);
}
