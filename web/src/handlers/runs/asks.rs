//! What a run asks of the person who looks, as a fragment of its page.

use axum::extract::State;

use crate::app::App;
use crate::asks::Asks;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::pages::Html;

/// Shows the acting forms.
pub async fn asks(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    RunPath(run): RunPath,
) -> Result<Html<Asks>, Error> {
    let views = app.engine.watch(run).await?;
    let view = views.borrow().clone();
    Ok(Html(Asks::of(visitor.words, &view, &person, &*app.ids)))
}
