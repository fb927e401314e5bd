//! Every kind of finding, with a code that never changes its meaning. Each has a section in `docs/diagnostics.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// No plan comes out.
    Error,
    /// A plan comes out, but somebody should look.
    Warning,
    /// Nothing is wrong; it is said so that nobody is surprised.
    Note,
}

impl Severity {
    /// The word in human and JSON output.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal $severity:ident;)*) => {
        /// A kind of finding. `E` codes are faults of writing, `L` codes are lints on the meaning of a runbook.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $id)] $name,)*
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable code, such as `E11`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// Its name as written here.
            const fn written(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// How grave it is.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }
        }
    };
}

codes! {
    /// The text is not well-formed YAML.
    Syntax = "E01" Error;
    /// A tab stands where only spaces may.
    Tab = "E02" Error;
    /// The text is not UTF-8, or holds a character that YAML forbids.
    Encoding = "E03" Error;
    /// The text is too long, too deep or too large once its aliases are expanded.
    Limit = "E04" Error;
    /// There is nothing in the text.
    Empty = "E05" Error;
    /// More than one YAML document in a file.
    Documents = "E06" Error;
    /// A key stands twice in one map.
    DuplicateKey = "E07" Error;
    /// An alias names an anchor that was not set before it.
    UnknownAnchor = "E08" Error;
    /// An alias stands inside its own anchor.
    RecursiveAnchor = "E09" Error;
    /// A merge key `<<` whose value is not a map.
    Merge = "E10" Error;
    /// A key that the language does not have.
    UnknownKey = "E11" Error;
    /// A key that must be there is not.
    MissingKey = "E12" Error;
    /// A map, list or scalar where another of these is wanted.
    WrongType = "E13" Error;
    /// A scalar that can not be read as what is wanted.
    BadValue = "E14" Error;
    /// A text that can not be a name.
    BadName = "E15" Error;
    /// A YAML tag such as `!!python/object`.
    Tag = "E16" Error;
    /// A step without an action, or with several, or with a key of another action.
    Step = "E17" Error;
    /// A unit that has both `run` and a shorthand, or several shorthands.
    Shape = "E18" Error;
    /// A word about being usable that means nothing, or lets others begin too early.
    Usable = "E19" Error;
    /// `needs` or a service names something that is not there.
    UnknownNeed = "E20" Error;
    /// An id stands for two things.
    DuplicateId = "E21" Error;
    /// A unit that can never start, because it waits for a circle.
    Unreachable = "E22" Error;
    /// A stage without units, or a unit without steps.
    Empties = "E23" Error;
    /// An environment variable takes an input that is not declared.
    UnknownInput = "E24" Error;
    /// A gate wants more approvals than there are approvers.
    Quorum = "E25" Error;
    /// A secret with a default, an enum without options, a default that is no option.
    InputDefault = "E26" Error;
    /// A gate that nobody may approve.
    GateWithoutApprover = "E27" Error;
    /// Rules of a gate that contradict each other or can not take effect.
    GateRules = "E28" Error;
    /// A gate that would approve itself when nobody answers.
    ApprovesItself = "E29" Error;
    /// A part of an inventory names another that is not there.
    UnknownReference = "E30" Error;
    /// The jump hosts on the way to a target lead in a circle or to none.
    JumpCircle = "E31" Error;
    /// An address that a mode both may and may not use.
    Contradiction = "E32" Error;
    /// A unit or a step names a target that the inventory does not have.
    UnknownTarget = "E33" Error;
    /// A target that can not be addressed as a step wants in a mode in which the runbook may be run.
    UnboundTarget = "E34" Error;
    /// A target beside an address that is written out.
    HalfAddress = "E35" Error;
    /// A step takes a secret that the inventory does not have.
    UnknownSecret = "E36" Error;
    /// A step measures a replication link that the inventory does not have, or at a standby that it does not lead to.
    UnknownLink = "E37" Error;
    /// A component that is not there, or can not be read.
    UnknownComponent = "E40" Error;
    /// A parameter that is missing, unknown, or of another type.
    Argument = "E41" Error;
    /// A name in `{{ }}` that stands for nothing, or can not stand where it does.
    Placeholder = "E42" Error;
    /// A value that would become a part of the program that it is put into.
    UnsafeValue = "E43" Error;
    /// Components that use each other in a circle, or are nested too deeply.
    ComponentCircle = "E44" Error;
    /// Another version of a component than the one that was meant, or another component.
    ComponentVersion = "E45" Error;
    /// A unit that can not be repeated, or a group that can not be made.
    Repetition = "E46" Error;
    /// A condition that can not be read, or that compares what can not be compared.
    Condition = "E50" Error;
    /// A condition looks at something that is not there, or not there yet.
    ConditionName = "E51" Error;
    /// A decision chooses something that does not wait for it.
    SelectedTooEarly = "E52" Error;
    /// A value of a step that can not be taken, or is taken where it is not there yet.
    Output = "E53" Error;
    /// A message that can not be sent as it is written.
    Notify = "E54" Error;
    /// A question that can not be asked from several vantage points.
    Vantage = "E55" Error;
    /// A capacity that can not be reached, or shares that make no whole.
    Capacity = "E56" Error;
    /// What can not be kept silent.
    Silence = "E60" Error;
    /// A call of a runbook that is not there, can not be read, or has errors.
    UnknownRunbook = "E70" Error;
    /// Runbooks that call each other in a circle, too deeply, or too many of them.
    CallCircle = "E71" Error;
    /// A call gives a runbook what it does not ask for, or not what it asks for.
    CallInput = "E72" Error;
    /// A unit waits for something that the other run can not come to.
    StartsOn = "E73" Error;
    /// A critical path is longer than the objective.
    PathOverRto = "L01" Warning;
    /// A recovery time without a word about the mark that it is reckoned from, or with another one than the organisation's.
    ClockOrigin = "L02" Warning;
    /// A promotion that nothing is fenced before.
    PromoteWithoutFence = "L03" Warning;
    /// A point of no return that no gate stands before.
    NoReturnWithoutGate = "L04" Warning;
    /// A gate that may wait for people longer than the objective leaves.
    SlowApproval = "L05" Warning;
    /// Backups so far apart that more can be lost than the objective allows.
    RareBackup = "L06" Warning;
    /// A source of recovery that loses more than the objective allows.
    LossySource = "L07" Warning;
    /// A command that destroys without asking.
    Dangerous = "L08" Warning;
    /// Something that goes on after its step has ended, and that nothing waits for.
    NobodyWaits = "L09" Warning;
    /// Traffic that is switched before what it leads to is there.
    EarlySwitch = "L10" Warning;
    /// Data would be brought to a region where it may not be.
    Residency = "L11" Warning;
    /// A unit that ends without looking whether it worked.
    NoPostCheck = "L12" Warning;
    /// A step that is retried although nothing says that repeating it is harmless.
    RetryWithoutProbe = "L13" Warning;
    /// A unit that changes something and says nothing about how that is undone.
    NoRollback = "L14" Warning;
    /// A gate that whoever asks for it can open alone.
    OwnApproval = "L15" Warning;
    /// A runbook that should have been read again.
    StaleReview = "L16" Warning;
    /// Scheduled times that overlap.
    ScheduleOverlap = "L17" Warning;
    /// An address that the inventory does not know.
    UnknownAddress = "L18" Warning;
    /// Functions of one system with different priorities.
    TwoTiers = "L19" Warning;
    /// Units that wait for each other in a circle.
    Circle = "L20" Error;
    /// A service needs a unit that is never part of a run.
    NeverSelected = "L21" Warning;
    /// A step that may run for ever.
    NoTimeout = "L22" Warning;
    /// An exercise that tells the same people as the real thing.
    SharedAudience = "L23" Warning;
    /// A decision that hangs on what was seen from one place alone.
    SingleVantage = "L24" Warning;
    /// A step that changes something in an inspection.
    ChangingInspection = "L25" Warning;
    /// A secret on a command line.
    SecretInArguments = "L26" Warning;
    /// `{{ }}`, which is taken literally.
    Braces = "L27" Warning;
    /// A unit that must be ready before its planned time.
    RecoverByTooEarly = "L28" Warning;
    /// A unit without a target where others have one: the planned times leave it out.
    NoTarget = "L29" Warning;
    /// A unit that says how it is started and not how it is stopped, or the reverse.
    OneWay = "L30" Warning;
    /// A critical path longer than the objective, which somebody has accepted.
    PathAccepted = "L31" Note;
    /// A condition that never holds, or a case that is never reached.
    NeverHolds = "L40" Warning;
    /// A lint is kept silent where it says nothing.
    IdleSilence = "L41" Warning;
}

impl Code {
    /// What people call it, as stable as the code: `no-post-check` of `L12`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in self.written().chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// The code that is meant by itself or by its name, in letters of either case.
    pub fn called(text: &str) -> Option<Self> {
        let is = |code: &&Self| code.id().eq_ignore_ascii_case(text) || code.name().eq_ignore_ascii_case(text);
        Self::ALL.iter().find(is).copied()
    }

    /// Whether a runbook may keep it silent: warnings and notes, but not what is said of silences themselves.
    pub fn can_be_silenced(self) -> bool {
        self.severity() != Severity::Error && self != Self::IdleSilence
    }

    /// Whether the day on which a runbook is compiled has a say in it.
    pub fn depends_on_the_day(self) -> bool {
        self == Self::StaleReview
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}
