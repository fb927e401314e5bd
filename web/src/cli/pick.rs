//! Finding the run that a person means.

use engine::base::RunId;
use engine::store::{RunFilter, RunSummary, Store};

use super::failure::Failure;

/// Runs named when a beginning fits several.
const NAMED: usize = 5;

/// The run whose id is `name` or begins with it, or the newest one for `latest`.
pub(super) async fn pick(store: &dyn Store, name: &str) -> Result<RunSummary, Failure> {
    let wanted = name.to_ascii_lowercase();
    let newest = wanted == "latest";
    let filter = RunFilter { limit: u32::from(newest), ..RunFilter::default() };
    let mut fitting = store.runs(filter).await?;
    if !newest {
        fitting.retain(|run| !wanted.is_empty() && run.run.to_string().starts_with(&wanted));
    }
    match fitting.len() {
        1 => Ok(fitting.remove(0)),
        0 if newest => Err(Failure::usage("there is no run yet in this state").hint("`relight run FILE` makes one")),
        0 => Err(Failure::usage(format!("no run's id begins with {name:?}"))
            .hint("`relight runs` lists the runs of this state; `latest` is the newest one")),
        count => {
            let ids: Vec<String> = fitting.iter().take(NAMED).map(|run| run.run.to_string()).collect();
            Err(Failure::usage(format!("the ids of {count} runs begin with {name:?}"))
                .hint(format!("write more of it: {}", ids.join(", "))))
        }
    }
}

/// The part of a run's id that is enough for a person to tell it from others: it holds the time to the millisecond.
pub(super) fn short(run: RunId) -> String {
    run.to_string().chars().take(13).collect()
}
