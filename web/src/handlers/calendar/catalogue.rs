//! Profiles and holidays: those that are shipped, and the customer's file beside the runbooks.

use std::io::ErrorKind;

use engine::base::Bilingual as _;
use engine::review::Catalogue;

use crate::app::App;
use crate::error::Error;
use crate::i18n::Words;

/// The customer's file, in the folder of runbooks. It is no YAML, so it is never taken for a runbook.
const FILE: &str = "profiles.json";

/// Reads both. Where the customer's file makes no sense, what is shipped is given, and why.
pub(crate) async fn catalogue(app: &App, w: Words) -> Result<(Catalogue, Option<String>), Error> {
    let own = app
        .runbooks(|library| match std::fs::read_to_string(library.folder().join(FILE)) {
            Ok(text) => Ok(Some(text)),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why),
        })
        .await?;
    let shipped = || Catalogue::read(None).map_err(|why| Error::Internal(why.to_string()));
    match Catalogue::read(own.as_deref()) {
        Ok(catalogue) => Ok((catalogue, None)),
        Err(why) => Ok((shipped()?, Some(w.text(&why.text()).to_owned()))),
    }
}
