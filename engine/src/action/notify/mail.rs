//! Mail, handed to a mail server.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::{Address, Message};

use super::super::destination::Destination;
use super::super::guard::Kept;
use super::{Errand, Sent, unreachable};
use crate::base::{Secret, Text};
use crate::inventory::{Smtp, SmtpTls};
use crate::run::{Cause, CauseKind};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for a goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// Recipients that the server refused which are named.
const NAMED: usize = 5;

pub(super) async fn send(errand: &Errand<'_>, smtp: &Smtp) -> Result<Sent, Cause> {
    let to = mailboxes(&errand.to)?;
    let from: Address = smtp.from.parse().map_err(|_| no_mailbox(&smtp.from))?;
    let message = compose(errand, &from, &to)?;
    let at = Destination { host: smtp.host.clone(), port: smtp.port, named: Some(errand.channel.clone()) };
    let addresses = match errand.guard.admit_among(errand.claims, errand.mode, &at).await {
        Ok(addresses) => addresses,
        Err(Kept::Forbidden(cause)) => return Err(cause),
        Err(Kept::Unresolved(why)) => return Ok(unreachable(why)),
    };
    let mut connection = match connect(errand, smtp, &addresses).await {
        Ok(connection) => connection,
        Err(error) => return Ok(failed(&error)),
    };
    let sent = hand_over(errand, &mut connection, from, &to, &message).await;
    // All has been said; a failed goodbye changes nothing.
    tokio::time::timeout(GOODBYE, connection.quit()).await.map(drop).unwrap_or_default();
    Ok(sent.unwrap_or_else(|error| failed(&error)))
}

/// The addresses of those for whom it is, each once.
fn mailboxes(to: &BTreeSet<String>) -> Result<BTreeSet<Address>, Cause> {
    to.iter().map(|person| person.parse().map_err(|_| no_mailbox(person))).collect()
}

fn no_mailbox(address: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("{address:?}은(는) 메일 주소가 아닙니다. 인벤토리를 고치십시오"),
        format!("{address:?} is no mail address: correct the inventory"),
    )
}

fn compose(errand: &Errand<'_>, from: &Address, to: &BTreeSet<Address>) -> Result<Vec<u8>, Cause> {
    let letter = &errand.letter;
    let header = |name: &str, value: String| {
        HeaderName::new_from_ascii(name.to_owned()).map(|name| HeaderValue::new(name, value)).ok()
    };
    let own = [("Auto-Submitted", "auto-generated".to_owned())];
    let own = own.into_iter().chain(errand.headers.iter().cloned()).map(|(name, value)| header(name, value));
    let since = Duration::from_millis(u64::try_from(errand.at.0).unwrap_or_default());
    let message = Message::builder()
        .message_id(Some(format!("<{}@{}>", letter.id, from.domain())))
        .date(SystemTime::UNIX_EPOCH + since)
        .from(Mailbox::new(None, from.clone()))
        .subject(letter.subject.clone());
    let message = to.iter().fold(message, |message, to| message.to(Mailbox::new(None, to.clone())));
    let message = own.flatten().fold(message, lettre::message::MessageBuilder::raw_header);
    let message = message.singlepart(SinglePart::plain(letter.body.clone())).map_err(|error| {
        Cause::new(
            CauseKind::Refused,
            format!("메일을 만들 수 없습니다: {error}. 채널의 연락처를 확인하십시오"),
            format!("the mail can not be made: {error}; see the contacts of the channel"),
        )
    })?;
    Ok(message.formatted())
}

async fn connect(errand: &Errand<'_>, smtp: &Smtp, to: &[SocketAddr]) -> Result<AsyncSmtpConnection, Error> {
    let tls = || {
        let tls = TlsParameters::builder(smtp.host.clone());
        let tls = match &errand.keys.ca {
            Some(ca) => tls.add_root_certificate(Certificate::from_pem(ca)?),
            None => tls,
        };
        tls.build_rustls()
    };
    let me = ClientId::default();
    let implicit = match smtp.tls {
        SmtpTls::Implicit => Some(tls()?),
        SmtpTls::Starttls | SmtpTls::None => None,
    };
    let mut connection = AsyncSmtpConnection::connect_tokio1(to, Some(CONNECT), &me, implicit, None).await?;
    match smtp.tls {
        SmtpTls::Starttls => connection.starttls(tls()?, &me).await?,
        SmtpTls::Implicit | SmtpTls::None => {}
    }
    if let Some(user) = &smtp.user {
        let password = errand.secret(smtp.password.as_ref()).map_or("", Secret::expose);
        let credentials = Credentials::new(user.clone(), password.to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
    }
    Ok(connection)
}

async fn hand_over(
    errand: &Errand<'_>,
    connection: &mut AsyncSmtpConnection,
    from: Address,
    to: &BTreeSet<Address>,
    message: &[u8],
) -> Result<Sent, Error> {
    let foreign = [&from].into_iter().chain(to).any(|address| !address.to_string().is_ascii());
    let spoken = connection.server_info().supports_feature(Extension::SmtpUtfEight);
    let parameters = if foreign && spoken { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
    connection.command(Mail::new(Some(from), parameters)).await?;
    let (mut refused, mut again) = (Vec::new(), false);
    for person in to {
        match connection.command(Rcpt::new(person.clone(), Vec::new())).await {
            Ok(_) => {}
            Err(error) if error.status().is_some() => {
                again |= error.is_transient();
                refused.push(format!("{person} ({})", said(&error)));
            }
            Err(error) => return Err(error),
        }
    }
    let (all, taken) = (to.len(), to.len() - refused.len());
    if taken == 0 {
        let who = named(&refused);
        let what = Text::new(
            format!("서버가 받는 사람을 모두 거절함: {who}"),
            format!("the server takes it for nobody: {who}"),
        );
        return Ok(Sent::Failed { kind: CauseKind::Unexpected, what, again });
    }
    connection.command(Data).await?;
    errand.hand_over();
    let answer = match connection.message(message).await {
        Ok(answer) => answer.message().collect::<Vec<_>>().join(" "),
        Err(error) if error.status().is_some() => return Err(error),
        Err(error) => return Ok(Sent::Lost(Text::plain(said(&error)))),
    };
    if refused.is_empty() {
        return Ok(Sent::Accepted(Text::new(
            format!("{all}명에게 보낸 메일을 서버가 받음: {answer}"),
            format!("accepted for {all}: {answer}"),
        )));
    }
    let who = named(&refused);
    let what = Text::new(
        format!("{all}명 중 {taken}명에게만 보냄. 거절된 사람: {who}"),
        format!("sent to {taken} of {all} only; refused: {who}"),
    );
    // Who got it would get it twice.
    Ok(Sent::Failed { kind: CauseKind::Unexpected, what, again: false })
}

fn named(refused: &[String]) -> String {
    let mut who = refused.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if refused.len() > NAMED {
        who += &format!(" … +{}", refused.len() - NAMED);
    }
    who
}

/// What the server said, or what stood in the way.
fn said(error: &Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    match error.status() {
        Some(code) => format!("{code} {deepest}"),
        None => deepest.to_string(),
    }
}

/// It was not sent.
fn failed(error: &Error) -> Sent {
    let said = said(error);
    if error.status().is_some() {
        let what = Text::new(format!("메일 서버가 거절함: {said}"), format!("the mail server refused it: {said}"));
        return Sent::Failed { kind: CauseKind::Unexpected, what, again: error.is_transient() };
    }
    unreachable(Text::new(format!("메일 서버에 닿지 못함: {said}"), format!("no way to the mail server: {said}")))
}
