//! Names of values: what a run knows when it judges an expression.

use std::fmt;

use crate::base::{InputName, OutputName, ServiceId, UnitId};

/// The states of units that others may look at: what they wait for has come to one of these.
pub(crate) const SETTLED: [&str; 4] = ["ready", "attested", "skipped", "not_selected"];

/// A value by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// `mode`: the mode of the run.
    Mode,
    /// `inputs.<name>`: an input that is no secret.
    Input(InputName),
    /// `units.<id>.state`: the state of a unit.
    UnitState(UnitId),
    /// `outputs.<unit>.<name>`: what a step said.
    Output(UnitId, OutputName),
    /// `services.<id>.ready`: whether everything that a service needs is ready.
    ServiceReady(ServiceId),
}

/// As it is written in an expression.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mode => f.write_str("mode"),
            Self::Input(input) => {
                f.write_str("inputs")?;
                part(f, input.as_str())
            }
            Self::UnitState(unit) => {
                f.write_str("units")?;
                part(f, unit.as_str())?;
                f.write_str(".state")
            }
            Self::Output(unit, output) => {
                f.write_str("outputs")?;
                part(f, unit.as_str())?;
                part(f, output.as_str())
            }
            Self::ServiceReady(service) => {
                f.write_str("services")?;
                part(f, service.as_str())?;
                f.write_str(".ready")
            }
        }
    }
}

/// Whether a name can stand behind a dot as it is.
pub(super) fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn part(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if is_word(name) { write!(f, ".{name}") } else { write!(f, "[\"{name}\"]") }
}
