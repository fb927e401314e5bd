//! L1: from YAML text to a spanned document, and what is wrong with it.
//!
//! ```text
//! Source ──tree::build──▶ Tree ──read──▶ Document        (runbook::parse)
//!    └───────────── faults ──▶ Diagnostics ──render──▶ human text or JSON
//! ```
//!
//! [`Document`] mirrors the YAML exactly and resolves nothing; that is the compiler's work. The keys of the language
//! stand in `document/` once: the reader and the published JSON Schema are both made of them.

mod code;
mod diagnostic;
mod document;
mod parse;
mod place;
mod read;
mod render;
mod schema;
mod source;
mod suggest;
mod tree;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Suggestion};
pub(crate) use diagnostic::{Finding, Findings};
pub use document::{
    Action, AlreadyDone, Call, Command, CommandLine, Concurrency, Direction, Document, EnvValue, Exception, Exclusion,
    Flow, Gate, Http, Input, InputType, Instruction, Manual, Mark, Mock, Objectives, OnFail, OnReject, Origin,
    Questioning, Retry, RtoWord, Service, Stage, Step, Unit,
};
pub(crate) use parse::{Parsed, parse};
pub use place::{Place, Span, Spanned};
pub use read::{Count, Date, Endpoint, EnvName, Method, Named, OrShort, Url};
pub use render::{human, json};
pub use schema::schema;
pub use source::Source;
pub(crate) use suggest::nearest;
