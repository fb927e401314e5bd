//! The repository of documents.

mod edit;
mod file;
mod list;
mod save;
mod show;

pub use edit::{edit, new};
pub use file::file;
pub(crate) use file::handed;
pub(crate) use list::found;
pub use list::list;
pub use save::save;
pub(crate) use save::{Next, saved};
pub(crate) use show::seen;
pub use show::show;

use engine::base::{Bilingual as _, Day};
use engine::documents::{DocumentError, DocumentId, Standing, Update};
use serde::Deserialize;

use crate::error::Error;
use crate::i18n::Words;

/// The document of a path.
#[derive(Debug, Deserialize)]
pub struct Named {
    document: String,
}

impl Named {
    /// Its id; for what is none there is nothing at the address.
    pub(crate) fn id(&self) -> Result<DocumentId, Error> {
        self.document.parse().map_err(|_| Error::NotFound)
    }
}

/// What a person or a program is told.
pub(crate) fn told(error: DocumentError, w: Words) -> Error {
    let message = w.text(&error.text()).to_owned();
    match error {
        DocumentError::NoSuchDocument => Error::NotFound,
        DocumentError::Denied(_) => Error::Forbidden { why: message },
        DocumentError::Unfit(unfit) => Error::Refused { code: unfit.code().to_owned(), message },
        DocumentError::Store(error) => error.into(),
    }
}

fn standing(w: Words, standing: Standing) -> String {
    w.t(match standing {
        Standing::Draft => "documents-draft",
        Standing::InReview => "documents-in-review",
        Standing::Published => "documents-published",
        Standing::Retired => "documents-retired",
    })
}

/// The day by which a document is to be brought up to date, and whether it is past.
fn update(update: Update) -> Option<(String, bool)> {
    match update {
        Update::None => None,
        Update::Planned(day) => Some((day.to_string(), false)),
        Update::Overdue(day) => Some((day.to_string(), true)),
    }
}

fn period(from: Option<Day>, until: Option<Day>) -> Option<String> {
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    (from.is_some() || until.is_some()).then(|| format!("{} – {}", day(from), day(until)))
}
