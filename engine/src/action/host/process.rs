//! `process`: how many processes of a name there are.

use super::super::check::Answer;
use super::super::transcript::Transcript;
use super::Host;
use super::script::Measured;
use crate::plan::look::Process;

const SCRIPT: &str = include_str!("process.sh");

pub(in super::super) async fn ask(host: &Host<'_>, process: &Process, transcript: &Transcript) -> Answer {
    let arguments = [process.name.as_str(), process.args.as_deref().unwrap_or_default()];
    let answer = host.measure(SCRIPT, &arguments, transcript).await.and_then(|measured| weigh(process, &measured));
    answer.unwrap_or_else(|unknown| unknown)
}

fn weigh(process: &Process, measured: &Measured) -> Result<Answer, Answer> {
    if let Some(obstacle) = measured.obstacle() {
        return Err(obstacle);
    }
    let count: u64 = measured.wanted("count")?;
    let seen = if count == 1 { "1 process".to_owned() } else { format!("{count} processes") };
    let wanted = process.count;
    Ok(if wanted.holds(count) {
        Answer::up(format!("프로세스 {count}개"), seen)
    } else {
        Answer::down(format!("프로세스 {count}개, 기대 {}", wanted.in_korean()), format!("{seen}, wanted {wanted}"))
    })
}
