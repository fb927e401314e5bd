//! Steps: what one action inside a unit is, fully resolved.

mod action;
mod change;
mod check;
mod command;
mod decision;
mod endpoint;
mod link;
pub mod look;
mod manual;
mod model;
mod moment;
mod notify;
mod output;
mod people;
mod records;
mod request;
mod starts_on;
mod vantage;

pub use action::Action;
pub use change::Change;
pub use check::{Check, Probe};
pub use command::{Command, CommandLine, EnvValue};
pub use decision::{Branch, Decision};
pub use endpoint::{Host, Http, Tcp, Url};
pub use link::{Link, LinkWait};
pub use look::Look;
pub use manual::{Evidence, Item, Manual, Measure, SecondChecker};
pub use model::{Phase, Retry, Step};
pub use moment::Moment;
pub use notify::Notify;
pub use output::{Capture, Output, OutputOf};
pub use people::{Exclusion, Gate, MarkKind, OnReject};
pub use records::{DnsUpdate, RecordChange, RecordData, Records, Tsig, TsigAlgorithm};
pub use request::{ClientCertificate, JsonTest, Latency, RequestTls};
pub use starts_on::{Reach, StartsOn};
pub use vantage::Vantage;
