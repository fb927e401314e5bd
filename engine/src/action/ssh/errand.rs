//! What is sent to a host: unchanging scripts, and data for them that no shell ever takes for words of its own.
//!
//! The command that the host is asked to execute is the same for every errand: a line that reads a script from its
//! standard input and goes on with it. Process lists show that line and nothing else.

use zeroize::Zeroizing;

use super::host::Host;
use crate::base::RunId;
use crate::run::AttemptId;

/// Executes the lines of a script up to a lone dot, in the shell that has read them, so that what follows on the standard
/// input is left to the script. Without the dot the link was cut, and nothing is executed. Holds no single quote, so that
/// every login shell passes it on as it is.
const BOOT: &str =
    r#"n=$(printf "\nx");n=${n%x};s=;while IFS= read -r l;do case $l in .)eval "$s";exit;;esac;s=$s$l$n;done"#;

const COMMON: &str = include_str!("script/common.sh");
const PLACE: &str = include_str!("script/place.sh");
const ORDER: &str = include_str!("script/order.sh");
const START: &str = include_str!("script/start.sh");
const FIND: &str = include_str!("script/find.sh");
const FOLLOW: &str = include_str!("script/follow.sh");
const STOP: &str = include_str!("script/stop.sh");
const FORGET: &str = include_str!("script/forget.sh");
const LOOK: &str = include_str!("script/look.sh");
const BECOME: &str = include_str!("script/become.sh");

/// The command that the host is asked to execute.
pub(super) fn command() -> String {
    format!("exec /bin/sh -c '{BOOT}'")
}

/// What is to be executed on a host.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::action) struct Work {
    /// What it is.
    pub(in crate::action) line: Line,
    /// Variables beside those of the login.
    pub(in crate::action) env: Vec<(String, String)>,
    /// Working directory; empty for that of the login.
    pub(in crate::action) dir: String,
    /// A text to look for in standard output, whatever part of the output is kept.
    pub(in crate::action) look_for: Option<String>,
    /// Whether the beginning of standard output is wanted apart from the rest.
    pub(in crate::action) keep: bool,
}

impl Work {
    /// Whether standard output must be told apart from standard error.
    pub(super) const fn is_apart(&self) -> bool {
        self.look_for.is_some() || self.keep
    }
}

/// The two forms of a command.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::action) enum Line {
    /// Run by `sh`, exactly as written.
    Shell(String),
    /// The program and its arguments, without a shell.
    Words(Vec<String>),
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}

/// Which attempt is meant, and in whose name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which {
    pub(super) run: RunId,
    pub(super) attempt: AttemptId,
    pub(super) token: u64,
}

/// The text of an errand: scripts, then their data.
pub(super) struct Errand(Zeroizing<String>);

impl Errand {
    /// Starts an attempt unless it was started before, and follows it from its beginning.
    pub(super) fn start(host: &Host, which: Which, work: &Work) -> Self {
        let mut errand = Self::begin(host, &[COMMON, PLACE, ORDER, START, FOLLOW]);
        errand.which(which);
        errand.work(work);
        errand.line(if work.is_apart() { "1" } else { "0" });
        errand.follow(0, work.is_apart());
        errand
    }

    /// Finds an attempt and follows it from this byte on; `all` asks for more than is kept.
    pub(super) fn find(host: &Host, which: Which, from: u64, all: bool) -> Self {
        let mut errand = Self::begin(host, &[COMMON, PLACE, FIND, FOLLOW]);
        errand.which(which);
        errand.follow(from, all);
        errand
    }

    /// Ends an attempt.
    pub(super) fn stop(host: &Host, which: Which, grace_seconds: u64) -> Self {
        let mut errand = Self::begin(host, &[COMMON, PLACE, STOP]);
        errand.which(which);
        errand.line(&grace_seconds.to_string());
        errand
    }

    /// Lets go of attempts of a run.
    pub(super) fn forget(host: &Host, run: RunId, token: u64, attempts: &[AttemptId]) -> Self {
        let mut errand = Self::begin(host, &[COMMON, PLACE, FORGET]);
        errand.which(Which { run, attempt: AttemptId(0), token });
        errand.line(&attempts.len().to_string());
        for attempt in attempts {
            errand.line(&attempt.0.to_string());
        }
        errand
    }

    /// Runs what only looks and does not outlive the link.
    pub(super) fn look(host: &Host, work: &Work) -> Self {
        let mut errand = Self::begin(host, &[COMMON, ORDER, LOOK]);
        errand.work(work);
        errand
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn begin(host: &Host, scripts: &[&str]) -> Self {
        // Room for all at once: what grows would leave copies of secrets behind.
        let mut errand = Self(Zeroizing::new(String::with_capacity(32 << 10)));
        if let Some(user) = &host.run_as {
            errand.script(&[BECOME]);
            errand.line(user);
            errand.line(BOOT);
        }
        errand.script(scripts);
        errand
    }

    fn script(&mut self, parts: &[&str]) {
        for part in parts {
            self.0.push_str(part);
        }
        self.line(".");
    }

    fn which(&mut self, which: Which) {
        self.line(&which.run.to_string());
        self.line(&which.attempt.0.to_string());
        self.line(&which.token.to_string());
    }

    fn follow(&mut self, from: u64, all: bool) {
        self.line(&from.to_string());
        self.line(if all { "1" } else { "0" });
    }

    fn work(&mut self, work: &Work) {
        let words = match &work.line {
            Line::Shell(script) => std::slice::from_ref(script),
            Line::Words(words) => words,
        };
        let values = words.iter().chain(work.env.iter().flat_map(|(name, value)| [name, value]));
        self.0.reserve(values.map(|value| value.len() + 24).sum::<usize>() + work.dir.len() + 256);
        self.text(&work.dir);
        self.line(match &work.line {
            Line::Shell(_) => "1",
            Line::Words(_) => "0",
        });
        self.line(&words.len().to_string());
        for word in words {
            self.text(word);
        }
        self.line(&work.env.len().to_string());
        for (name, value) in &work.env {
            self.line(name);
            self.text(value);
        }
        self.line("whole");
    }

    /// A line; none of those that come here holds a line break.
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// A text of any number of lines.
    fn text(&mut self, text: &str) {
        self.line(&(text.matches('\n').count() + 1).to_string());
        self.line(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_hold_no_line_that_would_end_them_early() {
        for script in [COMMON, PLACE, ORDER, START, FIND, FOLLOW, STOP, FORGET, LOOK, BECOME] {
            assert!(script.ends_with('\n') && script.lines().all(|line| line != "."));
        }
        assert!(!BOOT.contains(['\'', '\n']));
    }
}
