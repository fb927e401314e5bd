//! The log: diagnostics for operators of the engine, on standard error. Never secrets, never data.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts the log. `filter` is what RELIGHT_LOG says; `usual` holds where it says nothing.
///
/// Nothing is set up where nothing would be logged: a filter costs time that a short command does not have.
pub(super) fn start(filter: Option<&str>, usual: Option<&str>, format: LogFormat) {
    let Some(filter) = filter.or(usual) else {
        return;
    };
    let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => log.with_target(false).compact().try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    // Only a second start can fail, and then the first one logs.
    started.unwrap_or_default();
}
