//! The outermost map, sites and targets.

use super::super::super::Spanned;
use super::super::super::read::{Address, Count, Named, shape, words};
use super::super::Origin;
use super::{DnsKeys, HttpKeys, LinkKeys, SecretPlace, SmtpKeys, SqlKeys, SshKeys, WebhookKeys, WrittenModes};
use crate::base::{
    InventoryId, LabelName, LinkName, Millis, RegionName, RoleName, SecretName, SiteName, TargetName, Text, TierName,
};

shape! {
    /// The sites, hosts and endpoints that runbooks may address.
    pub struct InventoryDocument ["an inventory", "인벤토리"] open "x-" {
        /// The id of the inventory.
        (required) "inventory" => id: Spanned<InventoryId>,
        /// Its name for people.
        "title" => title: Text,
        /// What it covers.
        "description" => description: Text,
        /// Who looks after it.
        "owner" => owner: String,
        /// The sites where targets stand.
        "sites" => sites: Vec<Named<SiteName, SiteKeys>>,
        /// Regions that data may be brought to; absent: any.
        "residency" => residency: Vec<Spanned<RegionName>>,
        /// What holds for all runbooks that are compiled against it.
        "policy" => policy: Policy,
        /// The roles that approve and are told, and how soon they can be reached.
        "roles" => roles: Vec<Named<RoleName, RoleKeys>>,
        /// Where the values of secrets are found; never the values themselves.
        "secrets" => secrets: Vec<Named<SecretName, SecretPlace>>,
        /// The hosts and endpoints.
        (required) "targets" => targets: Vec<Named<TargetName, TargetKeys>>,
        /// What brings the data of one system to another, and how it is watched.
        "replication" => replication: Vec<Named<LinkName, LinkKeys>>,
    }
}

shape! {
    /// What an organisation asks of its runbooks.
    pub struct Policy ["`policy`", "`policy`"] {
        /// The mark from which recovery times are reckoned: event, detect or declare.
        "clock" => clock: Origin,
        /// How often a runbook is to be read again that does not say so itself.
        "review_every" => review_every: Millis,
    }
}

shape! {
    /// A role and how soon somebody who has it can be reached.
    pub struct RoleKeys ["a role", "역할"] {
        /// Its name for people.
        "title" => title: Text,
        /// The time in which somebody answers a call, whatever the hour.
        "reached_within" => reached_within: Millis,
        /// Roles that stand in for it.
        "delegates" => delegates: Vec<Spanned<RoleName>>,
    }
}

shape! {
    /// A data centre, or a cloud region that serves as one.
    pub struct SiteKeys ["a site", "사이트"] {
        /// Its name for people.
        "title" => title: Text,
        /// How ready it is to take over: mirror, hot, warm or cold.
        "kind" => kind: SiteWord,
        /// What it can carry, in percent of the normal load.
        "capacity" => capacity: Count<0, 1_000>,
        /// The legal region it lies in.
        "region" => region: Spanned<RegionName>,
    }
}

words! {
    /// How ready a site is to take over.
    pub enum SiteWord {
        /// Both sites serve at the same time.
        Mirror = "mirror",
        /// Systems run there with current data.
        Hot = "hot",
        /// Systems are there and must be brought up to date.
        Warm = "warm",
        /// Only room and power are there.
        Cold = "cold",
    }
}

shape! {
    /// A host or an endpoint.
    pub struct TargetKeys ["a target", "대상"] {
        /// Its name for people.
        "title" => title: Text,
        /// The site where it stands.
        "site" => site: Spanned<SiteName>,
        /// Its tier label, such as db, ap or web.
        "tier" => tier: TierName,
        /// Its twin on the other site.
        "peer" => peer: Spanned<TargetName>,
        /// Labels by which it can be chosen.
        "labels" => labels: Vec<Named<LabelName, String>>,
        /// Host name or IP address.
        "address" => address: Spanned<Address>,
        /// How commands get there.
        "ssh" => ssh: SshKeys,
        /// How it is asked over HTTP.
        "http" => http: HttpKeys,
        /// How its database is asked.
        "sql" => sql: SqlKeys,
        /// How its name server is asked.
        "dns" => dns: DnsKeys,
        /// How mail is sent through it.
        "smtp" => smtp: SmtpKeys,
        /// How messages are posted to it.
        "webhook" => webhook: WebhookKeys,
        /// For which modes it may be addressed: real, drill, isolated, each with keys that replace those above. Absent: real only.
        "modes" => modes: WrittenModes,
    }
}
