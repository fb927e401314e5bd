//! Regulation profiles: what some rule asks of recoveries and of drills, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::holidays::{Holiday, Holidays};
use crate::base::{Bilingual, Millis, Text};
use crate::plan::Mode;

/// What is shipped.
const SHIPPED: &str = include_str!("profiles.yaml");
/// Longest file that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// What a rule asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its id.
    pub profile: String,
    /// Its name for people.
    pub title: Text,
    /// Where that is known from.
    pub source: Text,
    /// The longest recovery time.
    #[serde(default, with = "written")]
    pub rto: Option<Millis>,
    /// The one that is advised.
    #[serde(default, with = "written")]
    pub advised: Option<Millis>,
    /// What its clauses ask, and where in a report that is shown.
    #[serde(default)]
    pub clauses: Vec<Clause>,
    /// What has to be held.
    #[serde(default)]
    pub duties: Vec<Duty>,
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// How it is cited.
    pub clause: String,
    /// What it asks, in our words.
    pub asks: Text,
    /// Sections of the report that show it, by their ids.
    #[serde(default)]
    pub shown_in: Vec<String>,
}

/// Something that has to be held again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its id, unique in its profile.
    pub duty: String,
    /// Its name for people.
    pub title: Text,
    /// The clause that asks for it.
    #[serde(default)]
    pub clause: String,
    /// At most so many months lie between two.
    pub months: u16,
    /// Modes in which a completed run counts for it; none: only what somebody writes down with evidence.
    #[serde(default)]
    pub modes: Vec<Mode>,
}

/// Profiles and holidays, those of the customer beside those that are shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// By their ids.
    pub profiles: BTreeMap<String, Profile>,
    /// Days on which nobody is asked to work.
    pub holidays: Holidays,
}

/// A file of profiles that can not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// It is not what is expected.
    #[error("the file of regulation profiles can not be read: {0}; compare it with docs/after-the-drill.md")]
    Unreadable(String),
    /// A profile in it makes no sense.
    #[error("the regulation profile {profile} is refused: {}", why.get(crate::base::Lang::En))]
    Senseless {
        /// Which.
        profile: String,
        /// Why.
        why: Text,
    },
}

impl Bilingual for CatalogueError {
    fn ko(&self) -> String {
        match self {
            Self::Unreadable(why) => {
                format!("규제 프로파일 파일을 읽을 수 없습니다: {why}. docs/after-the-drill.md와 비교하십시오")
            }
            Self::Senseless { profile, why } => {
                format!("규제 프로파일 {profile}을(를) 받을 수 없습니다: {}", why.get(crate::base::Lang::Ko))
            }
        }
    }
}

/// A file of profiles.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    holidays: Vec<Holiday>,
}

impl Catalogue {
    /// What is shipped, with what a customer's file adds; `None`: there is no such file. A profile with the id of a shipped one
    /// takes its place.
    pub fn read(own: Option<&str>) -> Result<Self, CatalogueError> {
        let mut profiles = BTreeMap::new();
        let mut holidays = Holidays::shipped()?;
        for text in [Some(SHIPPED), own].into_iter().flatten() {
            let file = read(text)?;
            for profile in file.profiles {
                sensible(&profile)?;
                profiles.insert(profile.profile.clone(), profile);
            }
            holidays.add(file.holidays);
        }
        Ok(Self { profiles, holidays })
    }
}

fn read(text: &str) -> Result<File, CatalogueError> {
    if text.len() > LONGEST {
        return Err(CatalogueError::Unreadable(format!("{} > {LONGEST} bytes", text.len())));
    }
    serde_yaml::from_str(text).map_err(|why| CatalogueError::Unreadable(why.to_string()))
}

fn sensible(profile: &Profile) -> Result<(), CatalogueError> {
    let refused = |why| Err(CatalogueError::Senseless { profile: profile.profile.clone(), why });
    if profile.profile.parse::<crate::base::RunbookId>().is_err() {
        return refused(Text::new("id는 이름이어야 합니다", "its id must be a name"));
    }
    let mut known = std::collections::BTreeSet::new();
    for duty in &profile.duties {
        if duty.duty.parse::<crate::base::RunbookId>().is_err() || !known.insert(&duty.duty) {
            return refused(Text::new(
                "의무의 id가 이름이 아니거나 두 번 나옵니다",
                "the id of a duty is no name, or is there twice",
            ));
        }
        if !(1..=120).contains(&duty.months) {
            return refused(Text::new("주기는 1~120개월이어야 합니다", "a period is from 1 to 120 months"));
        }
        if duty.modes.contains(&Mode::Mock) {
            return refused(Text::new(
                "모의 실행은 훈련 의무를 채우지 않습니다",
                "a mock run fulfils no duty: nothing real is done in it",
            ));
        }
    }
    Ok(())
}

/// Durations as people write them.
mod written {
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    use crate::base::Millis;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(time: &Option<Millis>, to: S) -> Result<S::Ok, S::Error> {
        time.map(|time| format!("{}ms", time.0)).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Millis>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_read_and_a_customer_s_profile_takes_the_place_of_one() {
        let shipped = Catalogue::read(None).unwrap();
        let finance = &shipped.profiles["kr-finance"];
        assert_eq!((finance.rto, finance.advised), (Some(Millis::minutes(180)), Some(Millis::minutes(120))));
        assert_eq!(shipped.profiles["kr-insurer"].rto, Some(Millis::minutes(24 * 60)));
        assert!(shipped.profiles.values().all(|profile| !profile.duties.is_empty() && !profile.source.is_blank()));
        let own = r#"{"profiles": [{"profile": "kr-finance", "title": "내규", "source": "내규 7조", "rto": "1h",
            "duties": [{"duty": "switch", "title": "전환", "months": 6, "modes": ["drill"]}]}],
            "holidays": [{"day": "2027-07-02", "title": {"ko": "창립기념일", "en": "founding day"}}]}"#;
        let both = Catalogue::read(Some(own)).unwrap();
        assert_eq!(both.profiles["kr-finance"].duties[0].months, 6);
        assert_eq!(both.profiles.len(), shipped.profiles.len());
        assert!(!both.holidays.is_working("2027-07-02".parse().unwrap()));
        let kept = serde_json::to_string(finance).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&kept).unwrap(), *finance);
    }

    #[test]
    fn a_file_that_makes_no_sense_is_refused_with_its_reason() {
        for (own, wanted) in [
            ("[", "can not be read"),
            (r#"{"profile": []}"#, "can not be read"),
            (r#"{"profiles": [{"profile": "a b", "title": "x", "source": "y"}]}"#, "a b"),
            (
                r#"{"profiles": [{"profile": "a", "title": "x", "source": "y", "duties": [{"duty": "d", "title": "t", "months": 0}]}]}"#,
                "1 to 120",
            ),
            (
                r#"{"profiles": [{"profile": "a", "title": "x", "source": "y", "duties": [{"duty": "d", "title": "t", "months": 1, "modes": ["mock"]}]}]}"#,
                "mock",
            ),
        ] {
            let why = Catalogue::read(Some(own)).unwrap_err();
            assert!(why.to_string().contains(wanted), "{why}");
        }
    }
}
