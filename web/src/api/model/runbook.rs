//! Runbooks and components.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode};

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Runbooks {
    /// Files of the library, by name.
    pub runbooks: Vec<RunbookLine>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A runbook in the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunbookLine {
    /// The file inside the library's folder.
    pub file: String,
    /// Its id, under which it can be declared; `null` where it does not compile, or where the id stands for another file.
    pub id: Option<String>,
    /// Its name; `null` where it does not compile.
    pub title: Option<Both>,
    /// The digest of its plan, as a declaration may name it.
    pub digest: Option<String>,
    /// Units.
    pub units: u32,
    /// The critical path.
    pub length_ms: Option<u64>,
    /// The objective.
    pub rto_ms: Option<u64>,
    /// Faults that keep it from being run.
    pub errors: u32,
    /// Findings that somebody should look at.
    pub warnings: u32,
    /// The file that its id stands for, where that is another one.
    pub hidden_by: Option<String>,
}

/// One runbook.
#[derive(Debug, Serialize, ToSchema)]
pub struct Runbook {
    /// As in the catalogue.
    #[serde(flatten)]
    pub line: RunbookLine,
    /// What it is for.
    pub description: Option<Both>,
    /// The author's version.
    pub version: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// What is asked for when it is declared.
    pub inputs: Vec<InputLine>,
    /// Its services.
    pub services: Vec<ServiceLine>,
    /// The units of the critical path, in order.
    pub critical_path: Vec<String>,
    /// The YAML text.
    pub source: String,
}

/// A value that is asked for at declaration.
#[derive(Debug, Serialize, ToSchema)]
pub struct InputLine {
    /// Its name.
    pub name: String,
    /// What is asked.
    pub title: Both,
    /// `text`, `secret`, `datetime`, `bool` or `enum`.
    pub kind: String,
    /// What an `enum` offers.
    pub options: Vec<String>,
    /// Whether it must be given.
    pub required: bool,
    /// Taken where nothing is given.
    pub default: Option<String>,
}

/// A service against its objective, as planned.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceLine {
    /// Its id.
    pub service: String,
    /// Its name.
    pub title: Both,
    /// Its objective.
    pub rto_ms: Option<u64>,
    /// The longest path to it.
    pub length_ms: u64,
}

/// What is wrong with a runbook.
#[derive(Debug, Serialize, ToSchema)]
pub struct Faults {
    /// The file.
    pub file: String,
    /// The findings, in the order of their places.
    pub faults: Vec<Fault>,
}

/// A finding.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fault {
    /// The code, as in docs/diagnostics.md.
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// The file that it is in.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: Both,
    /// What to do.
    pub help: Option<Both>,
    /// A replacement that most likely mends it.
    pub suggestion: Option<String>,
}

/// All components.
#[derive(Debug, Serialize, ToSchema)]
pub struct Components {
    /// Those of the library by file, then the shipped ones.
    pub components: Vec<Component>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A component.
#[derive(Debug, Serialize, ToSchema)]
pub struct Component {
    /// Its file inside the library's folder; of a shipped one, what diagnostics call it.
    pub file: String,
    /// Whether it is part of the program.
    pub shipped: bool,
    /// Faults that keep it from being used.
    pub errors: u32,
    /// Its id; `null` where it has faults.
    pub id: Option<String>,
    /// Its version.
    pub version: Option<u32>,
    /// Its name.
    pub title: Option<Both>,
    /// What it does, what it needs, what it leaves behind.
    pub description: Option<Both>,
    /// The modes in which it may be used; `null`: all.
    pub modes: Option<Vec<Mode>>,
    /// Whether there is no simple way back after it.
    pub point_of_no_return: bool,
    /// The values that a use of it gives.
    pub params: Vec<Param>,
    /// The runbooks that use it.
    pub used_by: Vec<String>,
}

/// A parameter of a component.
#[derive(Debug, Serialize, ToSchema)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// The word for its type.
    pub kind: String,
    /// Whether every use must give it.
    pub required: bool,
    /// Taken where a use gives nothing.
    pub default: Option<String>,
    /// What an enum offers.
    pub options: Vec<String>,
    /// What it is.
    pub title: Option<Both>,
}

/// What a diagnostic means.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it means, an example, what to do, in the notation of Markdown.
    pub explained: Both,
}
