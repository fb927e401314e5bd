//! From the fields of the form to a declaration, or everything that is wrong with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::base::{Bilingual, CasePart, RunId, Secret};
use engine::executor::{Declaration, DeclareError};
use engine::plan::{InputKind, Mode, Plan};

use super::new::InCase;
use super::rehearsal;
use crate::error::Error;
use crate::extract::{Fields, SignedIn};
use crate::i18n::Words;

/// Reads the form. Inputs are judged by the engine; here only what the form adds to them, and whether the person may
/// declare it at all in the mode chosen.
pub(super) fn read(
    w: Words,
    plan: &Arc<Plan>,
    source: &str,
    fields: &Fields,
    person: &SignedIn,
) -> Result<Result<Declaration, Vec<String>>, Error> {
    let mut problems = Vec::new();
    let id = plan.body().runbook.as_str();
    let mode = Mode::from_keyword(fields.get("mode"));
    match mode {
        None => problems.push(w.t("declare-no-mode")),
        Some(Mode::Drill | Mode::Real) if fields.get("confirm") != id => {
            problems.push(w.with("declare-not-confirmed", "id", id));
        }
        Some(Mode::Mock | Mode::Isolated | Mode::Drill | Mode::Real) => {}
    }
    let reason = fields.required("reason").unwrap_or_default();
    if reason.is_empty() {
        problems.push(w.with("field-missing", "field", w.t("field-name-reason")));
    }
    let run: Option<RunId> = fields.get("run").parse().ok();
    if run.is_none() {
        problems.push(w.with("field-malformed", "field", w.t("field-name-key")));
    }
    let mut instant = |field: &str, key: &str| {
        fields.instant(field).unwrap_or_else(|_| {
            problems.push(w.with("declare-bad-time", "field", w.t(key)));
            None
        })
    };
    let event_at = instant("event_at", "declare-event");
    let detect_at = instant("detect_at", "declare-detect");
    let played = if mode == Some(Mode::Mock) {
        rehearsal::read(w, plan, fields).map_err(|wrong| problems.extend(wrong)).ok()
    } else {
        None
    };
    let (Some(mode), Some(run), true) = (mode, run, problems.is_empty()) else { return Ok(Err(problems)) };
    let requester =
        person.requester(plan, mode).map_err(|denial| Error::Forbidden { why: w.text(&denial.message).to_owned() })?;
    let InCase { case, part } = in_case(fields);
    let (inputs, secrets) = inputs(plan, fields);
    Ok(Ok(Declaration {
        run,
        plan: Arc::clone(plan),
        source: source.to_owned(),
        mode,
        inputs,
        secrets,
        requester,
        reason,
        concurrency: None,
        simulation: played,
        event_at,
        detect_at,
        parent: None,
        case,
        part,
        preflight: None,
        deeds: Vec::new(),
    }))
}

/// The case that the form carries along.
pub(super) fn in_case(fields: &Fields) -> InCase {
    InCase { case: fields.get("case").parse().ok(), part: CasePart::from_keyword(fields.get("part")) }
}

type Inputs = (BTreeMap<engine::base::InputName, String>, BTreeMap<engine::base::InputName, Secret>);

fn inputs(plan: &Plan, fields: &Fields) -> Inputs {
    let (mut open, mut secret) = (BTreeMap::new(), BTreeMap::new());
    for input in &plan.body().inputs {
        let field = format!("input.{}", input.name);
        match &input.kind {
            InputKind::Secret => {
                let value = fields.exact(&field);
                if !value.is_empty() {
                    secret.insert(input.name.clone(), Secret::new(value));
                }
            }
            // A box that is not ticked sends nothing.
            InputKind::Bool => {
                open.insert(input.name.clone(), (fields.get(&field) == "true").to_string());
            }
            InputKind::Datetime => {
                if let Ok(Some(at)) = fields.instant(&field) {
                    open.insert(input.name.clone(), at.to_iso());
                } else if !fields.get(&field).is_empty() {
                    open.insert(input.name.clone(), fields.get(&field).to_owned());
                }
            }
            InputKind::Text | InputKind::Enum(_) => {
                let value = fields.get(&field);
                if !value.is_empty() {
                    open.insert(input.name.clone(), value.to_owned());
                }
            }
        }
    }
    (open, secret)
}

/// Why the engine declared nothing, in words; `None` where it is no fault of the form.
pub(super) fn refused(w: Words, why: &DeclareError) -> Option<Vec<String>> {
    let say = |fault: &dyn Bilingual| w.text(&fault.text()).to_owned();
    match why {
        DeclareError::Inputs(faults) => Some(faults.iter().map(|fault| say(fault)).collect()),
        DeclareError::Targets(faults) => Some(faults.iter().map(|fault| say(fault)).collect()),
        DeclareError::Case(_)
        | DeclareError::Mode { .. }
        | DeclareError::Components { .. }
        | DeclareError::Callee { .. }
        | DeclareError::Marks { .. } => Some(vec![say(why)]),
        DeclareError::Denied(_)
        | DeclareError::Store(_)
        | DeclareError::Unlinked(_)
        | DeclareError::Illegal(_)
        | DeclareError::Unwritable(_)
        | DeclareError::ShuttingDown => None,
    }
}
