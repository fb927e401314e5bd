//! An update as the bytes that are sent, and the answer to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode, UpdateMessage as _};
use hickory_proto::rr::rdata::tsig::TsigAlgorithm as Algorithm;
use hickory_proto::rr::rdata::{A, AAAA, CNAME, MX, NS, PTR, SRV, TXT};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType, TSigVerifier, TSigner};

use super::answer::{self, Verdict};
use crate::action::dns::record_type;
use crate::base::{Secret, Text};
use crate::plan::{DnsUpdate, RecordChange, RecordData, Tsig, TsigAlgorithm};
use crate::run::{Cause, CauseKind};

/// How far the clocks of both ends may be apart, in seconds; what RFC 8945 recommends.
const FUDGE: u16 = 300;
/// Longest string inside a text record, in bytes.
const STRING: usize = 255;

/// An update that is ready to be sent.
pub(super) struct Update {
    framed: Vec<u8>,
    id: u16,
    verifier: Option<TSigVerifier>,
}

impl Update {
    /// Builds and signs it.
    pub(super) fn new(update: &DnsUpdate, key: Option<&Secret>, id: u16, signed_at: u64) -> Result<Self, Cause> {
        let mut message = build(update, id).map_err(|why| impossible(&why))?;
        let verifier = match (&update.tsig, key) {
            (Some(tsig), Some(key)) => {
                let signer = signer(tsig, key)?;
                message.finalize(&signer, signed_at).map_err(|why| impossible(&why.to_string()))?
            }
            (Some(_) | None, _) => None,
        };
        let bytes = message.to_vec().map_err(|why| impossible(&why.to_string()))?;
        let length = u16::try_from(bytes.len()).map_err(|_| impossible("it is longer than 64 KiB"))?;
        Ok(Self { framed: [&length.to_be_bytes(), bytes.as_slice()].concat(), id, verifier })
    }

    /// The bytes for a stream: their number comes first.
    pub(super) fn framed(&self) -> &[u8] {
        &self.framed
    }

    /// What the server says. That the change was made is believed of nobody who can not sign it, where it was signed; that it
    /// was not made may be said by anybody: a server that knows no key can not sign.
    pub(super) fn judge(mut self, bytes: &[u8]) -> Verdict {
        let message = match Message::from_vec(bytes) {
            Ok(message) if message.id == self.id && message.message_type == MessageType::Response => message,
            Ok(_) => return answer::foreign(),
            Err(why) => return answer::unreadable(&why.to_string()),
        };
        if message.response_code != ResponseCode::NoError {
            let signature = message.signature().and_then(|record| record.data.error);
            return answer::refused(message.response_code, signature);
        }
        match self.verifier.as_mut().map(|verifier| verifier.verify(bytes)) {
            None | Some(Ok(_)) => Verdict::Made,
            Some(Err(why)) => answer::unproven(&why.to_string()),
        }
    }
}

fn build(update: &DnsUpdate, id: u16) -> Result<Message, String> {
    let name = whole(&update.name)?;
    let mut message = Message::new(id, MessageType::Query, OpCode::Update);
    let mut zone = Query::query(whole(&update.zone)?, RecordType::SOA);
    zone.set_query_class(DNSClass::IN);
    message.add_zone(zone);
    for value in &update.was {
        message.add_pre_requisite(Record::from_rdata(name.clone(), 0, data(value)?));
    }
    let all_gone = || {
        let mut record = Record::update0(name.clone(), 0, record_type(update.kind));
        record.dns_class = DNSClass::ANY;
        record
    };
    match &update.change {
        RecordChange::Replace(records) => {
            message.add_update(all_gone());
            for value in &records.values {
                message.add_update(Record::from_rdata(name.clone(), records.ttl, data(value)?));
            }
        }
        RecordChange::Add(records) => {
            for value in &records.values {
                message.add_update(Record::from_rdata(name.clone(), records.ttl, data(value)?));
            }
        }
        RecordChange::Remove(values) if values.is_empty() => message.add_update(all_gone()),
        RecordChange::Remove(values) => {
            for value in values {
                let mut record = Record::from_rdata(name.clone(), 0, data(value)?);
                record.dns_class = DNSClass::NONE;
                message.add_update(record);
            }
        }
    }
    Ok(message)
}

fn whole(name: &str) -> Result<Name, String> {
    let mut name = Name::from_ascii(name).map_err(|why| format!("{name}: {why}"))?;
    name.set_fqdn(true);
    Ok(name)
}

fn data(value: &RecordData) -> Result<RData, String> {
    Ok(match value {
        RecordData::A(address) => RData::A(A(*address)),
        RecordData::Aaaa(address) => RData::AAAA(AAAA(*address)),
        RecordData::Cname(host) => RData::CNAME(CNAME(whole(host)?)),
        RecordData::Mx(preference, host) => RData::MX(MX::new(*preference, whole(host)?)),
        RecordData::Ns(host) => RData::NS(NS(whole(host)?)),
        RecordData::Ptr(host) => RData::PTR(PTR(whole(host)?)),
        RecordData::Srv(priority, weight, port, host) => RData::SRV(SRV::new(*priority, *weight, *port, whole(host)?)),
        RecordData::Txt(text) if text.is_empty() => RData::TXT(TXT::from_bytes(vec![b""])),
        RecordData::Txt(text) => RData::TXT(TXT::from_bytes(text.as_bytes().chunks(STRING).collect())),
    })
}

fn signer(tsig: &Tsig, key: &Secret) -> Result<TSigner, Cause> {
    // What the key looks like is not quoted: it is a secret.
    let bytes = STANDARD.decode(key.expose().trim()).ok().filter(|bytes| !bytes.is_empty()).ok_or_else(|| {
        let secret = &tsig.secret;
        Cause {
            kind: CauseKind::Refused,
            message: Text::new(
                format!("비밀 {secret}의 값은 base64로 적은 TSIG 키가 아닙니다. 키 파일의 `secret` 값을 넣으십시오"),
                format!("the value of the secret {secret} is no TSIG key in base64: put in what stands behind `secret` in the key file"),
            ),
        }
    })?;
    let algorithm = match tsig.algorithm {
        TsigAlgorithm::HmacSha256 => Algorithm::HmacSha256,
        TsigAlgorithm::HmacSha512 => Algorithm::HmacSha512,
    };
    let name = whole(&tsig.name).map_err(|why| impossible(&why))?;
    TSigner::new(bytes, algorithm, name, FUDGE).map_err(|why| impossible(&why.to_string()))
}

fn impossible(why: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("이 변경은 메시지로 만들 수 없습니다: {why}. 런북의 값을 고치십시오"),
        format!("no message can be made of this update: {why}; correct the values in the runbook"),
    )
}
