//! A second opinion: the numbers recomputed from the JSON of the rows alone, with none of the code that made the report.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::scene::drill;
use crate::report::{RunReport, json};
use crate::run::Row;

/// Elapsed time by unit, and instants of readiness, by the plainest reading of the events.
fn recompute(rows: &[Row]) -> (BTreeMap<String, i64>, BTreeMap<String, i64>) {
    let (mut eligible, mut elapsed, mut ready) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut done = BTreeSet::new();
    for row in rows {
        let event: Value = serde_json::from_str(&row.event).unwrap();
        let Some(unit) = event["unit"].as_str().map(str::to_owned) else { continue };
        match event["event"].as_str().unwrap() {
            "eligible" => drop(eligible.insert(unit, row.at.0)),
            // Only a unit that was done starts its clock anew; one that failed keeps it.
            "reset" if done.remove(&unit) => {
                elapsed.remove(&unit);
                ready.remove(&unit);
                eligible.insert(unit, row.at.0);
            }
            "rewound" => {
                eligible.remove(&unit);
                elapsed.remove(&unit);
                ready.remove(&unit);
                done.remove(&unit);
            }
            word @ ("ready" | "attested" | "skipped" | "cancelled") => {
                if let Some(since) = eligible.get(&unit) {
                    elapsed.insert(unit.clone(), row.at.0 - since);
                }
                if matches!(word, "ready" | "attested") {
                    ready.insert(unit.clone(), row.at.0);
                }
                done.insert(unit);
            }
            _ => {}
        }
    }
    (elapsed, ready)
}

/// The instant of a mark that stands last.
fn mark(rows: &[Row], wanted: &str) -> Option<i64> {
    let value = |row: &Row| {
        let event: Value = serde_json::from_str(&row.event).unwrap();
        (event["event"] == "marked" && event["mark"] == wanted).then(|| event["value"].as_i64().unwrap())
    };
    rows.iter().filter_map(value).next_back()
}

/// First instants and ends of what was excluded while the exercise was held.
fn held(rows: &[Row]) -> Vec<(i64, i64)> {
    let mut held = Vec::new();
    let mut since = None;
    for row in rows {
        let event: Value = serde_json::from_str(&row.event).unwrap();
        match event["event"].as_str().unwrap() {
            "exercise_held" => since = Some(row.at.0),
            "resumed" | "abort_requested" | "ended" => held.extend(since.take().map(|from| (from, row.at.0))),
            _ => {}
        }
    }
    held.extend(since.map(|from| (from, i64::MAX)));
    held
}

/// What lies in these stretches of the time between two instants.
fn excluded(held: &[(i64, i64)], from: i64, to: i64) -> i64 {
    held.iter().map(|(begin, end)| ((*end).min(to) - (*begin).max(from)).max(0)).sum()
}

/// Checks a report against the second opinion; the report is read as JSON too.
pub(super) fn agrees(report: &RunReport, rows: &[Row]) {
    let report: Value = serde_json::from_str(&json(report).unwrap()).unwrap();
    let (elapsed, ready) = recompute(rows);
    let held = held(rows);
    for unit in report["units"].as_array().unwrap() {
        let id = unit["unit"].as_str().unwrap();
        assert_eq!(unit["ready_at"].as_i64(), ready.get(id).copied(), "ready of {id}");
        if let Some(took) = elapsed.get(id) {
            assert_eq!(unit["elapsed_ms"].as_i64(), Some(*took), "elapsed of {id}");
            let over = unit["target_ms"]
                .as_i64()
                .map(|target| took - unit["accounts"]["excluded_ms"].as_i64().unwrap() - target);
            assert_eq!(unit["variance_ms"].as_i64(), over, "variance of {id}");
        }
        let booked: i64 = unit["accounts"].as_object().unwrap().values().map(|value| value.as_i64().unwrap()).sum();
        assert_eq!(booked, unit["elapsed_ms"].as_i64().unwrap_or(0), "accounts of {id}");
    }
    let counted = report["units"].as_array().unwrap().iter().filter(|unit| unit["counted"] == true);
    let ends: Option<Vec<i64>> = counted
        .filter(|unit| unit["state"] != "skipped")
        .map(|unit| ready.get(unit["unit"].as_str().unwrap()).copied())
        .collect();
    let end = ends.and_then(|ends| ends.into_iter().max());
    for (measure, word) in
        report["plan"]["recovery"]["measures"].as_array().unwrap().iter().zip(["event", "detect", "declare"])
    {
        let span = end.zip(mark(rows, word)).filter(|(end, from)| end >= from);
        let rta = span.map(|(end, from)| end - from - excluded(&held, from, end));
        assert_eq!(measure["rta_ms"].as_i64(), rta, "RTA from {word}");
    }
    let wall: i64 =
        report["basis"]["accounts"].as_object().unwrap().values().map(|value| value.as_i64().unwrap()).sum();
    assert_eq!(Some(wall), report["basis"]["wall_ms"].as_i64(), "the run's own accounts");
}

#[test]
fn the_drill_s_numbers_follow_from_its_events_alone() {
    let play = drill();
    agrees(&play.report(super::scene::at("12:00:00")), &play.rows);
}
