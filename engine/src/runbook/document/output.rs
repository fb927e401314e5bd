//! What a step says for later ones.

use serde_json::{Value, json};

use super::super::Spanned;
use super::super::read::{Definitions, Read, Reader, shape, words};
use super::super::tree::{Kind, NodeId};

words! {
    /// A value that needs no looking for.
    pub enum SaidWord {
        /// Standard output of a command, without the blanks around it.
        Stdout = "stdout",
        /// The exit code of a command.
        Exit = "exit",
        /// The body of an answer, without the blanks around it.
        Body = "body",
        /// The status of an answer.
        Status = "status",
        /// The first value of the first row that a statement gives.
        Value = "value",
        /// The instant up to which all that the source committed has arrived over a replication link.
        Point = "point",
    }
}

shape! {
    /// A value that stands somewhere in standard output, in the body of an answer, or in the first value of a row.
    pub struct SaidKeys ["an output", "출력값"] {
        /// A regular expression; the value is its first group, or all of it.
        "regex" => regex: Spanned<String>,
        /// A path as of RFC 9535 that leads to one value.
        "json" => json: Spanned<String>,
    }
}

/// Where a value is taken from.
#[derive(Debug, Clone)]
pub enum Said {
    /// All of something.
    Word(SaidWord),
    /// A part.
    Part(SaidKeys),
}

impl Read for Said {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) => SaidKeys::read(reader, at).map(Self::Part),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                SaidWord::read(reader, at).map(Self::Word)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [SaidWord::schema(definitions), SaidKeys::schema(definitions)] })
    }
}
