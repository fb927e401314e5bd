//! Who may start and stop things for a run, and the secrets held for its next engine.

use std::collections::{BTreeMap, HashMap};

use zeroize::Zeroizing;

use crate::base::RunId;

/// Runs remembered at most. Beyond it those that are over are let go.
const RUNS: usize = 16_384;

/// Secret values by the name of their input.
pub(super) type Secrets = BTreeMap<String, Zeroizing<String>>;

#[derive(Debug, Default)]
struct Run {
    token: u64,
    over: bool,
    secrets: Option<Secrets>,
}

/// The greatest token of each run. A run that is over is still remembered: a spawn of its dead engine may be under way yet.
#[derive(Debug, Default)]
pub(super) struct Fence {
    runs: HashMap<RunId, Run>,
}

impl Fence {
    /// Lets the owner of a token pass, and nobody with a smaller one from then on. `Err` holds the greater token.
    pub(super) fn pass(&mut self, run: RunId, token: u64) -> Result<(), u64> {
        if self.runs.len() >= RUNS && !self.runs.contains_key(&run) {
            self.runs.retain(|_, run| !run.over);
        }
        let held = self.runs.entry(run).or_default();
        if token < held.token {
            return Err(held.token);
        }
        held.token = token;
        held.over = false;
        Ok(())
    }

    /// The run needs no keeper any more.
    pub(super) fn over(&mut self, run: RunId) {
        if let Some(run) = self.runs.get_mut(&run) {
            run.over = true;
            run.secrets = None;
        }
    }

    /// Whether any run may still need what is held for it.
    pub(super) fn any_open(&self) -> bool {
        self.runs.values().any(|run| !run.over)
    }

    /// Holds secrets.
    pub(super) fn entrust(&mut self, run: RunId, secrets: Secrets) {
        if let Some(run) = self.runs.get_mut(&run) {
            run.secrets = Some(secrets);
        }
    }

    /// The secrets held for a run.
    pub(super) fn secrets(&self, run: RunId) -> Option<&Secrets> {
        self.runs.get(&run).and_then(|run| run.secrets.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_smaller_token_never_passes_again_even_after_the_run_is_over() {
        let (mut fence, run) = (Fence::default(), RunId(Uuid::from_u128(1)));
        assert_eq!(fence.pass(run, 1), Ok(()));
        assert_eq!(fence.pass(run, 2), Ok(()));
        assert_eq!(fence.pass(run, 1), Err(2));
        fence.over(run);
        assert!(!fence.any_open());
        assert_eq!(fence.pass(run, 1), Err(2));
        assert!(!fence.any_open());
        assert_eq!(fence.pass(run, 2), Ok(()));
    }

    #[test]
    fn secrets_leave_with_their_run() {
        let (mut fence, run) = (Fence::default(), RunId(Uuid::from_u128(1)));
        fence.pass(run, 1).unwrap();
        fence.entrust(run, BTreeMap::from([("pw".to_owned(), Zeroizing::new("x".to_owned()))]));
        assert!(fence.secrets(run).is_some());
        fence.over(run);
        assert!(fence.secrets(run).is_none());
    }
}
