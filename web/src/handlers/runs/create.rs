//! Takes the declaration form.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{CaseId, RunId};
use engine::executor::DeclareError;
use engine::plan::{Entry, Plan};
use engine::run::{Door, Foreseen};
use serde_json::json;

use super::declaration::{in_case, read, refused};
use super::new::{Page, runbook};
use super::preflight::{Shown, named};
use crate::app::App;
use crate::deeds::{self, Comer, Doer};
use crate::error::Error;
use crate::extract::{Acting, Fields, Visitor};
use crate::handlers::cases::seen;
use crate::i18n::Words;
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
    let comer = Comer { person, door: Door::Console };
    match declare(&app, w, (&entry, &plan), &fields, &comer).await {
        Ok(run) => Ok(Redirect::to(&urls::run(run)).into_response()),
        Err(Error::Unfit(problems)) => {
            let (asked, seen) = (in_case(&fields), named(&app, &plan, &fields).await?);
            let page = Page::new(&app, &visitor, &comer.person, &plan, fields);
            let page = page.of_case(&app, &visitor, &comer.person, &asked).await?;
            let page = match seen {
                Some((digest, found)) => page.with_preflight(Shown::of(w, &found, digest)),
                None => page,
            };
            Ok(page.again(problems))
        }
        Err(other) => Err(other),
    }
}

/// Lets the case know of its run at once. Where that does not work now, whoever attends to cases does it soon.
async fn moved(app: &App, case: Option<CaseId>) {
    let Some(case) = case else { return };
    if let Err(why) = engine::cases::attend_one(&**app.engine.store(), case, app.clock.now()).await {
        tracing::warn!(%case, %why, "the case was not told of its run; tried again");
    }
}

/// Reads a declaration and declares, with the deed that tells of it: for the console's form and for the API.
pub(crate) async fn declare(
    app: &App,
    w: Words,
    (entry, plan): (&Entry, &Arc<Plan>),
    fields: &Fields,
    comer: &Comer,
) -> Result<RunId, Error> {
    // What was confirmed is what was shown: a runbook edited meanwhile is shown again first.
    if fields.get("digest") != plan.digest().to_string() {
        return Err(Error::Unfit(vec![w.t("declare-changed")]));
    }
    // Nobody declares into a case that is not theirs to see.
    let case = in_case(fields).case;
    if let Some(case) = case {
        seen(app, &comer.person, w, case).await?;
    }
    let now = app.clock.now();
    let mut declaration = match read(w, plan, entry.source.text(), fields, &comer.person) {
        Ok(read) => read.map_err(Error::Unfit)?,
        Err(why) => {
            let body = plan.body();
            let doer = comer.at(body.organisation.as_ref(), None);
            let mut deed = doer.deed(now, "run.declare", format!("runbook/{}", body.runbook));
            deed.after = Some(json!({ "mode": fields.get("mode") }));
            app.record(deeds::refused(deed, &why.tell(w).code)).await?;
            return Err(why);
        }
    };
    declaration.requester.via = comer.door;
    let preflight = named(app, plan, fields).await?;
    declaration.preflight = preflight.map(|(digest, it)| Foreseen { digest, clocks: it.clocks });
    let doer = Doer::new(declaration.requester.clone(), &comer.person);
    let deed = deeds::of_declaration(&doer, &declaration, now);
    declaration.deeds.push(deed.clone());
    let why = match app.engine.declare(declaration).await {
        Ok(run) => {
            moved(app, case).await;
            return Ok(run);
        }
        Err(why) => why,
    };
    if let DeclareError::Denied(denial) = &why {
        app.record(deeds::refused(deed, denial.code)).await?;
    }
    Err(refused(w, &why).map_or_else(|| other(w, why), Error::Unfit))
}

fn other(w: Words, why: DeclareError) -> Error {
    match why {
        DeclareError::Denied(denial) => Error::Forbidden { why: w.text(&denial.message).to_owned() },
        DeclareError::Store(why) => Error::Store(Arc::new(why)),
        DeclareError::ShuttingDown => Error::TimedOut,
        DeclareError::Case(_)
        | DeclareError::Inputs(_)
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
