//! Takes the declaration form.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::executor::DeclareError;

use super::declaration::{read, refused};
use super::new::{Page, runbook};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Visitor};
use crate::urls;

/// Declares a run and goes to its page, or shows the form again with all that is wrong. The form carries the id of its
/// run, so sent twice it declares once.
pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Response, Error> {
    let w = visitor.words;
    let Acting { person, fields } = acting;
    let (entry, plan) = runbook(&app, &person, &id).await?;
    // What was confirmed is what was shown: a runbook edited meanwhile is shown again first.
    let problems = if fields.get("digest") == plan.digest().to_string() {
        match read(w, &plan, entry.source.text(), &fields, &person)? {
            Err(problems) => problems,
            Ok(declaration) => match app.engine.declare(declaration).await {
                Ok(run) => return Ok(Redirect::to(&urls::run(run)).into_response()),
                Err(why) => refused(w, &why).map_or_else(|| Err(other(&visitor, why)), Ok)?,
            },
        }
    } else {
        vec![w.t("declare-changed")]
    };
    Ok(Page::new(&app, &visitor, &person, &plan, fields).again(problems))
}

fn other(visitor: &Visitor, why: DeclareError) -> Error {
    match why {
        DeclareError::Denied(denial) => Error::Forbidden { why: visitor.words.text(&denial.message).to_owned() },
        DeclareError::Store(why) => Error::Store(Arc::new(why)),
        DeclareError::ShuttingDown => Error::TimedOut,
        DeclareError::Inputs(_)
        | DeclareError::Mode { .. }
        | DeclareError::Targets(_)
        | DeclareError::Components { .. }
        | DeclareError::Callee { .. }
        | DeclareError::Unlinked(_)
        | DeclareError::Marks { .. }
        | DeclareError::Illegal(_)
        | DeclareError::Unwritable(_) => Error::Internal(why.to_string()),
    }
}
