//! What is asked of a case. It comes in as JSON and is read by the reader of the console's forms, so that both are held to the
//! same.

use engine::base::{CaseClass, CaseId, FacilityScope, UserName};
use engine::cases::{Criterion, Customers, Moment, Seat, Source, SupportState};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Mode;
use crate::extract::Fields;

/// An event that is opened as a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// What happened, in one line.
    #[schema(min_length = 1, max_length = 4096)]
    pub what: String,
    /// `disaster`, `failure` or `security`.
    #[schema(value_type = String)]
    pub class: CaseClass,
    /// Whether it is real or an exercise.
    pub mode: Mode,
    /// Where in the organisation: `bank/it`; everywhere where absent.
    pub organisation: Option<String>,
    /// When it happened; the moment at which it was noticed where absent.
    #[schema(format = DateTime)]
    pub event_at: Option<String>,
    /// When it was noticed; now where absent.
    #[schema(format = DateTime)]
    pub detect_at: Option<String>,
    /// How that is known: `person`, `monitoring`, `outside` or `estimate`.
    #[schema(value_type = Option<String>)]
    pub source: Option<Source>,
    /// Whose main service is out: `sensitive`, `large` or `general`.
    #[schema(value_type = Option<String>)]
    pub customers: Option<Customers>,
    /// How much of the facility is hit: `dc`, `zone`, `pod` or `cluster`.
    #[schema(value_type = Option<String>)]
    pub scope: Option<FacilityScope>,
}

impl OpenCase {
    /// As the console's form sends it, with the id that the case is to have.
    pub fn fields(&self, case: CaseId) -> Fields {
        let mut fields = flat(self);
        fields.push(("case".to_owned(), case.to_string()));
        Fields(fields)
    }
}

/// Something that is asked of a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum CaseAct {
    /// Write something down.
    Note {
        /// What.
        text: String,
        /// When it happened; now where absent.
        #[schema(format = DateTime)]
        at: Option<String>,
    },
    /// Correct an instant.
    Time {
        /// `event` or `detect`.
        #[schema(value_type = String)]
        moment: Moment,
        /// Its right value.
        #[schema(format = DateTime)]
        at: String,
        /// How it is known.
        #[schema(value_type = String)]
        source: Source,
        /// Why.
        reason: String,
    },
    /// Say what is known of class, customers and scope.
    Assess {
        /// What kind of thing happened.
        #[schema(value_type = String)]
        class: CaseClass,
        /// Whose main service is out.
        #[schema(value_type = Option<String>)]
        customers: Option<Customers>,
        /// How much of the facility is hit.
        #[schema(value_type = Option<String>)]
        scope: Option<FacilityScope>,
    },
    /// Set the grade by hand, or give it back to the reckoning.
    Grade {
        /// From 1, the gravest, to 4; the reckoned one holds again where absent.
        #[schema(minimum = 1, maximum = 4)]
        grade: Option<u8>,
        /// Why.
        reason: String,
    },
    /// Tick a criterion, or take the tick back.
    Tick {
        /// Which.
        #[schema(value_type = String)]
        criterion: Criterion,
        /// Whether it holds.
        holds: bool,
    },
    /// Declare.
    Declare {
        /// Criteria that hold, beside those ticked before.
        #[serde(default)]
        #[schema(value_type = Vec<String>)]
        criteria: Vec<Criterion>,
        /// Why.
        reason: String,
    },
    /// End it with nothing moved.
    StandDown {
        /// Why.
        reason: String,
    },
    /// Say that the services are there again.
    Restore {
        /// Since when; now where absent.
        #[schema(format = DateTime)]
        at: Option<String>,
        /// What shows it.
        evidence: String,
    },
    /// Bring somebody into the situation room.
    Join {
        /// Who.
        name: String,
        /// What for.
        #[schema(value_type = String)]
        seat: Seat,
    },
    /// Let somebody go.
    Leave {
        /// Who.
        name: String,
    },
    /// Ask for help.
    Support {
        /// Of whom.
        to: String,
        /// What.
        what: String,
    },
    /// Say how far a support request is.
    SupportMoved {
        /// Which.
        number: u32,
        /// How far.
        #[schema(value_type = String)]
        state: SupportState,
        /// What is to be said about it.
        #[serde(default)]
        note: String,
    },
    /// Have a situation report written every so many minutes; 0: only when asked for.
    ReportEvery {
        /// The interval.
        #[schema(maximum = 1440)]
        minutes: u32,
    },
    /// Write a situation report now.
    Report {},
    /// Offer the command.
    Offer {
        /// To whom.
        #[schema(value_type = String)]
        to: UserName,
        /// In the commander's words.
        #[serde(default)]
        note: String,
    },
    /// Take the offer back.
    Withdraw {},
    /// Acknowledge it, as the one to whom it was made.
    Take {},
    /// Say that services run in another way.
    Alternate {
        /// Which.
        services: String,
        /// How, and what is reduced.
        how: String,
        /// Since when; now where absent.
        #[schema(format = DateTime)]
        at: Option<String>,
    },
    /// Say that they run as usual again.
    AlternateEnded {
        /// Which window.
        number: u32,
        /// Since when; now where absent.
        #[schema(format = DateTime)]
        at: Option<String>,
    },
    /// Write down what must be put right.
    Finding {
        /// What.
        text: String,
    },
    /// Say who answers for a finding.
    Own {
        /// Which.
        number: u32,
        /// Who.
        owner: String,
        /// Until when: `2026-12-31`.
        #[schema(format = Date)]
        due: Option<String>,
    },
    /// Attest that the site that was left is protected again, or that another protection stands in for it.
    Reprotect {
        /// What shows it.
        evidence: String,
    },
    /// Close the case.
    Close {
        /// In the commander's words.
        summary: String,
    },
}

impl CaseAct {
    /// As the console's form sends it.
    pub fn fields(&self) -> Fields {
        let mut fields = flat(self);
        // The words of the forms are those of addresses.
        for (name, value) in &mut fields {
            if name == "verb" {
                *value = value.replace('_', "-");
            }
        }
        Fields(fields)
    }
}

/// Members as fields: what is absent is not sent, what is true is a box that is ticked, a list is a box for each of its words.
pub(super) fn flat(value: &impl Serialize) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::to_value(value) else { return Vec::new() };
    let mut fields = Vec::new();
    for (name, value) in members {
        match value {
            Value::Null | Value::Bool(false) | Value::Object(_) => {}
            Value::Bool(true) => fields.push((name, "yes".to_owned())),
            Value::Number(number) => fields.push((name, number.to_string())),
            Value::String(text) => fields.push((name, text)),
            Value::Array(words) => {
                let words = words.iter().filter_map(Value::as_str);
                // The list `criteria` is the boxes `criterion.WORD`.
                fields.extend(words.map(|word| (format!("criterion.{word}"), "yes".to_owned())));
            }
        }
    }
    fields
}
