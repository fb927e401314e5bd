//! A fixed script on a host, and the measurements that it prints.

use std::collections::BTreeMap;
use std::fmt;

use tokio_util::sync::CancellationToken;

use super::super::Launch;
use super::super::asker::Asker;
use super::super::check::{Answer, Reply};
use super::super::keeper::How;
use super::super::process::{self, Last};
use super::super::transcript::Transcript;
use crate::base::{Lang, TargetName};
use crate::plan::{Command, CommandLine};

/// Bytes of a script's answer that are read at most; every script prints less than a hundredth of it, unless a name does.
const ANSWER: usize = 64 << 10;

/// A host that can be looked at.
pub(in super::super) struct Host<'a> {
    pub(in super::super) asker: &'a Asker<'a>,
    pub(in super::super) launch: &'a Launch,
    pub(in super::super) on: Option<&'a TargetName>,
    pub(in super::super) stop: &'a CancellationToken,
}

/// What a script measured.
#[derive(Debug, Default)]
pub(super) struct Measured(BTreeMap<String, String>);

impl Host<'_> {
    /// Carries a script out. Where it could not be, nobody can say anything.
    pub(super) async fn measure(
        &self,
        script: &str,
        arguments: &[&str],
        transcript: &Transcript,
    ) -> Result<Measured, Answer> {
        let mut argv = vec!["sh".to_owned(), "-c".to_owned(), script.to_owned(), "relight".to_owned()];
        argv.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let command = Command {
            line: CommandLine::Argv(argv),
            on: self.on.cloned(),
            env: BTreeMap::new(),
            dir: None,
            exit: vec![0],
            stdout: None,
        };
        let mut aside = transcript.aside(ANSWER);
        match self.asker.look(self.launch, &command, &mut aside, self.stop).await {
            Last::Ended(ending) if ending.how == How::Code(0) => Ok(Measured::read(&aside.captured())),
            Last::Ended(ending) => {
                let how = process::summary(&ending);
                let said = aside.last_line().unwrap_or("—");
                Err(could_not_look(format!("{}; {said}", how.get(Lang::Ko)), format!("{}; {said}", how.get(Lang::En))))
            }
            Last::NotStarted(cause) => Err(Answer::new(Reply::Unknown, cause.message)),
            Last::NeverSeen { .. } => {
                Err(Answer::unknown("프로세스 관리자가 다시 시작됨", "the keeper of processes was restarted"))
            }
            Last::Unknown(why) => Err(Answer::new(Reply::Unknown, why)),
        }
    }
}

/// Nobody can say, because of this.
pub(super) fn could_not_look(ko: impl fmt::Display, en: impl fmt::Display) -> Answer {
    Answer::unknown(format!("확인하지 못함: {ko}"), format!("could not look: {en}"))
}

impl Measured {
    /// Lines of name=value; anything else that a host may print, such as the greeting of a login shell, is not ours.
    pub(super) fn read(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        Self(pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// The number, or that the script's answer can not be understood.
    pub(super) fn wanted<T: std::str::FromStr>(&self, name: &str) -> Result<T, Answer> {
        self.number(name).ok_or_else(|| {
            could_not_look(format!("호스트의 응답에 {name} 값이 없음"), format!("the host's answer has no {name}"))
        })
    }

    /// What stands in the way of an answer: a program that is not there, or what one said.
    pub(super) fn obstacle(&self) -> Option<Answer> {
        let missing = |program: &str| {
            could_not_look(format!("호스트에 `{program}` 없음"), format!("there is no `{program}` on the host"))
        };
        let problem = || self.text("problem").map(str::trim).map(|problem| could_not_look(problem, problem));
        self.text("missing").map(missing).or_else(problem)
    }
}
