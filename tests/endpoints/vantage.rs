//! Questions from several places: real SSH servers as vantage points, one of which is cut off, or sees something else.

use std::path::Path;

use engine::base::Lang;
use engine::run::{CauseKind, Outcome};
use harness::ports::free_port;
use harness::sshd::Sshd;
use tokio::net::TcpListener;

use crate::bench::Bench;

/// Two vantage points beside the engine, and a bench that knows them as `ap1` and `ap2`, and `db` on loopback.
async fn ground() -> (Sshd, Sshd, Bench) {
    let start = || tokio::task::spawn_blocking(Sshd::start);
    let (one, two) = (start().await.unwrap(), start().await.unwrap());
    let point = |name: &str, sshd: &Sshd| {
        let (user, port, key) = (sshd.user(), sshd.port(), sshd.host_key());
        format!(
            "  {name}: {{address: 127.0.0.1, ssh: {{user: {user}, port: {port}, host_key: {key}, key: {name}}}, \
             modes: [drill]}}\n"
        )
    };
    let targets = point("ap1", &one) + &point("ap2", &two) + "  db: {address: 127.0.0.1, modes: [drill]}\n";
    let keys = (one.key(), two.key());
    let bench = Bench::new().await.with_targets(&targets, &[("ap1", keys.0.as_str()), ("ap2", keys.1.as_str())]);
    (one, two, bench)
}

/// What each place said: the lines before the last one of the output, in English.
fn samples(output: &str) -> Vec<String> {
    let lines = output.lines().filter(|line| !line.starts_with("1/1 "));
    lines.map(|line| line.split(" | ").next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_vantage_point_that_is_cut_off_does_not_speak_for_the_others() {
    let (mut one, mut two, bench) = ground().await;
    let db = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = db.local_addr().unwrap().port();
    let check = format!("{{check: {{tcp: \":{port}\", on: db, from: [local, ap1, ap2], quorum: 2}}}}");
    let all = bench.run(&check).await;
    assert!(all.succeeded(), "{all:?}");
    assert_eq!(samples(&all.output), ["local up: open", "ap1 up: open", "ap2 up: open"]);

    two.stop();
    let most = bench.run(&check).await;
    assert!(most.succeeded(), "up by quorum: {most:?}");
    let said = samples(&most.output);
    assert_eq!(said[..2], ["local up: open", "ap1 up: open"]);
    assert!(said[2].starts_with("ap2 unknown: "), "{said:?}");
    let summary = most.summary();
    assert!(
        summary.starts_with("up after 1 of 1: 2 of 3 agree, quorum 2; local up: open; ap1 up: open; ap2 unknown: ")
    );

    one.stop();
    let alone = bench.run(&check).await;
    match &alone.outcome {
        Outcome::Unknown { why, seen } => {
            let why = why.get(Lang::En);
            assert!(why.starts_with("no 2 of 3 vantage points say the same (1 of 3 agree, quorum 2; local up: open; "));
            assert!(seen.summary.get(Lang::Ko).contains("local 정상: 연결됨; ap1 알 수 없음: "), "{seen:?}");
        }
        other => panic!("one voice decides nothing: {other:?}"),
    }
}

#[tokio::test]
async fn what_most_of_them_find_closed_is_down() {
    let (_one, _two, bench) = ground().await;
    let port = free_port();
    let check = format!("tcp: \":{port}\", on: db, from: [local, ap1, ap2], quorum: 3");
    let fenced = bench.run(&format!("{{check: {{{check}, expect: down}}}}")).await;
    assert!(fenced.succeeded(), "{fenced:?}");
    assert_eq!(samples(&fenced.output)[1], "ap1 down: connection refused");
    let wanted = bench.run(&format!("{{check: {{{check}}}}}")).await;
    assert_eq!(wanted.cause().kind, CauseKind::Check);
    assert!(wanted.message().starts_with("wanted up once in a row, last answer down (3 of 3 agree"), "{wanted:?}");
}

#[tokio::test]
async fn a_command_is_asked_on_each_of_them_and_a_split_is_for_a_person() {
    let (one, two, bench) = ground().await;
    let flag = |sshd: &Sshd| sshd.home().join("primary");
    let ask = "{check: {command: [sh, -c, \"test -e $HOME/primary && echo it is here\"], from: [ap1, ap2]}}";
    std::fs::write(flag(&one), "").unwrap();
    let split = bench.run(ask).await;
    assert!(matches!(split.outcome, Outcome::Unknown { .. }), "{split:?}");
    assert_eq!(samples(&split.output), ["ap1 up: exit 0", "ap1 > it is here", "ap2 down: exit 1"]);
    std::fs::write(flag(&two), "").unwrap();
    assert!(bench.run(ask).await.succeeded());
    for sshd in [&one, &two] {
        std::fs::remove_file(flag(sshd)).unwrap();
    }
    assert_eq!(bench.run(ask).await.cause().kind, CauseKind::Check);
}

#[tokio::test]
async fn what_a_host_has_not_is_said_and_nothing_of_a_question_is_executed_there() {
    let (one, _two, bench) = ground().await;
    let trap = one.home().join("trapped");
    // A host name can hold no blanks and no quotes; this one comes as far as a name may.
    let check = format!("{{check: {{tcp: \"$(touch${{IFS}}{}):80\", from: [ap1]}}}}", trap.display());
    let source = engine::runbook::Source::new("x.yaml", format!("runbook: x\nunits: {{a: {{run: [{check}]}}}}\n"));
    assert!(engine::plan::compile(&source).plan.is_none(), "such a name is refused");
    let empty = tempfile::tempdir().unwrap();
    let script = include_str!("../../engine/src/action/host/reach.sh");
    let said = run_with_programs_of(empty.path(), script, &["5", "80", "127.0.0.1;touch", "$(touch x)"]);
    assert_eq!(said, "missing=bash\n");
    assert!(!trap.exists() && bench.path("x").metadata().is_err());
}

/// What a script prints on a host that has nothing but a shell.
#[expect(clippy::disallowed_methods, reason = "plays a host that lacks programs")]
fn run_with_programs_of(folder: &Path, script: &str, arguments: &[&str]) -> String {
    let script = script.replace("PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin", "");
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", &script, "relight"]).args(arguments).env("PATH", folder).current_dir(folder);
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}
