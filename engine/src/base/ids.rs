//! Newtypes for every id and name, so that a unit can not be passed where a stage is meant.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::Bilingual;

/// Longest name accepted anywhere, in characters. Names are shown in tables and carried in every event.
const NAME_LIMIT: usize = 64;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing was written.
    #[error("a name can not be empty")]
    Empty,
    /// Longer than 64 characters.
    #[error("a name has at most {NAME_LIMIT} characters")]
    TooLong,
    /// A character that is neither a letter, a digit, `-`, `_` nor `.`, or a first character that is not a letter or digit.
    #[error("{0:?} can not stand in a name: letters, digits, '-', '_' and '.' can, after a first letter or digit")]
    Character(char),
}

impl Bilingual for InvalidName {
    fn ko(&self) -> String {
        match self {
            Self::Empty => "이름은 비워 둘 수 없습니다".to_owned(),
            Self::TooLong => format!("이름은 {NAME_LIMIT}자까지입니다"),
            Self::Character(character) => format!(
                "{character:?}은(는) 이름에 쓸 수 없습니다. 글자나 숫자로 시작하고 글자, 숫자, '-', '_', '.' 만 씁니다"
            ),
        }
    }
}

/// Letters of every script are allowed: Korean teams name their units in Korean.
pub(super) fn check_name(text: &str) -> Result<(), InvalidName> {
    let mut characters = text.chars();
    match characters.next() {
        None => return Err(InvalidName::Empty),
        Some(first) if !first.is_alphanumeric() => return Err(InvalidName::Character(first)),
        Some(_) => {}
    }
    for character in characters {
        if !(character.is_alphanumeric() || matches!(character, '-' | '_' | '.')) {
            return Err(InvalidName::Character(character));
        }
    }
    if text.chars().count() > NAME_LIMIT { Err(InvalidName::TooLong) } else { Ok(()) }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str(text: &str) -> Result<Self, InvalidName> {
                check_name(text)?;
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;
            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

names! {
    /// A runbook, unique in its library.
    RunbookId;
    /// A stage of a runbook. Shares one namespace with its units, since `needs` may name either.
    StageId;
    /// A unit (기동 단위) of a runbook.
    UnitId;
    /// A service (업무).
    ServiceId;
    /// Something that only one run at a time may touch, such as a database cluster.
    LockName;
    /// A label such as `db`, `ap`, `web`, `net`.
    TierName;
    /// A host or endpoint. `local` is the engine's own host.
    TargetName;
    /// A value asked for when a run is declared.
    InputName;
    /// Something that a step says and later steps use.
    OutputName;
    /// A case of a decision, or its `otherwise`.
    BranchName;
    /// A role that may approve, such as `commander`.
    RoleName;
    /// A person or a token holder.
    UserName;
    /// People who hold some roles at one place together, such as `command`.
    TeamId;
    /// An inventory: the hosts and endpoints that runbooks may address.
    InventoryId;
    /// A component, which is also the name of its file without `.yaml`.
    ComponentId;
    /// A parameter of a component.
    ParamName;
    /// A data centre or a cloud region that serves as one.
    SiteName;
    /// A legal region in which data may lie, such as `kr-1`.
    RegionName;
    /// A secret of the inventory; its value is somewhere else.
    SecretName;
    /// A label of a target, such as `cluster`.
    LabelName;
    /// A replication link of the inventory: what brings the data of one system to another.
    LinkName;
    /// A list of people who are told something, such as `duty`.
    ContactName;
    /// Somebody in the contact tree.
    ContactId;
    /// A class of the contact tree, such as `immediate`.
    ClassName;
    /// A rule that says who is told what.
    RuleName;
}

macro_rules! uuids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

uuids! {
    /// One execution of a plan. UUID version 7, so ids sort by declaration time.
    RunId;
    /// A request of a person, made once however often it is sent.
    RequestId;
    /// One declared event, from the first news of it to its close. UUID version 7, so ids sort by opening time.
    CaseId;
    /// Something that a run showed and that is to be put right. Sorts with the run.
    FindingId;
}

/// Where fresh ids come from; tests count upwards instead.
pub trait IdSource: Send + Sync + fmt::Debug {
    /// A new, unique, time-ordered id.
    fn fresh(&self) -> Uuid;
}

/// UUID version 7 from the system's clock and randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are drawn")]
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_script_are_accepted_and_punctuation_is_not() {
        assert!("계정계-db.1".parse::<UnitId>().is_ok());
        assert_eq!("".parse::<UnitId>(), Err(InvalidName::Empty));
        assert_eq!("-x".parse::<UnitId>(), Err(InvalidName::Character('-')));
        assert_eq!("a b".parse::<UnitId>(), Err(InvalidName::Character(' ')));
        assert_eq!("a".repeat(65).parse::<UnitId>(), Err(InvalidName::TooLong));
    }
}
