//! `relight keeper FOLDER`: the process that holds the commands of all runs. Started by the engine, not by people.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use super::exit::Exit;
use super::say;

/// Runs the keeper to its end.
pub(super) fn keeper(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    if let Some(folder) = arguments.next() {
        return engine::action::keeper::main(Path::new(&folder));
    }
    say::note("error: the keeper needs a folder; it is started by the engine, not by hand");
    Exit::Usage.into()
}
