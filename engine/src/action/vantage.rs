//! One question from several places: only a quorum of them says up or down.

use tokio_util::sync::CancellationToken;

use super::asker::{Asker, until};
use super::check::{Answer, Reply};
use super::host::{self, Host};
use super::transcript::Transcript;
use super::{Launch, tcp};
use crate::base::{Lang, TargetName, Text};
use crate::inventory::LOCAL;
use crate::plan::{Probe, Vantage};
use crate::run::{Cause, CauseKind};

/// Bytes of what a command says from one place; only its last line is shown.
const SAID: usize = 4 << 10;

/// What one place says.
struct Sample<'a> {
    point: &'a TargetName,
    answer: Answer,
}

/// Asks everywhere at the same time, writes down what each place says, and counts.
pub(super) async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    probe: &Probe,
    vantage: &Vantage,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Answer, Cause> {
    if let Some(command) = probe.command() {
        // Hidden here too, before anything is written down.
        asker.commands.revealed(launch, command.env.values(), transcript).await?;
    }
    let asked = vantage.points.iter().map(|point| {
        let aside = transcript.aside(SAID);
        async move {
            let answer = from(asker, launch, probe, point, aside, stop).await?;
            Ok(Sample { point, answer })
        }
    });
    let samples = futures::future::join_all(asked).await.into_iter().collect::<Result<Vec<_>, Cause>>()?;
    let mut shown = String::new();
    for Sample { point, answer } in &samples {
        let told = answer.told(|word, what| format!("{word}: {what}"), |word, what| format!("{word}: {what}"));
        let (ko, en) = (told.get(Lang::Ko), told.get(Lang::En));
        shown += &format!("{point} {en} | {ko}\n");
        if let Some(line) = answer.line() {
            shown += &format!("{point} > {line}\n");
        }
    }
    transcript.take(transcript.heard(), shown.as_bytes()).await;
    Ok(counted(&samples, vantage.quorum))
}

async fn from(
    asker: &Asker<'_>,
    launch: &Launch,
    probe: &Probe,
    point: &TargetName,
    mut aside: Transcript,
    stop: &CancellationToken,
) -> Result<Answer, Cause> {
    let there = Some(point).filter(|point| point.as_str() != LOCAL);
    match probe {
        Probe::Command(command) => {
            let mut command = command.clone();
            command.on = there.cloned();
            Ok(asker.command(launch, &command, &mut aside, stop).await)
        }
        Probe::Tcp(endpoint) => match there {
            None => until(stop, tcp::ask(launch, asker.guard, endpoint)).await,
            Some(_) => {
                // The engine resolves the name and judges the address; from there a connection is opened to that alone.
                let to = match tcp::judged(launch, asker.guard, endpoint).await? {
                    Ok(to) => to,
                    Err(unresolved) => return Ok(unresolved),
                };
                let host = Host { asker, launch, on: there, stop };
                Ok(host::ask_reach(&host, &to, &aside).await)
            }
        },
        Probe::Http(_) | Probe::Look(_) => {
            let what = probe.keyword();
            Err(Cause::new(
                CauseKind::Refused,
                format!("{what} 질의는 여러 관측 지점에서 물을 수 없습니다. 런북에서 `from`을 지우십시오"),
                format!("{what} can not be asked from several vantage points: remove `from` in the runbook"),
            ))
        }
    }
}

/// Up and down are said by a quorum alone; without one nobody can say.
fn counted(samples: &[Sample<'_>], quorum: u32) -> Answer {
    let of = |reply: Reply| samples.iter().filter(|sample| sample.answer.reply() == reply).count();
    let has = |reply: Reply| of(reply) >= quorum as usize;
    let (reply, agree) = if has(Reply::Up) {
        (Reply::Up, of(Reply::Up))
    } else if has(Reply::Down) {
        (Reply::Down, of(Reply::Down))
    } else {
        (Reply::Unknown, of(Reply::Up).max(of(Reply::Down)))
    };
    let all = samples.len();
    let told = |lang: Lang| {
        let said = samples.iter().map(|Sample { point, answer }| {
            let told = answer.told(|word, what| format!("{word}: {what}"), |word, what| format!("{word}: {what}"));
            format!("{point} {}", told.get(lang))
        });
        said.collect::<Vec<_>>().join("; ")
    };
    let what = Text::new(
        format!("{all}곳 중 {agree}곳 일치, 정족수 {quorum}; {}", told(Lang::Ko)),
        format!("{agree} of {all} agree, quorum {quorum}; {}", told(Lang::En)),
    );
    Answer::new(reply, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(replies: &str, quorum: u32) -> Reply {
        let point: TargetName = "ap".parse().unwrap();
        let sample = |word: char| {
            let reply = match word {
                'u' => Reply::Up,
                'd' => Reply::Down,
                _ => Reply::Unknown,
            };
            Sample { point: &point, answer: Answer::new(reply, Text::plain("x")) }
        };
        counted(&replies.chars().map(sample).collect::<Vec<_>>(), quorum).reply()
    }

    #[test]
    fn only_a_quorum_says_up_or_down() {
        for (replies, quorum, wanted) in [
            ("uuu", 2, Reply::Up),
            ("uu?", 2, Reply::Up),
            ("uud", 2, Reply::Up),
            ("u??", 2, Reply::Unknown),
            ("ud?", 2, Reply::Unknown),
            ("dd?", 2, Reply::Down),
            ("ddu", 2, Reply::Down),
            ("uud", 3, Reply::Unknown),
            ("???", 2, Reply::Unknown),
            ("ud", 2, Reply::Unknown),
            ("u", 1, Reply::Up),
        ] {
            assert_eq!(reply(replies, quorum), wanted, "{replies} with a quorum of {quorum}");
        }
    }
}
