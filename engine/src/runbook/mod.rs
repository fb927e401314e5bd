//! L1: from YAML text to a spanned document, and what is wrong with it.
//!
//! ```text
//! Source ──tree::build──▶ Tree ──read──▶ Document        (runbook::parse, runbook::parse_inventory)
//!    └───────────── faults ──▶ Diagnostics ──render──▶ human text or JSON
//! ```
//!
//! [`Document`] (of an inventory [`InventoryDocument`]) mirrors the YAML exactly and resolves nothing; that is the compiler's work. The keys of the language
//! stand in `document/` once: the reader and the published JSON Schemas are both made of them.

mod code;
mod component;
mod diagnostic;
mod document;
mod expand;
mod neighbours;
mod parse;
mod place;
mod read;
mod render;
mod schema;
mod source;
mod sources;
mod suggest;
mod surroundings;
mod tree;
mod written;

pub use code::{Code, Severity};
pub use component::{Components, shipped, shipped_path};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Silenced, Suggestion};
pub(crate) use diagnostic::{Finding, Findings};
pub(crate) use document::changes_something;
pub use document::{
    Action, After, AlreadyDone, Answers, Call, CapacityGoal, Case, Command, CommandLine, Concurrency, Decision,
    Direction, DnsKeys, Document, EnvValue, Escalation, Evidence, Exception, Exclusion, Flow, Gate, HeaderText,
    HeartbeatKeys, Http, HttpKeys, Input, InputType, Instruction, InventoryDocument, Kind, LangWord, Link, LinkKeys,
    LinkMode, LinkWait, LinkWord, Lint, Listed, Manual, Mark, Measure, Mock, ModesKeys, NotApplicable, Notify,
    Objectives, Occasion, OnFail, OnReject, OnTimeout, Origin, Policy, Questioning, Quorum, ReachKeys, Reason,
    RecoverySource, Retry, RoleKeys, RtoWord, Said, SaidKeys, SaidWord, SecondChecker, SecretPlace, SecretRef, Service,
    Silence, SiteKeys, SiteWord, SmtpKeys, SmtpTlsWord, SqlKeys, SqlWord, SshKeys, Stage, StartState, StartsOn, Step,
    TargetKeys, Tcp, TlsWord, Unit, Wait, Wanted, WebhookKeys, WrittenModes, WrittenMoment, look,
};
pub use expand::{ComponentCard, ParamCard, UsedComponent};
pub use neighbours::Runbooks;
pub(crate) use parse::{Parsed, ParsedInventory, parse, parse_inventory};
pub use place::{FileIx, Place, Span, Spanned};
pub use read::{
    Address, Count, Date, DomainName, Endpoint, EnvName, FreeRoom, HostKey, HostPath, HttpPlace, Many, Method, Named,
    OrShort, ServiceName, Sha256, Typed, Url, Wish,
};
pub use render::{human, json};
pub use schema::{inventory_schema, schema};
pub use source::Source;
pub(crate) use suggest::nearest;
pub use surroundings::{Choice, Surroundings};
pub(crate) use written::{Written, written};
