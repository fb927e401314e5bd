//! What a command on another host gets to see, and what is seen of it.

use engine::run::Outcome;
use harness::sshd::Sshd;

use crate::ground::{Ground, There};

async fn there() -> (Sshd, Ground) {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    (server, ground)
}

#[tokio::test]
async fn a_script_runs_there_as_it_is_written_with_the_variables_of_its_step() {
    let (server, ground) = there().await;
    let ground = ground.given(&[("reason", "two\nlines\n"), ("db-host", "it's \"a\\b\" $HOME `x`")], &[]);
    let script = r#"{command: "printf '<%s>\\n<%s>\\n' \"$RELIGHT_INPUT_REASON\" \"$RELIGHT_INPUT_DB_HOST\"; echo $X $HOME $RELIGHT_UNIT $RELIGHT_RUN >&2", on: db, env: {X: "1  2"}}"#;
    let done = ground.run(script).await;
    let home = server.home();
    let wanted = format!("<two\nlines\n>\n<it's \"a\\b\" $HOME `x`>\n1 2 {} u {}\n", home.display(), ground.run);
    assert_eq!(done.succeeded().output, wanted);
}

#[tokio::test]
async fn a_list_is_executed_without_a_shell() {
    let (_server, ground) = there().await;
    let done = ground.run(r#"{command: [printf, "%s|", "a b", "$HOME", "x\ny", "", "-n"], on: db}"#).await;
    assert_eq!(done.succeeded().output, "a b|$HOME|x\ny||-n|");
}

#[tokio::test]
async fn exit_codes_and_what_standard_output_must_contain_are_judged_as_on_this_host() {
    let (_server, ground) = there().await;
    assert!(
        ground.run("{command: 'exit 3', on: db}").await.message().starts_with("exit 3, wanted 0; it wrote nothing")
    );
    ground.run("{command: 'exit 3', on: db, exit: [0, 3]}").await.succeeded();
    let found = ground.run("{command: 'echo one; echo promoted >&2; echo two', on: db, stdout: two}").await;
    assert_eq!(found.succeeded().output, "one\ntwo\npromoted\n");
    let missing = ground.run("{command: 'echo one; echo promoted >&2', on: db, stdout: promoted}").await;
    assert!(missing.message().starts_with("standard output does not contain \"promoted\""), "{}", missing.message());
}

#[tokio::test]
async fn what_can_not_be_started_there_says_why() {
    let (server, ground) = there().await;
    let place = format!("db (127.0.0.1:{})", server.port());
    let why = async |step: &str| ground.run(step).await.message().to_owned();
    assert_eq!(
        why("{command: [no-such-program], on: db}").await,
        format!("{place}: \"no-such-program\" was not found in PATH: install it, or write its full path")
    );
    assert_eq!(
        why("{command: [/no/such], on: db}").await,
        format!("{place}: \"/no/such\" does not exist: install it, or correct the path")
    );
    assert_eq!(
        why("{command: [/etc/passwd], on: db}").await,
        format!("{place}: \"/etc/passwd\" may not be executed: check its permissions (chmod +x)")
    );
    assert_eq!(
        why("{command: 'true', on: db, dir: /no/such/dir}").await,
        format!("{place}: the working directory \"/no/such/dir\" does not exist: make it, or correct `dir`")
    );
}

#[tokio::test]
async fn a_command_begins_in_the_home_folder_or_where_it_is_told_with_the_umask_and_signals_of_a_login() {
    let (server, ground) = there().await;
    let done = ground.run("{command: 'pwd; umask; grep SigIgn /proc/self/status', on: db}").await;
    let (home, output) = (server.home().canonicalize().unwrap(), &done.succeeded().output);
    let ignored = output.strip_prefix(&format!("{}\n0022\nSigIgn:\t", home.display())).unwrap().trim();
    // Of those that have names, none; whoever started the tests may have left others.
    assert_eq!(u64::from_str_radix(ignored, 16).unwrap() & 0x7fff_ffff, 0, "{output}");
    assert_eq!(ground.run("{command: pwd, on: db, dir: /usr/lib}").await.succeeded().output, "/usr/lib\n");
}

#[tokio::test]
async fn of_long_output_the_beginning_and_the_end_come_and_the_middle_is_counted() {
    let (_server, ground) = there().await;
    let done = ground.run("{command: 'head -c 400000 /dev/zero | tr \"\\\\0\" a; echo; echo the end', on: db}").await;
    let output = &done.succeeded().output;
    assert!(output.starts_with(&"a".repeat(196_608)) && output.ends_with("a\nthe end\n"));
    assert!(output.contains("bytes left out …]"), "{}", &output[196_600..196_700]);
    // Looked for in all of it.
    let found = ground
        .run("{command: 'head -c 100000 /dev/zero; echo here; head -c 400000 /dev/zero', on: db, stdout: here}")
        .await;
    found.succeeded();
}

#[tokio::test]
async fn what_login_scripts_print_is_passed_over() {
    let (server, ground) = there().await;
    std::fs::write(server.home().join(".bashrc"), "echo welcome; printf 'no line break'\n").unwrap();
    assert_eq!(ground.run("{command: 'echo mine', on: db}").await.succeeded().output, "mine\n");
}

#[tokio::test]
async fn probes_and_checks_are_asked_there() {
    let (server, ground) = there().await;
    std::fs::write(server.home().join("flag"), "up").unwrap();
    let asked = ground.run("{check: {command: 'cat flag; echo seen >&2', on: db, stdout: up}}").await;
    assert!(asked.succeeded().output.contains("seen"));
    let down = ground.run("{check: {command: 'test -e nothing', on: db, attempts: 2, every: 10ms}}").await;
    assert!(down.message().contains("last answer down (exit 1)"), "{}", down.message());
    let unknown = ground.run("{check: {command: [no-such-program], on: db}}").await;
    assert!(unknown.message().contains("last answer unknown (exit 126)"), "{}", unknown.message());
}

/// Has the server see nothing of a command that looks before its end. A busy host tells the exit status first then, and
/// after it what was said before.
const UNSEEN: &str = r#"#!/bin/sh
errand=$(mktemp)
while IFS= read -r line; do printf '%s\n' "$line"; [ "$line" = whole ] && break; done > "$errand"
mkfifo "$errand.in" && exec 5<>"$errand.in" && cat "$errand" >&5
kill -STOP "$PPID"
( while [ -d /proc/$$ ] && ! grep -q '^State:.Z' /proc/$$/status; do sleep 0.01; done; kill -CONT "$PPID" ) < /dev/null > /dev/null 2>&1 &
rm "$errand" "$errand.in"
eval "$SSH_ORIGINAL_COMMAND" <&5
"#;

#[tokio::test]
async fn an_exit_status_that_comes_before_what_was_said_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("unseen");
    std::fs::write(&script, UNSEEN).unwrap();
    let server = Sshd::with(&[&format!("ForceCommand exec sh {}", script.display())]);
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let asked = ground.run("{check: {command: 'echo up; echo seen >&2', on: db, stdout: up}}").await;
    assert!(asked.succeeded().output.contains("seen"));
    let down = ground.run("{check: {command: 'exit 1', on: db}}").await;
    assert!(down.message().contains("last answer down (exit 1)"), "{}", down.message());
}

#[tokio::test]
async fn values_are_taken_from_standard_output_alone() {
    let (_server, ground) = there().await;
    let done = ground
        .run(r#"{command: 'echo lag=99 >&2; echo lag=7; exit 3', on: db, exit: 3, outputs: {lag: {regex: "lag=(.*)"}, all: stdout, code: exit}}"#)
        .await;
    let Outcome::Succeeded { seen } = done.outcome() else { panic!("{done:?}") };
    let said: Vec<(&str, &str)> = seen.outputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(said, [("all", "lag=7"), ("code", "3"), ("lag", "7")]);
}
