//! One attempt at signing in, from leaving for the provider to coming back.

use engine::base::Digest;

use crate::accounts::Token;

/// What ties an answer to the browser that asked. Everything comes from one random token that only the browser's cookie
/// holds: visitors who never come back leave nothing behind, and any node can take the answer.
#[derive(Debug, Clone)]
pub struct Attempt(Token);

impl Attempt {
    /// The attempt of a cookie's token, or a new one.
    pub const fn of(token: Token) -> Self {
        Self(token)
    }

    /// What the browser keeps.
    pub const fn token(&self) -> &Token {
        &self.0
    }

    /// What the provider must send back with its answer.
    pub fn state(&self) -> String {
        self.derived("state").to_string()
    }

    /// Whether an answer's state is that of this attempt. What is compared are digests, so that the time it takes says
    /// nothing about the state.
    pub fn is_answered_by(&self, state: &str) -> bool {
        Digest::of(state.as_bytes()) == Digest::of(self.state().as_bytes())
    }

    /// What the id token must have in it.
    pub(super) fn nonce(&self) -> String {
        self.derived("nonce").to_string()
    }

    /// What only who asked can show, when the code is exchanged (PKCE).
    pub(super) fn verifier(&self) -> String {
        self.derived("verifier").to_string()
    }

    fn derived(&self, what: &str) -> Digest {
        Digest::of(format!("relight sign-in {what} {}", self.0.reveal()).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_that_of_its_own_attempt_only() {
        let (one, other) = (Attempt::of(Token::fresh().unwrap()), Attempt::of(Token::fresh().unwrap()));
        assert!(one.is_answered_by(&one.state()));
        assert!(!one.is_answered_by(&other.state()) && !one.is_answered_by(""));
        assert!(!one.is_answered_by(&one.nonce()));
    }

    #[test]
    fn what_travels_openly_tells_nothing_of_what_does_not() {
        let attempt = Attempt::of(Token::fresh().unwrap());
        let all = [attempt.state(), attempt.nonce(), attempt.verifier(), attempt.token().reveal()];
        for (at, one) in all.iter().enumerate() {
            assert!(all.iter().skip(at + 1).all(|other| one != other));
        }
        assert!((43..=128).contains(&attempt.verifier().len()), "as RFC 7636 wants it");
    }
}
