//! Profiles that can be adopted, and holidays.

use engine::base::{Day, Text};
use engine::review::{Clause, Duty, Profile};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode};

/// What the drill calendar knows of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileCatalogue {
    /// Profiles that can be adopted.
    pub profiles: Vec<ProfileLine>,
    /// Holidays of this year and the next.
    pub holidays: Vec<HolidayLine>,
    /// What keeps the customer's own file from being read, where something does.
    pub trouble: Option<String>,
}

/// A profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileLine {
    /// Its id.
    pub profile: String,
    /// Its name.
    pub title: Both,
    /// Where that is known from.
    pub source: Both,
    /// The longest recovery time.
    pub rto_ms: Option<u64>,
    /// The one that is advised.
    pub advised_ms: Option<u64>,
    /// What its clauses ask.
    pub clauses: Vec<ClauseLine>,
    /// What has to be held.
    pub duties: Vec<ProfileDuty>,
}

/// A clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClauseLine {
    /// How it is cited.
    pub clause: String,
    /// What it asks.
    pub asks: Both,
    /// Sections of the report that show it.
    pub shown_in: Vec<String>,
}

/// Something that has to be held again and again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileDuty {
    /// Its id in the profile.
    pub duty: String,
    /// Its name.
    pub title: Both,
    /// The clause that asks for it.
    pub clause: String,
    /// At most so many months lie between two.
    pub months: u16,
    /// Modes in which a completed run counts for it; none: only what somebody writes down with evidence.
    pub modes: Vec<Mode>,
}

/// A holiday.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolidayLine {
    /// Its day.
    #[schema(format = Date)]
    pub day: String,
    /// Its name.
    pub title: Both,
}

impl HolidayLine {
    /// As it is told.
    pub fn of(day: Day, title: &Text) -> Self {
        Self { day: day.to_string(), title: Both::of(title) }
    }
}

impl ProfileLine {
    /// As it is told.
    pub fn of(profile: &Profile) -> Self {
        let clause = |it: &Clause| ClauseLine {
            clause: it.clause.clone(),
            asks: Both::of(&it.asks),
            shown_in: it.shown_in.clone(),
        };
        let duty = |it: &Duty| ProfileDuty {
            duty: it.duty.clone(),
            title: Both::of(&it.title),
            clause: it.clause.clone(),
            months: it.months,
            modes: it.modes.iter().map(|mode| (*mode).into()).collect(),
        };
        Self {
            profile: profile.profile.clone(),
            title: Both::of(&profile.title),
            source: Both::of(&profile.source),
            rto_ms: profile.rto.map(|rto| rto.0),
            advised_ms: profile.advised.map(|rto| rto.0),
            clauses: profile.clauses.iter().map(clause).collect(),
            duties: profile.duties.iter().map(duty).collect(),
        }
    }
}
