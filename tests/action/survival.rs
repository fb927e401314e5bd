//! What outlives whom.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use engine::action::keeper::{How, Key, News};
use engine::action::{Ended, Runner as _};
use engine::base::Lang;
use engine::plan::{Action, Check, Probe};
use engine::run::{AttemptId, Outcome};
use harness::attempt::{collect, lives, number_in, until};
use nix::sys::signal::{Signal, kill};
use tokio_util::sync::CancellationToken;

use crate::site::{PROGRAM, Site, millis, shell, step, waiting};

#[tokio::test]
async fn a_killed_engine_s_step_runs_on_and_the_next_engine_reads_its_output_and_real_status() {
    let site = Site::new().await;
    let go = site.path("go");
    let script = format!("echo before; {}; echo after; exit 42", waiting(&go));
    let folder = site.keeper_folder();
    #[expect(clippy::disallowed_methods, reason = "an engine to be killed")]
    let mut engine = std::process::Command::new(PROGRAM)
        .args(["engine", folder.to_str().unwrap(), &site.run.to_string(), &script])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(engine.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "started\n");
    engine.kill().unwrap();
    engine.wait().unwrap();

    site.actions.claim(site.run, 2).await;
    let mut launch = site.launch(step(Action::Command(shell(&script))));
    launch.token = 2;
    let recorded = site.actions.keeper();
    let again = collect(|output| async {
        site.actions.reattach(launch, recorded.as_deref(), output, CancellationToken::new()).await
    });
    let release = async { std::fs::write(&go, "").unwrap() };
    let (done, ()) = tokio::join!(again, release);
    assert_eq!(done.message(), "exit 42, wanted 0; its last line: after");
    assert_eq!(done.output, "before\nafter\n");
}

#[tokio::test]
async fn a_result_waits_for_the_engine_until_it_is_settled() {
    let site = Site::new().await;
    site.run(Action::Command(shell("echo kept"))).await.succeeded();
    let (keeper, _) = site.another_engine().await;
    let key = Key::of(site.run, AttemptId(1));
    let mut watch = keeper.attach(key, 1, 0).unwrap();
    assert_eq!(watch.next().await, News::Output { offset: 0, bytes: b"kept\n".to_vec() });
    let News::Ended(ending) = watch.next().await else { panic!("no end") };
    assert_eq!(ending.how, How::Code(0));

    keeper.forget(site.run, 1, &[AttemptId(1)]);
    assert_eq!(keeper.attach(key, 1, 0).unwrap().next().await, News::NeverSeen);
}

#[tokio::test]
async fn with_a_killed_keeper_running_steps_are_unknown_and_the_next_ones_work() {
    let site = Site::new().await;
    let (pid, keeper) = (site.path("pid"), site.keeper_pid());
    let script = format!("echo $$ > {}; exec sleep 600", pid.display());
    let attempt = site.run(Action::Command(shell(&script)));
    let killing = async {
        let step = number_in(&pid).await;
        kill(keeper, Signal::SIGKILL).unwrap();
        step
    };
    let (done, orphan) = tokio::join!(attempt, killing);
    let Outcome::Unknown { why, .. } = done.outcome() else { panic!("{done:?}") };
    assert!(why.get(Lang::En).starts_with("the keeper of processes ended while this was at work"), "{why:?}");
    assert!(lives(orphan), "a step is not taken down by its keeper's death");
    kill(nix::unistd::Pid::from_raw(orphan), Signal::SIGKILL).unwrap();

    site.run(Action::Command(shell("true"))).await.succeeded();
    assert_ne!(site.keeper_pid(), keeper);
    until("the killed keeper was collected", || !std::path::Path::new(&format!("/proc/{keeper}")).exists()).await;
}

#[tokio::test]
async fn a_check_s_command_does_not_outlive_its_engine() {
    let site = Site::new().await;
    let (pid, stop) = (site.path("pid"), CancellationToken::new());
    let script = format!("echo $$ > {}; exec sleep 600", pid.display());
    let probe = Probe::Command(shell(&script));
    let check =
        Action::Check(Check { probe, attempts: 1, every: millis(1), successes: 1, expect_down: false, from: None });
    let (_, actions) = site.another_engine().await;
    let launch = site.launch(step(check));
    let (output, _kept) = tokio::sync::mpsc::channel(4);
    let asking = tokio::spawn(async move { actions.run(launch, output, stop).await });
    let asked = number_in(&pid).await;
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    until("the command went with its engine", || !lives(asked)).await;
}

#[tokio::test]
async fn two_engines_that_start_at_once_share_one_keeper() {
    let site = Site::new().await;
    kill(site.keeper_pid(), Signal::SIGKILL).unwrap();
    let (one, two) = tokio::join!(site.another_engine(), site.another_engine());
    assert_eq!(one.0.instance(), two.0.instance());
    assert!(one.0.instance().is_some());
}

#[tokio::test]
async fn a_state_folder_with_a_very_long_name_has_a_keeper_too() {
    let site = Site::with(|folder| {
        let folder = folder.join("재해복구-상태-폴더".repeat(8));
        engine::action::keeper::Config {
            program: PROGRAM.into(),
            arguments: vec!["keeper".into(), folder.clone().into()],
            folder,
        }
    })
    .await;
    site.run(Action::Command(shell("true"))).await.succeeded();
}

#[tokio::test]
async fn what_only_looks_is_asked_again_by_the_next_engine() {
    let site = Site::new().await;
    let check = Check {
        probe: Probe::Command(shell("true")),
        attempts: 1,
        every: millis(1),
        successes: 1,
        expect_down: false,
        from: None,
    };
    let launch = site.launch(step(Action::Check(check)));
    let done =
        collect(|output| async { site.actions.reattach(launch, None, output, CancellationToken::new()).await }).await;
    assert!(matches!(done.ended, Ended::With(Outcome::Succeeded { .. })), "{done:?}");
}
