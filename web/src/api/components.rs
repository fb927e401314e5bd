//! The components that runbooks may use.

use axum::Json;
use axum::extract::State;
use engine::plan::Listed;
use engine::runbook::Severity;

use super::Caller;
use super::model::{Both, Component, Components, Param};
use super::paging::Paged;
use super::sent::Asked;
use crate::app::App;
use crate::error::Error;
use crate::handlers::components::catalogue;

/// The components and which runbooks use each: those of the library by file, then the shipped ones.
#[utoipa::path(get, path = "/api/v1/components", tag = "runbooks", params(Paged), responses(
    (status = 200, description = "A page of the components.", body = Components),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(page): Asked<Paged>,
) -> Result<Json<Components>, Error> {
    let (all, seen) = catalogue(&app, &caller.person).await?;
    let place = |listed: &&Listed| format!("{}/{}", if listed.shipped { "shipped" } else { "library" }, listed.file);
    let (page, next) = page.of(all.iter(), place)?;
    let components = page.into_iter().map(|listed| Component {
        file: listed.file.clone(),
        shipped: listed.shipped,
        errors: listed.diagnostics.count(Severity::Error),
        id: listed.card.as_ref().map(|card| card.id.to_string()),
        version: listed.card.as_ref().map(|card| card.version),
        title: listed.card.as_ref().map(|card| Both::of(&card.title)),
        description: listed.card.as_ref().and_then(|card| card.description.as_ref()).map(Both::of),
        modes: listed
            .card
            .as_ref()
            .and_then(|card| card.modes.as_ref())
            .map(|modes| modes.iter().map(|mode| (*mode).into()).collect()),
        point_of_no_return: listed.card.as_ref().is_some_and(|card| card.point_of_no_return),
        params: listed.card.iter().flat_map(|card| &card.params).map(param).collect(),
        used_by: listed
            .used_by
            .iter()
            .filter(|user| seen.contains(&user.runbook))
            .map(|user| user.runbook.to_string())
            .collect(),
    });
    Ok(Json(Components { components: components.collect(), next }))
}

fn param(card: &engine::runbook::ParamCard) -> Param {
    Param {
        name: card.name.to_string(),
        kind: card.kind.to_owned(),
        required: card.required,
        default: card.default.clone(),
        options: card.options.clone(),
        title: card.title.as_ref().map(Both::of),
    }
}
