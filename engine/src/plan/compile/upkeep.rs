//! What kind a runbook is, when it is run, where lost data can come back from.

use super::super::{Kind, Occasion, RecoverySource};
use super::places::Places;
use crate::base::Text;
use crate::runbook::{self, Span};

pub(super) const fn kind(written: Option<runbook::Kind>) -> Kind {
    match written {
        None | Some(runbook::Kind::Recovery) => Kind::Recovery,
        Some(runbook::Kind::Inspection) => Kind::Inspection,
    }
}

/// The times that could be read, and their places.
pub(super) fn schedule(written: Option<Vec<runbook::Occasion>>, places: &mut Places) -> Vec<Occasion> {
    let occasion = |written: runbook::Occasion| {
        let cron = written.cron?;
        places.schedule.push(cron.span);
        let title = written.title.unwrap_or_else(|| Text::plain(cron.value.to_string()));
        Some(Occasion { title, cron: cron.value, lasts: written.lasts })
    };
    written.into_iter().flatten().filter_map(occasion).collect()
}

/// The sources that could be read; the places of what each of them promises.
pub(super) fn sources(written: Option<Vec<runbook::RecoverySource>>, places: &mut Vec<Span>) -> Vec<RecoverySource> {
    let source = |written: runbook::RecoverySource| {
        let name = written.source?;
        let rpo = written.rpo.as_ref().map(|rpo| rpo.span);
        let interval = written.interval.as_ref().map(|interval| interval.span);
        places.push(interval.or(rpo).unwrap_or(name.span));
        Some(RecoverySource {
            source: name.value,
            rpo: written.rpo.map(|rpo| rpo.value),
            interval: written.interval.map(|interval| interval.value),
            transfer: written.transfer,
            last_resort: written.last_resort.unwrap_or(false),
        })
    };
    written.into_iter().flatten().filter_map(source).collect()
}
