//! Rows of the page of a case.

use engine::base::Text;
use engine::cases::{Criterion, Handover, Linked, Moment, State};
use engine::run::Actor;

use crate::i18n::Words;
use crate::pages::Tag;
use crate::urls;

/// One run of the case.
#[derive(Debug)]
pub(super) struct RunRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) part: String,
    pub(super) mode: Tag,
    pub(super) status: Tag,
    pub(super) verdict: Option<Tag>,
    pub(super) who: String,
}

/// An instant with all that was said of it.
#[derive(Debug)]
pub(super) struct TimeRow {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) source: String,
    pub(super) before: Vec<String>,
}

/// A criterion with its last tick.
#[derive(Debug)]
pub(super) struct CriterionRow {
    pub(super) keyword: &'static str,
    pub(super) word: String,
    pub(super) holds: bool,
    pub(super) said: String,
}

/// A support request.
#[derive(Debug)]
pub(super) struct SupportRow {
    pub(super) number: u32,
    pub(super) to: String,
    pub(super) what: String,
    pub(super) state: String,
    pub(super) since: String,
    pub(super) note: String,
    pub(super) next: Vec<(&'static str, String)>,
}

/// A member of the situation room.
#[derive(Debug)]
pub(super) struct MemberRow {
    pub(super) name: String,
    pub(super) seat: String,
    pub(super) since: String,
    pub(super) until: Option<String>,
}

/// A report as sent.
#[derive(Debug)]
pub(super) struct ReportRow {
    pub(super) number: u32,
    pub(super) at: String,
    pub(super) text: String,
}

/// A hand-over.
#[derive(Debug)]
pub(super) struct HandoverRow {
    pub(super) words: String,
    pub(super) when: String,
    pub(super) note: String,
    pub(super) gates: Vec<String>,
    pub(super) at_work: Vec<String>,
    pub(super) risks: Vec<String>,
    pub(super) open: bool,
    pub(super) mine: bool,
}

/// A window on the DR site or of alternate operation.
#[derive(Debug)]
pub(super) struct WindowRow {
    pub(super) number: Option<u32>,
    pub(super) what: String,
    pub(super) from: String,
    pub(super) to: Option<String>,
}

/// A finding.
#[derive(Debug)]
pub(super) struct FindingRow {
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) owner: Option<String>,
}

pub(super) fn run_row(w: Words, run: &Linked) -> RunRow {
    RunRow {
        href: urls::run(run.run),
        title: w.text(&run.title).to_owned(),
        part: w.word(&run.part),
        mode: Tag::mode(w, run.mode),
        status: Tag::run(w, run.status),
        verdict: run.verdict.map(|verdict| Tag::verdict(w, verdict)),
        who: run.requester.to_string(),
    }
}

pub(super) fn time_row(w: Words, state: &State, moment: Moment) -> TimeRow {
    let mut said = state.said(moment).iter().rev();
    let now = said.next();
    TimeRow {
        name: w.word(&moment),
        value: w.day_time(state.time(moment)),
        source: now.map_or_else(String::new, |said| w.word(&said.source)),
        before: said.map(|said| format!("{} ({})", w.day_time(said.value), w.word(&said.source))).collect(),
    }
}

pub(super) fn criterion_row(w: Words, state: &State, criterion: Criterion) -> CriterionRow {
    let last = state.ticks(criterion).last();
    let who = |by: Option<&Actor>| by.map_or_else(|| w.t("case-engine"), |by| by.name.to_string());
    CriterionRow {
        keyword: criterion.keyword(),
        word: w.word(&criterion),
        holds: state.holds(criterion),
        said: last.map_or_else(String::new, |tick| format!("{} {}", who(tick.by.as_ref()), w.day_time(tick.at))),
    }
}

pub(super) fn handover_row(w: Words, state: &State, handover: &Handover, actor: &Actor) -> HandoverRow {
    let from = handover.from.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let texts = |list: &[Text]| list.iter().map(|text| w.text(text).to_owned()).collect();
    let open = state.offered() == Some(handover);
    let end = match (handover.taken_at, handover.withdrawn) {
        (Some(at), _) => w.with("case-handover-taken", "at", w.day_time(at)),
        (None, true) => w.t("case-handover-withdrawn"),
        (None, false) => w.t("case-handover-open"),
    };
    let by = handover.by.as_ref().map_or_else(String::new, |by| w.with("case-handover-by", "name", by.as_str()));
    HandoverRow {
        words: format!("{from} → {}{by}", handover.to),
        when: format!("{} · {end}", w.day_time(handover.offered_at)),
        note: handover.note.clone(),
        gates: texts(&handover.brief.gates),
        at_work: texts(&handover.brief.at_work),
        risks: texts(&handover.brief.risks),
        open,
        mine: open && handover.to == actor.name,
    }
}
