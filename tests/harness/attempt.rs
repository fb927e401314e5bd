//! Attempts at single steps: how they ended, what they said, and waiting for what they do.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use engine::action::{Ended, OutputSink};
use engine::base::Lang;
use engine::run::{Cause, Outcome, OutputChunk};

/// How an attempt ended, with the output that was handed on.
#[derive(Debug)]
pub struct Done {
    /// How.
    pub ended: Ended,
    /// All pieces of its output, one after the other.
    pub output: String,
}

impl Done {
    /// Of an attempt that was started.
    pub fn outcome(&self) -> &Outcome {
        match &self.ended {
            Ended::With(outcome) => outcome,
            Ended::NeverStarted => panic!("never started"),
        }
    }

    /// Why it failed.
    pub fn cause(&self) -> &Cause {
        match self.outcome() {
            Outcome::Failed { cause, .. } => cause,
            other => panic!("did not fail: {other:?}"),
        }
    }

    /// The same in English.
    pub fn message(&self) -> &str {
        self.cause().message.get(Lang::En)
    }

    /// Holds it to have succeeded.
    #[track_caller]
    pub fn succeeded(&self) -> &Self {
        assert!(matches!(self.outcome(), Outcome::Succeeded { .. }), "{:?}\n{}", self.ended, self.output);
        self
    }

    /// Why nobody can say how it ended, in English.
    #[track_caller]
    pub fn unknown(&self) -> &str {
        match self.outcome() {
            Outcome::Unknown { why, .. } => why.get(Lang::En),
            other => panic!("is known: {other:?}"),
        }
    }
}

/// Runs something with an output sink and gathers what comes, checking that no place is left out.
pub async fn collect<F: Future<Output = Ended>>(attempt: impl FnOnce(OutputSink) -> F) -> Done {
    let (sink, mut chunks) = tokio::sync::mpsc::channel(4);
    let gather = async {
        let mut output = String::new();
        while let Some(chunk) = chunks.recv().await {
            let chunk: OutputChunk = chunk;
            assert_eq!(chunk.offset, output.len() as u64);
            output += &chunk.text;
        }
        output
    };
    let (ended, output) = tokio::join!(attempt(sink), gather);
    Done { ended, output }
}

/// Waits until something is so; panics after two minutes, which no sound machine needs.
pub async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let wait = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_mins(2), wait).await.is_ok(), "waited in vain until {what}");
}

/// The number that a script writes into a file.
pub async fn number_in(path: &Path) -> i32 {
    let read = || std::fs::read_to_string(path).ok().filter(|text| text.ends_with('\n'));
    until(&path.display().to_string(), || read().is_some()).await;
    read().unwrap().trim().parse().unwrap()
}

/// Whether a process is there and not merely uncollected.
pub fn lives(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}
