//! Which runbook is proposed, and why.

use std::cmp::Reverse;

use super::{Proposal, State};
use crate::base::{CaseClass, CasePart, Lang, Millis, Mode, RunbookId, Text};
pub use crate::plan::Answers;
use crate::plan::{Action, MarkKind, Plan};
use crate::report::Word as _;

/// A runbook that could be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub runbook: RunbookId,
    /// Its name for people.
    pub title: Text,
    /// Modes in which it may be declared; empty: any.
    pub modes: Vec<Mode>,
    /// Its recovery time objective.
    pub rto: Option<Millis>,
    /// How many services it brings back, and how many of them are of the first tier.
    pub services: (usize, usize),
    /// What it says it is for.
    pub answers: Answers,
}

impl Answers {
    /// What a runbook says: as it is written (`answers`), and where nothing is, by what is in it: one that records the end of
    /// failback is a failback, one that isolates, scans or changes credentials is for security incidents.
    pub fn of(plan: &Plan) -> Self {
        let written = &plan.body().answers;
        let mut steps = plan.units().iter().flat_map(|unit| &unit.steps);
        let back = steps.any(|step| matches!(step.action, Action::Mark(MarkKind::FailbackDone)));
        let security = plan.body().components.iter().any(|component| component.id.as_str().starts_with("security."));
        Self {
            part: written.part.or(back.then_some(CasePart::Failback)),
            classes: if written.classes.is_empty() && security {
                vec![CaseClass::Security]
            } else {
                written.classes.clone()
            },
            scopes: written.scopes.clone(),
        }
    }
}

impl Candidate {
    /// What a plan says.
    pub fn of(plan: &Plan, answers: Answers) -> Self {
        let body = plan.body();
        let first = body.services.iter().filter(|service| service.tier == Some(1)).count();
        Self {
            runbook: body.runbook.clone(),
            title: body.title.clone(),
            modes: body.modes.clone(),
            rto: body.objectives.rto,
            services: (body.services.len(), first),
            answers,
        }
    }
}

/// The runbook to be proposed for a part of the case as it stands; `None` where none fits.
///
/// A runbook fits when it may be declared in the case's mode and says nothing against its class and scope. Of those that
/// fit, what is written for just this comes first; then what brings back more services of the first tier; then more
/// services; then the shorter objective.
pub fn propose(state: &State, part: CasePart, candidates: &[Candidate]) -> Option<Proposal> {
    let fits = |candidate: &&Candidate| {
        let answers = &candidate.answers;
        let mode = state.mode() == Mode::Mock || candidate.modes.is_empty() || candidate.modes.contains(&state.mode());
        let class = answers.classes.is_empty() || answers.classes.contains(&state.class());
        let scope = answers.scopes.is_empty() || state.scope().is_some_and(|scope| answers.scopes.contains(&scope));
        // What does not say its part is taken for a failover as long as it brings services back.
        let of_part = match answers.part {
            Some(said) => said == part,
            None => part == CasePart::Failover && candidate.services.0 > 0,
        };
        mode && class && scope && of_part
    };
    let rank = |candidate: &&Candidate| {
        let answers = &candidate.answers;
        let said = [!answers.classes.is_empty(), !answers.scopes.is_empty(), answers.part.is_some()];
        (
            Reverse(said.into_iter().filter(|said| *said).count()),
            Reverse(candidate.services.1),
            Reverse(candidate.services.0),
            candidate.rto.unwrap_or(Millis(u64::MAX)),
            candidate.runbook.clone(),
        )
    };
    let best = candidates.iter().filter(fits).min_by_key(rank)?;
    let why = Text::new(why(state, best, part, Lang::Ko), why(state, best, part, Lang::En));
    Some(Proposal { runbook: best.runbook.clone(), title: best.title.clone(), why })
}

fn why(state: &State, best: &Candidate, part: CasePart, lang: Lang) -> String {
    let pick = |ko: String, en: String| match lang {
        Lang::Ko => ko,
        Lang::En => en,
    };
    let mut reasons = Vec::new();
    if best.answers.part.is_some() {
        let word = part.word(lang);
        reasons.push(pick(format!("{word} 런북으로 적혀 있음"), format!("it is written as a {word} runbook")));
    }
    if !best.answers.classes.is_empty() {
        let word = state.class().word(lang);
        reasons.push(pick(format!("{word}에 쓰도록 적혀 있음"), format!("it says that it is for a {word}")));
    }
    if let Some(scope) = state.scope().filter(|_| !best.answers.scopes.is_empty()) {
        let word = scope.word(lang);
        reasons.push(pick(format!("{word}에 쓰도록 적혀 있음"), format!("it says that it is for the scope {word}")));
    }
    let (all, first) = best.services;
    if all > 0 {
        reasons.push(pick(
            format!("업무 {all}개를 복구하며 그 가운데 1순위가 {first}개"),
            format!("it brings back services: {all} in all, {first} of the first tier"),
        ));
    }
    if let Some(rto) = best.rto {
        reasons.push(format!("RTO {rto}"));
    }
    reasons.join("; ")
}
