//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use engine::base::{Clock, IdSource};
use engine::identity::Accounts;
use tokio_util::sync::CancellationToken;

use crate::accounts::SignIns;

/// The parts that a console is made of.
#[derive(Debug)]
pub struct Parts {
    /// Who may sign in.
    pub accounts: Arc<dyn Accounts>,
    /// Signing in and out.
    pub sign_ins: SignIns,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids of requests come from.
    pub ids: Arc<dyn IdSource>,
    /// Cancelled when the process is about to end: streams then end, so that it can.
    pub stopping: CancellationToken,
}

/// Shared by all handlers; cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

impl App {
    /// Joins the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
