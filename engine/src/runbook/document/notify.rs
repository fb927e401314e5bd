//! Messages to people, as they are written.

use super::super::Spanned;
use super::super::read::{Many, Named, shape};
use super::EnvValue;
use crate::base::{ContactName, OutputName, TargetName, Text};

shape! {
    /// A message to people.
    pub struct Notify ["`notify`", "`notify`"] {
        /// The channel: a target with smtp or webhook.
        (required) "channel" => channel: Spanned<TargetName>,
        /// One or more contact lists of the channel; all of them where absent.
        "to" => to: Many<Spanned<ContactName>>,
        /// What it is about, in one line; {name} stands for a value.
        (required) "subject" => subject: Spanned<Text>,
        /// What it says; {name} stands for a value.
        "body" => body: Spanned<Text>,
        /// What {name} stands for beside {mode}, {run}, {runbook} and {unit}: texts, {input: name} or {output: unit.name}.
        "values" => values: Vec<Named<OutputName, Spanned<EnvValue>>>,
    }
}
