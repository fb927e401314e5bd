//! Runbook and inventory exactly as written: what each key says, and nothing resolved. The keys of the language stand here.

mod call;
mod component;
mod decision;
mod each;
mod gate;
mod inventory;
mod link;
mod manual;
mod notify;
mod output;
mod review;
mod service;
mod silence;
mod stage;
mod step;
mod top;

pub(crate) use call::changes_something;
pub use call::{Call, Command, CommandLine, EnvValue, Http, Questioning, Tcp, Wait, WrittenMoment, look};
pub(super) use component::{Component, Param, ParamType, Unread};
pub use decision::{Case, Decision};
pub(super) use each::{Chosen, Group};
pub use gate::{After, Escalation, Exclusion, Gate, OnReject, OnTimeout, Quorum};
pub use inventory::{
    DnsKeys, HeaderText, HeartbeatKeys, HttpKeys, InventoryDocument, LangWord, LinkKeys, LinkWord, ModesKeys, Policy,
    ReachKeys, RoleKeys, SecretPlace, SecretRef, SiteKeys, SiteWord, SmtpKeys, SmtpTlsWord, SqlKeys, SqlWord, SshKeys,
    TargetKeys, TlsWord, WebhookKeys, WrittenModes,
};
pub use link::{Link, LinkMode, LinkWait, StartState, StartsOn};
pub use manual::{Evidence, Instruction, Listed, Manual, Measure, NotApplicable, SecondChecker, Wanted};
pub use notify::Notify;
pub use output::{Said, SaidKeys, SaidWord};
pub use review::{Kind, Occasion, RecoverySource};
pub use service::{Exception, Service};
pub use silence::{Lint, Reason, Silence};
pub use stage::{AlreadyDone, Flow, Mock, OnFail, Retry, RtoWord, Stage, Unit};
pub use step::{Action, Direction, Mark, Step};
pub use top::{Answers, CapacityGoal, Concurrency, Document, Input, InputType, Objectives, Origin};
