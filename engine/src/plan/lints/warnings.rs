//! Where lints put what they find: among the findings, or, where the runbook keeps them silent, among what is not said.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::compile::{Part, Places, WrittenSilence};
use super::super::{About, Body, Silence};
use crate::base::Text;
use crate::runbook::{Code, FileIx, Finding, Findings, Span};

/// Texts that a silence records; of more only the number.
const KEPT: usize = 20;

/// What lints say of one runbook.
#[derive(Debug)]
pub(in super::super) struct Warnings<'w, 't> {
    body: &'w Body,
    findings: &'w mut Findings<'t>,
    silences: Vec<Heard>,
    /// The silences of a part for a lint; the first one written counts.
    by_part: HashMap<(Part, Code), usize>,
    /// Lints that had all they need to look: only of these can be said that a silence is idle.
    looked_for: BTreeSet<Code>,
}

/// A silence and what it kept silent.
#[derive(Debug)]
struct Heard {
    silence: WrittenSilence,
    used: bool,
    unsaid: Vec<Text>,
    more: u32,
}

impl<'w, 't> Warnings<'w, 't> {
    pub(in super::super) fn new(body: &'w Body, places: &Places, findings: &'w mut Findings<'t>) -> Self {
        let silences: Vec<Heard> = places
            .silences
            .iter()
            .map(|silence| Heard { silence: silence.clone(), used: false, unsaid: Vec::new(), more: 0 })
            .collect();
        let mut by_part = HashMap::new();
        for (heard, at) in silences.iter().zip(0..) {
            by_part.entry((heard.silence.part, heard.silence.lint)).or_insert(at);
        }
        Self { body, findings, silences, by_part, looked_for: BTreeSet::new() }
    }

    /// Says that these lints look at this runbook.
    pub(super) fn look_for(&mut self, codes: impl IntoIterator<Item = Code>) {
        self.looked_for.extend(codes);
    }

    /// Reports a finding about a part, unless that is silent about it.
    pub(super) fn report(&mut self, about: Part, code: Code, span: Span, finding: impl FnOnce() -> Finding) {
        let Some(at) = self.silence_of(about, code) else { return self.findings.report(code, span, finding) };
        let heard = &mut self.silences[at];
        heard.used = true;
        let finding = finding();
        if code.depends_on_the_day() {
            // A plan says the same on all days.
        } else if heard.unsaid.len() < KEPT {
            heard.unsaid.push(finding.message().clone());
        } else {
            heard.more = heard.more.saturating_add(1);
        }
        self.findings.keep_silent(code, span, &heard.silence.reason, finding);
    }

    /// The nearest silence of a part: its own, that of its unit, of its stage, of the runbook.
    fn silence_of(&self, about: Part, code: Code) -> Option<usize> {
        let mut part = Some(about).filter(|_| !self.silences.is_empty());
        while let Some(here) = part {
            if let Some(at) = self.by_part.get(&(here, code)) {
                return Some(*at);
            }
            part = here.whole(self.body);
        }
        None
    }

    /// What is silent, in the order written. Reports silences that kept nothing silent. A component's own are looked at
    /// when it is checked by itself: what a use of it does not need may be needed by another.
    pub(in super::super) fn finish(self) -> Vec<Silence> {
        let Self { body, findings, silences, looked_for, .. } = self;
        let mut used: HashSet<(FileIx, Span)> = HashSet::new();
        used.extend(silences.iter().filter(|heard| heard.used).map(|heard| findings.origin(heard.silence.place)));
        for heard in &silences {
            let WrittenSilence { lint, place, .. } = heard.silence;
            let (file, written) = findings.origin(place);
            if !looked_for.contains(&lint) || !file.is_first() || !used.insert((file, written)) {
                continue;
            }
            findings.report(Code::IdleSilence, place, || {
                Finding::new(
                    format!("{lint} ({}) says nothing here: there is nothing to silence", lint.name()),
                    format!("여기에는 숨길 {lint}({}) 진단이 없습니다", lint.name()),
                )
                .help(
                    "remove it, so that it does not hide what may come later",
                    "나중에 생길 문제를 가리지 않도록 이 항목을 지우십시오",
                )
            });
        }
        let silence = |heard: Heard| Silence {
            lint: heard.silence.lint,
            about: about(heard.silence.part, body),
            reason: heard.silence.reason,
            unsaid: heard.unsaid,
            more: heard.more,
        };
        silences.into_iter().map(silence).collect()
    }
}

fn about(part: Part, body: &Body) -> About {
    match part {
        Part::Runbook => About::Runbook,
        Part::Service(at) => About::Service(body.services[at].id.clone()),
        Part::Stage(stage) => About::Stage(body.stages[stage.at()].id.clone()),
        Part::Unit(unit) => About::Unit(body.units[unit.at()].id.clone()),
        Part::Step(ix, at) => {
            let unit = &body.units[ix.at()];
            let all = unit.steps.iter().chain(unit.rollback.iter().map(|undo| &undo.step));
            let step = all.map(|step| &step.title).nth(at).cloned();
            step.map_or_else(|| About::Unit(unit.id.clone()), |step| About::Step { unit: unit.id.clone(), step })
        }
    }
}
