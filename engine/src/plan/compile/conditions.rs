//! Conditions: read where they are written, and checked once it is known what they may look at.
//!
//! A condition may look only at what is settled when it is judged: inputs, the mode, and what its unit waits for.
//! Everything else would make the answer depend on who was quicker.

use super::super::expression::{Expression, Fault, Kind, Name, SETTLED, Scope, check as sense};
use super::super::lints::{condition, selected_too_early};
use super::super::{Body, Branch, Decision, Graph, InputKind, Mode, UnitIx};
use super::places::Places;
use crate::base::Text;
use crate::runbook::{self, Findings, Spanned, nearest};

/// The branch of a decision that is taken where no case holds.
pub(in super::super) const OTHERWISE: &str = "otherwise";

/// Reads a condition; what is wrong with it is reported.
pub(super) fn read(written: &Spanned<String>, findings: &mut Findings<'_>) -> Option<Expression> {
    match Expression::parse(&written.value) {
        Ok(expression) => Some(expression),
        Err(fault) => {
            condition::report(&fault, written.span, &written.value, findings);
            None
        }
    }
}

/// The modes that were written, each once and in their own order.
pub(super) fn modes(written: Option<Vec<Mode>>) -> Vec<Mode> {
    let mut modes = written.unwrap_or_default();
    modes.sort_unstable();
    modes.dedup();
    modes
}

/// Lowers a decision whose branches name these units. A case that could not be read is left out.
pub(super) fn decision(
    written: runbook::Decision,
    at: UnitIx,
    selects: Vec<Vec<UnitIx>>,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Decision {
    let mut selects = selects.into_iter();
    let mut branches = Vec::new();
    for case in written.cases.into_iter().flatten() {
        let select = selects.next().unwrap_or_default();
        let (Some(name), Some(when)) = (case.name, case.when) else { continue };
        let Some(expression) = read(&when, findings) else { continue };
        places.conditions.insert((at, Some(branches.len())), when.span);
        branches.push(Branch {
            title: case.title.unwrap_or_else(|| Text::plain(name.as_str())),
            name: name.value,
            when: Some(expression),
            select,
        });
    }
    if written.otherwise.is_some()
        && let Ok(name) = OTHERWISE.parse()
    {
        let select = selects.next().unwrap_or_default();
        branches.push(Branch { name, title: Text::new("그 밖의 경우", OTHERWISE), when: None, select });
    }
    Decision { branches }
}

/// Holds every condition of a body against what it may look at.
pub(super) fn check(body: &Body, graph: &Graph, places: &Places, findings: &mut Findings<'_>) {
    for (unit, ix) in body.units.iter().zip((0..).map(UnitIx)) {
        let cases = unit.decision().into_iter().flat_map(|decision| decision.branches.iter().enumerate());
        let cases = cases.filter_map(|(at, branch)| Some((Some(at), branch.when.as_ref()?)));
        if let Some(decision) = unit.decision() {
            selected_too_early::check(body, ix, decision, graph, places, findings);
        }
        let mut scope = None;
        for (branch, expression) in unit.when.iter().map(|when| (None, when)).chain(cases) {
            let scope = scope.get_or_insert_with(|| Before { body, upstream: graph.upstream(ix), unit: ix, places });
            let span = places.conditions.get(&(ix, branch)).copied().unwrap_or_default();
            for fault in sense(expression, scope) {
                condition::report(&fault, span, expression.text(), findings);
            }
        }
    }
}

/// What a unit can know before it begins.
struct Before<'b> {
    body: &'b Body,
    upstream: Vec<bool>,
    unit: UnitIx,
    places: &'b Places,
}

impl Scope for Before<'_> {
    fn kind(&self, name: &Name) -> Result<Kind, Option<Fault>> {
        match name {
            Name::Mode => Ok(Kind::Word(Mode::ALL.map(|mode| mode.keyword().to_owned()).to_vec())),
            Name::Input(input) => {
                let names = self.body.inputs.iter().map(|input| input.name.as_str());
                let known = self.body.inputs.iter().find(|known| known.name == *input);
                let known = known.ok_or_else(|| self.unknown("inputs", input.as_str(), names))?;
                match &known.kind {
                    InputKind::Text | InputKind::Datetime => Ok(Kind::Text),
                    InputKind::Enum(options) => Ok(Kind::Word(options.clone())),
                    InputKind::Bool => Ok(Kind::Bool),
                    InputKind::Secret => Err(Some(Fault::name(
                        format!("`{input}` is a secret, and what a condition saw is recorded"),
                        format!("`{input}`은(는) 비밀 항목입니다. 조건식이 본 값은 기록에 남습니다"),
                    ))),
                }
            }
            Name::UnitState(unit) => {
                let at = self.waited_for(unit.as_str())?;
                self.is_settled(at)?;
                Ok(Kind::Word(SETTLED.map(str::to_owned).to_vec()))
            }
            Name::Output(unit, output) => {
                let at = self.waited_for(unit.as_str())?;
                let said = || self.body.units[at.at()].outputs().map(|output| output.name.as_str());
                if said().any(|name| name == output.as_str()) {
                    if self.body.units[at.at()].says_later(output) {
                        self.is_settled(at)?;
                    }
                    return Ok(Kind::Text);
                }
                Err(self.unknown("outputs", output.as_str(), said()))
            }
            Name::ServiceReady(service) => {
                let names = self.body.services.iter().map(|service| service.id.as_str());
                let known = self.body.services.iter().find(|known| known.id == *service);
                let known = known.ok_or_else(|| self.unknown("services", service.as_str(), names))?;
                for need in &known.needs {
                    self.is_upstream(*need)?;
                    self.is_settled(*need)?;
                }
                Ok(Kind::Bool)
            }
        }
    }
}

impl Before<'_> {
    fn waited_for(&self, unit: &str) -> Result<UnitIx, Option<Fault>> {
        let names = || self.body.units.iter().map(|unit| unit.id.as_str());
        let at = names().position(|known| known == unit).and_then(|at| u32::try_from(at).ok()).map(UnitIx);
        let at = at.ok_or_else(|| self.unknown("units", unit, names()))?;
        self.is_upstream(at)?;
        Ok(at)
    }

    fn is_upstream(&self, unit: UnitIx) -> Result<(), Option<Fault>> {
        if self.upstream.get(unit.at()).copied().unwrap_or(false) {
            return Ok(());
        }
        let (looked_at, here) = (&self.body.units[unit.at()].id, &self.body.units[self.unit.at()].id);
        Err(Some(
            Fault::name(
                format!("`{here}` does not wait for `{looked_at}`, so nothing is certain about it here"),
                format!("`{here}`은(는) `{looked_at}`을(를) 기다리지 않으므로 그 값을 알 수 없습니다"),
            )
            .help(
                format!("add `needs: [{looked_at}]` to `{here}`"),
                format!("`{here}`에 `needs: [{looked_at}]`을(를) 추가하십시오"),
            ),
        ))
    }

    /// What can be used before it is ready may still be at work by then.
    fn is_settled(&self, unit: UnitIx) -> Result<(), Option<Fault>> {
        let looked_at = &self.body.units[unit.at()];
        if looked_at.usable.is_none() {
            return Ok(());
        }
        let (looked_at, here) = (&looked_at.id, &self.body.units[self.unit.at()].id);
        Err(Some(
            Fault::name(
                format!("`{here}` may begin once `{looked_at}` is usable, and nothing is settled about it by then"),
                format!("`{here}`은(는) `{looked_at}`이(가) 사용 가능해지면 시작할 수 있어 그때는 결과가 정해지지 않았습니다"),
            )
            .help(
                format!("remove `usable` from `{looked_at}`, or split what comes after it into a unit of its own"),
                format!("`{looked_at}`의 `usable`을 지우거나, 그 뒤의 작업을 별도 단위로 나누십시오"),
            ),
        ))
    }

    /// A name that is not there. What could not be read was reported where it stands.
    fn unknown<'n>(&self, of: &str, written: &str, known: impl Iterator<Item = &'n str>) -> Option<Fault> {
        if self.places.misread.iter().any(|name| name == written) {
            return None;
        }
        let (en, ko) = match of {
            "inputs" => ("input", "입력 항목"),
            "units" => ("unit", "단위"),
            "services" => ("service", "업무"),
            _ => ("output", "출력값"),
        };
        let fault =
            Fault::name(format!("there is no {en} `{written}`"), format!("`{written}`(이)라는 {ko}이(가) 없습니다"));
        let near = nearest(written, known);
        Some(near.map_or_else(|| fault.clone(), |near| fault.clone().near(near)))
    }
}
