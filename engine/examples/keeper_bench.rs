//! Measures the keeper against bare spawning: 1,000 × /bin/true 16 at a time, and 500 in a row.
//!
//! `cargo run --release --example keeper_bench` prints medians of alternating rounds and their ratios. Spawning means
//! starting a process with two pipes' worth of nothing and waiting for it, in one thread, as `make` does.

use std::path::PathBuf;
use std::process::{Child, ExitCode, Stdio};
use std::time::{Duration, Instant};

use engine::action::keeper::{self, Keeper, Key, News, Order};
use engine::base::{IdSource as _, RunId, SystemIds};
use engine::run::AttemptId;

const ROUNDS: usize = 5;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the bare floor that the keeper is compared with")]
fn bare() -> std::io::Result<Child> {
    std::process::Command::new("/bin/true").stdin(Stdio::null()).spawn()
}

fn spawn_floor(count: usize, wide: usize) -> std::io::Result<Duration> {
    let start = now();
    let mut running = std::collections::VecDeque::new();
    for _ in 0..count {
        if running.len() == wide
            && let Some(mut child) = running.pop_front().map(|child: Child| child)
        {
            child.wait()?;
        }
        running.push_back(bare()?);
    }
    for mut child in running {
        child.wait()?;
    }
    Ok(start.elapsed())
}

fn order() -> Order {
    Order {
        argv: vec!["/bin/true".to_owned()],
        env: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
        dir: "/".to_owned(),
        look_for: None,
        keep: false,
    }
}

async fn through_keeper(keeper: &Keeper, count: u32, wide: u32) -> Result<Duration, Box<dyn std::error::Error>> {
    let run = RunId(SystemIds.fresh());
    let start = now();
    let next = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..wide {
        let (keeper, next) = (keeper.clone(), next.clone());
        workers.spawn(async move {
            loop {
                let attempt = AttemptId(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
                if attempt.0 >= count {
                    return Ok(());
                }
                let mut watch = keeper.spawn(Key::of(run, attempt), 1, order()).map_err(|error| error.to_string())?;
                match watch.next().await {
                    News::Ended(_) => keeper.forget(run, 1, &[attempt]),
                    other => return Err(format!("unexpected {other:?}")),
                }
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done??;
    }
    let took = start.elapsed();
    keeper.over(run, 1);
    Ok(took)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

async fn measure(folder: PathBuf) -> Result<String, Box<dyn std::error::Error>> {
    let arguments = vec!["keeper".into(), folder.clone().into()];
    let start = now();
    let keeper = Keeper::open(keeper::Config { folder, program: std::env::current_exe()?, arguments }).await?;
    let opened = start.elapsed();
    let mut report = format!("keeper started and greeted in {:.1} ms\n", opened.as_secs_f64() * 1e3);
    for (name, count, wide) in [("wide 1000 x 16", 1_000, 16), ("chain 500", 500, 1)] {
        let (mut floors, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            floors.push(spawn_floor(count, wide)?);
            ours.push(through_keeper(&keeper, u32::try_from(count)?, u32::try_from(wide)?).await?);
        }
        let (floor, ours) = (median(floors).as_secs_f64(), median(ours).as_secs_f64());
        report += &format!("{name}: bare {floor:.3} s, keeper {ours:.3} s, ratio {:.2}\n", ours / floor);
    }
    Ok(report)
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement prints its result")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, folder] = arguments.as_slice()
        && word == "keeper"
    {
        return keeper::main(folder.as_ref());
    }
    let result = tempfile::tempdir().map_err(Into::into).and_then(|folder| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(measure(folder.path().join("keeper")))
    });
    match result {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
