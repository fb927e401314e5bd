//! What the page of a case shows, made of its log.

use std::sync::atomic::{AtomicU32, Ordering};

use engine::base::{Bilingual as _, CaseClass, FacilityScope, IdSource, Millis, Timestamp};
use engine::cases::{
    Broken, Criterion, Customers, Grade, Loaded, Missing, Moment, Phase, Proposal, Seat, Source, State, SupportState,
    missing,
};
use engine::run::{Act, Actor, CaseRight, permit};

use super::log::{Line, lines};
use super::new::Choice;
use super::rows::{
    CriterionRow, FindingRow, HandoverRow, MemberRow, ReportRow, RunRow, SupportRow, TimeRow, WindowRow, criterion_row,
    handover_row, run_row, time_row,
};
use crate::i18n::Words;
use crate::pages::Tag;
use crate::urls;

/// Lines of the log that the page shows.
const LINES: usize = 200;

/// The hidden fields of the forms of one page.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) action: String,
    pub(super) csrf: String,
    /// Each form gets an id of its own: sent twice it takes effect once.
    seed: uuid::Uuid,
    used: AtomicU32,
}

impl Forms {
    pub(super) fn new(action: String, csrf: String, ids: &dyn IdSource) -> Self {
        Self { action, csrf, seed: ids.fresh(), used: AtomicU32::new(0) }
    }

    /// The id of the next form.
    pub(super) fn key(&self) -> uuid::Uuid {
        let place = self.used.fetch_add(1, Ordering::Relaxed);
        uuid::Uuid::from_u128(self.seed.as_u128() ^ (u128::from(place) + 1))
    }
}

/// What a person may do here.
#[derive(Debug, Clone, Copy)]
pub(super) struct May {
    pub(super) keep: bool,
    pub(super) command: bool,
}

impl May {
    pub(super) fn of(actor: &Actor, state: &State) -> Self {
        let open = state.ended().is_none();
        let may = |right| open && permit(actor, Act::Case(right, state.mode()), false).is_ok();
        Self { keep: may(CaseRight::Keep), command: may(CaseRight::Command) }
    }
}

/// The figures on top.
#[derive(Debug)]
pub(super) struct Wall {
    pub(super) now: i64,
    pub(super) phase: Tag,
    pub(super) since: String,
    pub(super) outage: String,
    /// Since when it ticks, while it does.
    pub(super) ticks: Option<i64>,
    pub(super) grade: String,
    pub(super) why: String,
    pub(super) next: Option<(String, i64, String)>,
    pub(super) commander: String,
    pub(super) report: Option<String>,
}

impl Wall {
    pub(super) fn of(w: Words, state: &State, now: Timestamp) -> Self {
        let grading = state.grading(now);
        let number = |grade: Option<Grade>| grade.map_or_else(|| "–".to_owned(), |grade| grade.number().to_string());
        let word = |grade: Option<Grade>| {
            grade.map_or_else(|| w.t("case-no-grade"), |grade| w.with("case-grade-is", "n", grade.number()))
        };
        let mut why =
            w.with2("case-grade-why", ("service", number(grading.service)), ("facility", number(grading.facility)));
        if state.set_grade().is_some() {
            why = format!("{} · {why}", w.t("case-grade-set"));
        }
        let over = state.restored_at().is_some() || state.ended().is_some();
        let event = state.time(Moment::Event);
        Self {
            now: now.0,
            phase: Tag::phase(w, state.phase()),
            since: state
                .turns()
                .last()
                .map_or_else(String::new, |turn| w.with("case-since", "at", w.day_time(turn.at))),
            outage: grading.outage.clock(),
            ticks: (!over).then_some(event.0),
            grade: word(grading.holds),
            why,
            next: state.next_escalation().filter(|_| !over).map(|(threshold, at)| {
                (w.with("case-next-escalation", "length", w.word(&threshold)), at.0, at.since(now).clock())
            }),
            commander: state.commander().as_ref().map_or_else(|| w.t("case-nobody"), ToString::to_string),
            report: state.next_report().map(|at| w.with("case-next-report", "at", w.time(at))),
        }
    }
}

/// Who acted without the usual approvals, in one line.
fn glass_line(w: Words, broken: &Broken) -> String {
    let until = w.with("glass-until", "until", w.moment(broken.until));
    let by = w.with2("case-glass", ("by", broken.by.as_str()), ("at", w.moment(broken.at)));
    format!("{by}: {} ({until})", broken.reason)
}

/// Everything below the figures.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) phase: Phase,
    pub(super) ended: Option<String>,
    pub(super) declared: Option<String>,
    pub(super) offered_to_me: bool,
    pub(super) proposal: Option<(String, String, String)>,
    /// Who acted without the usual approvals while it was open.
    pub(super) glass: Vec<String>,
    pub(super) runs: Vec<RunRow>,
    pub(super) times: Vec<TimeRow>,
    pub(super) moments: Vec<Choice>,
    pub(super) sources: Vec<Choice>,
    pub(super) classes: Vec<Choice>,
    pub(super) customers: Vec<Choice>,
    pub(super) scopes: Vec<Choice>,
    pub(super) grades: Vec<(u8, bool)>,
    pub(super) criteria: Vec<CriterionRow>,
    pub(super) log: Vec<Line>,
    pub(super) earlier: usize,
    pub(super) members: Vec<MemberRow>,
    pub(super) seats: Vec<Choice>,
    pub(super) support: Vec<SupportRow>,
    pub(super) reports: Vec<ReportRow>,
    pub(super) minutes: u64,
    pub(super) handovers: Vec<HandoverRow>,
    pub(super) on_dr: Vec<WindowRow>,
    pub(super) alternates: Vec<WindowRow>,
    pub(super) findings: Vec<FindingRow>,
    pub(super) missing: Vec<String>,
    pub(super) restored: Option<String>,
    pub(super) reprotected: Option<String>,
}

impl Body {
    pub(super) fn of(
        w: Words,
        loaded: &Loaded,
        actor: &Actor,
        part: &str,
        proposal: Option<Proposal>,
        beside: &[Missing],
    ) -> Self {
        let state = &loaded.state;
        let (log, earlier) = lines(w, &loaded.entries, LINES);
        let at = |at: Timestamp| w.day_time(at);
        let offered = state.offered();
        Self {
            phase: state.phase(),
            ended: state.ended().map(|(ending, when)| format!("{} {}", w.word(&ending), at(when))),
            declared: state.declared().as_ref().map(|declared| {
                let by = declared.by.as_ref().map_or_else(|| w.t("case-engine"), |by| by.name.to_string());
                format!("{} {by}: {}", at(declared.at), declared.reason)
            }),
            offered_to_me: offered.is_some_and(|offer| offer.to == actor.name),
            proposal: proposal.map(|proposal| {
                let href = urls::declare_in_case(&proposal.runbook, state.case(), part);
                (href, w.text(&proposal.title).to_owned(), w.text(&proposal.why).to_owned())
            }),
            glass: state.glass().iter().map(|broken| glass_line(w, broken)).collect(),
            runs: state.runs().iter().map(|run| run_row(w, run)).collect(),
            times: Moment::ALL.iter().map(|moment| time_row(w, state, *moment)).collect(),
            moments: Choice::all(w, Moment::ALL, Moment::keyword, |_| false),
            sources: Choice::all(w, Source::ALL, Source::keyword, |_| false),
            classes: Choice::all(w, CaseClass::ALL, CaseClass::keyword, |one| one == state.class()),
            customers: Choice::all(w, Customers::ALL, Customers::keyword, |one| Some(one) == state.customers()),
            scopes: Choice::all(w, FacilityScope::ALL, FacilityScope::keyword, |one| Some(one) == state.scope()),
            grades: Grade::ALL.iter().map(|grade| (grade.number(), state.set_grade() == Some(*grade))).collect(),
            criteria: Criterion::ALL.iter().map(|criterion| criterion_row(w, state, *criterion)).collect(),
            log,
            earlier,
            members: state
                .members()
                .iter()
                .map(|member| MemberRow {
                    name: member.name.clone(),
                    seat: w.word(&member.seat),
                    since: at(member.since),
                    until: member.until.map(at),
                })
                .collect(),
            seats: Choice::all(w, Seat::ALL, Seat::keyword, |_| false),
            support: state
                .support()
                .iter()
                .map(|support| SupportRow {
                    number: support.number,
                    to: support.to.clone(),
                    what: support.what.clone(),
                    state: w.word(&support.state),
                    since: at(support.since),
                    note: support.note.clone(),
                    next: SupportState::ALL
                        .iter()
                        .filter(|state| support.state.may_become(**state))
                        .map(|state| (state.keyword(), w.word(state)))
                        .collect(),
                })
                .collect(),
            reports: state
                .reports()
                .iter()
                .rev()
                .map(|report| ReportRow {
                    number: report.number,
                    at: at(report.at),
                    text: w.text(&report.text).to_owned(),
                })
                .collect(),
            minutes: state.reports_every().map_or(0, |every| every.0 / Millis::minutes(1).0),
            handovers: state.handovers().iter().rev().map(|handover| handover_row(w, state, handover, actor)).collect(),
            on_dr: state
                .on_dr()
                .into_iter()
                .map(|(from, to)| WindowRow { number: None, what: w.t("case-on-dr"), from: at(from), to: to.map(at) })
                .collect(),
            alternates: state
                .alternates()
                .iter()
                .map(|window| WindowRow {
                    number: Some(window.number),
                    what: format!("{} — {}", window.services, window.how),
                    from: at(window.from),
                    to: window.to.map(at),
                })
                .collect(),
            findings: state
                .findings()
                .iter()
                .map(|finding| FindingRow {
                    number: finding.number,
                    text: w.text(&finding.text).to_owned(),
                    owner: finding
                        .owner
                        .as_ref()
                        .map(|owner| finding.due.map_or_else(|| owner.clone(), |due| format!("{owner} (~{due})"))),
                })
                .collect(),
            missing: missing(state).iter().chain(beside).map(|missing| w.text(&missing.text()).to_owned()).collect(),
            restored: state.restored_at().map(at),
            reprotected: state.reprotected().as_ref().map(|(when, evidence)| format!("{} {evidence}", at(*when))),
        }
    }

    /// Whether nothing was moved yet, so that the case can be stood down.
    pub(super) const fn can_stand_down(&self) -> bool {
        matches!(self.phase, Phase::Assessing | Phase::Declared)
    }

    /// Whether the case can be closed as far as its phase goes.
    pub(super) const fn can_close(&self) -> bool {
        matches!(self.phase, Phase::RunningOnDr | Phase::Normal)
    }
}
