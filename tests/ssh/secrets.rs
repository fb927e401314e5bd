//! Secrets go where they are needed and are seen nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use harness::sshd::{Sshd, processes};

use crate::ground::{Ground, There};

const SECRET: &str = "s3cret-of-the-step";
const SCRIPT: &str = "text-of-the-script";

/// Looks at the command lines of all processes until it is told to end; tells which of the words it saw.
fn watch(words: &'static [&'static str], over: &Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<String>> {
    let over = Arc::clone(over);
    std::thread::spawn(move || {
        let mut seen = Vec::new();
        while !over.load(Ordering::Relaxed) {
            for process in processes() {
                let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                seen.extend(words.iter().filter(|word| line.contains(**word)).map(|word| format!("{word} in {line}")));
            }
        }
        seen
    })
}

#[tokio::test]
async fn nothing_of_a_step_shows_in_the_process_list_of_its_host() {
    let server = Sshd::start();
    let pem = std::fs::read_to_string(server.add_key("ed25519", "passphrase-of-the-key")).unwrap();
    let there = There::of(&server).secret("key", pem).secret("pass", "passphrase-of-the-key");
    let ground = Ground::with(&[("db", there.but(|ssh| ssh.password = Some("pass".parse().unwrap())))]).await;
    let ground = ground.given(&[], &[("admin", SECRET)]);
    let over = Arc::new(AtomicBool::new(false));
    let watcher = watch(&[SECRET, "passphrase-of-the-key", SCRIPT, "RELIGHT_INPUT"], &over);
    let text = format!(
        "runbook: there\ninputs: {{admin: {{type: secret}}}}\nunits:\n  u:\n    run: [{{command: 'x={SCRIPT}; printf \"%s \" \"$PW\"; sleep 1; printf %s \"$PW\" | base64', on: db, env: {{PW: {{input: admin}}}}}}]\n"
    );
    let launch = ground.launch_of(ground.plan(&text));
    let done = ground.run_until(launch, tokio_util::sync::CancellationToken::new()).await;
    over.store(true, Ordering::Relaxed);
    assert_eq!(watcher.join().unwrap(), Vec::<String>::new());
    // Masked on its way, encoded or not.
    assert_eq!(done.succeeded().output, "*** ***\n");
}

#[tokio::test]
async fn the_password_of_the_login_is_masked_when_it_shows_up() {
    let server = Sshd::start();
    let there =
        There::of(&server).secret("pw", "pa55word-of-the-login").but(|ssh| ssh.password = Some("pw".parse().unwrap()));
    let ground = Ground::with(&[("db", there)]).await;
    let done = ground.run("{command: 'echo pa55word-of-the-login', on: db}").await;
    assert_eq!(done.succeeded().output, "***\n");
}

#[tokio::test]
async fn variables_that_no_shell_takes_are_refused_before_anything_is_sent() {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    for (env, wanted) in [("PPID: x", "PPID"), ("_rl_run: x", "_rl_run")] {
        let done = ground.run(&format!("{{command: 'true', on: db, env: {{{env}}}}}")).await;
        assert!(
            done.message().starts_with(&format!("{wanted:?} can not be an environment variable")),
            "{}",
            done.message()
        );
    }
    assert!(!server.home().join(".relight").exists());
}
