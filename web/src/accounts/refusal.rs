//! Why an account, a session or a token is not given.

use engine::base::Millis;
use engine::secrets;
use engine::store;

use super::PasswordError;

/// Why something about accounts was not done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Name, password or code is wrong; which, is not said.
    #[error("the name, the password or the code is wrong")]
    Wrong,
    /// Too many tries.
    #[error("too many wrong passwords; try again in {0}")]
    Wait(Millis),
    /// There is no such account, session or token, or the person may not manage it.
    #[error("there is nothing of that name that you may change")]
    Nothing,
    /// The name is taken.
    #[error("there is an account of that name already")]
    Taken,
    /// Nobody changes what the own account may do.
    #[error("nobody changes the own account: another admin does that")]
    Own,
    /// The person has as many tokens as one may have.
    #[error("a person has at most {0} tokens; take one back first")]
    Full(usize),
    /// Others changed the same at the same time, again and again.
    #[error("others are changing the same at the moment; try again")]
    Busy,
    /// The records can not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The password can not be taken or checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The secret of the authenticator can not be sealed or opened.
    #[error(transparent)]
    Sealing(#[from] secrets::Fault),
    /// The secret of the authenticator is not what was written.
    #[error("the second factor of {0} can not be read: an admin has to reset it")]
    Unreadable(String),
    /// The system gives no randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}
