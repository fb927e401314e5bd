//! Evidence packs for programs, and for the auditor who gets them from one.

use std::fs;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use engine::base::{Clock as _, SystemClock};
use engine::evidence::{Given, Keyring, check};
use engine::store::{Changed, DeedQuery};
use harness::recompute::recompute;

use crate::app::Console;
use crate::program::Program;
use crate::touring::{declare, until};

/// What an address gives to a program, as bytes.
async fn fetched(console: &Console, program: &Program<'_>, path: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(path).header(header::COOKIE, program.cookie()).body(Body::empty()).unwrap();
    let (parts, body) = console.answer(request).await.into_parts();
    (parts.status, to_bytes(body, 16 << 20).await.unwrap().to_vec())
}

/// Makes the key of the host.
async fn key(console: &Console) {
    let ring = Keyring::new(console.app.sealed.clone().unwrap());
    let now = SystemClock.now();
    let (_, change) = ring.make(now, "kim".parse().unwrap(), "here".to_owned()).unwrap();
    assert_eq!(console.store.change(now, vec![change], Vec::new()).await.unwrap(), Changed::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_made_for_a_program_and_proves_itself_and_is_written_down() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let run = declare(&kim).await;
    until(&kim, &run, "waiting").await;
    let pack = format!("{run}/pack?data_only=true");
    let (refused, _) = fetched(&console, &kim, &pack).await;
    assert_eq!(refused, StatusCode::CONFLICT, "a host without a key signs nothing");
    key(&console).await;
    let (status, bytes) = fetched(&console, &kim, &pack).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&bytes));
    let proof = check(std::io::Cursor::new(&bytes), Given::default()).unwrap();
    assert!(proof.flaws.is_empty() && proof.manifest.unwrap().interim, "{:?}", proof.flaws);
    let file = console.folder.path().join("pack.zip");
    fs::write(&file, bytes).unwrap();
    let (status, said) = recompute(&[file.as_path()]);
    assert_eq!(status, 0, "{said:#?}");
    let sealed = DeedQuery { act: Some("run.seal".to_owned()), ..DeedQuery::default() };
    let deeds = console.store.deeds(sealed).await.unwrap();
    assert_eq!(deeds.len(), 1, "who took a pack stands in the audit log");
    for (path, status) in [
        (format!("{run}/pack?all=true"), StatusCode::BAD_REQUEST),
        (format!("{run}/issues/7/pack?data_only=true"), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(fetched(&console, &kim, &path).await.0, status, "{path}");
    }
}
