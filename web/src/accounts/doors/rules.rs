//! What groups of the other side mean here.

use std::collections::BTreeSet;

use engine::identity::Grant;

use crate::config::Rule;

/// Which group means which grant.
#[derive(Debug, Clone)]
pub struct Rules {
    rules: Vec<Rule>,
    same: fn(&str, &str) -> bool,
}

impl Rules {
    /// Groups that are entries of a directory, whose names are the same however they are spelled.
    pub const fn of_entries(rules: Vec<Rule>) -> Self {
        Self { rules, same: same_entry }
    }

    /// Groups whose names are exact.
    pub const fn of_words(rules: Vec<Rule>) -> Self {
        Self { rules, same: |one, other| one == other }
    }

    /// What a member of these groups may do.
    pub fn grants(&self, groups: &[String]) -> Vec<Grant> {
        let fits = |rule: &&Rule| groups.iter().any(|group| (self.same)(&rule.group, group));
        let grants: BTreeSet<Grant> = self.rules.iter().filter(fits).map(|rule| rule.grant.clone()).collect();
        grants.into_iter().collect()
    }
}

/// Names of entries do not tell capitals from small letters, nor blanks around their parts.
fn same_entry(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(dn: &str) -> String {
    let parts = dn.split(',').map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        format!("{}={}", name.trim(), value.trim())
    });
    parts.collect::<Vec<_>>().join(",").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<Rule> {
        let rule = |group: &str, role: &str| Rule {
            group: group.to_owned(),
            grant: Grant::usual(role.parse().unwrap(), None),
        };
        vec![
            rule("cn=DR, ou=Groups,dc=bank", "operator"),
            rule("cn=night,dc=bank", "operator"),
            rule("cn=boss", "commander"),
        ]
    }

    fn roles(grants: &[Grant]) -> Vec<&str> {
        grants.iter().map(|grant| grant.role.as_str()).collect()
    }

    #[test]
    fn a_group_is_the_same_however_its_entry_is_spelled() {
        let rules = Rules::of_entries(rules());
        let groups = ["CN=dr,OU=groups, DC=Bank".to_owned(), "cn=night,dc=bank".to_owned()];
        assert_eq!(roles(&rules.grants(&groups)), ["operator"], "and a role is held once");
        assert!(rules.grants(&["cn=dr,ou=groups,dc=bank,dc=evil".to_owned()]).is_empty());
    }

    #[test]
    fn a_word_is_exact() {
        let rules = Rules::of_words(rules());
        assert_eq!(roles(&rules.grants(&["cn=boss".to_owned()])), ["commander"]);
        assert!(rules.grants(&["CN=boss".to_owned(), "cn=boss ".to_owned()]).is_empty());
    }
}
