//! Beside L4: who may sign in, what each may do where, and which sessions and tokens are good. All of it records, changed
//! together with the deeds that tell of it.

mod glass;
mod grant;
mod mandate;
mod second;
mod session;
mod team;
mod tries;
mod user;

pub use glass::{Glass, Review};
pub use grant::{Grant, acts, holds_somewhere, may_grant, may_manage, roles};
pub use mandate::{Mandate, MandateFault};
pub use second::SecondFactor;
pub use session::{ApiToken, Scope, Session, Use};
pub use team::{Team, TeamFault};
pub use tries::Tries;
pub use user::User;
