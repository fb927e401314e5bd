//! Declaring a run.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{Bilingual as _, InputName, RunId};
use engine::executor::InputFault;
use engine::plan::{InputKind, Plan};

use super::model::{Declare, Declared, Mode};
use super::once::{Answer, Key, once};
use super::sent::Sent;
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Named, Visitor};
use crate::handlers::runs::{self, runbook};
use crate::i18n::Words;

/// Declares a run. The same `run` id, or the same `Idempotency-Key`, sent again is the same run.
#[utoipa::path(post, path = "/api/v1/runs", tag = "runs", request_body = Declare,
    params(Key),
    responses((status = 201, description = "Declared, and being carried out.", body = Declared)))]
pub(super) async fn declare(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<Declare>,
) -> Result<Response, Error> {
    let (wanted, w) = (sent.value, visitor.words);
    once(&app, &caller, key, sent.digest, async |makes| {
        let run = declared(&app, w, &caller, wanted, RunId(makes)).await?;
        let url = format!("{PREFIX}/runs/{run}");
        Answer::new(StatusCode::CREATED, Some(url.clone()), &Declared { run, url })
    })
    .await
}

async fn declared(app: &App, w: Words, caller: &Caller, mut wanted: Declare, run: RunId) -> Result<RunId, Error> {
    let (entry, plan) = runbook(app, &caller.person, &wanted.runbook).await?;
    let digest = match (wanted.digest.take(), wanted.mode) {
        (Some(digest), _) => digest,
        (None, Mode::Mock | Mode::Isolated) => plan.digest().to_string(),
        // What touches production is said to the digit.
        (None, Mode::Drill | Mode::Real) => return Err(Error::Field(Named::Missing("digest".to_owned()))),
    };
    wanted.digest = Some(digest);
    let misplaced = misplaced(w, &plan, &wanted);
    if !misplaced.is_empty() {
        return Err(Error::Unfit(misplaced));
    }
    untouched_boxes(&plan, &mut wanted);
    runs::declare(app, w, (&entry, &plan), &wanted.fields(run), caller).await
}

/// Values that the runbook does not ask for, or not by that way. A form can not send any; a program can.
fn misplaced(w: Words, plan: &Plan, wanted: &Declare) -> Vec<String> {
    let inputs = &plan.body().inputs;
    let kind = |name: &str| inputs.iter().find(|input| input.name.as_str() == name).map(|input| &input.kind);
    let fault = |name: &str, fault: fn(InputName) -> InputFault| {
        name.parse().map_or_else(
            |_| w.with("field-malformed", "field", w.t("field-name-inputs")),
            |name| w.text(&fault(name).text()).to_owned(),
        )
    };
    let open = wanted.inputs.keys().filter_map(|name| match kind(name) {
        None => Some(fault(name, InputFault::Unknown)),
        Some(InputKind::Secret) => Some(fault(name, InputFault::SecretInTheOpen)),
        Some(InputKind::Text | InputKind::Datetime | InputKind::Bool | InputKind::Enum(_)) => None,
    });
    let secret = wanted.secrets.keys().filter_map(|name| match kind(name) {
        None => Some(fault(name, InputFault::Unknown)),
        Some(InputKind::Secret) => None,
        Some(InputKind::Text | InputKind::Datetime | InputKind::Bool | InputKind::Enum(_)) => {
            Some(fault(name, InputFault::NotSecret))
        }
    });
    open.chain(secret).collect()
}

/// A form shows what a box is by default, and a box that is not ticked says no. A program that says nothing means the default.
fn untouched_boxes(plan: &Plan, wanted: &mut Declare) {
    for input in plan.body().inputs.iter().filter(|input| input.kind == InputKind::Bool) {
        if let Some(default) = &input.default {
            wanted.inputs.entry(input.name.to_string()).or_insert_with(|| default.clone());
        }
    }
}
