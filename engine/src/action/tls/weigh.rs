//! Whether the certificates that a server shows are good, and each thing that is wrong with them.

use std::time::Duration;

use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

use super::super::check::{Answer, Reply};
use crate::base::{Lang, Millis, Text, Timestamp};

/// What came of weighing a chain.
pub(super) struct Weighed {
    pub(super) answer: Answer,
    /// The certificates, one a line, for the output.
    pub(super) shown: String,
}

/// Longest list of names that is told.
const NAMES: usize = 8;

/// A certificate as far as anybody is told of it.
struct Card {
    subject: String,
    issuer: String,
    from: Timestamp,
    until: Timestamp,
    names: Vec<String>,
}

pub(super) fn weigh(
    chain: &[CertificateDer<'static>],
    name: &ServerName<'static>,
    roots: &RootCertStore,
    now: Timestamp,
    valid_for: Millis,
) -> Weighed {
    let cards: Vec<Option<Card>> = chain.iter().map(card).collect();
    let shown = cards.iter().map(|card| match card {
        None => "unreadable\n".to_owned(),
        Some(Card { subject, issuer, from, until, .. }) => {
            format!("{subject}, issued by {issuer}, {} to {}\n", from.to_iso(), until.to_iso())
        }
    });
    let shown = shown.collect();
    let parsed = chain.first().and_then(|own| ParsedCertificate::try_from(own).ok());
    let (Some(Some(card)), Some(parsed)) = (cards.first(), parsed) else {
        let answer = Answer::down("인증서를 읽을 수 없음", "the certificate can not be read");
        return Weighed { answer, shown };
    };
    let mut faults = Vec::new();
    faults.extend(time(card, now, valid_for));
    faults.extend(good_for(card, &parsed, name));
    // Who issued it is another question than whether it has expired.
    let at = now.max(card.from).min(card.until);
    let issued = |at: Timestamp| issued(&parsed, roots, chain.get(1..).unwrap_or_default(), at);
    match issued(at) {
        Err(error) => faults.push(issuer(card, &error)),
        Ok(()) if faults.is_empty() => {
            if let Err(error) = issued(now.plus(valid_for)) {
                faults.push(issuer(card, &error));
            }
        }
        Ok(()) => {}
    }
    let answer = if faults.is_empty() {
        let (until, left, by) = (card.until.to_iso(), days(card.until.since(now)), &card.issuer);
        Answer::up(
            format!("{until}까지 유효 ({left}일 남음), 발급: {by}"),
            format!("valid until {until}, {left} days more, issued by {by}"),
        )
    } else {
        let joined = |lang| faults.iter().map(|fault| fault.get(lang)).collect::<Vec<_>>().join("; ");
        Answer::new(Reply::Down, Text::new(joined(Lang::Ko), joined(Lang::En)))
    };
    Weighed { answer, shown }
}

fn time(card: &Card, now: Timestamp, valid_for: Millis) -> Option<Text> {
    let (from, until) = (card.from.to_iso(), card.until.to_iso());
    if now < card.from {
        return Some(Text::new(format!("{from}부터 유효, 아직 유효하지 않음"), format!("not valid before {from}")));
    }
    if now > card.until {
        let ago = days(now.since(card.until));
        return Some(Text::new(
            format!("{until}에 만료됨 ({ago}일 전)"),
            format!("expired on {until}, {ago} days ago"),
        ));
    }
    (card.until.since(now) < valid_for).then(|| {
        let left = days(card.until.since(now));
        Text::new(
            format!("{until}까지만 유효 ({left}일 남음, 기대 {valid_for} 이상)"),
            format!("valid until {until} only, {left} days more, wanted {valid_for}"),
        )
    })
}

const fn days(time: Millis) -> u64 {
    time.0 / 86_400_000
}

fn good_for(card: &Card, parsed: &ParsedCertificate<'_>, name: &ServerName<'_>) -> Option<Text> {
    verify_server_name(parsed, name).err().map(|_| {
        let wanted = name.to_str();
        if card.names.is_empty() {
            return Text::new(
                format!("인증서에 이름이 없어 {wanted}에 쓸 수 없음"),
                format!("not good for {wanted}: it has no subject alternative name"),
            );
        }
        let more = if card.names.len() > NAMES { ", …" } else { "" };
        let names = card.names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
        Text::new(
            format!("{wanted}의 인증서가 아님 (인증서의 이름: {names}{more})"),
            format!("not good for {wanted}, only for {names}{more}"),
        )
    })
}

fn issued(
    parsed: &ParsedCertificate<'_>,
    roots: &RootCertStore,
    above: &[CertificateDer<'static>],
    at: Timestamp,
) -> Result<(), Error> {
    let at = UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(at.0).unwrap_or_default()));
    let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
    verify_server_cert_signed_by_trust_anchor(parsed, roots, above, at, algorithms.all)
}

fn issuer(card: &Card, error: &Error) -> Text {
    let by = &card.issuer;
    match error {
        _ if card.subject == *by => Text::new(
            "자체 서명 인증서이며 신뢰하는 기관이 발급하지 않음",
            "signed by itself, by no authority that is trusted",
        ),
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Text::new(
            format!("발급자를 신뢰할 수 없음: {by}. 중간 인증서가 빠졌을 수 있음"),
            format!("its issuer is not trusted: {by}, or a certificate in between is not shown"),
        ),
        Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => Text::new("발급자의 인증서가 그때까지 유효하지 않음", "a certificate above it is not valid for as long"),
        error => Text::new(format!("인증서 사슬이 맞지 않음: {error}"), format!("its chain does not hold: {error}")),
    }
}

fn card(certificate: &CertificateDer<'static>) -> Option<Card> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let validity = certificate.validity();
    let names = certificate.subject_alternative_name().ok().flatten();
    let names = names.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => ip(bytes),
        GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::X400Address(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::URI(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    });
    Some(Card {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        from: instant(validity.not_before.timestamp()),
        until: instant(validity.not_after.timestamp()),
        names: names.collect(),
    })
}

const fn instant(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(1_000))
}

fn ip(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(|four| std::net::Ipv4Addr::from(four).to_string()).ok();
    four.or_else(|| <[u8; 16]>::try_from(bytes).map(|all| std::net::Ipv6Addr::from(all).to_string()).ok())
}
