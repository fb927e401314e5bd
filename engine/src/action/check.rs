//! Questions with three answers, asked until they are answered well or often enough.

use tokio_util::sync::CancellationToken;

use super::Launch;
use super::asker::Asker;
use super::transcript::Transcript;
use super::vantage;
use crate::base::{Lang, Text};
use crate::plan::{Check, Vantage};
use crate::run::{Cause, CauseKind, Outcome};

/// One of three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// Yes.
    Up,
    /// No.
    Down,
    /// Nobody can say.
    Unknown,
}

impl Reply {
    const fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Up, Lang::Ko) => "정상",
            (Self::Up, Lang::En) => "up",
            (Self::Down, Lang::Ko) => "비정상",
            (Self::Down, Lang::En) => "down",
            (Self::Unknown, Lang::Ko) => "알 수 없음",
            (Self::Unknown, Lang::En) => "unknown",
        }
    }
}

/// An answer and what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    reply: Reply,
    what: Text,
    /// The last line of a command that was asked, which names what is wrong where its exit code can not.
    line: Option<String>,
}

impl Answer {
    pub(super) const fn new(reply: Reply, what: Text) -> Self {
        Self { reply, what, line: None }
    }

    /// With the last line that was written.
    pub(super) fn saying(self, line: Option<&str>) -> Self {
        Self { line: line.map(str::to_owned), ..self }
    }

    /// As wanted.
    pub(super) fn up(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Reply::Up, Text::new(ko, en))
    }

    /// Not as wanted.
    pub(super) fn down(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Reply::Down, Text::new(ko, en))
    }

    /// Nobody can say.
    pub(super) fn unknown(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Reply::Unknown, Text::new(ko, en))
    }

    /// What was read where the question was ended before it was answered.
    pub(super) fn cut_short() -> Text {
        Text::new("응답을 받기 전에 중단", "ended before there was an answer")
    }

    /// A sentence about it in both languages, made of the word for the reply and what it was read from.
    pub(super) fn told(&self, ko: impl Fn(&str, &str) -> String, en: impl Fn(&str, &str) -> String) -> Text {
        let form = |lang| (self.reply.word(lang), self.what.get(lang));
        let ((word_ko, what_ko), (word_en, what_en)) = (form(Lang::Ko), form(Lang::En));
        Text::new(ko(word_ko, what_ko), en(word_en, what_en))
    }

    pub(super) const fn reply(&self) -> Reply {
        self.reply
    }

    /// The last line of a command that was asked.
    pub(super) fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    pub(super) const fn what(&self) -> &Text {
        &self.what
    }

    /// As the answer to `already_done`.
    pub(super) async fn into_done(self, transcript: &mut Transcript) -> Outcome {
        let heard = transcript.heard();
        let joined = |word: &str, what: &str| format!("{word}: {what}");
        let seen = transcript.finish(&self.told(joined, joined), heard, None).await;
        match self.reply {
            Reply::Up => Outcome::Succeeded { seen },
            Reply::Down => {
                let message =
                    self.told(|_, what| format!("아직 되어 있지 않음: {what}"), |_, what| format!("not done: {what}"));
                let message = transcript.mask(&message);
                Outcome::Failed { cause: Cause { kind: CauseKind::Check, message }, seen }
            }
            Reply::Unknown => Outcome::Unknown { why: transcript.mask(&self.what), seen },
        }
    }

    /// As the outcome of a step that asks once and wants `up`. What stays unknown could not be reached.
    pub(super) async fn into_step(
        self,
        down: CauseKind,
        place: &str,
        next: &Text,
        transcript: &mut Transcript,
    ) -> Outcome {
        let heard = transcript.heard();
        let seen = transcript.finish(&self.what, heard, None).await;
        match self.reply {
            Reply::Up => Outcome::Succeeded { seen },
            Reply::Down | Reply::Unknown => {
                let kind = if self.reply == Reply::Down { down } else { CauseKind::Unreachable };
                let message = self.told(
                    |_, what| format!("{place}: {what}. {}", next.get(Lang::Ko)),
                    |_, what| format!("{place}: {what}; {}", next.get(Lang::En)),
                );
                let message = transcript.mask(&message);
                Outcome::Failed { cause: Cause { kind, message }, seen }
            }
        }
    }
}

/// The outcome of a check: succeeded with the wanted answers, failed when they stayed away.
pub(super) async fn outcome(
    asker: &Asker<'_>,
    launch: &Launch,
    check: &Check,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let wanted = if check.expect_down { Reply::Down } else { Reply::Up };
    let (attempts, successes) = (check.attempts.max(1), check.successes.max(1));
    let mut in_a_row = 0;
    let mut last = Answer::new(Reply::Unknown, Text::new("묻지 못함", "never asked"));
    let mut count = 0;
    while count < attempts && !stop.is_cancelled() {
        count += 1;
        last = match ask(asker, launch, check, transcript, stop).await {
            Ok(answer) => answer,
            // Asking again would change nothing.
            Err(cause) => return transcript.refused(&cause),
        };
        in_a_row = if last.reply == wanted { in_a_row + 1 } else { 0 };
        // One transcript serves the readers of both languages.
        let told = last.told(|word, what| format!("{word}: {what}"), |word, what| format!("{word}: {what}"));
        let line = format!("{count}/{attempts} {} | {}\n", told.get(Lang::En), told.get(Lang::Ko));
        transcript.take(transcript.heard(), line.as_bytes()).await;
        if in_a_row >= successes {
            // Where several were asked, what each of them said is part of the answer.
            let samples = |what: &str| if check.from.is_some() { format!(": {what}") } else { String::new() };
            let summary = last.told(
                |word, what| format!("{attempts}회 중 {count}회째 {word}{}", samples(what)),
                |word, what| format!("{word} after {count} of {attempts}{}", samples(what)),
            );
            let heard = transcript.heard();
            return Outcome::Succeeded { seen: transcript.finish(&summary, heard, None).await };
        }
        if count < attempts {
            tokio::select! {
                () = tokio::time::sleep(check.every.to_std()) => {}
                () = stop.cancelled() => {}
            }
        }
    }
    let summary = last.told(
        |word, what| format!("{attempts}회 중 {count}회 {word}: {what}"),
        |word, what| format!("{word} {count} of {attempts}: {what}"),
    );
    let (wanted_ko, wanted_en) = (wanted.word(Lang::Ko), wanted.word(Lang::En));
    let (line_ko, line_en) = match &last.line {
        Some(line) => (format!(". 마지막 출력: {line}"), format!("; its last line: {line}")),
        None => (String::new(), String::new()),
    };
    let message = last.told(
        |word, what| {
            format!("{wanted_ko} 응답이 연속 {successes}회 필요한데 {attempts}회 중 {count}회 물은 마지막 답이 {word} ({what}){line_ko}")
        },
        |word, what| {
            let times = times(successes);
            format!("wanted {wanted_en} {times} in a row, last answer {word} ({what}), after asking {count} of {attempts} times{line_en}")
        },
    );
    let heard = transcript.heard();
    if let (Reply::Unknown, Some(vantage)) = (last.reply, &check.from) {
        let why = transcript.mask(&undecided(&last, vantage));
        return Outcome::Unknown { why, seen: transcript.finish(&summary, heard, None).await };
    }
    let message = transcript.mask(&message);
    let seen = transcript.finish(&summary, heard, None).await;
    Outcome::Failed { cause: Cause { kind: CauseKind::Check, message }, seen }
}

/// Asks once, from where the check wants it.
async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    check: &Check,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Answer, Cause> {
    match &check.from {
        None => asker.ask(launch, &check.probe, transcript, stop).await,
        Some(vantage) => vantage::ask(asker, launch, &check.probe, vantage, transcript, stop).await,
    }
}

/// Those who were asked do not agree: that is for a person to judge.
fn undecided(last: &Answer, vantage: &Vantage) -> Text {
    let (points, quorum) = (vantage.points.len(), vantage.quorum);
    last.told(
        |_, what| {
            format!(
                "관측 지점 {points}곳의 답이 정족수 {quorum}에 이르지 못했습니다 ({what}). 표본을 보고 재시도하거나, 건너뛰거나, \
                 수동 확인하십시오"
            )
        },
        |_, what| {
            format!(
                "no {quorum} of {points} vantage points say the same ({what}): look at the samples, then retry, skip or attest"
            )
        },
    )
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
