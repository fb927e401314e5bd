//! The inventory and its parts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Claim, Link, Target};
use crate::base::{
    Digest, InventoryId, LinkName, Millis, RegionName, RoleName, SecretName, SiteName, TargetName, Text,
};
use crate::runbook::{Choice, Origin};

/// A checked inventory: every name in it stands for something. Only [`super::check`] makes one.
#[derive(Debug, Clone)]
pub struct Inventory {
    pub(super) id: InventoryId,
    pub(super) title: Text,
    pub(super) sites: BTreeMap<SiteName, Site>,
    pub(super) residency: Option<BTreeSet<RegionName>>,
    pub(super) policy: Policy,
    pub(super) roles: Option<BTreeMap<RoleName, Role>>,
    pub(super) secrets: BTreeMap<SecretName, SecretSource>,
    pub(super) targets: BTreeMap<TargetName, Target>,
    pub(super) links: BTreeMap<LinkName, Link>,
    pub(super) claims: Vec<Claim>,
    pub(super) digest: Digest,
}

impl Inventory {
    /// Its id.
    pub const fn id(&self) -> &InventoryId {
        &self.id
    }

    /// Its name for people.
    pub const fn title(&self) -> &Text {
        &self.title
    }

    /// The sites by name.
    pub const fn sites(&self) -> &BTreeMap<SiteName, Site> {
        &self.sites
    }

    /// Regions that data may be brought to; absent: any.
    pub const fn residency(&self) -> Option<&BTreeSet<RegionName>> {
        self.residency.as_ref()
    }

    /// What holds for all runbooks.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The roles that there are; absent: nobody wrote them down.
    pub const fn roles(&self) -> Option<&BTreeMap<RoleName, Role>> {
        self.roles.as_ref()
    }

    /// How soon somebody can be reached who has a role or stands in for it; `None` where that is not known.
    pub fn reached_within(&self, role: &RoleName) -> Option<Millis> {
        let roles = self.roles.as_ref()?;
        let role = roles.get(role)?;
        let within = |role: &Role| role.reached_within;
        let delegates = role.delegates.iter().filter_map(|delegate| roles.get(delegate).and_then(within));
        within(role).into_iter().chain(delegates).min()
    }

    /// Where the values of secrets are found.
    pub const fn secrets(&self) -> &BTreeMap<SecretName, SecretSource> {
        &self.secrets
    }

    /// The targets by name; `local` is not among them.
    pub const fn targets(&self) -> &BTreeMap<TargetName, Target> {
        &self.targets
    }

    /// The replication links by name.
    pub const fn links(&self) -> &BTreeMap<LinkName, Link> {
        &self.links
    }

    /// The targets as a unit may be repeated for them, by name.
    pub fn choices(&self) -> Vec<Choice> {
        let choice = |(name, target): (&TargetName, &Target)| {
            let tier = target.tier.as_ref().map(|tier| ("tier".to_owned(), tier.to_string()));
            let site = target.site.as_ref().map(|site| ("site".to_owned(), site.to_string()));
            let labels = target.labels.iter().map(|(label, value)| (label.to_string(), value.clone()));
            Choice { target: name.clone(), labels: labels.chain(tier).chain(site).collect() }
        };
        self.targets.iter().map(choice).collect()
    }

    /// Every address that belongs to a target, with the modes in which it may be used.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// SHA-256 of its text.
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

/// What an organisation asks of its runbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// The mark from which recovery times are reckoned.
    pub clock: Option<Origin>,
    /// How often a runbook is to be read again that does not say so itself.
    pub review_every: Option<Millis>,
}

/// A role and how soon somebody who has it can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name for people.
    pub title: Text,
    /// The time in which somebody answers.
    pub reached_within: Option<Millis>,
    /// Roles that stand in for it.
    pub delegates: Vec<RoleName>,
}

/// A data centre, or a cloud region that serves as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its name for people.
    pub title: Text,
    /// How ready it is to take over.
    pub kind: Option<SiteKind>,
    /// What it can carry, in percent of the normal load.
    pub capacity: Option<u32>,
    /// The legal region it lies in.
    pub region: Option<RegionName>,
}

/// How ready a site is to take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// Both sites serve at the same time.
    Mirror,
    /// Systems run there with current data.
    Hot,
    /// Systems are there and must be brought up to date.
    Warm,
    /// Only room and power are there.
    Cold,
}

/// Where the value of a secret is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// In an environment variable of the engine.
    Env(String),
    /// In a file on the engine's host.
    File(String),
    /// In the engine's sealed store, under this name.
    Sealed(SecretName),
}
