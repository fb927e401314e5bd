//! What a plan freezes of the inventory that it was compiled against.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Binding, Claim, Inventory, Link, SecretSource, Site, Target};
use crate::base::{Digest, InventoryId, LinkName, Mode, SecretName, SiteName, TargetName};

/// The part of an inventory that a plan needs: the targets that it uses with their sites and secrets, and every address
/// that it must keep away from. Later edits of the inventory never reach a run that has been declared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bound {
    /// The inventory; absent where the runbook was compiled without one.
    #[serde(default)]
    pub inventory: Option<InventoryId>,
    /// Digest of the inventory's text.
    #[serde(default)]
    pub digest: Option<Digest>,
    /// The targets that the plan uses, and those through which they are reached.
    #[serde(default)]
    pub targets: BTreeMap<TargetName, Target>,
    /// The sites of these targets.
    #[serde(default)]
    pub sites: BTreeMap<SiteName, Site>,
    /// Where the secrets are found that steps or these targets need. Never the values.
    #[serde(default)]
    pub secrets: BTreeMap<SecretName, SecretSource>,
    /// The replication links that steps measure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<LinkName, Link>,
    /// Every address of the inventory, with the modes in which it may be used.
    #[serde(default)]
    pub claims: Vec<Claim>,
}

impl Bound {
    /// Whether there was no inventory.
    pub const fn is_empty(&self) -> bool {
        self.inventory.is_none()
    }

    /// How a target is addressed in a mode; `None` when it may not be, or is not known. `local` needs no binding.
    pub fn binding(&self, target: &TargetName, mode: Mode) -> Option<&Binding> {
        self.targets.get(target)?.bindings.get(&mode)
    }
}

impl Inventory {
    /// What a plan freezes that uses these targets and these secrets, and measures these links.
    pub fn bound<'a>(
        &self,
        targets: impl IntoIterator<Item = &'a TargetName>,
        secrets: impl IntoIterator<Item = &'a SecretName>,
        links: &'a BTreeMap<LinkName, Link>,
    ) -> Bound {
        let mut used = BTreeMap::new();
        let measured = links.values().flat_map(Link::targets);
        let mut open: Vec<&TargetName> = targets.into_iter().chain(measured).collect();
        while let Some(name) = open.pop() {
            if used.contains_key(name) {
                continue;
            }
            let Some((name, target)) = self.targets.get_key_value(name) else { continue };
            used.insert(name.clone(), target.clone());
            open.extend(target.bindings.values().filter_map(|binding| binding.ssh.as_ref()?.jump.as_ref()));
        }
        let sites = used.values().filter_map(|target| self.sites.get_key_value(target.site.as_ref()?));
        let sites = sites.map(|(name, site)| (name.clone(), site.clone())).collect();
        let own = used.values().flat_map(|target| target.bindings.values()).flat_map(Binding::secrets).cloned();
        let needed: BTreeSet<SecretName> =
            own.chain(secrets.into_iter().cloned()).chain(links.values().filter_map(Link::secret).cloned()).collect();
        let secrets = needed.iter().filter_map(|name| self.secrets.get_key_value(name));
        let secrets = secrets.map(|(name, source)| (name.clone(), source.clone())).collect();
        Bound {
            inventory: Some(self.id.clone()),
            digest: Some(self.digest),
            sites,
            secrets,
            targets: used,
            links: links.clone(),
            claims: self.claims.clone(),
        }
    }
}
