//! `relight schema`

use engine::runbook;

use super::exit::Exit;
use super::failure::Failure;
use super::say;

/// Prints the JSON Schema of runbooks.
pub(super) fn schema() -> Result<Exit, Failure> {
    let schema = serde_json::to_string_pretty(&runbook::schema())
        .map_err(|why| Failure::unable(format!("the schema can not be written: {why}")))?;
    say::line(&schema)?;
    Ok(Exit::Done)
}
