//! What of a case people are told about. It is raised in the transaction that writes it into the log, so that both are there
//! or neither.

use std::collections::BTreeSet;

use super::grade::is_graver;
use super::{Entry, Event, Grade, Phase, State, phrase};
use crate::base::{Lang, RoleName, Text, UserName};
use crate::report::Word as _;
use crate::telling::{About, Key, Occasion, OccasionKind};

/// Who decides whether it is a disaster.
const DECIDE: [&str; 2] = ["commander", "deputy"];

/// What was known of a case before an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    phase: Phase,
    grade: Option<Grade>,
}

impl Before {
    /// Of a case that was not there.
    pub(super) const NOTHING: Self = Self { phase: Phase::Normal, grade: None };

    /// Before this entry is applied.
    pub(super) fn of(state: &State, entry: &Entry) -> Self {
        Self { phase: state.phase(), grade: state.grading(entry.entered_at).holds }
    }
}

/// What an entry means for those who are told; `state` is that behind it.
pub(super) fn occasion(before: Before, state: &State, entry: &Entry) -> Option<Occasion> {
    let words = both(|lang| phrase(&entry.event, lang));
    let grade = state.grading(entry.entered_at).holds;
    let (kind, asks, people, detail) = match &entry.event {
        Event::Opened(_) => (OccasionKind::CaseOpened, roles(), None, opened(state, grade)),
        Event::Declared { .. } => (OccasionKind::CaseDeclared, BTreeSet::new(), None, words),
        Event::Reported { text, .. } => (OccasionKind::SituationReport, BTreeSet::new(), None, text.clone()),
        Event::CommandOffered { to, .. } => (OccasionKind::HandOver, BTreeSet::new(), Some(to), words),
        Event::StoodDown { .. } | Event::Closed { .. } => (OccasionKind::CaseClosed, BTreeSet::new(), None, words),
        // The clock has moved the reckoning since the last entry: what this one says is what the grade was.
        Event::Escalated { from, .. } if is_graver(state.set_grade().or(*from), grade) => {
            (OccasionKind::CaseEscalated, BTreeSet::new(), None, words)
        }
        Event::Assessed { .. } | Event::Graded { .. } | Event::TimeCorrected { .. }
            if is_graver(before.grade, grade) =>
        {
            (OccasionKind::CaseEscalated, BTreeSet::new(), None, words)
        }
        Event::CommandTaken
        | Event::OfferWithdrawn
        | Event::Restored { .. }
        | Event::AlternateBegan { .. }
        | Event::AlternateEnded { .. }
        | Event::Reprotected { .. } => (OccasionKind::CaseChanged, BTreeSet::new(), None, words),
        Event::RunLinked { .. } | Event::RunConfirmed { .. } | Event::RunMoved { .. }
            if before.phase != state.phase() =>
        {
            let moved = both(|lang| {
                format!("{} → {}\n{}", before.phase.word(lang), state.phase().word(lang), phrase(&entry.event, lang))
            });
            (OccasionKind::CaseChanged, BTreeSet::new(), None, moved)
        }
        // Everybody of the first class is told of it already, where it is broken.
        Event::GlassBroken { .. }
        | Event::Escalated { .. }
        | Event::Assessed { .. }
        | Event::Graded { .. }
        | Event::TimeCorrected { .. }
        | Event::RunLinked { .. }
        | Event::RunConfirmed { .. }
        | Event::RunMoved { .. }
        | Event::Noted { .. }
        | Event::Ticked { .. }
        | Event::Joined { .. }
        | Event::Left { .. }
        | Event::SupportAsked { .. }
        | Event::SupportMoved { .. }
        | Event::ReportsEvery { .. }
        | Event::FindingRaised { .. }
        | Event::FindingOwned { .. } => return None,
    };
    Some(Occasion {
        key: Key::of_case(state.case(), format_args!("{:08}", entry.seq), kind),
        kind,
        mode: state.mode(),
        at: entry.entered_at,
        about: About { case: Some(state.case()), organisation: state.organisation().clone(), ..About::default() },
        phase: Some(state.phase().keyword().to_owned()),
        asks,
        people: people.into_iter().cloned().collect::<BTreeSet<UserName>>(),
        headline: Text::plain(state.what()),
        detail,
        path: format!("/cases/{}", state.case()),
    })
}

/// What an entry deals with of all that was told of its case before.
pub(super) const fn deals_with(event: &Event) -> &'static [OccasionKind] {
    match event {
        Event::Closed { .. } | Event::StoodDown { .. } => {
            &[OccasionKind::CaseOpened, OccasionKind::CaseDeclared, OccasionKind::CaseEscalated, OccasionKind::HandOver]
        }
        Event::CommandTaken | Event::OfferWithdrawn => &[OccasionKind::HandOver],
        Event::Declared { .. } => &[OccasionKind::CaseOpened],
        Event::Opened(_)
        | Event::Noted { .. }
        | Event::TimeCorrected { .. }
        | Event::Assessed { .. }
        | Event::Graded { .. }
        | Event::GlassBroken { .. }
        | Event::Escalated { .. }
        | Event::Ticked { .. }
        | Event::Restored { .. }
        | Event::RunLinked { .. }
        | Event::RunConfirmed { .. }
        | Event::RunMoved { .. }
        | Event::Joined { .. }
        | Event::Left { .. }
        | Event::SupportAsked { .. }
        | Event::SupportMoved { .. }
        | Event::ReportsEvery { .. }
        | Event::Reported { .. }
        | Event::CommandOffered { .. }
        | Event::AlternateBegan { .. }
        | Event::AlternateEnded { .. }
        | Event::FindingRaised { .. }
        | Event::FindingOwned { .. }
        | Event::Reprotected { .. } => &[],
    }
}

fn both(word: impl Fn(Lang) -> String) -> Text {
    Text::new(word(Lang::Ko), word(Lang::En))
}

fn roles() -> BTreeSet<RoleName> {
    DECIDE.iter().filter_map(|role| role.parse().ok()).collect()
}

/// The first words of a case: what kind of thing, since when, how grave.
fn opened(state: &State, grade: Option<Grade>) -> Text {
    let since = state.time(super::Moment::Event).in_seoul();
    let since = since.get(..16).unwrap_or_default();
    both(|lang| {
        let class = state.class().word(lang);
        match (lang, grade) {
            (Lang::Ko, Some(grade)) => format!("{class}, {}등급, 발생 {since}. 선포할지 판단하십시오", grade.number()),
            (Lang::Ko, None) => format!("{class}, 발생 {since}. 선포할지 판단하십시오"),
            (Lang::En, Some(grade)) => {
                format!("{class}, grade {}, since {since}: decide whether to declare", grade.number())
            }
            (Lang::En, None) => format!("{class}, since {since}: decide whether to declare"),
        }
    })
}
