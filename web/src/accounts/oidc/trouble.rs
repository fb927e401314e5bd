//! What keeps a provider from saying who somebody is, in the words of who runs the console.

use engine::secrets::Fault;
use openidconnect::{ClaimsVerificationError, SignatureVerificationError};

use crate::accounts::trust::TrustError;

/// Why a provider has not said who somebody is.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It can not be asked.
    #[error("{issuer} can not be asked: {cause}")]
    Unreachable {
        /// The provider.
        issuer: String,
        /// What went wrong.
        cause: String,
    },
    /// What it says of itself is of no use.
    #[error(
        "{issuer}/.well-known/openid-configuration is of no use: {cause}; `issuer` must be written as the provider writes it"
    )]
    Unusable {
        /// The provider.
        issuer: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The authorities can not be read.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The client's secret can not be had.
    #[error("the secret of the client can not be had: {0}")]
    NoSecret(Fault),
    /// It does not take the code: it was used before, is too old, or is that of another client.
    #[error(
        "the provider does not take the code: {0}; a code is good once and for minutes; where every sign-in ends so, correct `client`"
    )]
    Code(String),
    /// There is no id token in its answer.
    #[error("the provider gave no id token: the client must be allowed the scope `openid` there")]
    NoToken,
    /// The id token is not to be believed.
    #[error("the id token is not to be believed: {0}")]
    Token(BadToken),
    /// The name of an account can not be made of it.
    #[error("the claim `{claim}` of {subject} is no name of an account: {cause}; name another one under `claims`")]
    BadName {
        /// Whose.
        subject: String,
        /// The claim.
        claim: String,
        /// What is wrong with it.
        cause: String,
    },
    /// This host is ending.
    #[error("nothing could be asked: {0}")]
    Ending(String),
}

/// What is wrong with an id token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Not a token.
    #[error("it is not one")]
    Malformed,
    /// Its time is over, or has not begun.
    #[error("it is not good at this time ({0}); compare the clocks of this host and of the provider")]
    Time(String),
    /// For somebody else.
    #[error("it was made for another client ({0})")]
    Audience(String),
    /// From somebody else.
    #[error("it was made by another provider ({0})")]
    Issuer(String),
    /// For another attempt.
    #[error("it was made for another sign-in")]
    Nonce,
    /// Not signed by the provider.
    #[error("its signature is not the provider's ({0})")]
    Signature(String),
    /// Something else.
    #[error("{0}")]
    Other(String),
}

impl From<ClaimsVerificationError> for BadToken {
    fn from(why: ClaimsVerificationError) -> Self {
        match why {
            ClaimsVerificationError::Expired(text) => Self::Time(text),
            ClaimsVerificationError::InvalidAudience(text) => Self::Audience(text),
            ClaimsVerificationError::InvalidIssuer(text) => Self::Issuer(text),
            ClaimsVerificationError::InvalidNonce(_) => Self::Nonce,
            ClaimsVerificationError::SignatureVerification(why) => Self::Signature(signature(&why)),
            // The crate's enum may grow.
            other => Self::Other(other.to_string()),
        }
    }
}

fn signature(why: &SignatureVerificationError) -> String {
    match why {
        SignatureVerificationError::NoMatchingKey => "no key of the provider fits it".to_owned(),
        SignatureVerificationError::DisallowedAlg(_) | SignatureVerificationError::UnsupportedAlg(_) => {
            format!("{why}; RS256, PS256, ES256, ES384 and their longer forms are taken")
        }
        other => other.to_string(),
    }
}

impl Trouble {
    /// Whether the attempt itself is at fault, and not the provider or our settings.
    pub const fn is_of_attempt(&self) -> bool {
        match self {
            Self::Code(_) | Self::Token(_) => true,
            Self::Unreachable { .. }
            | Self::Unusable { .. }
            | Self::Trust(_)
            | Self::NoSecret(_)
            | Self::NoToken
            | Self::BadName { .. }
            | Self::Ending(_) => false,
        }
    }
}
