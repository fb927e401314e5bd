//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use engine::base::{Clock, IdSource};
use engine::executor::Engine;
use engine::identity::Accounts;
use tokio_util::sync::CancellationToken;

use crate::accounts::SignIns;
use crate::live::Hub;

/// The parts that a console is made of.
#[derive(Debug)]
pub struct Parts {
    /// Who may sign in.
    pub accounts: Arc<dyn Accounts>,
    /// The runs.
    pub engine: Engine,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids of requests and runs come from.
    pub ids: Arc<dyn IdSource>,
    /// Cancelled when the process is about to end: streams then end, so that it can.
    pub stopping: CancellationToken,
}

/// Everything behind the handlers.
#[derive(Debug)]
pub struct Inner {
    parts: Parts,
    /// Signing in and out.
    pub sign_ins: SignIns,
    /// The pages of runs, rendered once a change.
    pub hub: Hub,
}

/// Shared by all handlers; cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

impl App {
    /// Joins the parts.
    pub fn new(parts: Parts) -> Self {
        let sign_ins = SignIns::new(Arc::clone(&parts.accounts), Arc::clone(&parts.clock));
        let hub = Hub::new(parts.engine.clone(), parts.stopping.clone(), parts.ids.fresh().to_string());
        Self(Arc::new(Inner { parts, sign_ins, hub }))
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}
