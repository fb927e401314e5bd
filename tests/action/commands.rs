//! What commands get, and how their ends are read.

use engine::base::{InputName, Lang};
use engine::plan::{Action, EnvValue};
use engine::run::{CauseKind, Outcome};

use crate::site::{Site, argv, shell};

fn input(name: &str) -> InputName {
    name.parse().unwrap()
}

#[tokio::test]
async fn the_real_exit_code_decides_and_is_told() {
    let site = Site::new().await;
    let done = site.run(Action::Command(shell("exit 0"))).await;
    let Outcome::Succeeded { seen } = done.outcome() else { panic!("{done:?}") };
    assert_eq!((seen.summary.get(Lang::En), seen.output_bytes, seen.output_digest), ("exit 0", 0, None));
    assert!(seen.ended_at.is_some());

    let done = site.run(Action::Command(shell("echo starting; echo 'no such cluster' >&2; exit 3"))).await;
    assert_eq!(done.cause().kind, CauseKind::Exit);
    assert_eq!(done.message(), "exit 3, wanted 0; its last line: no such cluster");
    assert_eq!(done.output, "starting\nno such cluster\n");

    let mut tolerant = shell("exit 3");
    tolerant.exit = vec![0, 3];
    site.run(Action::Command(tolerant)).await.succeeded();
}

#[tokio::test]
async fn a_signal_from_elsewhere_is_told_by_name() {
    let site = Site::new().await;
    let done = site.run(Action::Command(shell("kill -SEGV $$"))).await;
    assert_eq!(done.cause().kind, CauseKind::Signal);
    assert_eq!(done.message(), "ended by SIGSEGV, which Relight did not send; it wrote nothing");
}

#[tokio::test]
async fn a_list_needs_no_shell_and_a_string_reaches_it_exactly_as_written() {
    let site = Site::new().await;
    let done = site.run(Action::Command(argv(&["printf", "%s|", "a b", "$HOME", "'; rm -rf /'"]))).await;
    assert_eq!(done.output, "a b|$HOME|'; rm -rf /'|");
    let done = site.run(Action::Command(shell("for i in 1 2; do printf '%s' \"<$i>\"; done"))).await;
    assert_eq!(done.output, "<1><2>");
}

#[tokio::test]
async fn inputs_arrive_as_environment_and_never_as_text_of_the_command() {
    let site = Site::new().await.with_inputs(&[("db-host", "db1; touch /tmp/x $(id) '\"")]);
    let mut command = shell(r#"printf '%s|%s|%s|%s' "$RELIGHT_INPUT_DB_HOST" "$TARGET" "$FIXED" "$RELIGHT_UNIT""#);
    command.env.insert("TARGET".to_owned(), EnvValue::Input(input("db-host")));
    command.env.insert("FIXED".to_owned(), EnvValue::Literal("plain".to_owned()));
    let done = site.run(Action::Command(command)).await;
    assert_eq!(done.output, "db1; touch /tmp/x $(id) '\"|db1; touch /tmp/x $(id) '\"|plain|unit");
}

#[tokio::test]
async fn nothing_of_the_engine_s_own_environment_is_inherited() {
    let site = Site::new().await;
    let done = site.run(Action::Command(argv(&["env"]))).await;
    let mut names: Vec<&str> =
        done.output.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["PATH", "RELIGHT_ATTEMPT", "RELIGHT_RUN", "RELIGHT_UNIT"]);
}

#[tokio::test]
async fn commands_run_in_the_work_folder_unless_they_say_otherwise() {
    let site = Site::new().await;
    let here = std::fs::canonicalize(site.path("")).unwrap();
    assert_eq!(site.run(Action::Command(argv(&["pwd"]))).await.output.trim(), here.to_str().unwrap());
    std::fs::create_dir(site.path("sub")).unwrap();
    let mut command = argv(&["pwd"]);
    command.dir = Some("sub".to_owned());
    assert_eq!(site.run(Action::Command(command)).await.output.trim(), here.join("sub").to_str().unwrap());
}

#[tokio::test]
async fn wanted_text_is_looked_for_in_standard_output_alone() {
    let site = Site::new().await;
    let mut command = shell("printf 'promo'; sleep 0.05; printf 'ted\n'");
    command.stdout = Some("promoted".to_owned());
    site.run(Action::Command(command)).await.succeeded();

    let mut command = shell("echo promoted >&2");
    command.stdout = Some("promoted".to_owned());
    let done = site.run(Action::Command(command)).await;
    assert_eq!(done.cause().kind, CauseKind::Unexpected);
    assert_eq!(done.message(), "standard output does not contain \"promoted\"; its last line: promoted");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_clear_failure() {
    let site = Site::new().await;
    let done = site.run(Action::Command(argv(&["pg_ctl-99"]))).await;
    assert_eq!(done.cause().kind, CauseKind::Spawn);
    assert_eq!(
        done.message(),
        "\"pg_ctl-99\" was not found in PATH (/usr/bin:/bin): install it, or write its full path"
    );
}

#[tokio::test]
async fn a_command_for_another_host_is_refused() {
    let site = Site::new().await;
    let mut command = shell("true");
    command.on = Some("db-standby".parse().unwrap());
    let done = site.run(Action::Command(command)).await;
    assert_eq!(done.cause().kind, CauseKind::Refused);
    assert!(done.message().starts_with("target db-standby may not be addressed in mode real"), "{}", done.message());
    let mut command = shell("true");
    command.on = Some("local".parse().unwrap());
    site.run(Action::Command(command)).await.succeeded();
}

#[tokio::test]
async fn standard_input_is_empty() {
    let site = Site::new().await;
    assert_eq!(site.run(Action::Command(shell("cat; echo end"))).await.output, "end\n");
}
