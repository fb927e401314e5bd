//! SQL Server. There is none among Debian's packages: what is shown here is how its door is knocked at, against a
//! listener that says by hand what a server says before and at the login. Values are decoded in the engine's own tests.

use engine::run::CauseKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::bench::Bench;

/// A message of the protocol from the server, in one packet.
fn packet(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&[4, 1, length[0], length[1], 0, 0, 1, 0], body].concat()
}

/// Reads one whole message of the client.
async fn heard(stream: &mut TcpStream) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head).await.unwrap();
        let mut body = vec![0; usize::from(u16::from_be_bytes([head[2], head[3]])) - 8];
        stream.read_exact(&mut body).await.unwrap();
        whole.extend(body);
        if head[1] & 1 == 1 {
            return whole;
        }
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Version 16 and no encryption at all.
fn greeting() -> Vec<u8> {
    packet(&[0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2])
}

/// The error 18456 with which a login is turned away.
fn turned_away() -> Vec<u8> {
    let said = "Login failed for user 'relight'.";
    let mut token = 18_456_u32.to_le_bytes().to_vec();
    token.extend([1, 14]);
    token.extend(u16::try_from(said.len()).unwrap().to_le_bytes());
    token.extend(utf16(said));
    token.push(2);
    token.extend(utf16("db"));
    token.push(0);
    token.extend(1_u32.to_le_bytes());
    let mut body = vec![0xaa];
    body.extend(u16::try_from(token.len()).unwrap().to_le_bytes());
    body.extend(token);
    body.extend([0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    packet(&body)
}

/// Listens as a server without encryption that lets nobody in. Gives its port and what came as the login.
async fn server() -> (u16, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        heard(&mut stream).await;
        stream.write_all(&greeting()).await.unwrap();
        let mut login = [0; 1];
        if stream.peek(&mut login).await.unwrap_or(0) == 0 {
            return Vec::new();
        }
        let login = heard(&mut stream).await;
        stream.write_all(&turned_away()).await.unwrap();
        login
    });
    (port, task)
}

async fn bench(port: u16, tls: &str) -> Bench {
    let db = format!(
        "  db: {{address: 127.0.0.1, sql: {{engine: mssql, port: {port}, database: bank, user: relight, password: admin, \
         tls: {tls}}}, modes: [drill]}}\n"
    );
    Bench::new().await.with_targets(&db, &[("admin", "pa55-mssql")])
}

#[tokio::test]
async fn a_login_that_is_turned_away_says_why() {
    let (port, login) = server().await;
    let done = bench(port, "disable").await.run("{sql: \"select 1\", on: db}").await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable);
    assert!(done.message().contains("Login failed for user 'relight'."), "{done:?}");
    let login = login.await.unwrap();
    let holds = |text: &str| login.windows(text.len() * 2).any(|part| part == utf16(text));
    assert!(holds("relight") && holds("bank"));
    assert!(!holds("pa55-mssql"), "the password is never sent as it stands");
}

#[tokio::test]
async fn where_encryption_is_required_no_login_is_sent_without_it() {
    let (port, login) = server().await;
    let done = bench(port, "require").await.run("{sql: \"select 1\", on: db}").await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable, "{done:?}");
    assert_eq!(login.await.unwrap(), Vec::<u8>::new());
}

#[tokio::test]
async fn where_nobody_listens_the_answer_is_down() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(bench(port, "prefer").await.ask("{sql: \"select 1\", on: db}").await, "down: connection refused");
}
