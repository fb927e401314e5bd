//! Declaring a run: everything is checked and fixed before the first row is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::targets::{self, TargetFault};
use crate::base::{
    Bilingual, CaseId, CasePart, ComponentId, InputName, Lang, RunId, RunbookId, Secret, Text, Timestamp,
};
use crate::cases;
use crate::plan::{InputKind, MarkKind, Mode, Plan};
use crate::run::{Act, Actor, Denial, Door, Foreseen, GLASS, Header, Illegal, Parent, Simulation, permit};
use crate::store::{Deed, Error};

/// Longest value of an input, in characters.
const VALUE_LIMIT: usize = 4_096;
/// Version of the event format.
const FORMAT: u32 = 1;

/// A run that somebody wants.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its id, made by the asker: the same declaration sent twice is one run.
    pub run: RunId,
    /// What is to be run.
    pub plan: Arc<Plan>,
    /// The YAML it was compiled from.
    pub source: String,
    /// How it touches the world.
    pub mode: Mode,
    /// Values of inputs that are no secrets.
    pub inputs: BTreeMap<InputName, String>,
    /// Values of secret inputs.
    pub secrets: BTreeMap<InputName, Secret>,
    /// Who wants it.
    pub requester: Actor,
    /// Why.
    pub reason: String,
    /// A smaller bound on units at work than the plan's.
    pub concurrency: Option<u32>,
    /// How a mock run is played; ignored in other modes.
    pub simulation: Option<Simulation>,
    /// When it happened; the instant of declaration where unknown.
    pub event_at: Option<Timestamp>,
    /// When it was noticed; the instant of declaration where unknown.
    pub detect_at: Option<Timestamp>,
    /// The run that declares it, where no person does.
    pub parent: Option<Parent>,
    /// The case in which it is declared.
    pub case: Option<CaseId>,
    /// What it is there; without one it is support.
    pub part: Option<CasePart>,
    /// The preflight that whoever declares it has seen.
    pub preflight: Option<Foreseen>,
    /// What the log of deeds says of it.
    pub deeds: Vec<Deed>,
}

/// Why a run is not declared. Nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The asker may not.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// Inputs that are missing, unknown or of the wrong kind: all of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Inputs(Vec<InputFault>),
    /// The runbook may not be run in this mode.
    #[error("the runbook may be run in {} only, and was to be declared in {}", keywords(.allowed), .mode.keyword())]
    Mode {
        /// The mode that was asked for.
        mode: Mode,
        /// The modes that the runbook names.
        allowed: Vec<Mode>,
    },
    /// Targets that the run may not or can not address: all of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Targets(Vec<TargetFault>),
    /// Components that are not for this mode.
    #[error("a run in mode {} must not use {}: declare another mode, or take the component out", .mode.keyword(), .components.iter().map(ComponentId::as_str).collect::<Vec<_>>().join(", "))]
    Components {
        /// The mode asked for.
        mode: Mode,
        /// Which.
        components: Vec<ComponentId>,
    },
    /// A runbook that it leads to can not be run like that.
    #[error("{callee}, which it calls: {why}")]
    Callee {
        /// Which.
        callee: RunbookId,
        /// Why.
        why: Box<DeclareError>,
    },
    /// A plan without the plans that it calls.
    #[error("the plan calls {0}, whose plan is not frozen with it: this is a fault of the program, report it")]
    Unlinked(RunbookId),
    /// Milestones out of order.
    #[error(
        "the event ({event}) must not lie after its detection ({detect}), nor that after the declaration ({declare})"
    )]
    Marks {
        /// 발생.
        event: Timestamp,
        /// 인지.
        detect: Timestamp,
        /// 선포.
        declare: Timestamp,
    },
    /// It can not be declared in that case.
    #[error(transparent)]
    Case(#[from] cases::Refusal),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
    /// The events do not fit the plan.
    #[error("the declaration does not fit its plan: {0}")]
    Illegal(#[from] Illegal),
    /// The plan can not be written down.
    #[error("the declaration can not be written down: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// The engine is being shut down.
    #[error("the engine is being shut down and declares nothing new")]
    ShuttingDown,
}

/// What is wrong with the value of an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    /// It must be given.
    #[error("input {0} is required")]
    Missing(InputName),
    /// The runbook asks for no such input.
    #[error("the runbook has no input {0}")]
    Unknown(InputName),
    /// It is not of its kind.
    #[error("input {name} must be {}", wanted.get(Lang::En))]
    Kind {
        /// Which.
        name: InputName,
        /// What it must be.
        wanted: Text,
    },
    /// A secret came by an open way, or an open value by the secret one.
    #[error("input {0} is a secret: give it by environment, file or standard input, not as a plain value")]
    SecretInTheOpen(InputName),
    /// An open value by the way of secrets.
    #[error("input {0} is no secret: give it as a plain value, so that the report can show it")]
    NotSecret(InputName),
}

impl Bilingual for DeclareError {
    fn ko(&self) -> String {
        match self {
            Self::Denied(denial) => denial.ko(),
            Self::Inputs(faults) => faults.iter().map(InputFault::ko).collect::<Vec<_>>().join("\n"),
            Self::Mode { mode, allowed } => format!(
                "이 런북은 {} 모드로만 선포할 수 있습니다. {} 모드로는 선포할 수 없습니다",
                keywords(allowed),
                mode.keyword()
            ),
            Self::Targets(faults) => faults.iter().map(TargetFault::ko).collect::<Vec<_>>().join("\n"),
            Self::Components { mode, components } => {
                let names = components.iter().map(ComponentId::as_str).collect::<Vec<_>>().join(", ");
                format!(
                    "{} 모드의 실행에서는 {names} 컴포넌트를 쓸 수 없습니다. 다른 모드로 선포하거나 런북에서 빼십시오",
                    mode.keyword()
                )
            }
            Self::Callee { callee, why } => format!("호출하는 {callee}: {}", why.ko()),
            Self::Unlinked(callee) => {
                format!("계획이 호출하는 {callee}의 계획이 함께 고정되지 않았습니다. 프로그램의 결함이니 신고하십시오")
            }
            Self::Marks { event, detect, declare } => format!(
                "발생 시점({event})은 인지 시점({detect})보다, 인지 시점은 선포 시점({declare})보다 늦을 수 없습니다"
            ),
            Self::Case(refusal) => refusal.ko(),
            Self::Store(error) => error.ko(),
            Self::Illegal(illegal) => format!("선포가 계획에 맞지 않습니다: {}", illegal.ko()),
            Self::Unwritable(error) => format!("선포를 기록할 수 없습니다: {error}"),
            Self::ShuttingDown => "엔진이 종료되는 중이라 새로 선포하지 않습니다".to_owned(),
        }
    }
}

impl Bilingual for InputFault {
    fn ko(&self) -> String {
        match self {
            Self::Missing(name) => format!("입력 변수 {name}은(는) 반드시 있어야 합니다"),
            Self::Unknown(name) => format!("런북에 입력 변수 {name}이(가) 없습니다"),
            Self::Kind { name, wanted } => format!("입력 변수 {name}의 값은 {}이어야 합니다", wanted.get(Lang::Ko)),
            Self::SecretInTheOpen(name) => format!(
                "입력 변수 {name}은(는) 비밀입니다. 값을 그대로 적지 말고 환경 변수, 파일, 표준 입력으로 주십시오"
            ),
            Self::NotSecret(name) => {
                format!("입력 변수 {name}은(는) 비밀이 아닙니다. 보고서에 보이도록 값을 그대로 주십시오")
            }
        }
    }
}

fn keywords(modes: &[Mode]) -> String {
    modes.iter().map(|mode| mode.keyword()).collect::<Vec<_>>().join(", ")
}

/// A declaration that holds: what goes in the first rows, and what the attempts will see.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) header: Header,
    pub(super) marks: Vec<(MarkKind, Timestamp)>,
}

impl Declaration {
    pub(super) fn check(&self, engine: &str, now: Timestamp) -> Result<Checked, DeclareError> {
        permit(&self.requester, Act::Declare(self.mode), false)?;
        let inputs = self.check_inputs()?;
        fits_mode(&self.plan, self.mode)?;
        for (callee, mode) in self.plan.led_to(self.mode) {
            permit(&self.requester, Act::Declare(mode), false)?;
            let Some((plan, _)) = self.plan.callee(callee) else { return Err(DeclareError::Unlinked(callee.clone())) };
            fits_mode(&plan, mode)
                .map_err(|why| DeclareError::Callee { callee: callee.clone(), why: Box::new(why) })?;
        }
        let detect = self.detect_at.unwrap_or(now);
        let event = self.event_at.unwrap_or_else(|| detect.min(now));
        if event > detect || detect > now {
            return Err(DeclareError::Marks { event, detect, declare: now });
        }
        let most = self.plan.body().limits.run;
        let header = Header {
            format: FORMAT,
            run: self.run,
            runbook: self.plan.body().runbook.clone(),
            plan: self.plan.digest(),
            mode: self.mode,
            inputs,
            requester: self.requester.clone(),
            reason: self.reason.clone(),
            concurrency: self.concurrency.unwrap_or(most).max(1),
            engine: engine.to_owned(),
            simulation: (self.mode == Mode::Mock).then(|| self.simulation.clone().unwrap_or_default()),
            parent: self.parent.clone(),
            case: self.case,
            part: self.case.map(|_| self.part.unwrap_or(CasePart::Support)),
            preflight: self.preflight.as_ref().map(|it| it.digest),
            clocks: self.preflight.as_ref().map_or_else(Vec::new, |it| it.clocks.clone()),
            second_person: self.wants_second_person(),
        };
        let marks = vec![(MarkKind::Event, event), (MarkKind::Detect, detect), (MarkKind::Declare, now)];
        Ok(Checked { header, marks })
    }

    /// What is real is not begun by one person alone. A run that another one calls was confirmed with it; who broke the glass
    /// answers for it alone; and at the host itself there is nobody else to ask.
    fn wants_second_person(&self) -> bool {
        let from_afar = match self.requester.via {
            Door::Console | Door::Api => true,
            Door::CommandLine | Door::Simulation => false,
        };
        let alone = self.requester.roles.iter().any(|role| role.as_str() == GLASS);
        self.mode == Mode::Real && self.parent.is_none() && from_afar && !alone
    }

    /// All values as the header records them, secrets as `None`; or everything that is wrong with them.
    fn check_inputs(&self) -> Result<BTreeMap<InputName, Option<String>>, DeclareError> {
        let asked = &self.plan.body().inputs;
        let mut faults = Vec::new();
        let mut values = BTreeMap::new();
        for name in self.inputs.keys().chain(self.secrets.keys()) {
            if asked.iter().all(|input| input.name != *name) {
                faults.push(InputFault::Unknown(name.clone()));
            }
        }
        for input in asked {
            let name = input.name.clone();
            if input.kind == InputKind::Secret {
                match (self.secrets.contains_key(&name), self.inputs.contains_key(&name)) {
                    (_, true) => faults.push(InputFault::SecretInTheOpen(name)),
                    (true, false) => drop(values.insert(name, None)),
                    (false, false) if input.required => faults.push(InputFault::Missing(name)),
                    (false, false) => {}
                }
                continue;
            }
            if self.secrets.contains_key(&name) {
                faults.push(InputFault::NotSecret(name));
                continue;
            }
            match self.inputs.get(&name).or(input.default.as_ref()) {
                Some(value) => match wanted(&input.kind, value) {
                    None => drop(values.insert(name, Some(value.clone()))),
                    Some(wanted) => faults.push(InputFault::Kind { name, wanted }),
                },
                None if input.required => faults.push(InputFault::Missing(name)),
                None => {}
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(DeclareError::Inputs(faults)) }
    }
}

/// Whether a plan may be run in a mode, and what it leads to addressed.
fn fits_mode(plan: &Plan, mode: Mode) -> Result<(), DeclareError> {
    let foreign = plan.body().components.iter().filter(|component| !component.allows(mode));
    let components: Vec<ComponentId> = foreign.map(|component| component.id.clone()).collect();
    if !components.is_empty() {
        return Err(DeclareError::Components { mode, components });
    }
    if mode == Mode::Mock {
        return Ok(());
    }
    let allowed = &plan.body().modes;
    if !allowed.is_empty() && !allowed.contains(&mode) {
        return Err(DeclareError::Mode { mode, allowed: allowed.clone() });
    }
    let faults = targets::faults(plan, mode);
    if faults.is_empty() { Ok(()) } else { Err(DeclareError::Targets(faults)) }
}

/// What a value should have been, if it is not.
fn wanted(kind: &InputKind, value: &str) -> Option<Text> {
    let fits = match kind {
        InputKind::Text | InputKind::Secret => value.chars().count() <= VALUE_LIMIT,
        InputKind::Enum(options) => options.iter().any(|option| option == value),
        InputKind::Datetime => Timestamp::parse_iso(value).is_some(),
        InputKind::Bool => matches!(value, "true" | "false"),
    };
    let what = || match kind {
        InputKind::Text | InputKind::Secret => {
            Text::new(format!("{VALUE_LIMIT}자 이하의 글"), format!("a text of at most {VALUE_LIMIT} characters"))
        }
        InputKind::Enum(options) => {
            let options = options.join(", ");
            Text::new(format!("{options} 중 하나"), format!("one of {options}"))
        }
        InputKind::Datetime => Text::new(
            "2026-11-21T03:00:00+09:00 처럼 시차가 있는 시점",
            "an instant with its offset, such as 2026-11-21T03:00:00+09:00",
        ),
        InputKind::Bool => Text::new("true 또는 false", "true or false"),
    };
    (!fits).then(what)
}
