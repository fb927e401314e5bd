//! Which roles a person holds where, and in which modes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::User;
use crate::base::{OrgId, RoleName, reaches};
use crate::plan::Mode;
use crate::run::{ADMIN, APPROVER, AUDITOR, COMMANDER, GLASS, OBSERVER, OPERATOR};

/// A role, for an organisation and all below it, in some modes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: RoleName,
    /// The organisation; `None` is the top of the tree, and so everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// The modes in which it counts. What has no mode, such as a page, it reaches with any.
    pub modes: BTreeSet<Mode>,
}

impl Grant {
    /// A role as it is given where no modes are said: in all but `real`, which must be named.
    pub fn usual(role: RoleName, org: Option<OrgId>) -> Self {
        Self { role, org, modes: [Mode::Mock, Mode::Isolated, Mode::Drill].into() }
    }

    /// A role in every mode, `real` among them.
    pub fn in_all_modes(role: RoleName, org: Option<OrgId>) -> Self {
        Self { role, org, modes: Mode::ALL.into() }
    }

    fn counts(&self, org: Option<&OrgId>, mode: Option<Mode>) -> bool {
        reaches(self.org.as_ref(), org) && mode.is_none_or(|mode| self.modes.contains(&mode))
    }
}

/// The roles that a person holds at a place, in a mode. Without a mode: those held there in any.
///
/// An act in a mode is one in a run, where an admin has nothing to say: the role is never among them. Who broke the glass
/// commands, operates and approves in `real`, wherever that person holds any role; `user` must be [`User::as_of`] now.
pub fn roles(user: &User, org: Option<&OrgId>, mode: Option<Mode>) -> Vec<RoleName> {
    let counting = user.grants().filter(|grant| grant.counts(org, mode));
    let roles = counting.map(|grant| &grant.role).filter(|role| mode.is_none() || role.as_str() != ADMIN).cloned();
    let belongs = user.grants().any(|grant| grant.counts(org, None));
    let broken = user.glass_until.is_some() && mode == Some(Mode::Real) && belongs;
    let given = [GLASS, COMMANDER, OPERATOR, APPROVER].into_iter().filter(|_| broken);
    let roles: BTreeSet<RoleName> = roles.chain(given.filter_map(|role| role.parse().ok())).collect();
    roles.into_iter().collect()
}

/// Whether a person holds a role anywhere at all, in any mode: for links that lead to lists.
pub fn holds_somewhere(user: &User, roles: &[&str]) -> bool {
    user.grants().any(|grant| roles.contains(&grant.role.as_str()))
}

/// Whether a person holds any role that acts: who only looks on, or gives out roles, breaks no glass and stands in for nobody.
/// Both save waiting for others; neither makes anybody an operator.
pub fn acts(user: &User) -> bool {
    let onlooks = |role: &str| [OBSERVER, AUDITOR, ADMIN].contains(&role);
    user.grants().any(|grant| !onlooks(grant.role.as_str()))
}

/// Whether `admin` may change the account of `person`: who manages an organisation manages those whose every grant lies
/// in it, through a team or not, and also one that rests. Those without any grant can be managed by every admin.
pub fn may_manage(admin: &User, person: &User) -> bool {
    holds_somewhere(admin, &[ADMIN]) && person.written().all(|grant| may_grant(admin, grant.org.as_ref()))
}

/// Whether `admin` may give or take roles at a place.
pub fn may_grant(admin: &User, org: Option<&OrgId>) -> bool {
    admin.grants().any(|grant| grant.role.as_str() == ADMIN && reaches(grant.org.as_ref(), org))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Lang, Timestamp};

    fn user(grants: &[(&str, &str, &[Mode])]) -> User {
        let grants = grants.iter().map(|(role, org, modes)| Grant {
            role: role.parse().unwrap(),
            org: (!org.is_empty()).then(|| org.parse().unwrap()),
            modes: modes.iter().copied().collect(),
        });
        User { given: grants.collect(), ..User::new("kim".parse().unwrap(), String::new(), Lang::Ko, Timestamp(0)) }
    }

    fn held(user: &User, org: &str, mode: Option<Mode>) -> String {
        let org: Option<OrgId> = (!org.is_empty()).then(|| org.parse().unwrap());
        roles(user, org.as_ref(), mode).iter().map(RoleName::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_grant_covers_its_subtree_in_its_modes() {
        let kim = user(&[
            ("operator", "bank/it", &[Mode::Mock, Mode::Drill]),
            ("commander", "bank/it/dr", &[Mode::Real]),
            ("admin", "bank", &Mode::ALL),
        ]);
        for (org, mode, wanted) in [
            ("", None, ""),
            ("bank", None, "admin"),
            ("bank/hr", Some(Mode::Mock), ""),
            ("bank/it", None, "admin operator"),
            ("bank/it", Some(Mode::Drill), "operator"),
            ("bank/it", Some(Mode::Isolated), ""),
            ("bank/it", Some(Mode::Real), ""),
            ("bank/it/dr", Some(Mode::Real), "commander"),
            ("bank/it/dr/night", Some(Mode::Mock), "operator"),
            ("bank/it/dr", None, "admin commander operator"),
            ("shop", None, ""),
        ] {
            assert_eq!(held(&kim, org, mode), wanted, "{org} {mode:?}");
        }
    }

    #[test]
    fn real_must_be_named() {
        let role: RoleName = "operator".parse().unwrap();
        let usual = Grant::usual(role.clone(), None);
        let kim = User { given: vec![usual], ..user(&[]) };
        assert_eq!(held(&kim, "bank", Some(Mode::Drill)), "operator");
        assert_eq!(held(&kim, "bank", Some(Mode::Real)), "");
        let kim = User { given: vec![Grant::in_all_modes(role, None)], ..kim };
        assert_eq!(held(&kim, "bank", Some(Mode::Real)), "operator");
    }

    #[test]
    fn a_broken_glass_gives_its_roles_in_real_alone_and_until_its_end() {
        let kim = User { glass_until: Some(Timestamp(100)), ..user(&[("auditor", "bank", &Mode::ALL)]) };
        let held_at = |now, mode| held(&kim.clone().as_of(Timestamp(now)), "bank/it", mode);
        assert_eq!(held_at(99, Some(Mode::Real)), "approver auditor break-glass commander operator");
        assert_eq!(held_at(100, Some(Mode::Real)), "auditor");
        for mode in [None, Some(Mode::Mock), Some(Mode::Isolated), Some(Mode::Drill)] {
            assert_eq!(held_at(99, mode), "auditor", "{mode:?}");
        }
        assert_eq!(held(&kim.as_of(Timestamp(99)), "shop", Some(Mode::Real)), "", "elsewhere nothing");
    }

    #[test]
    fn who_manages_an_organisation_manages_nobody_above_it() {
        let top = user(&[("admin", "", &[])]);
        let bank = user(&[("admin", "bank", &[])]);
        let clerk = user(&[("operator", "bank/it", &[])]);
        let both = user(&[("operator", "bank/it", &[]), ("operator", "shop", &[])]);
        assert!(may_manage(&bank, &clerk) && may_manage(&top, &both) && may_manage(&bank, &user(&[])));
        assert!(!may_manage(&bank, &both), "part of it lies elsewhere");
        assert!(!may_manage(&bank, &top) && !may_manage(&clerk, &user(&[])));
        assert!(!may_grant(&bank, None) && may_grant(&bank, "bank/it".parse().ok().as_ref()));
    }
}
