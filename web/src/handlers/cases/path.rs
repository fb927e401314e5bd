//! The case that an address names, and what keeps it from being shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use engine::base::{Bilingual as _, CaseId, OrgId};
use engine::cases;
use engine::plan::Mode;
use engine::run::{Act, CaseRight, permit};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::SignedIn;
use crate::i18n::Words;

/// The case of the path; an id that is none is an address where nothing is.
#[derive(Debug, Clone, Copy)]
pub struct CasePath(pub CaseId);

#[derive(Deserialize)]
struct Named {
    case: String,
}

impl<S: Send + Sync> FromRequestParts<S> for CasePath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(named) = Path::<Named>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        named.case.parse().map(Self).map_err(|_| Error::NotFound)
    }
}

/// What the engine says of a case as an answer of the console.
pub(crate) fn told(w: Words, why: cases::Error) -> Error {
    match why {
        cases::Error::NoSuchCase(_) => Error::NotFound,
        cases::Error::Refused(refusal) => {
            let message = w.text(&refusal.message).to_owned();
            if refusal.code.starts_with("needs_") {
                Error::Forbidden { why: message }
            } else {
                Error::Refused { code: refusal.code.to_owned(), message }
            }
        }
        cases::Error::Busy(_) => Error::TimedOut,
        corrupt @ (cases::Error::Illegal(_) | cases::Error::Corrupt(_) | cases::Error::Keep(_)) => {
            Error::Corrupt(corrupt.text())
        }
        cases::Error::Store(why) => Error::Store(Arc::new(why)),
    }
}

/// A case, for somebody who may see its place; for others there is none.
pub(crate) async fn seen(app: &App, person: &SignedIn, w: Words, case: CaseId) -> Result<cases::Loaded, Error> {
    let loaded = cases::load(&**app.engine.store(), case).await.map_err(|why| told(w, why))?;
    if person.may_view(loaded.state.organisation().as_ref()) { Ok(loaded) } else { Err(Error::NotFound) }
}

/// Places at which a person may say that something happened; `None` is the top of the tree.
pub(in crate::handlers) fn places(person: &SignedIn) -> BTreeSet<Option<OrgId>> {
    let places = person.user.grants().map(|grant| grant.org.clone());
    let opens = |org: &Option<OrgId>| {
        Mode::ALL.into_iter().any(|mode| {
            permit(&person.actor_at(org.as_ref(), Some(mode)), Act::Case(CaseRight::Open, mode), false).is_ok()
        })
    };
    places.filter(opens).collect()
}
