//! Why a door stays shut.

use engine::base::Millis;
use engine::store;

use crate::accounts::Refusal;
use crate::accounts::ldap::Barred;

/// Why somebody was not let in through a door. What the other side says in detail is for the log.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// Name or password is wrong; which, is not said.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; try again in {0}")]
    Wait(Millis),
    /// The other side keeps the account out.
    #[error("the other side keeps the account out: {0:?}")]
    Barred(Barred),
    /// No group of the person means anything here.
    #[error("no group of the person means a role here")]
    NoRole,
    /// The name is that of another account here.
    #[error("the name belongs to another account here")]
    Taken,
    /// An admin of this console has switched the account off.
    #[error("the account is switched off here")]
    Disabled,
    /// The other side says nothing.
    #[error("the other side can not be asked")]
    Away,
    /// Too many ask at the same time.
    #[error("too many are asking at the same time")]
    Busy,
    /// The answer belongs to no attempt of this browser, or to one that is over.
    #[error("the answer belongs to no sign-in of this browser")]
    Lost,
    /// The provider was told no, or said it.
    #[error("the provider has not let the person in")]
    Declined,
    /// Something of ours.
    #[error(transparent)]
    Own(#[from] Refusal),
}

impl Denied {
    /// A stable word for the log of deeds and the texts of pages.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Wait(_) => "wait",
            Self::Barred(Barred::Disabled) => "barred",
            Self::Barred(Barred::PasswordDue) => "password-due",
            Self::Barred(Barred::Locked) => "locked",
            Self::NoRole => "no-role",
            Self::Taken => "taken",
            Self::Disabled => "disabled",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Lost => "lost",
            Self::Declined => "declined",
            Self::Own(_) => "own",
        }
    }
}

impl From<store::Error> for Denied {
    fn from(why: store::Error) -> Self {
        Self::Own(why.into())
    }
}
