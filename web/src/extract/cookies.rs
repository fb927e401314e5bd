//! The console's cookies: the session and, before sign-in, the language and an attempt to sign in elsewhere.

use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token.
    Session,
    /// The language of who is not signed in.
    Lang,
    /// A sign-in that has left for a provider of identity and is to come back.
    Attempt,
}

impl Cookie {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "relight_session",
            Self::Lang => "relight_lang",
            Self::Attempt => "relight_attempt",
        }
    }

    /// The header that sets it. `secure` where the browser came over TLS: it then never sends it in the clear.
    pub fn set(self, value: &str, secure: bool) -> Option<HeaderValue> {
        let secure = if secure { "; Secure" } else { "" };
        let keep = match self {
            Self::Session => "; Max-Age=43200",
            Self::Lang => "; Max-Age=31536000",
            Self::Attempt => "; Max-Age=600",
        };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{keep}{secure}", self.name());
        HeaderValue::from_str(&text).ok()
    }

    /// The header that takes it back.
    pub fn clear(self) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", self.name())).ok()
    }
}

/// The value of a cookie that came with a request.
pub fn cookie(headers: &HeaderMap, cookie: Cookie) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == cookie.name()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; relight_session=abc; x"));
        assert_eq!(cookie(&headers, Cookie::Session), Some("abc"));
        assert_eq!(cookie(&headers, Cookie::Lang), None);
    }

    #[test]
    fn the_session_is_kept_from_scripts_and_other_sites() {
        let header = Cookie::Session.set("t", true).unwrap();
        assert_eq!(header, "relight_session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure");
    }
}
