//! The keeper as a program of its own, and an engine that only starts a step: to be killed by tests.
//!
//! `keeper-for-tests keeper FOLDER` is the keeper; `keeper-for-tests engine FOLDER RUN SCRIPT` starts a keeper, has it
//! run the script as attempt 1, says `started` with the script's first line of output, and waits for the end.

use std::io::Write as _;
use std::process::ExitCode;

use engine::action::keeper::{self, Config, Keeper, Key, News, Order};
use engine::base::RunId;
use engine::run::AttemptId;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["keeper", folder] => keeper::main(folder.as_ref()),
        ["engine", folder, run, script] => match start_and_wait(folder, run, script) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                writeln!(std::io::stderr(), "{error}").unwrap_or_default();
                ExitCode::FAILURE
            }
        },
        _ => ExitCode::from(2),
    }
}

#[tokio::main]
async fn start_and_wait(folder: &str, run: &str, script: &str) -> Result<(), Box<dyn std::error::Error>> {
    let arguments = vec!["keeper".into(), folder.into()];
    let keeper = Keeper::open(Config { folder: folder.into(), program: std::env::current_exe()?, arguments }).await?;
    let order = Order {
        argv: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
        env: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
        dir: "/".to_owned(),
        look_for: None,
        keep: false,
    };
    let mut watch = keeper.spawn(Key::of(RunId(run.parse()?), AttemptId(1)), 1, order)?;
    loop {
        match watch.next().await {
            News::Output { .. } => writeln!(std::io::stdout(), "started")?,
            News::Ended(_) => return Ok(()),
            other => return Err(format!("{other:?}").into()),
        }
    }
}
