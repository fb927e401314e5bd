//! Much output, strange output, many attempts, few files.

use std::os::unix::fs::OpenOptionsExt as _;

use engine::action::keeper::Config;
use engine::base::Lang;
use engine::plan::Action;
use engine::run::{CauseKind, Outcome};
use futures::future::join_all;
use harness::attempt::{lives, number_in, until};
use tokio_util::sync::CancellationToken;

use crate::site::{PROGRAM, Site, argv, shell, step, waiting};

#[tokio::test]
async fn of_much_output_the_beginning_and_the_end_are_kept_and_the_rest_is_counted() {
    let site = Site::new().await;
    let done = site.run(Action::Command(shell("seq 1 300000"))).await;
    let Outcome::Succeeded { seen } = done.outcome() else { panic!("{done:?}") };
    let whole: String = (1..=300_000).map(|number| format!("{number}\n")).collect();
    assert_eq!(seen.output_bytes, whole.len() as u64);
    let kept = 256 << 10;
    let mark = format!("\n[… {} bytes left out …]\n", whole.len() - kept);
    let (head, tail) = done.output.split_once(&mark).expect("a mark");
    assert!(whole.starts_with(head) && whole.ends_with(tail));
    assert_eq!(head.len() + tail.len(), kept);
    assert_eq!(seen.output_digest, Some(engine::base::Digest::of(done.output.as_bytes())));
}

#[tokio::test]
async fn output_arrives_while_the_step_runs() {
    let site = Site::new().await;
    let go = site.path("go");
    let script = format!("echo first; {}; echo second", waiting(&go));
    let launch = site.launch(step(Action::Command(shell(&script))));
    let (sink, mut chunks) = tokio::sync::mpsc::channel(4);
    let actions = std::sync::Arc::clone(&site.actions);
    let attempt =
        tokio::spawn(
            async move { engine::action::Runner::run(&*actions, launch, sink, CancellationToken::new()).await },
        );
    assert_eq!(chunks.recv().await.unwrap().text, "first\n");
    std::fs::write(&go, "").unwrap();
    assert_eq!(chunks.recv().await.unwrap().text, "second\n");
    assert!(matches!(attempt.await.unwrap(), engine::action::Ended::With(Outcome::Succeeded { .. })));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_shown_as_far_as_they_can_be() {
    let site = Site::new().await;
    let done = site.run(Action::Command(shell(r"printf 'a\377\000b\355\225'; sleep 0.05; printf '\234\n'"))).await;
    assert_eq!(done.output, "a\u{FFFD}\0b한\n");
}

#[tokio::test]
async fn a_daemon_that_holds_the_output_delays_nothing_and_lives_on() {
    let site = Site::new().await;
    let (pid, wrote) = (site.path("pid"), site.path("wrote"));
    let script = format!(
        "(echo $(sh -c 'echo $PPID') > {}; sleep 1; echo late; echo done > {}; sleep 600) & echo started",
        pid.display(),
        wrote.display()
    );
    let done = site.run(Action::Command(shell(&script))).await;
    done.succeeded();
    assert_eq!(done.output, "started\n");
    assert!(!wrote.exists(), "the end was told before the daemon closed its output");
    let daemon = number_in(&pid).await;
    until("the daemon wrote into the void", || wrote.exists()).await;
    assert!(lives(daemon));
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(daemon), nix::sys::signal::Signal::SIGKILL).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_attempts_at_once_all_come_to_their_own_end() {
    let site = Site::new().await;
    let go = site.path("go");
    // A pipe without a writer holds its readers at no cost, however many they are.
    nix::unistd::mkfifo(&go, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let held = |code: usize| {
        let script = format!("read -r _ < {}; exit {}", go.display(), code % 256);
        site.run(Action::Command(shell(&script)))
    };
    let all = join_all((0..2_000).map(held));
    let release = async {
        let keeper = site.keeper_pid();
        let children = format!("/proc/{keeper}/task/{keeper}/children");
        let count = || std::fs::read_to_string(&children).map_or(0, |pids| pids.split_whitespace().count());
        until("all of them run", || count() >= 2_000).await;
        // Whoever had not opened the pipe yet is let go by the next opening.
        let mut opening = std::fs::File::options();
        opening.write(true).custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits());
        loop {
            opening.open(&go).map(drop).unwrap_or_default();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let all = tokio::select! {
        all = all => all,
        _ = release => panic!("nobody waited for those"),
    };
    for (code, done) in all.iter().enumerate() {
        let (Outcome::Succeeded { seen } | Outcome::Failed { seen, .. }) = done.outcome() else { panic!("{done:?}") };
        assert_eq!(seen.summary.get(Lang::En), format!("exit {}", code % 256));
    }
}

#[tokio::test]
async fn a_keeper_out_of_files_says_so_and_recovers() {
    let site = Site::with(|folder| Config {
        folder: folder.to_path_buf(),
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), "ulimit -n 40; exec \"$0\" keeper \"$1\"".into(), PROGRAM.into(), folder.into()],
    })
    .await;
    let go = site.path("go");
    let script = waiting(&go);
    let stuck = join_all((0..60).map(|_| site.run(Action::Command(shell(&script)))));
    let release = async {
        let done = site.run(Action::Command(argv(&["true"]))).await;
        assert_eq!(done.cause().kind, CauseKind::Spawn);
        assert_eq!(
            done.message(),
            "\"true\" was not started, too many files are open: raise the limit (ulimit -n, LimitNOFILE) or lower the concurrency"
        );
        std::fs::write(&go, "").unwrap();
    };
    let (all, ()) = tokio::join!(stuck, release);
    assert!(all.iter().any(|done| matches!(done.outcome(), Outcome::Succeeded { .. })));
    assert!(all.iter().any(|done| matches!(done.outcome(), Outcome::Failed { .. })));
    site.run(Action::Command(argv(&["true"]))).await.succeeded();
}
