//! Forms that change something.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts as _, Request};

use super::{Fields, Named, SignedIn, same_origin};
use crate::error::Error;

/// A form sent by a signed-in person from a page of this console: same origin, and with the token of the session.
#[derive(Debug)]
pub struct Acting {
    /// Who sent it.
    pub person: SignedIn,
    /// What was sent.
    pub fields: Fields,
}

impl<S: Send + Sync> FromRequest<S> for Acting {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        if !same_origin(&parts.headers) {
            return Err(Error::ForeignForm);
        }
        let person = SignedIn::from_request_parts(&mut parts, state).await?;
        let request = Request::from_parts(parts, body);
        let Form(fields) =
            Form::<Vec<(String, String)>>::from_request(request, state).await.map_err(|rejection| match rejection {
                axum::extract::rejection::FormRejection::BytesRejection(_) => Error::TooLarge,
                _ => Error::Field(Named::Malformed("form".to_owned())),
            })?;
        let fields = Fields(fields);
        // What stands for a program's session has no token for forms.
        if person.program.is_some() || !equal_in_constant_time(fields.exact("csrf"), &person.session.csrf) {
            return Err(Error::ForeignForm);
        }
        Ok(Self { person, fields })
    }
}

/// Compares all bytes, so that the time tells nothing about the first difference.
pub(crate) fn equal_in_constant_time(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |all, (l, r)| all | (l ^ r)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_compared_whole() {
        assert!(equal_in_constant_time("abc", "abc"));
        assert!(!equal_in_constant_time("abc", "abd"));
        assert!(!equal_in_constant_time("", "abc"));
    }
}
