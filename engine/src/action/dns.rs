//! `dns`: what name servers answer, each asked by itself.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::Launch;
use super::asker::Asker;
use super::check::{Answer, Reply};
use super::destination::{DNS, Destination};
use super::guard::Kept;
use super::transcript::Transcript;
use crate::base::{Lang, Text};
use crate::plan::Host;
use crate::plan::look::{self, Dns, RecordKind};
use crate::run::Cause;

/// Longest wait for one answer; asked twice, since a datagram may be lost.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks all name servers and counts their answers.
pub(super) async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    dns: &Dns,
    transcript: &mut Transcript,
) -> Result<Answer, Cause> {
    let asked = dns.resolvers.iter().map(|resolver| ask_one(asker, launch, dns, resolver));
    let answers = futures::future::join_all(asked).await.into_iter().collect::<Result<Vec<_>, Cause>>()?;
    let mut shown = String::new();
    for (resolver, answer) in dns.resolvers.iter().zip(&answers) {
        let word = match answer.reply() {
            Reply::Up => "up",
            Reply::Down => "down",
            Reply::Unknown => "unknown",
        };
        shown.extend([&resolver.to_string(), " ", word, ": ", answer.what().get(Lang::En), "\n"]);
    }
    transcript.take(transcript.heard(), shown.as_bytes()).await;
    Ok(counted(&answers, &dns.resolvers, dns.quorum))
}

/// Up and down are said only by a quorum of the name servers; between them nobody can say.
fn counted(answers: &[Answer], resolvers: &[look::Resolver], quorum: u32) -> Answer {
    let of = |reply: Reply| answers.iter().filter(|answer| answer.reply() == reply).count();
    let (up, all, quorum) = (of(Reply::Up), answers.len(), quorum as usize);
    let against = answers.iter().zip(resolvers).find(|(answer, _)| answer.reply() != Reply::Up);
    let (ko, en) = against.map_or_else(Default::default, |(answer, resolver)| {
        let what = answer.what();
        (format!("; {resolver}: {}", what.get(Lang::Ko)), format!("; {resolver}: {}", what.get(Lang::En)))
    });
    let what = Text::new(format!("네임서버 {all}개 중 {up}개{ko}"), format!("{up} of {all} name servers{en}"));
    let reply = if up >= quorum {
        Reply::Up
    } else if of(Reply::Down) + quorum > all {
        // So many are against it that the others together can not make the quorum.
        Reply::Down
    } else {
        Reply::Unknown
    };
    Answer::new(reply, what)
}

async fn ask_one(asker: &Asker<'_>, launch: &Launch, dns: &Dns, resolver: &look::Resolver) -> Result<Answer, Cause> {
    let to = match &resolver.host {
        Host::Written(host) => Destination { host: host.clone(), port: resolver.port.unwrap_or(DNS), named: None },
        Host::Of(target) => launch.name_server(target)?,
    };
    let address = match asker.guard.admit(launch, &to).await {
        Ok(addresses) => addresses.into_iter().next(),
        Err(Kept::Forbidden(cause)) => return Err(cause),
        Err(Kept::Unresolved(why)) => return Ok(Answer::new(Reply::Unknown, why)),
    };
    match address {
        Some(address) => Ok(weigh(dns, look_up(address, dns).await)),
        None => Ok(Answer::unknown("주소 없음", "it has no address")),
    }
}

/// The records, each as a text, with the shortest time for which they may be kept.
async fn look_up(at: SocketAddr, dns: &Dns) -> Result<(Vec<String>, u32), NetError> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = at.port();
        connection
    });
    let server = NameServerConfig::new(at.ip(), true, connections.to_vec());
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE;
    options.attempts = 2;
    // What was asked before is not what is answered now.
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options.preserve_intermediates = false;
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let resolver =
        Resolver::builder_with_config(config, TokioRuntimeProvider::default()).with_options(options).build()?;
    let mut name = Name::from_utf8(&dns.name)?;
    name.set_fqdn(true);
    let kind = record_type(dns.kind);
    let found = resolver.lookup(name, kind).await?;
    let records = found.answers().iter().filter(|record| record.record_type() == kind);
    let ttl = records.clone().map(|record| record.ttl).min().unwrap_or(0);
    Ok((records.map(|record| text(&record.data)).collect(), ttl))
}

pub(super) const fn record_type(kind: RecordKind) -> RecordType {
    match kind {
        RecordKind::A => RecordType::A,
        RecordKind::Aaaa => RecordType::AAAA,
        RecordKind::Cname => RecordType::CNAME,
        RecordKind::Mx => RecordType::MX,
        RecordKind::Ns => RecordType::NS,
        RecordKind::Ptr => RecordType::PTR,
        RecordKind::Srv => RecordType::SRV,
        RecordKind::Txt => RecordType::TXT,
    }
}

fn text(data: &RData) -> String {
    match data {
        RData::TXT(parts) => {
            parts.txt_data.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect::<String>()
        }
        other => other.to_string(),
    }
}

/// One way to write a value: names are the same in capitals and with a dot at their end.
fn normal(value: &str, kind: RecordKind) -> String {
    match kind {
        RecordKind::Txt => value.to_owned(),
        RecordKind::A | RecordKind::Aaaa => {
            value.parse::<std::net::IpAddr>().map_or_else(|_| value.to_owned(), |address| address.to_string())
        }
        RecordKind::Cname | RecordKind::Mx | RecordKind::Ns | RecordKind::Ptr | RecordKind::Srv => {
            value.trim_end_matches('.').to_ascii_lowercase()
        }
    }
}

fn weigh(dns: &Dns, found: Result<(Vec<String>, u32), NetError>) -> Answer {
    let (records, ttl) = match found {
        Ok(found) => found,
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
            let code = none.response_code;
            return Answer::down(format!("레코드 없음 ({code})"), format!("no such record ({code})"));
        }
        Err(error) => return Answer::unknown(format!("응답 없음: {error}"), format!("no answer: {error}")),
    };
    let sorted = |values: &[String]| {
        let mut values: Vec<String> = values.iter().map(|value| normal(value, dns.kind)).collect();
        values.sort();
        values.dedup();
        values
    };
    let (got, wanted) = (sorted(&records), sorted(&dns.values));
    let said = got.join(", ");
    if !wanted.is_empty() && got != wanted {
        let wanted = wanted.join(", ");
        return Answer::down(format!("{said}, 기대 {wanted}"), format!("{said}, wanted {wanted}"));
    }
    match dns.ttl.filter(|longest| ttl > *longest) {
        Some(longest) => Answer::down(
            format!("{said}, TTL {ttl}초, 기대 {longest}초 이하"),
            format!("{said} with a TTL of {ttl} s, wanted at most {longest} s"),
        ),
        None => Answer::up(format!("{said}, TTL {ttl}초"), format!("{said} with a TTL of {ttl} s")),
    }
}
