//! Everything that can stand between a request and its page: one enum, shown as a page, a fragment or JSON, in the
//! visitor's language, each with a way onward.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::base::{Bilingual as _, Millis, Text};
use engine::executor::LoadError;
use engine::run::Denial;
use engine::store;

use crate::accounts::{PasswordError, Refusal};
use crate::extract::Named;
use crate::i18n::Words;

/// Why there is no page.
#[derive(Debug, Clone)]
pub enum Error {
    /// There is nothing at this address.
    NotFound,
    /// The address is there, but not for this method.
    WrongMethod,
    /// Nobody is signed in; the sign-in form goes on to `next`.
    SignedOut {
        /// A path of this console.
        next: String,
    },
    /// The password must be changed first; the form for it goes on to `next`.
    PasswordDue {
        /// A path of this console.
        next: String,
    },
    /// The second factor is still to be shown; the form for it goes on to `next`.
    SecondDue {
        /// A path of this console.
        next: String,
    },
    /// Password or code must be shown once more; the form for it goes on to `next`.
    ConfirmDue {
        /// A path of this console.
        next: String,
    },
    /// A program came without a token that is good.
    NoToken,
    /// Nobody changes what the own account may do.
    OwnAccount,
    /// Others were quicker, again and again.
    Busy,
    /// The person has as many tokens as one may have.
    TokensFull(usize),
    /// A form that no page of this console gave to this session.
    ForeignForm,
    /// The person may not do that.
    Forbidden {
        /// Why, and what can be done instead.
        why: String,
    },
    /// The engine refused a request.
    Refused {
        /// A stable word.
        code: String,
        /// Why, and what can be done instead.
        message: String,
    },
    /// A field of a form is wrong.
    Field(Named),
    /// What a program sent can not be read.
    Unreadable(Unreadable, String),
    /// A declaration or a list is wrong: all that is, in the visitor's language.
    Unfit(Vec<String>),
    /// An idempotency key that was used for something else.
    KeyReused,
    /// An idempotency key whose first request is still being carried out.
    KeyBusy,
    /// Too many requests of one caller.
    TooOften(Millis),
    /// Too much was sent.
    TooLarge,
    /// Too many wrong passwords.
    TooManyTries(Millis),
    /// It took too long.
    TimedOut,
    /// The store could not answer.
    Store(Arc<store::Error>),
    /// The folder of runbooks can not be read.
    Library(String),
    /// The journal of a run is not what was written.
    Corrupt(Text),
    /// A report can not be printed.
    Unprintable(Text),
    /// A fault of ours.
    Internal(String),
}

/// What of a program's request can not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// The body is no JSON.
    Json,
    /// The body is said to be something else than JSON.
    Kind,
    /// The body is JSON, but not what is expected here.
    Shape,
    /// What stands behind the question mark.
    Query,
    /// A header.
    Header,
}

impl Unreadable {
    const fn status(self) -> StatusCode {
        match self {
            Self::Json | Self::Query | Self::Header => StatusCode::BAD_REQUEST,
            Self::Kind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Shape => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Kind => "media-type",
            Self::Shape => "shape",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// An error in words.
#[derive(Debug)]
pub struct Told {
    /// The status.
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: String,
    /// What happened.
    pub title: String,
    /// Why.
    pub message: String,
    /// What can be done.
    pub next_step: String,
}

/// What the engine refused: who may not, or why not now.
pub fn refused_by(w: Words, denial: &Denial) -> Error {
    let message = w.text(&denial.message).to_owned();
    if denial.code.starts_with("needs_") {
        Error::Forbidden { why: message }
    } else {
        Error::Refused { code: denial.code.to_owned(), message }
    }
}

impl From<store::Error> for Error {
    fn from(why: store::Error) -> Self {
        match why {
            store::Error::NoSuchRun(_) => Self::NotFound,
            other => Self::Store(Arc::new(other)),
        }
    }
}

impl From<LoadError> for Error {
    fn from(why: LoadError) -> Self {
        match why {
            LoadError::Store(why) => why.into(),
            corrupt @ LoadError::Corrupt { .. } => Self::Corrupt(corrupt.text()),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(why: askama::Error) -> Self {
        Self::Internal(why.to_string())
    }
}

impl Error {
    /// Why a password was not taken, where that is no fault of the form.
    pub fn of_refusal(why: Refusal) -> Self {
        match why {
            Refusal::Wait(wait) => Self::TooManyTries(wait),
            Refusal::Store(why) => why.into(),
            Refusal::Password(PasswordError::Busy) => Self::TimedOut,
            Refusal::Nothing => Self::NotFound,
            Refusal::Own => Self::OwnAccount,
            Refusal::Busy | Refusal::Taken => Self::Busy,
            Refusal::Full(most) => Self::TokensFull(most),
            other @ (Refusal::Wrong
            | Refusal::Password(_)
            | Refusal::Sealing(_)
            | Refusal::Unreadable(_)
            | Refusal::Random(_)) => Self::Internal(other.to_string()),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignedOut { .. } | Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::PasswordDue { .. }
            | Self::SecondDue { .. }
            | Self::ConfirmDue { .. }
            | Self::OwnAccount
            | Self::ForeignForm
            | Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Busy | Self::TokensFull(_) | Self::Refused { .. } | Self::KeyBusy => StatusCode::CONFLICT,
            Self::Field(_) | Self::Unfit(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unreadable(what, _) => what.status(),
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyTries(_) | Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TimedOut | Self::Store(_) | Self::Library(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Corrupt(_) | Self::Unprintable(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error that a bare status of a layer below stands for.
    pub const fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => Some(Self::NotFound),
            // Something was sent that is none of this console's forms.
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Some(Self::WrongMethod)
            }
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Some(Self::TimedOut),
            StatusCode::INTERNAL_SERVER_ERROR => Some(Self::Internal(String::new())),
            _ => None,
        }
    }

    /// In words.
    pub fn tell(&self, words: Words) -> Told {
        let (code, message) = match self {
            Self::NotFound => ("not-found", words.t("error-not-found")),
            Self::WrongMethod => ("wrong-method", words.t("error-wrong-method")),
            Self::SignedOut { .. } => ("signed-out", words.t("error-signed-out")),
            Self::PasswordDue { .. } => ("password-due", words.t("error-password-due")),
            Self::SecondDue { .. } => ("second-due", words.t("error-second-due")),
            Self::ConfirmDue { .. } => ("confirm-due", words.t("error-confirm-due")),
            Self::NoToken => ("no-token", words.t("error-no-token")),
            Self::OwnAccount => ("own-account", words.t("error-own-account")),
            Self::Busy => ("busy", words.t("error-busy")),
            Self::TokensFull(most) => ("tokens-full", words.with("error-tokens-full", "most", *most)),
            Self::ForeignForm => ("foreign-form", words.t("error-foreign-form")),
            Self::Forbidden { why } => ("forbidden", why.clone()),
            Self::Refused { message, .. } => ("refused", message.clone()),
            Self::Field(named) => ("field", tell_field(named, words)),
            Self::Unreadable(what, why) => {
                (what.code(), words.with(&format!("error-{}", what.code()), "cause", why.as_str()))
            }
            Self::Unfit(problems) => ("unfit", problems.join(" ")),
            Self::KeyReused => ("key-reused", words.t("error-key-reused")),
            Self::KeyBusy => ("key-busy", words.t("error-key-busy")),
            Self::TooOften(wait) => ("too-often", words.with("error-too-often", "wait", words.span(*wait))),
            Self::TooLarge => ("too-large", words.t("error-too-large")),
            Self::TooManyTries(wait) => {
                ("too-many-tries", words.with("error-too-many-tries", "wait", words.span(*wait)))
            }
            Self::TimedOut => ("timed-out", words.t("error-timed-out")),
            Self::Store(why) => ("store", words.with("error-store", "cause", cause_of(why, words))),
            Self::Library(why) => ("library", words.with("error-library", "cause", why.as_str())),
            Self::Corrupt(why) => ("corrupt", words.text(why).to_owned()),
            Self::Unprintable(why) => ("unprintable", words.text(why).to_owned()),
            Self::Internal(_) => ("internal", words.t("error-internal")),
        };
        let title = words.t(&format!("error-{code}-title"));
        let next_step = match self {
            Self::Store(why) => words.with("error-store-next", "remedy", remedy_of(why, words)),
            _ => words.t(&format!("error-{code}-next")),
        };
        let code = if let Self::Refused { code, .. } = self { code.clone() } else { code.to_owned() };
        Told { status: self.status(), code, title, message, next_step }
    }
}

fn cause_of(why: &store::Error, words: Words) -> String {
    let text = if let store::Error::Unavailable { cause, .. } = why { cause.clone() } else { why.text() };
    words.text(&text).to_owned()
}

/// What helps a store that refuses; nothing where the store itself can not say.
fn remedy_of(why: &store::Error, words: Words) -> String {
    if let store::Error::Unavailable { next_step, .. } = why {
        format!("{}. ", next_step.get(words.0))
    } else {
        String::new()
    }
}

fn tell_field(named: &Named, words: Words) -> String {
    let (key, field) = match named {
        Named::Missing(field) => ("field-missing", field),
        Named::TooLong(field) => ("field-too-long", field),
        Named::Malformed(field) => ("field-malformed", field),
    };
    let label = words.t(&format!("field-name-{field}"));
    let label = if label.starts_with("field-name-") { field.clone() } else { label };
    words.with(key, "field", label)
}

impl IntoResponse for Error {
    /// Only the status and the error itself, for the `present` middleware that knows how the visitor wants to be told.
    fn into_response(self) -> Response {
        if let Self::Internal(why) = &self
            && !why.is_empty()
        {
            tracing::error!(%why, "a page could not be made");
        }
        let mut response = self.status().into_response();
        if let Self::TooManyTries(wait) | Self::TooOften(wait) = &self {
            let seconds = HeaderValue::from(wait.0.div_ceil(1_000));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[cfg(test)]
mod tests {
    use engine::base::Lang;

    use super::*;

    #[test]
    fn every_error_has_a_title_and_a_way_onward_in_both_languages() {
        let text = || String::from("x");
        let errors = [
            Error::NotFound,
            Error::WrongMethod,
            Error::SignedOut { next: text() },
            Error::PasswordDue { next: text() },
            Error::SecondDue { next: text() },
            Error::ConfirmDue { next: text() },
            Error::NoToken,
            Error::OwnAccount,
            Error::Busy,
            Error::TokensFull(50),
            Error::ForeignForm,
            Error::Forbidden { why: text() },
            Error::Refused { code: text(), message: text() },
            Error::Field(Named::Missing("reason".into())),
            Error::Unreadable(Unreadable::Json, text()),
            Error::Unreadable(Unreadable::Kind, text()),
            Error::Unreadable(Unreadable::Shape, text()),
            Error::Unreadable(Unreadable::Query, text()),
            Error::Unreadable(Unreadable::Header, text()),
            Error::Unfit(vec![text()]),
            Error::KeyReused,
            Error::KeyBusy,
            Error::TooOften(Millis::seconds(2)),
            Error::TooLarge,
            Error::TooManyTries(Millis::seconds(2)),
            Error::TimedOut,
            Error::Store(Arc::new(store::Error::NoSuchRun(engine::base::RunId(uuid::Uuid::nil())))),
            Error::Library(text()),
            Error::Corrupt(Text::plain("x")),
            Error::Unprintable(Text::plain("x")),
            Error::Internal(text()),
        ];
        for lang in Lang::ALL {
            for error in &errors {
                let told = error.tell(Words(lang));
                for part in [told.title, told.message, told.next_step] {
                    assert!(
                        !part.is_empty() && !part.contains("error-") && !part.contains("field-"),
                        "{error:?}: {part}"
                    );
                }
            }
        }
    }
}
