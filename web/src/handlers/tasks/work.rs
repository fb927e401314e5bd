//! Takes the form of manual work, with the files that show what was done.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::base::RequestId;
use engine::run::Door;

use super::super::runs::{Named, back, put, work as asked};
use super::{Spot, attached};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{RunPath, Upload, Visitor};
use crate::urls;

/// Keeps the files, then asks for what the form says: files first, so that what is reported rests on them.
pub async fn work(
    State(app): State<App>,
    visitor: Visitor,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
    upload: Upload,
) -> Result<Redirect, Error> {
    let unit = named.unit()?;
    if upload.fields.get("unit") != unit.as_str() {
        return Err(Error::NotFound);
    }
    let id = RequestId(upload.fields.parsed("key")?);
    let mut requests = asked(&upload.fields)?.ok_or(Error::NotFound)?;
    let Upload { person, fields, files, .. } = upload;
    let comer = Comer { person, door: Door::Console };
    if !files.is_empty() {
        let spot = Spot { run, unit: &unit, opening: Some(fields.parsed("opening")?) };
        let kept = attached(&app, visitor.words, &comer, spot, files).await?;
        let mut first: Vec<_> = kept.into_iter().map(|(_, request)| request).collect();
        first.append(&mut requests);
        requests = first;
    }
    let done = put(&app, visitor.words, run, &comer, id, requests).await?;
    // Who only saves goes on with the same work, where it is the page of that work.
    let (next, here) = (fields.get("next"), urls::task(run, &unit));
    let saves = fields.get("result") == "save" && !next.is_empty();
    Ok(back(&app, &visitor, run, done, if saves { &here } else { next }).await)
}
