//! To whom an address belongs, and whether a run may use it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Target, endpoint};
use crate::base::{Mode, TargetName};

/// An address of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The target it belongs to.
    pub target: TargetName,
    /// Host name or IP address.
    pub host: String,
    /// One port; absent: whatever else that host offers.
    pub port: Option<u16>,
    /// The modes in which it may be used. Never empty.
    pub modes: BTreeSet<Mode>,
}

/// What may be done with an address in a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement<'a> {
    /// The inventory does not know it.
    Unknown,
    /// It belongs to a target that may be addressed there.
    Granted,
    /// It belongs to a target that may not be addressed there.
    Refused(&'a Claim),
}

/// Judges a port of a host.
///
/// `is_here` tells whether the host of a claim is the one in question: by its text at compile time, by its resolved
/// addresses before a connection is opened. A claim on that very port decides; only where there is none do claims on
/// the host as a whole. One of them that leaves out the mode is enough to refuse: when a name that was meant for drills
/// leads to a production host by a mistake in DNS, both claims are there.
///
/// Several targets may share a host. What is said of the host as a whole by others does then not bind a target that was
/// asked for by its name and has been given the same host in that mode.
pub fn judge<'a>(
    claims: &'a [Claim],
    is_here: impl Fn(&str) -> bool,
    port: u16,
    mode: Mode,
    named: Option<&TargetName>,
) -> Judgement<'a> {
    let here: Vec<&Claim> = claims.iter().filter(|claim| is_here(&claim.host)).collect();
    let exact = here.iter().filter(|claim| claim.port == Some(port));
    if exact.clone().next().is_some() {
        let against = exact.copied().find(|claim| !claim.modes.contains(&mode));
        return against.map_or(Judgement::Granted, Judgement::Refused);
    }
    let own = |host: &str| {
        let of_named = here.iter().filter(|claim| named == Some(&claim.target) && claim.modes.contains(&mode));
        of_named.clone().any(|claim| same_host(&claim.host, host))
    };
    let mut whole = here.iter().copied().filter(|claim| claim.port.is_none()).peekable();
    if whole.peek().is_none() {
        return Judgement::Unknown;
    }
    let against = whole.find(|claim| !claim.modes.contains(&mode) && !own(&claim.host));
    against.map_or(Judgement::Granted, Judgement::Refused)
}

/// Whether two texts name the same host: the same IP address however it is written, or the same name.
pub fn same_host(one: &str, other: &str) -> bool {
    match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one.to_canonical() == other.to_canonical(),
        (Err(_), Err(_)) => one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.')),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

/// Every address of all targets.
pub(super) fn of(targets: &BTreeMap<TargetName, Target>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (name, target) in targets {
        let mut own: BTreeMap<(String, Option<u16>), BTreeSet<Mode>> = BTreeMap::new();
        for (mode, binding) in &target.bindings {
            let mut claim = |host: &str, port: Option<u16>| {
                own.entry((normal(host), port)).or_default().insert(*mode);
            };
            if let Some(address) = &binding.address {
                claim(address, None);
            }
            if let Some(ssh) = &binding.ssh {
                claim(&ssh.host, None);
                claim(&ssh.host, Some(ssh.port));
            }
            if let Some((host, port)) = binding.http.as_ref().and_then(|http| endpoint::of_url(&http.base)) {
                claim(&host, Some(port));
            }
            if let Some(sql) = binding.sql.as_ref().filter(|sql| !sql.host.is_empty()) {
                claim(&sql.host, Some(sql.port));
            }
            if let Some(dns) = &binding.dns {
                claim(&dns.host, Some(dns.port));
            }
            if let Some(smtp) = &binding.smtp {
                claim(&smtp.host, Some(smtp.port));
            }
            if let Some((host, port)) = binding.webhook.as_ref().and_then(|webhook| endpoint::of_url(&webhook.url)) {
                claim(&host, Some(port));
            }
        }
        let target = |((host, port), modes)| Claim { target: name.clone(), host, port, modes };
        claims.extend(own.into_iter().map(target));
    }
    claims
}

/// One text for all ways to write the same host.
fn normal(host: &str) -> String {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().to_string(),
        Err(_) => host.trim_end_matches('.').to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(target: &str, host: &str, port: Option<u16>, modes: &[Mode]) -> Claim {
        Claim { target: target.parse().unwrap(), host: host.to_owned(), port, modes: modes.iter().copied().collect() }
    }

    fn judged<'a>(claims: &'a [Claim], host: &str, port: u16, named: Option<&str>) -> Judgement<'a> {
        let named = named.map(|name| name.parse().unwrap());
        judge(claims, |claimed| same_host(claimed, host), port, Mode::Drill, named.as_ref())
    }

    #[test]
    fn a_claim_on_the_port_decides_before_one_on_the_host() {
        let claims = [
            claim("real", "10.0.0.1", None, &[Mode::Real]),
            claim("both", "10.0.0.1", Some(80), &[Mode::Drill, Mode::Real]),
        ];
        assert_eq!(judged(&claims, "10.0.0.1", 80, None), Judgement::Granted);
        assert_eq!(judged(&claims, "::ffff:10.0.0.1", 81, None), Judgement::Refused(&claims[0]));
        assert_eq!(judged(&claims, "10.0.0.2", 80, None), Judgement::Unknown);
    }

    #[test]
    fn one_claim_against_the_mode_is_enough() {
        let claims = [
            claim("drill", "db.drill.example", Some(5432), &[Mode::Drill]),
            claim("real", "10.0.0.1", Some(5432), &[Mode::Real]),
        ];
        // The drill's name resolves to the production host.
        let verdict = judge(&claims, |_| true, 5432, Mode::Drill, Some(&"drill".parse().unwrap()));
        assert_eq!(verdict, Judgement::Refused(&claims[1]));
    }

    #[test]
    fn a_shared_host_may_be_used_by_the_name_of_the_target_that_was_given_it() {
        let claims = [
            claim("batch", "app1.example", None, &[Mode::Real]),
            claim("web", "APP1.example.", None, &[Mode::Drill, Mode::Real]),
        ];
        assert_eq!(judged(&claims, "app1.example", 9000, Some("web")), Judgement::Granted);
        assert_eq!(judged(&claims, "app1.example", 9000, None), Judgement::Refused(&claims[0]));
        assert_eq!(judged(&claims, "app1.example", 9000, Some("batch")), Judgement::Refused(&claims[0]));
    }
}
