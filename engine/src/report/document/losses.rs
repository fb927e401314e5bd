//! The pictures of losses: what the run itself measured, and what was measured around it where that is still kept.

use super::super::aside::Aside;
use super::super::losses::{LossLine, LossMark};
use super::super::{LinkLine, ReadingLine, RunReport};
use super::model::Block;
use crate::base::{LinkName, Millis, TargetName, Timestamp};

/// Measurements that are further apart are not joined, where nobody says how often the link is looked at.
const GAP: Millis = Millis::minutes(15);

/// A picture for each link that was measured, in order of their names.
pub(super) fn blocks(report: &RunReport, aside: &Aside) -> Vec<Block> {
    let mut links: Vec<(&LinkName, &TargetName)> =
        report.replication.iter().map(|line| (&line.reading.link, &line.reading.standby)).collect();
    links.sort_unstable();
    links.dedup();
    links.into_iter().map(|(link, standby)| Block::Losses(Box::new(line(report, aside, link, standby)))).collect()
}

fn line(report: &RunReport, aside: &Aside, link: &LinkName, standby: &TargetName) -> LossLine {
    let own = |line: &&ReadingLine| line.reading.link == *link && line.reading.standby == *standby;
    let history = aside.losses.iter().find(|series| series.link == *link && series.standby == *standby);
    let mut points: Vec<(Timestamp, Option<Millis>)> =
        report.replication.iter().filter(own).map(|line| (line.reading.at, line.loss)).collect();
    points.extend(history.into_iter().flat_map(|series| series.points.iter().copied()));
    points.sort_unstable();
    points.dedup_by_key(|(at, _)| *at);
    let of_link = |found: &&LinkLine| found.link == *link && found.standby == *standby;
    let (mut event_at, mut rpo, mut stops) = (None, history.and_then(|series| series.rpo), Vec::new());
    for (point, set) in
        report.recovery_points.iter().flat_map(|point| point.data_sets.iter().map(move |set| (point, set)))
    {
        let Some(found) = set.link.as_ref().filter(of_link) else { continue };
        rpo = rpo.or(point.rpo);
        event_at = event_at.or_else(|| set.reference.map(|reference| reference.at));
        stops.extend(found.stopped_at.map(|at| (at, found.resumed_at)));
    }
    stops.sort_unstable();
    stops.dedup();
    let instants = || points.iter().map(|(at, _)| *at).chain(event_at);
    let until = report.cover.as_of_at;
    LossLine {
        title: format!("{link} → {standby}"),
        from: instants().min().unwrap_or(until).min(until),
        until: instants().max().map_or(until, |last| last.max(until)),
        rpo,
        gap: history.map_or(GAP, |series| series.gap),
        mark: event_at.map(|at| (at, LossMark::Reference)),
        stops,
        points,
    }
}
