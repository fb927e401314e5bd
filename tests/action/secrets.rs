//! Secrets reach the processes that name them, and nobody else.

use std::collections::BTreeMap;

use engine::action::Runner as _;
use engine::base::{InputName, Secret};
use engine::plan::{Action, EnvValue};
use harness::attempt::number_in;

use crate::site::{Site, shell};

const PASSWORD: &str = "tiger-바다-7731";

fn name() -> InputName {
    "db_admin".parse().unwrap()
}

#[tokio::test]
async fn a_secret_is_in_the_environment_of_the_step_that_names_it_and_in_no_command_line_log_or_output() {
    let site = Site::new().await.with_secrets(&[("db_admin", PASSWORD)]);
    let pid = site.path("pid");
    let script = format!(
        "echo $$ > {0}; [ ${{#PW}} -gt 0 ] && echo \"pw=$PW\"; printf %s \"$PW\" | base64; printf %s \"$PW\" | od -An -tx1 | tr -d ' \\n'; \
         until [ -e {0}.go ] || [ ! -e {0} ]; do sleep 0.01; done",
        pid.display()
    );
    let mut command = shell(&script);
    command.env.insert("PW".to_owned(), EnvValue::Input(name()));
    let attempt = site.run(Action::Command(command));
    let look = async {
        number_in(&pid).await;
        let everywhere = command_lines();
        std::fs::write(site.path("pid.go"), "").unwrap();
        everywhere
    };
    let (done, lines) = tokio::join!(attempt, look);
    done.succeeded();
    assert_eq!(done.output, "pw=***\n***\n***");
    assert!(!lines.contains(PASSWORD), "a command line shows the secret");
    let log = std::fs::read_to_string(site.keeper_folder().join("keeper.log")).unwrap();
    assert!(!log.contains(PASSWORD));
}

#[tokio::test]
async fn a_step_that_does_not_name_a_secret_does_not_get_it() {
    let site = Site::new().await.with_secrets(&[("db_admin", PASSWORD)]);
    let done = site.run(Action::Command(shell("env | grep -c -e tiger -e DB_ADMIN; true"))).await;
    assert_eq!(done.output, "0\n");
}

#[tokio::test]
async fn messages_hide_secrets_too() {
    let site = Site::new().await.with_secrets(&[("db_admin", PASSWORD)]);
    let mut command = shell("echo \"login as $PW failed\"; exit 1");
    command.env.insert("PW".to_owned(), EnvValue::Input(name()));
    let done = site.run(Action::Command(command)).await;
    assert_eq!(done.message(), "exit 1, wanted 0; its last line: login as *** failed");
}

#[tokio::test]
async fn the_next_engine_gets_the_secrets_until_the_run_is_over() {
    let site = Site::new().await;
    site.actions.claim(site.run, 1).await;
    site.actions.entrust(site.run, 1, &BTreeMap::from([(name(), Secret::new(PASSWORD))])).await;
    let (_, next) = site.another_engine().await;
    // Asked over the first connection as well, so that what was entrusted there has been read.
    assert!(site.actions.claim(site.run, 1).await.secrets.is_some());
    let held = next.claim(site.run, 2).await.secrets.unwrap();
    assert_eq!(held[&name()].expose(), PASSWORD);
    assert!(site.actions.claim(site.run, 1).await.secrets.is_none(), "an older engine gets nothing");
    next.over(site.run, 2);
    assert!(next.claim(site.run, 3).await.secrets.is_none());
}

fn command_lines() -> String {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect()
}
