//! Errors as programs get them: `application/problem+json` (RFC 9457), in the language that was asked for.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use super::PREFIX;
use crate::error::{Error, Told};

/// Why a request had no effect, and what can be done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URN that names the kind of problem; the same for ever.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, in the language of `Accept-Language`.
    pub detail: String,
    /// A stable word for programs.
    pub code: String,
    /// What can be done.
    pub next_step: String,
    /// Everything that is wrong, one by one, where several things are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

impl Problem {
    /// The answer for an error that was told in the caller's language.
    pub fn response(error: &Error, told: Told) -> Response {
        let errors = match error {
            Error::Unfit(problems) => problems.clone(),
            _ => Vec::new(),
        };
        let status = told.status;
        let problem = Self {
            kind: format!("urn:relight:problem:{}", told.code),
            title: told.title,
            status: status.as_u16(),
            detail: told.message,
            code: told.code,
            next_step: told.next_step,
            errors,
        };
        let mut response = (status, axum::Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let challenge = match error {
            Error::SignedOut { .. } => Some("Bearer realm=\"relight\""),
            Error::NoToken => Some("Bearer realm=\"relight\", error=\"invalid_token\""),
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

/// Whether an address is one of the API's, so that its errors are problems and no pages.
pub fn is_api(uri: &Uri) -> bool {
    uri.path().strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The language that `Accept-Language` prefers; `None` where it names neither of ours.
pub fn wanted_lang(headers: &HeaderMap) -> Option<Lang> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let ranges = wanted.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next()?.split('-').next()?.to_ascii_lowercase();
        let lang = Lang::ALL.into_iter().find(|lang| lang.tag() == tag)?;
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok())?;
        (weight > 0.0).then_some((weight, lang))
    });
    // Of equal weights the first one counts.
    ranges
        .fold(None, |best: Option<(f32, Lang)>, next| Some(best.filter(|best| best.0 >= next.0).unwrap_or(next)))
        .map(|(_, lang)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &'static str) -> Option<Lang> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text));
        wanted_lang(&headers)
    }

    #[test]
    fn the_heaviest_of_our_languages_is_spoken() {
        assert_eq!(wanted("ko-KR,ko;q=0.9,en;q=0.8"), Some(Lang::Ko));
        assert_eq!(wanted("fr, ko;q=0.3, en-GB;q=0.7"), Some(Lang::En));
        assert_eq!(wanted("en, ko"), Some(Lang::En));
        assert_eq!(wanted("ko;q=0, en;q=0.1"), Some(Lang::En));
        assert_eq!(wanted("fr"), None);
        assert_eq!(wanted("en;q=x"), None);
    }

    #[test]
    fn only_addresses_of_the_api_are_the_api_s() {
        let is = |path: &'static str| is_api(&Uri::from_static(path));
        assert!(is("/api/v1") && is("/api/v1/runs?limit=1"));
        assert!(!is("/api") && !is("/api/v10/runs") && !is("/runs"));
    }
}
