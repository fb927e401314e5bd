//! What a host says: by a command of the author's, by a heartbeat file, by the newest of its backups.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::keeper::How;
use super::super::process::{self, Last};
use super::super::transcript::Transcript;
use super::Gauging;
use super::gather::Gathered;
use super::query::{Says, told};
use crate::base::{Lang, Text, Timestamp};
use crate::plan::{Command, CommandLine};
use crate::run::{Confidence, Flow, Method, Point};

/// Bytes of an answer that are read at most.
const ANSWER: usize = 64 << 10;

/// The time that stands in the file (its first line), and the file's own.
const FILE: &str = r#"[ -e "$1" ] || { echo 'absent=1'; exit 0; }
printf 'said=%s\n' "$(head -c 100 -- "$1" | head -n 1)"
printf 'modified=%s\n' "$(stat -c %Y -- "$1")""#;

/// The newest file of a folder, by its own time, that nobody is writing under a name for unfinished ones.
const BACKUPS: &str = r#"[ -d "$1" ] || { echo 'absent=1'; exit 0; }
find "$1" -type f ! -name '.*' ! -name '*.tmp' ! -name '*.part' ! -name '*.partial' -printf '%T@ %p\n' \
| sort -rn | head -n 1 | { read -r at name && printf 'modified=%s\nname=%s\n' "${at%%.*}" "$name"; } || echo 'empty=1'"#;

/// The answer of a command: an object of JSON.
struct Object(Value);

impl Says for Object {
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

pub(super) async fn of_command(of: &Gauging<'_>, argv: &[String], transcript: &Transcript) -> Result<Gathered, Text> {
    let said = run(of, argv.to_vec(), transcript).await?;
    let object = serde_json::from_str(said.trim())
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Text::new("명령이 JSON 객체를 출력하지 않음", "the command printed no JSON object"))?;
    Ok(told(&Object(object)))
}

pub(super) async fn of_file(of: &Gauging<'_>, path: &str, transcript: &Transcript) -> Result<Gathered, Text> {
    let said = script(of, FILE, path, transcript).await?;
    if said.contains_key("absent") {
        return Ok(stopped(format!("{path} 파일이 없음"), format!("there is no file {path}")));
    }
    let seconds = said.get("modified").and_then(|at| at.parse::<i64>().ok());
    let written = said.get("said").map(|text| text.trim());
    let instant = written.and_then(|text| {
        let number = text.parse::<i64>().ok();
        // Seconds and milliseconds since 1970 are told apart by their size: no clock is before 1973 or after the year 5000.
        let number = number.map(|number| if number < 100_000_000_000 { number.saturating_mul(1_000) } else { number });
        number.map(Timestamp).or_else(|| Timestamp::parse_iso(text))
    });
    let point = instant.map(|at| Point { at, method: Method::Heartbeat, confidence: Confidence::Measured });
    let by_file = seconds.map(|at| Point {
        at: Timestamp(at.saturating_mul(1_000)),
        method: Method::File,
        confidence: Confidence::Estimated,
    });
    Ok(Gathered {
        state: Some((Flow::Streaming, Text::new("파일이 있음", "the file is there"))),
        heartbeat_at: instant,
        told: point.or(by_file),
        ..Gathered::default()
    })
}

pub(super) async fn of_backups(of: &Gauging<'_>, path: &str, transcript: &Transcript) -> Result<Gathered, Text> {
    let said = script(of, BACKUPS, path, transcript).await?;
    if said.contains_key("absent") || said.contains_key("empty") {
        return Ok(stopped(format!("{path} 에 백업이 없음"), format!("there is no backup in {path}")));
    }
    let seconds = said.get("modified").and_then(|at| at.parse::<i64>().ok());
    let newest = said.get("name").cloned().unwrap_or_default();
    Ok(Gathered {
        state: Some((
            Flow::Streaming,
            Text::new(format!("최신 백업 {newest}"), format!("the newest backup is {newest}")),
        )),
        transaction: Some(newest),
        // When it was finished is later than what is in it: what a file says of its content is an estimate.
        told: seconds.map(|at| Point {
            at: Timestamp(at.saturating_mul(1_000)),
            method: Method::File,
            confidence: Confidence::Estimated,
        }),
        ..Gathered::default()
    })
}

fn stopped(ko: String, en: String) -> Gathered {
    Gathered { state: Some((Flow::Stopped, Text::new(ko, en))), ..Gathered::default() }
}

/// A fixed script with the path as its argument; lines of name=value.
async fn script(
    of: &Gauging<'_>,
    script: &str,
    path: &str,
    transcript: &Transcript,
) -> Result<BTreeMap<String, String>, Text> {
    let argv = ["sh", "-c", script, "relight", path].map(str::to_owned).to_vec();
    let said = run(of, argv, transcript).await?;
    let pairs = said.lines().filter_map(|line| line.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

async fn run(of: &Gauging<'_>, argv: Vec<String>, transcript: &Transcript) -> Result<String, Text> {
    let command = Command {
        line: CommandLine::Argv(argv),
        on: Some(of.standby.clone()),
        env: BTreeMap::new(),
        dir: None,
        exit: vec![0],
        stdout: None,
    };
    let mut aside = transcript.aside(ANSWER);
    match of.asker.look(of.launch, &command, &mut aside, of.stop).await {
        Last::Ended(ending) if ending.how == How::Code(0) => Ok(aside.captured()),
        Last::Ended(ending) => {
            let how = process::summary(&ending);
            let said = aside.last_line().unwrap_or("—");
            let form = |lang| format!("{}; {said}", how.get(lang));
            Err(Text::new(form(Lang::Ko), form(Lang::En)))
        }
        Last::NotStarted(cause) => Err(cause.message),
        Last::NeverSeen { .. } => {
            Err(Text::new("프로세스 관리자가 다시 시작됨", "the keeper of processes was restarted"))
        }
        Last::Unknown(why) => Err(why),
    }
}
