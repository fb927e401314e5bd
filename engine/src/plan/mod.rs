//! L2: the compiled, immutable, valid form of a runbook.
//!
//! [`Plan`] has no public constructor: only the compiler makes one, or [`Plan::thaw`] from bytes that a compiler froze
//! and whose digest still fits. Whoever holds a plan may rely on it: acyclic, resolved, budgeted.

mod body;
mod catalogue;
mod compile;
mod compiled;
mod component;
mod derive;
mod expression;
mod graph;
mod library;
mod linking;
mod lints;
mod objectives;
mod questions;
mod render;
mod rollback;
mod schedule;
mod selection;
mod silence;
mod speech;
mod step;
#[cfg(test)]
mod tests;
mod unit;
mod upkeep;
mod uses;

pub use crate::base::Mode;
pub use crate::inventory::{Binding, Bound, Target};
pub use body::{Answers, Body, Input, InputKind, Limits};
pub use catalogue::{Listed, User};
pub use compile::{Compiled, Context, compile, compile_in};
pub use compiled::{Plan, ThawError};
pub use component::Component;
pub use derive::{Derivation, Derived, NotDerived, derive};
#[cfg(test)]
pub(crate) use expression::SETTLED;
pub use expression::{Expression, Name, Trouble, Value};
pub use graph::{Graph, Node, NodeIx};
pub use library::{Entry, Library};
pub use linking::Callee;
pub use objectives::{CapacityGoal, Exception, Objectives, Origin, Service};
pub use questions::{Concern, Question};
pub use render::{dot, json, text};
pub use rollback::Undo;
pub use schedule::{Schedule, Span};
pub use selection::{Selection, Sway};
pub use silence::{About, Silence};
pub use speech::Speech;
pub use step::{
    Action, Branch, Capture, Change, Check, ClientCertificate, Command, CommandLine, Decision, DnsUpdate, EnvValue,
    Escalation, Evidence, Exclusion, Gate, Host, Http, Item, JsonTest, Latency, Link, LinkWait, Look, Manual, MarkKind,
    Measure, Moment, Notify, OnReject, OnTimeout, Output, OutputOf, Phase, Probe, Reach, RecordChange, RecordData,
    Records, RequestTls, Retry, SecondChecker, StartsOn, Step, Tcp, Tsig, TsigAlgorithm, Url, Vantage, look,
};
pub use unit::{OnFail, Rehearsal, Stage, StageFlow, StageIx, Unit, UnitIx, Usable};
pub use upkeep::{Kind, Occasion, RecoverySource, Review};
pub use uses::{Use, Uses, Way, WrittenAddress};
