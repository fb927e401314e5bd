//! `relight serve`.

use std::process::ExitCode;

use super::args::Serve;

pub(super) fn run(_: &Serve) -> ExitCode { ExitCode::FAILURE }
