//! Mandates: that one person votes in another's place for a time (전결·대행).
//!
//! What a deputy brings to a gate is made here, of the grants of who is stood in for and of nothing else. So a mandate can not be
//! handed on: the deputy's deputy finds only what the deputy holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Grant, User, roles};
use crate::base::{OrgId, RoleName, RunbookId, Text, Timestamp, UserName, reaches};
use crate::plan::Mode;
use crate::run::{Delegation, GLASS};
use crate::store::{Kept, Query};

/// That one person stands in for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Its id; sorts by time.
    pub id: Uuid,
    /// Who is stood in for, and gave it.
    pub from: UserName,
    /// The deputy.
    pub to: UserName,
    /// From when on.
    pub since: Timestamp,
    /// Until when; at that very instant it is over.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Only at this organisation and below it; `None`: wherever `from` holds anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// Only these roles of `from`; none named: all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<RoleName>,
    /// Only in runs of these runbooks; none named: of all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub runbooks: BTreeSet<RunbookId>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was taken back, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// What is wrong with a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MandateFault {
    /// To oneself.
    #[error("nobody stands in for themselves: name another person")]
    Oneself,
    /// The end is not after the beginning, or lies behind us.
    #[error("a delegation ends after it begins, and in the future")]
    Period,
    /// Longer than anybody may be away unseen.
    #[error("a delegation lasts at most {} days; give another one then", Mandate::LONGEST_DAYS)]
    TooLong,
    /// No reason.
    #[error("a delegation needs a reason")]
    NoReason,
    /// Nobody of that name can sign in.
    #[error("nobody of that name can sign in here")]
    Nobody,
    /// So many are in force already.
    #[error("{} delegations of yours are in force already; take one back first", Mandate::MOST)]
    TooMany,
}

impl MandateFault {
    /// A stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Oneself => "own_delegate",
            Self::Period => "delegation_period",
            Self::TooLong => "delegation_too_long",
            Self::NoReason => "reason_missing",
            Self::Nobody => "no_such_person",
            Self::TooMany => "too_many_delegations",
        }
    }
}

impl crate::base::Bilingual for MandateFault {
    fn ko(&self) -> String {
        match self {
            Self::Oneself => "자기 자신을 대행으로 지정할 수 없습니다. 다른 사람을 지정하십시오".to_owned(),
            Self::Period => "대행의 끝은 시작보다 뒤이고 앞으로의 시각이어야 합니다".to_owned(),
            Self::TooLong => {
                format!("대행 기간은 최대 {}일입니다. 그 뒤에는 다시 지정하십시오", Mandate::LONGEST_DAYS)
            }
            Self::NoReason => "대행에는 사유가 있어야 합니다".to_owned(),
            Self::Nobody => "그 이름으로 로그인할 수 있는 사람이 없습니다".to_owned(),
            Self::TooMany => format!("이미 {}건의 대행이 유효합니다. 먼저 하나를 거두십시오", Mandate::MOST),
        }
    }
}

impl Mandate {
    /// The longest time, in days.
    pub const LONGEST_DAYS: u64 = 92;
    /// Mandates of one person that may be in force or to come at the same time.
    pub const MOST: usize = 20;

    /// What is wrong with it by itself, if anything is.
    pub fn fault(&self) -> Option<MandateFault> {
        let day = 24 * 3_600_000;
        let lasts = u64::try_from(self.until.0.saturating_sub(self.since.0)).unwrap_or(0);
        if self.from == self.to {
            Some(MandateFault::Oneself)
        } else if lasts == 0 || self.until <= self.given_at {
            Some(MandateFault::Period)
        } else if lasts > Self::LONGEST_DAYS * day {
            Some(MandateFault::TooLong)
        } else {
            self.reason.trim().is_empty().then_some(MandateFault::NoReason)
        }
    }

    /// Whether it is in force, or will be.
    pub fn lasts(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.until
    }

    /// Whether it is in force.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.lasts(now) && self.since <= now
    }

    /// Those given to a person, whether or not they are in force.
    pub fn given_to(deputy: &UserName) -> Query {
        Query::group(deputy.as_str())
    }

    /// Whether an id is of one that this person gave: [`Mandate::given_by`] lists from the first of them on.
    pub fn is_given_by(id: &str, from: &UserName) -> bool {
        id.split_once('/').is_some_and(|(giver, _)| giver == from.as_str())
    }

    /// Those that a person gave, followed by what others gave.
    pub fn given_by(from: &UserName) -> Query {
        Query { after: Some(format!("{from}/")), ..Query::default() }
    }

    /// The id of the record of one that this person gave.
    pub fn id_of(from: &UserName, id: Uuid) -> String {
        format!("{from}/{id}")
    }

    /// What the deputy brings to a run of a runbook at a place, in a mode: what `giver`, who is stood in for, holds there and
    /// hands on. `None` where that is nothing, as when the mandate is not in force or the account of `giver` is locked. A broken
    /// glass is never handed on.
    pub fn brings(
        &self,
        giver: &User,
        (org, mode, runbook): (Option<&OrgId>, Mode, &RunbookId),
        now: Timestamp,
    ) -> Option<Delegation> {
        let concerns = self.runbooks.is_empty() || self.runbooks.contains(runbook);
        if giver.name != self.from
            || giver.disabled
            || !self.holds(now)
            || !concerns
            || !reaches(self.org.as_ref(), org)
        {
            return None;
        }
        let unbroken = User { glass_until: None, ..giver.clone() };
        let mut held = roles(&unbroken, org, Some(mode));
        held.retain(|role| role.as_str() != GLASS && (self.roles.is_empty() || self.roles.contains(role)));
        let (from, since, until) = (self.from.clone(), self.since, self.until);
        let brought = Delegation { from, roles: held, since, until, reason: self.reason.clone() };
        (!brought.roles.is_empty()).then_some(brought)
    }

    /// Whether the deputy may look at what is at a place: what `giver` holds there in any mode.
    pub fn shows(&self, giver: &User, org: Option<&OrgId>, now: Timestamp) -> bool {
        let reached = self.holds(now) && reaches(self.org.as_ref(), org) && !giver.disabled;
        reached && giver.name == self.from && !roles(giver, org, None).is_empty()
    }

    /// The places at which `giver`, who is stood in for, holds anything that it hands on, in any mode.
    pub fn places<'a>(&'a self, giver: &'a User) -> impl Iterator<Item = Option<&'a OrgId>> {
        let handed_on = |grant: &&Grant| self.roles.is_empty() || self.roles.contains(&grant.role);
        giver.grants().filter(handed_on).filter_map(|grant| {
            let (own, held) = (self.org.as_ref(), grant.org.as_ref());
            // The narrower of both; nothing where neither contains the other.
            if reaches(own, held) { Some(held) } else { reaches(held, own).then_some(own) }
        })
    }

    /// In words: `kim (for lee)`.
    pub fn who(&self) -> Text {
        let (to, from) = (&self.to, &self.from);
        Text::new(format!("{to} ({from} 대행)"), format!("{to} (for {from})"))
    }
}

impl Kept for Mandate {
    const KIND: &'static str = "mandate";

    fn id(&self) -> String {
        Self::id_of(&self.from, self.id)
    }

    fn group(&self) -> String {
        self.to.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;

    const DAY: i64 = 24 * 3_600_000;

    fn mandate() -> Mandate {
        Mandate {
            id: Uuid::nil(),
            from: "lee".parse().unwrap(),
            to: "kim".parse().unwrap(),
            since: Timestamp(100),
            until: Timestamp(200),
            reason: "away".to_owned(),
            org: None,
            roles: BTreeSet::new(),
            runbooks: BTreeSet::new(),
            given_at: Timestamp(50),
            revoked_at: None,
        }
    }

    fn lee() -> User {
        let grant = |role: &str, modes: &[Mode]| Grant {
            role: role.parse().unwrap(),
            org: Some("bank/it".parse().unwrap()),
            modes: modes.iter().copied().collect(),
        };
        let given = vec![grant("commander", &Mode::ALL), grant("approver", &[Mode::Drill]), grant("admin", &Mode::ALL)];
        let user = User::new("lee".parse().unwrap(), String::new(), Lang::Ko, Timestamp(0));
        User { given, glass_until: Some(Timestamp(1_000)), ..user }
    }

    fn brought(mandate: &Mandate, giver: &User, (org, mode): (&str, Mode), now: i64) -> String {
        let (org, runbook) = (org.parse().unwrap(), "pg-failover".parse().unwrap());
        let brought = mandate.brings(giver, (Some(&org), mode, &runbook), Timestamp(now));
        brought.map_or_else(String::new, |it| it.roles.iter().map(RoleName::as_str).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_mandate_concerns_the_narrower_of_where_it_is_given_for_and_where_its_giver_holds_anything() {
        let lee = lee();
        for (org, roles, wanted) in [
            (None, &[][..], "bank/it"),
            (Some("bank"), &[], "bank/it"),
            (Some("bank/it/dr"), &["commander"], "bank/it/dr"),
            (Some("shop"), &[], ""),
            (None, &["operator"], ""),
        ] {
            let roles = roles.iter().map(|role: &&str| role.parse().unwrap()).collect();
            let given = Mandate { org: org.map(|org| org.parse().unwrap()), roles, ..mandate() };
            let places: BTreeSet<String> = given.places(&lee).flatten().map(ToString::to_string).collect();
            assert_eq!(places.into_iter().collect::<Vec<_>>().join(" "), wanted, "{org:?}");
        }
    }

    #[test]
    fn a_deputy_brings_what_is_held_at_the_place_in_the_mode_and_in_the_time_and_no_glass() {
        let (given, lee) = (mandate(), lee());
        for (place, now, wanted) in [
            (("bank/it/dr", Mode::Drill), 100, "approver commander"),
            (("bank/it", Mode::Real), 199, "commander"),
            (("bank/it", Mode::Real), 99, ""),
            (("bank/it", Mode::Real), 200, ""),
            (("shop", Mode::Drill), 150, ""),
        ] {
            assert_eq!(brought(&given, &lee, place, now), wanted, "{place:?} at {now}");
        }
        let here = ("bank/it", Mode::Drill);
        let revoked = Mandate { revoked_at: Some(Timestamp(120)), ..mandate() };
        assert_eq!(brought(&revoked, &lee, here, 150), "");
        let locked = User { disabled: true, ..lee.clone() };
        assert_eq!(brought(&given, &locked, here, 150), "", "who can not sign in is stood in for by nobody");
        let other = User { name: "han".parse().unwrap(), ..lee.clone() };
        assert_eq!(brought(&given, &other, here, 150), "");
    }

    #[test]
    fn roles_runbooks_and_organisation_narrow_it() {
        let lee = lee();
        let here = ("bank/it", Mode::Drill);
        let roles = Mandate { roles: ["approver".parse().unwrap(), "operator".parse().unwrap()].into(), ..mandate() };
        assert_eq!(brought(&roles, &lee, here, 150), "approver", "nothing is handed on that is not held");
        let of = |runbook: &str| Mandate { runbooks: [runbook.parse().unwrap()].into(), ..mandate() };
        assert_eq!(brought(&of("pg-failover"), &lee, here, 150), "approver commander");
        assert_eq!(brought(&of("other"), &lee, here, 150), "");
        let below = Mandate { org: Some("bank/it/dr".parse().unwrap()), ..mandate() };
        assert_eq!(brought(&below, &lee, here, 150), "");
        assert_eq!(brought(&below, &lee, ("bank/it/dr", Mode::Drill), 150), "approver commander");
    }

    #[test]
    fn what_can_not_be_a_mandate_is_refused_with_its_reason() {
        assert_eq!(mandate().fault(), None);
        let wrong = [
            (Mandate { to: "lee".parse().unwrap(), ..mandate() }, MandateFault::Oneself),
            (Mandate { until: Timestamp(100), ..mandate() }, MandateFault::Period),
            (Mandate { given_at: Timestamp(200), ..mandate() }, MandateFault::Period),
            (Mandate { until: Timestamp(101 + 92 * DAY), ..mandate() }, MandateFault::TooLong),
            (Mandate { reason: " ".to_owned(), ..mandate() }, MandateFault::NoReason),
        ];
        for (wrong, fault) in wrong {
            assert_eq!(wrong.fault(), Some(fault), "{wrong:?}");
        }
        assert!(Mandate::is_given_by(&mandate().id(), &"lee".parse().unwrap()));
        assert!(!Mandate::is_given_by(&mandate().id(), &"le".parse().unwrap()));
    }
}
