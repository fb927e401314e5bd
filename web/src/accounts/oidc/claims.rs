//! What a token says about a person.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::base::InvalidName;
use serde_json::Value;

use super::settings::Claims;
use super::trouble::{BadToken, Trouble};
use crate::accounts::outside::{Profile, account_name, shown};

/// Groups of one person, at most.
const GROUPS: usize = 1_000;
/// Ways of signing in that are noted, at most.
const METHODS: usize = 16;

/// A person whom the provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub profile: Profile,
    /// How the person has shown it there, as `pwd` or `otp` (`amr`).
    pub methods: Vec<String>,
    /// How sure the provider is (`acr`).
    pub assurance: Option<String>,
}

impl Known {
    /// What a token says whose signature, audience and times have been checked.
    pub(super) fn of(token: &str, names: &Claims) -> Result<Self, Trouble> {
        let claims = payload(token).ok_or(Trouble::Token(BadToken::Malformed))?;
        let text = |name: &str| find(&claims, name).and_then(Value::as_str);
        let subject = text("sub").unwrap_or_default().to_owned();
        let bad = |why: InvalidName| Trouble::BadName {
            subject: subject.clone(),
            claim: names.name.clone(),
            cause: why.to_string(),
        };
        let profile = Profile {
            name: account_name(text(&names.name).unwrap_or_default()).map_err(bad)?,
            subject: subject.clone(),
            display: text(&names.display).and_then(shown),
            mail: text(&names.mail).and_then(shown),
            groups: texts(find(&claims, &names.groups), GROUPS),
        };
        let methods = texts(find(&claims, "amr"), METHODS);
        Ok(Self { profile, methods, assurance: text("acr").and_then(shown) })
    }
}

fn payload(token: &str) -> Option<Value> {
    let part = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A claim whose own name has dots is found before one that is nested.
fn find<'a>(claims: &'a Value, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| name.split('.').try_fold(claims, |inside, name| inside.get(name)))
}

/// The texts of a list; one text counts as a list of itself.
fn texts(claim: Option<&Value>, limit: usize) -> Vec<String> {
    match claim {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).take(limit).map(str::to_owned).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(claims: &Value) -> Result<Known, Trouble> {
        let names = Claims {
            name: "preferred_username".to_owned(),
            display: "name".to_owned(),
            mail: "email".to_owned(),
            groups: "realm_access.roles".to_owned(),
        };
        Known::of(&format!("head.{}.sign", URL_SAFE_NO_PAD.encode(claims.to_string())), &names)
    }

    #[test]
    fn groups_may_lie_inside_of_another_claim() {
        let claims = serde_json::json!({
            "sub": "42", "preferred_username": "Choi", "name": "최서연\u{7}", "amr": ["pwd", "otp"], "acr": "2",
            "realm_access": {"roles": ["dr-commanders", 7, "everybody"]},
        });
        let choi = known(&claims).unwrap();
        assert_eq!((choi.profile.name.as_str(), choi.profile.subject.as_str()), ("choi", "42"));
        assert_eq!(choi.profile.display.as_deref(), Some("최서연"));
        assert_eq!(choi.profile.groups, ["dr-commanders", "everybody"]);
        assert_eq!((choi.methods, choi.assurance), (vec!["pwd".to_owned(), "otp".to_owned()], Some("2".to_owned())));
    }

    #[test]
    fn a_claim_that_is_no_name_is_told_with_its_name() {
        let why = known(&serde_json::json!({"sub": "42", "preferred_username": "choi@bank.test"})).unwrap_err();
        assert!(why.to_string().contains("`preferred_username` of 42"), "{why}");
        assert!(matches!(known(&serde_json::json!({"sub": "42"})), Err(Trouble::BadName { .. })));
    }
}
