//! The roles that Relight itself knows. Runbooks may ask any further role for approval or manual work.

use crate::base::{Lang, RoleName, Text};

/// 총괄 지휘: declares, goes live, aborts.
pub const COMMANDER: &str = "commander";
/// Stands in for the commander in everything.
pub const DEPUTY: &str = "deputy";
/// 종합상황실: keeps the log and the times, tells people, takes votes by telephone.
pub const SITUATION_ROOM: &str = "situation-room";
/// Leads the work on a tier: repairs single units.
pub const TIER_LEAD: &str = "tier-lead";
/// Declares and operates runs.
pub const OPERATOR: &str = "operator";
/// Votes at gates that name it.
pub const APPROVER: &str = "approver";
/// 업무 담당: votes for the business.
pub const BUSINESS_OWNER: &str = "business-owner";
/// 참관·평가: looks.
pub const OBSERVER: &str = "observer";
/// Reads everything, the audit log included, and changes nothing.
pub const AUDITOR: &str = "auditor";
/// Manages people; operates and approves nothing.
pub const ADMIN: &str = "admin";
/// Not given to anybody: held, for some hours and in `real` alone, by who broke the glass. Such a vote is a quorum by itself.
pub const GLASS: &str = "break-glass";

/// All of them, in the order of lists.
pub const ROLES: [&str; 10] =
    [COMMANDER, DEPUTY, SITUATION_ROOM, TIER_LEAD, OPERATOR, APPROVER, BUSINESS_OWNER, OBSERVER, AUDITOR, ADMIN];

/// A role in words; one that only runbooks know is its own word.
pub fn role_word(role: &RoleName) -> Text {
    match role.as_str() {
        COMMANDER => Text::new("총괄 지휘", "commander"),
        DEPUTY => Text::new("지휘 대행", "deputy"),
        SITUATION_ROOM => Text::new("종합상황실", "situation room"),
        TIER_LEAD => Text::new("계층 담당", "tier lead"),
        OPERATOR => Text::new("운영자", "operator"),
        APPROVER => Text::new("승인자", "approver"),
        BUSINESS_OWNER => Text::new("업무 담당", "business owner"),
        OBSERVER => Text::new("참관·평가", "observer"),
        AUDITOR => Text::new("감사", "auditor"),
        ADMIN => Text::new("관리자", "admin"),
        GLASS => Text::new("비상 권한", "break-glass"),
        other => Text::plain(other),
    }
}

/// Several roles in words, one after the other; of a role that is named twice the first stands.
pub fn role_words<'r>(roles: impl IntoIterator<Item = &'r RoleName>) -> Text {
    let mut words: Vec<Text> = Vec::new();
    for word in roles.into_iter().map(role_word) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let joined = |lang| words.iter().map(|word| word.get(lang)).collect::<Vec<_>>().join(", ");
    Text::new(joined(Lang::Ko), joined(Lang::En))
}

/// The same of roles that Relight itself knows.
pub(super) fn known_words(roles: &[&str]) -> Text {
    let names: Vec<RoleName> = roles.iter().filter_map(|role| role.parse().ok()).collect();
    role_words(&names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_a_name_with_words() {
        for role in ROLES {
            let name: RoleName = role.parse().unwrap();
            let word = role_word(&name);
            assert!(!word.get(Lang::Ko).is_ascii(), "{role}");
        }
        let lead: RoleName = "dba-lead".parse().unwrap();
        assert_eq!(role_word(&lead), Text::plain("dba-lead"));
        let named = [COMMANDER.parse().unwrap(), lead, COMMANDER.parse().unwrap()];
        assert_eq!(role_words(&named), Text::new("총괄 지휘, dba-lead", "commander, dba-lead"));
    }
}
