//! Programs that are not ours.

use std::path::Path;
use std::process::Command;

/// What a program says about files, on standard output; it must succeed.
#[expect(clippy::disallowed_methods, reason = "the second opinion is a process")]
pub(crate) fn said(program: &str, arguments: &[&str], folder: &Path) -> String {
    let done = Command::new(program).args(arguments).current_dir(folder).env("HOME", folder).output();
    let done = done.unwrap_or_else(|why| panic!("{program}: {why}; scripts/setup test installs it"));
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{program} {arguments:?}: {:?}\n{out}\n{err}", done.status);
    out.into_owned()
}

/// Without white space, for texts that were broken into lines.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}
