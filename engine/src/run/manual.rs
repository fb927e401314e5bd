//! The rules of manual work: who may do it, what must come with it, who looks at it a second time. Pure, and the same for
//! every door.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::authority::REPAIRING;
use super::roles::{known_words, role_words};
use super::{Actor, Door, EvidenceFile, FILE_LIMIT, FILES_LIMIT, ManualResult};
use crate::base::{Bilingual, Decimal, Lang, RoleName, Text, Timestamp, UserName};
use crate::plan::Manual;

/// What is done about manual work that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ManualAct {
    /// I do it.
    Claim,
    /// Nobody does it any more; whoever may, can.
    Release,
    /// That person does it.
    Assign {
        /// Who.
        to: UserName,
    },
    /// One item of the checklist was looked at.
    Tick {
        /// Its place, from 0.
        item: u16,
        /// What came of it.
        result: ManualResult,
        /// Said with it.
        note: String,
    },
    /// A file shows something of it.
    Attach {
        /// Which.
        file: EvidenceFile,
    },
    /// It is done, or can not be done, or does not apply.
    Complete {
        /// Which.
        result: ManualResult,
        /// What shows it, or why not.
        evidence: String,
        /// The number that was read off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        measure: Option<Decimal>,
    },
    /// A second person looked at what was reported.
    Check {
        /// Whether it counts; if not, it goes back to who did it.
        accept: bool,
        /// Why not.
        comment: String,
    },
}

/// Manual work that is open, or was the last to be open at its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenManual {
    /// Which opening of manual work this is at its unit, from 1: what is asked of an earlier one is not asked of this.
    pub opening: u32,
    /// Since when.
    pub opened_at: Timestamp,
    /// Who does it: claimed it, or was assigned.
    pub holder: Option<UserName>,
    /// Who assigned it to the holder.
    pub assigned_by: Option<UserName>,
    /// Items of the checklist that were looked at, the last word on each.
    pub ticks: BTreeMap<u16, Tick>,
    /// Files that were handed in, in order.
    pub files: Vec<Handed>,
    /// What was reported and waits for a second person.
    pub reported: Option<Reported>,
    /// Why the last report was sent back, and by whom.
    pub sent_back: Option<(UserName, String)>,
}

/// An item of a checklist that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// By whom.
    pub by: UserName,
    /// What came of it.
    pub result: ManualResult,
    /// Said with it.
    pub note: String,
}

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// By whom.
    pub by: UserName,
    /// The file.
    pub file: EvidenceFile,
}

/// What was reported of manual work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What came of it.
    pub result: ManualResult,
    /// What shows it.
    pub evidence: String,
    /// The number that was read off.
    pub measure: Option<Decimal>,
}

/// Why something is not done about manual work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManualRefused {
    /// None of the roles that it is for.
    #[error("this work is for {}; {name} holds none of these roles", .wanted.get(Lang::En))]
    NoRole {
        /// The roles, in words.
        wanted: Text,
        /// Who asks.
        name: UserName,
    },
    /// Somebody else does it.
    #[error("{holder} does this work; who leads may assign it to somebody else")]
    Held {
        /// Who.
        holder: UserName,
    },
    /// Nobody does it.
    #[error("nobody does this work; there is nothing to release")]
    NotHeld,
    /// It was reported and waits for a second person.
    #[error("the work was reported and waits for a second person to check it")]
    Reported,
    /// Nothing was reported that could be checked.
    #[error("nothing was reported yet that could be checked")]
    NotReported,
    /// Who checks had a hand in it.
    #[error("{name} had a hand in this work; another person must check it")]
    OwnWork {
        /// Who.
        name: UserName,
    },
    /// A text is missing that must be there.
    #[error("say what shows it, or why not")]
    NoWords,
    /// A text is shorter than asked for.
    #[error("the evidence must have at least {least} characters")]
    TooShort {
        /// The least length.
        least: u32,
    },
    /// No file, no picture, or too few.
    #[error("this work asks for {what} as evidence; hand it in first")]
    NoFile {
        /// What, in Korean.
        what_ko: String,
        /// What, in English.
        what: String,
    },
    /// The number is missing.
    #[error("write the number that was read off, in {}", .unit.get(Lang::En))]
    NoNumber {
        /// Its unit.
        unit: Text,
    },
    /// The number is not good.
    #[error("{value} is not within {}: measure again, or report that the work failed", .bounds.get(Lang::En))]
    OutOfBounds {
        /// The number.
        value: Decimal,
        /// The bounds with their unit.
        bounds: Text,
    },
    /// Nothing is to be measured.
    #[error("this work asks for no number")]
    NoMeasure,
    /// The checklist is not gone through.
    #[error("{open} items of the checklist were not looked at")]
    OpenItems {
        /// How many.
        open: usize,
    },
    /// An item failed that must not.
    #[error("item {item} of the checklist failed: mend it and tick it again, or report that the work failed")]
    FailedItem {
        /// Its number, from 1.
        item: u16,
    },
    /// The checklist has no such item.
    #[error("the checklist has no item {item}")]
    NoItem {
        /// Its number, from 1.
        item: u32,
    },
    /// It always applies.
    #[error("this work always applies; who goes on without it skips the unit")]
    Applies,
    /// Enough files.
    #[error("{FILES_LIMIT} files were handed in already; more are not taken")]
    TooMany,
    /// A file that is too long.
    #[error("files of up to {} MiB are taken", FILE_LIMIT >> 20)]
    TooLarge,
    /// The page shows an earlier opening.
    #[error("this is not the work that was shown: it was answered meanwhile; look at it again")]
    Lapsed,
}

impl Bilingual for ManualRefused {
    fn ko(&self) -> String {
        match self {
            Self::NoRole { wanted, name } => {
                let wanted = wanted.get(Lang::Ko);
                format!("이 작업은 {wanted} 역할의 몫입니다. {name} 님에게는 그 역할이 없습니다")
            }
            Self::Held { holder } => {
                format!("{holder} 님이 맡은 작업입니다. 다른 사람에게 맡기려면 지휘하는 사람이 배정해야 합니다")
            }
            Self::NotHeld => "맡은 사람이 없어 내려놓을 것이 없습니다".to_owned(),
            Self::Reported => "이미 보고되어 다른 사람의 확인을 기다리고 있습니다".to_owned(),
            Self::NotReported => "아직 보고된 것이 없어 확인할 수 없습니다".to_owned(),
            Self::OwnWork { name } => {
                format!("{name} 님은 이 작업을 한 사람이라 확인할 수 없습니다. 다른 사람이 확인해야 합니다")
            }
            Self::NoWords => "무엇으로 확인했는지, 아니면 왜 안 되었는지 적으십시오".to_owned(),
            Self::TooShort { least } => format!("증빙은 {least}자 이상이어야 합니다"),
            Self::NoFile { what_ko, .. } => format!("이 작업에는 증빙으로 {what_ko}이(가) 필요합니다. 먼저 올리십시오"),
            Self::NoNumber { unit } => format!("측정한 값을 {} 단위로 적으십시오", unit.get(Lang::Ko)),
            Self::OutOfBounds { value, bounds } => {
                let bounds = bounds.get(Lang::Ko);
                format!("{value}은(는) 허용 범위({bounds})를 벗어났습니다. 다시 측정하거나 실패로 보고하십시오")
            }
            Self::NoMeasure => "이 작업에는 측정값이 없습니다".to_owned(),
            Self::OpenItems { open } => format!("점검표에서 {open}개 항목을 아직 확인하지 않았습니다"),
            Self::FailedItem { item } => {
                format!("점검표 {item}번 항목이 실패했습니다. 고쳐서 다시 확인하거나 실패로 보고하십시오")
            }
            Self::NoItem { item } => format!("점검표에 {item}번 항목이 없습니다"),
            Self::Applies => {
                "해당 없음으로 답할 수 없는 작업입니다. 하지 않고 넘어가려면 단위를 건너뛰십시오".to_owned()
            }
            Self::TooMany => format!("파일은 {FILES_LIMIT}개까지 올릴 수 있습니다"),
            Self::TooLarge => format!("파일은 {} MiB까지 올릴 수 있습니다", FILE_LIMIT >> 20),
            Self::Lapsed => "화면에 보인 작업이 그사이 처리되었습니다. 다시 확인하십시오".to_owned(),
        }
    }
}

impl ManualRefused {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRole { .. } => "not_assigned",
            Self::Held { .. } => "held_by_another",
            Self::NotHeld => "not_held",
            Self::Reported => "waits_for_check",
            Self::NotReported => "nothing_to_check",
            Self::OwnWork { .. } => "own_work",
            Self::NoWords => "evidence_missing",
            Self::TooShort { .. } => "evidence_too_short",
            Self::NoFile { .. } => "file_missing",
            Self::NoNumber { .. } => "measure_missing",
            Self::OutOfBounds { .. } => "measure_out_of_bounds",
            Self::NoMeasure => "nothing_to_measure",
            Self::OpenItems { .. } => "items_open",
            Self::FailedItem { .. } => "item_failed",
            Self::NoItem { .. } => "no_such_item",
            Self::Applies => "always_applies",
            Self::TooMany => "too_many_files",
            Self::TooLarge => "file_too_large",
            Self::Lapsed => "manual_lapsed",
        }
    }
}

fn holds_one(actor: &Actor, wanted: &[&str]) -> bool {
    wanted.iter().any(|role| role.parse().is_ok_and(|role| actor.holds(&role)))
}

/// Whether an actor may confirm manual work: one of its roles, or any operator where it names none.
pub fn may_complete(manual: &Manual, actor: &Actor) -> bool {
    holds_or_operates(&manual.roles, actor)
}

/// The same, with the reason why not.
pub fn is_for(manual: &Manual, actor: &Actor) -> Result<(), ManualRefused> {
    if may_complete(manual, actor) { Ok(()) } else { Err(no_role(&manual.roles, actor)) }
}

/// Whether an actor may say who does manual work.
pub fn may_assign(actor: &Actor) -> bool {
    holds_one(actor, REPAIRING)
}

pub(super) fn holds_or_operates(roles: &[RoleName], actor: &Actor) -> bool {
    if roles.is_empty() { holds_one(actor, REPAIRING) } else { roles.iter().any(|role| actor.holds(role)) }
}

fn no_role(roles: &[RoleName], actor: &Actor) -> ManualRefused {
    let wanted = if roles.is_empty() { known_words(REPAIRING) } else { role_words(roles) };
    ManualRefused::NoRole { wanted, name: actor.name.clone() }
}

impl OpenManual {
    /// Work that has just been asked for.
    pub const fn new(opening: u32, opened_at: Timestamp) -> Self {
        Self {
            opening,
            opened_at,
            holder: None,
            assigned_by: None,
            ticks: BTreeMap::new(),
            files: Vec::new(),
            reported: None,
            sent_back: None,
        }
    }

    /// Whether an act keeps all rules.
    pub fn admit(&self, manual: &Manual, actor: &Actor, act: &ManualAct) -> Result<(), ManualRefused> {
        match act {
            ManualAct::Check { accept, comment } => self.admit_check(manual, actor, *accept, comment),
            ManualAct::Assign { .. } if !may_assign(actor) => {
                Err(ManualRefused::NoRole { wanted: known_words(REPAIRING), name: actor.name.clone() })
            }
            ManualAct::Release => self.admit_release(actor),
            _ if self.reported.is_some() => Err(ManualRefused::Reported),
            ManualAct::Assign { .. } => Ok(()),
            ManualAct::Claim => self.may_work(manual, actor),
            ManualAct::Tick { item, result, note } => {
                self.may_work(manual, actor)?;
                if usize::from(*item) >= manual.checklist.len() {
                    return Err(ManualRefused::NoItem { item: u32::from(*item) + 1 });
                }
                let silent = note.trim().is_empty();
                if silent && *result != ManualResult::Done { Err(ManualRefused::NoWords) } else { Ok(()) }
            }
            ManualAct::Attach { file } => {
                self.may_work(manual, actor)?;
                if self.files.len() >= FILES_LIMIT {
                    return Err(ManualRefused::TooMany);
                }
                if file.size > FILE_LIMIT { Err(ManualRefused::TooLarge) } else { Ok(()) }
            }
            ManualAct::Complete { result, evidence, measure } => {
                self.may_work(manual, actor)?;
                self.admit_report(manual, actor, *result, evidence, measure.as_ref())
            }
        }
    }

    /// Whether an actor may do the work now.
    pub fn may_work(&self, manual: &Manual, actor: &Actor) -> Result<(), ManualRefused> {
        is_for(manual, actor)?;
        match &self.holder {
            Some(holder) if *holder != actor.name => Err(ManualRefused::Held { holder: holder.clone() }),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether an actor may be the second person.
    pub fn may_check(&self, manual: &Manual, actor: &Actor) -> Result<(), ManualRefused> {
        let Some(reported) = &self.reported else { return Err(ManualRefused::NotReported) };
        let roles = manual.checker_roles();
        if !holds_or_operates(roles, actor) {
            return Err(no_role(roles, actor));
        }
        if reported.by.name == actor.name || self.had_a_hand(&actor.name) {
            return Err(ManualRefused::OwnWork { name: actor.name.clone() });
        }
        Ok(())
    }

    fn had_a_hand(&self, name: &UserName) -> bool {
        self.ticks.values().any(|tick| tick.by == *name) || self.files.iter().any(|handed| handed.by == *name)
    }

    fn admit_check(&self, manual: &Manual, actor: &Actor, accept: bool, comment: &str) -> Result<(), ManualRefused> {
        self.may_check(manual, actor)?;
        if !accept && comment.trim().is_empty() { Err(ManualRefused::NoWords) } else { Ok(()) }
    }

    fn admit_release(&self, actor: &Actor) -> Result<(), ManualRefused> {
        match &self.holder {
            _ if self.reported.is_some() => Err(ManualRefused::Reported),
            None => Err(ManualRefused::NotHeld),
            Some(holder) if *holder == actor.name || may_assign(actor) => Ok(()),
            Some(holder) => Err(ManualRefused::Held { holder: holder.clone() }),
        }
    }

    fn admit_report(
        &self,
        manual: &Manual,
        actor: &Actor,
        result: ManualResult,
        evidence: &str,
        measure: Option<&Decimal>,
    ) -> Result<(), ManualRefused> {
        if measure.is_some() && manual.measure.is_none() {
            return Err(ManualRefused::NoMeasure);
        }
        match result {
            ManualResult::NotApplicable if !manual.may_not_apply => Err(ManualRefused::Applies),
            ManualResult::NotApplicable | ManualResult::Failed if evidence.trim().is_empty() => {
                Err(ManualRefused::NoWords)
            }
            ManualResult::NotApplicable | ManualResult::Failed => Ok(()),
            ManualResult::Done => {
                admit_words(manual, evidence)?;
                admit_number(manual, measure)?;
                self.admit_items(manual)?;
                // Nobody was there who could have taken a picture.
                if actor.via == Door::Simulation { Ok(()) } else { self.admit_files(manual) }
            }
        }
    }

    fn admit_items(&self, manual: &Manual) -> Result<(), ManualRefused> {
        let open = manual.checklist.len().saturating_sub(self.ticks.len());
        if open > 0 {
            return Err(ManualRefused::OpenItems { open });
        }
        let failed = self.ticks.iter().find(|(item, tick)| {
            let may_fail = manual.checklist.get(usize::from(**item)).is_some_and(|item| item.may_fail);
            tick.result == ManualResult::Failed && !may_fail
        });
        failed.map_or(Ok(()), |(item, _)| Err(ManualRefused::FailedItem { item: item.saturating_add(1) }))
    }

    fn admit_files(&self, manual: &Manual) -> Result<(), ManualRefused> {
        let wanted = manual.evidence;
        let pictures = self.files.iter().filter(|handed| handed.file.media.is_picture()).count();
        let lacking = |what_ko: String, what: String| Err(ManualRefused::NoFile { what_ko, what });
        if wanted.photo && pictures == 0 {
            return lacking("사진".to_owned(), "a photo".to_owned());
        }
        if wanted.file && pictures == self.files.len() {
            return lacking("파일".to_owned(), "a file".to_owned());
        }
        let least = usize::try_from(wanted.files).unwrap_or(usize::MAX);
        if self.files.len() < least {
            return lacking(format!("파일 {least}개 이상"), format!("at least {least} files"));
        }
        Ok(())
    }
}

fn admit_words(manual: &Manual, evidence: &str) -> Result<(), ManualRefused> {
    let least = manual.evidence.text;
    let written = evidence.trim().chars().count();
    if written >= usize::try_from(least).unwrap_or(usize::MAX) {
        return Ok(());
    }
    if written == 0 { Err(ManualRefused::NoWords) } else { Err(ManualRefused::TooShort { least }) }
}

fn admit_number(manual: &Manual, value: Option<&Decimal>) -> Result<(), ManualRefused> {
    let Some(measure) = &manual.measure else { return Ok(()) };
    match value {
        None if measure.required => Err(ManualRefused::NoNumber { unit: measure.unit.clone() }),
        None => Ok(()),
        Some(value) if measure.holds(value) => Ok(()),
        Some(value) => {
            let bounds = measure.bounds().unwrap_or_default();
            let with_unit = |lang| format!("{bounds} {}", measure.unit.get(lang));
            let bounds = Text::new(with_unit(Lang::Ko), with_unit(Lang::En));
            Err(ManualRefused::OutOfBounds { value: value.clone(), bounds })
        }
    }
}
