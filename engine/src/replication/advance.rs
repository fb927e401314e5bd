//! What a measurement changes, and whom it concerns. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Break, Watched};
use crate::base::{Lang, Millis, Text, Timestamp};
use crate::run::Reading;
use crate::telling::{About, Key, Occasion, OccasionKind};

/// Times without data that are remembered.
const BREAKS: usize = 50;

/// How a loss stands against the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Below 80 %.
    Calm,
    /// From 80 % on.
    Near,
    /// Above it.
    Breached,
}

impl Level {
    /// Of a loss against an objective.
    pub const fn of(loss: Millis, rpo: Millis) -> Self {
        if loss.0 > rpo.0 {
            Self::Breached
        } else if loss.0.saturating_mul(10) >= rpo.0.saturating_mul(8) {
            Self::Near
        } else {
            Self::Calm
        }
    }

    /// People are told again only when it was clearly better in between: below 60 %.
    const fn from(self, loss: Millis, rpo: Millis) -> Self {
        let now = Self::of(loss, rpo);
        let still = matches!(now, Self::Calm) && loss.0.saturating_mul(10) >= rpo.0.saturating_mul(6);
        match (self, now) {
            (Self::Breached | Self::Near, Self::Calm) if still => Self::Near,
            (Self::Breached, Self::Near) => Self::Breached,
            (_, now) => now,
        }
    }
}

/// Takes a measurement in: what is known afterwards, and what people are told. The same measurements in the same order say the
/// same once, whoever takes them in.
pub fn advance(before: &Watched, reading: Reading) -> (Watched, Vec<Occasion>) {
    let mut after = before.clone();
    let mut told = Vec::new();
    let at = reading.at;
    if let Some(point) = reading.point
        && after.known.is_none_or(|known| point.at >= known.at)
    {
        after.known = Some(point);
    }
    match reading.state.flows() {
        Some(true) => {
            if let Some(open) = after.breaks.first_mut().filter(|open| open.resumed_at.is_none()) {
                open.resumed_at = Some(at);
            }
        }
        Some(false) if after.breaks.first().is_none_or(|last| last.resumed_at.is_some()) => {
            after.breaks.insert(
                0,
                Break {
                    stopped_at: at,
                    state: reading.state,
                    why: reading.why.clone(),
                    point_at: after.known.map(|point| point.at),
                    transaction: reading.transaction.clone(),
                    resumed_at: None,
                },
            );
            after.breaks.truncate(BREAKS);
            told.push(occasion(&after, &reading, OccasionKind::ReplicationStopped));
        }
        Some(false) | None => {}
    }
    let known = reading.state.flows().is_some();
    if known {
        after.seen_at = Some(at);
        after.untold = false;
    }
    if let Some(rpo) = after.rpo {
        match (known, after.loss_at(at)) {
            (true, Some(loss)) => {
                let level = before.level.from(loss, rpo);
                if level > before.level {
                    let kind = match level {
                        Level::Breached => OccasionKind::RpoExceeded,
                        Level::Near | Level::Calm => OccasionKind::RpoNear,
                    };
                    told.push(occasion(&after, &reading, kind));
                }
                after.level = level;
            }
            // Nobody can say: that is told once the loss could be greater than the objective, and never as a loss.
            (false, loss) => {
                let since = loss.or_else(|| after.seen_at.map(|seen| at.since(seen)));
                if !after.untold && since.is_none_or(|since| since > rpo) {
                    after.untold = true;
                    told.push(occasion(&after, &reading, OccasionKind::ReplicationUnknown));
                }
            }
            (true, None) => {}
        }
    }
    after.reading = Some(reading);
    (after, told)
}

fn occasion(watched: &Watched, reading: &Reading, kind: OccasionKind) -> Occasion {
    let loss = watched.loss_at(reading.at);
    let form = |lang: Lang, unknown: &str| {
        let title = watched.title.get(lang);
        let loss = loss.map_or_else(|| unknown.to_owned(), |loss| loss.to_string());
        (title.to_owned(), loss)
    };
    let ((ko, loss_ko), (en, loss_en)) = (form(Lang::Ko, "알 수 없음"), form(Lang::En, "unknown"));
    let standby = &watched.standby;
    let rpo = watched.rpo.map_or_else(|| "–".to_owned(), |rpo| rpo.to_string());
    let state = reading.state.title();
    let is_loss = matches!(kind, OccasionKind::RpoExceeded | OccasionKind::RpoNear);
    let headline = if is_loss {
        Text::new(
            format!("{ko} → {standby}: 예상 손실 {loss_ko}, RPO {rpo}"),
            format!("{en} → {standby}: {loss_en} would be lost, RPO {rpo}"),
        )
    } else {
        Text::new(
            format!("{ko} → {standby}: {}", state.get(Lang::Ko)),
            format!("{en} → {standby}: {}", state.get(Lang::En)),
        )
    };
    let services = watched.services.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let point = watched.known.map_or_else(|| "–".to_owned(), |point| point.at.in_seoul());
    let why = &reading.why;
    Occasion {
        key: key(watched, reading.at, kind),
        kind,
        mode: watched.mode,
        at: reading.at,
        about: About::default(),
        phase: None,
        asks: BTreeSet::new(),
        people: BTreeSet::new(),
        headline,
        detail: Text::new(
            format!(
                "상태: {} ({}). 예상 손실 {loss_ko}, RPO {rpo}. 최종 복제 시점 {point}. 업무: {services}. 복제 화면에서 확인하고 원인을 없애십시오",
                state.get(Lang::Ko),
                why.get(Lang::Ko)
            ),
            format!(
                "{} ({}). {loss_en} would be lost, RPO {rpo}; everything up to {point} is there. Services: {services}. See the page of \
                 replication, and mend the cause",
                state.get(Lang::En),
                why.get(Lang::En)
            ),
        ),
        path: "/replication".to_owned(),
    }
}

/// Sorts by time.
fn key(watched: &Watched, at: Timestamp, kind: OccasionKind) -> Key {
    Key::from(format!("replication/{:015}/{}/{}", at.0, watched.series(), kind.keyword()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::LinkKind;
    use crate::run::{Confidence, Flow, Method, Point};

    fn watched() -> Watched {
        let inventory = "inventory: x\ntargets: {a: {address: 10.0.0.1}}\nreplication:\n  orders: {kind: command, standby: local, \
                         command: x, rpo: 100s, services: [ticket]}\n";
        let checked = crate::inventory::check(&crate::runbook::Source::new("inventory.yaml", inventory));
        let inventory = checked.inventory.unwrap();
        let link = inventory.links().values().next().unwrap();
        Watched::new(link, &link.standbys[0])
    }

    fn read(at: i64, state: Flow, point: Option<i64>) -> Reading {
        let point =
            point.map(|at| Point { at: Timestamp(at * 1_000), method: Method::Told, confidence: Confidence::Measured });
        Reading {
            link: "orders".parse().unwrap(),
            kind: LinkKind::Command,
            source: None,
            standby: "local".parse().unwrap(),
            at: Timestamp(at * 1_000),
            state,
            why: Text::plain("test"),
            lag: None,
            lag_bytes: None,
            lag_transactions: None,
            position: None,
            source_position: None,
            drained: None,
            transaction: Some("7".to_owned()),
            committed_at: None,
            heartbeat_at: None,
            point,
            clock_offset: None,
            clock_doubt: None,
        }
    }

    /// What is told of these measurements, each at its second with the point that it read.
    fn told(readings: &[(i64, Flow, Option<i64>)]) -> (Watched, Vec<(i64, OccasionKind)>) {
        let mut all = Vec::new();
        let end = readings.iter().fold(watched(), |before, (at, state, point)| {
            let (after, told) = advance(&before, read(*at, *state, *point));
            all.extend(told.into_iter().map(|it| (it.at.0 / 1_000, it.kind)));
            after
        });
        (end, all)
    }

    #[test]
    fn people_are_told_once_at_eighty_percent_and_once_beyond() {
        use Flow::Streaming as On;
        let (_, all) = told(&[
            (1_000, On, Some(1_000)),
            (1_079, On, Some(1_000)),
            (1_080, On, Some(1_000)),
            (1_099, On, Some(1_000)),
            (1_100, On, Some(1_000)),
            (1_101, On, Some(1_000)),
            (1_200, On, Some(1_000)),
            (1_201, On, Some(1_120)),
            (1_260, On, Some(1_250)),
            (1_340, On, Some(1_250)),
        ]);
        assert_eq!(
            all,
            [(1_080, OccasionKind::RpoNear), (1_101, OccasionKind::RpoExceeded), (1_340, OccasionKind::RpoNear)]
        );
    }

    #[test]
    fn a_stop_is_told_once_and_both_its_ends_are_remembered() {
        use Flow::{Broken, Stopped, Streaming, Unknown};
        let (end, all) = told(&[
            (1_000, Streaming, Some(1_000)),
            (1_010, Stopped, Some(1_005)),
            (1_020, Unknown, None),
            (1_030, Broken, Some(1_005)),
            (1_040, Streaming, Some(1_040)),
            (1_050, Stopped, Some(1_045)),
        ]);
        assert_eq!(all, [(1_010, OccasionKind::ReplicationStopped), (1_050, OccasionKind::ReplicationStopped)]);
        let breaks: Vec<_> = end
            .breaks
            .iter()
            .map(|it| (it.stopped_at.0 / 1_000, it.point_at.unwrap().0 / 1_000, it.resumed_at.map(|at| at.0 / 1_000)))
            .collect();
        assert_eq!(breaks, [(1_050, 1_045, None), (1_010, 1_005, Some(1_040))]);
    }

    #[test]
    fn who_can_not_be_asked_is_neither_stopped_nor_a_loss() {
        use Flow::{Streaming, Unknown};
        let (end, all) = told(&[
            (1_000, Streaming, Some(1_000)),
            (1_050, Unknown, None),
            (1_100, Unknown, None),
            (1_101, Unknown, None),
            (1_500, Unknown, None),
        ]);
        assert_eq!(all, [(1_101, OccasionKind::ReplicationUnknown)]);
        assert_eq!((end.level, end.breaks.len()), (Level::Calm, 0));
        assert_eq!(end.state_at(Timestamp(1_500_000)), Unknown);
        assert_eq!(end.loss_at(Timestamp(1_500_000)), Some(Millis::seconds(500)), "the most that it can be");
    }

    #[test]
    fn the_same_measurement_makes_the_same_occasion() {
        let reading = read(1_200, Flow::Streaming, Some(1_000));
        let (_, first) = advance(&watched(), reading.clone());
        let (_, again) = advance(&watched(), reading);
        assert_eq!(first, again);
        assert_eq!(first.len(), 1);
    }
}
