//! The inventory as a whole.

use std::collections::BTreeMap;

use super::names::{Known, not_local};
use super::{conflicts, reach, replication};
use crate::base::{Digest, RoleName, SiteName, TargetName, Text};
use crate::inventory::{Inventory, Policy, Role, SecretSource, Site, SiteKind, Target, claims};
use crate::runbook::{
    Code, Finding, Findings, InventoryDocument, Named, ParsedInventory, RoleKeys, SecretPlace, SiteKeys, SiteWord,
    Span, Spanned, TargetKeys, nearest,
};

/// Resolves a document. `None` when it has no id, which has been reported.
pub(in super::super) fn inventory(
    parsed: ParsedInventory,
    digest: Digest,
    findings: &mut Findings<'_>,
) -> Option<Inventory> {
    let InventoryDocument {
        id,
        title,
        description: _,
        owner: _,
        sites,
        residency,
        policy,
        roles,
        secrets,
        targets,
        replication: links,
    } = parsed.document;
    let policy = policy.unwrap_or_default();
    let roles = roles.map(|roles| self::roles(roles, findings));
    let sites: BTreeMap<_, _> = sites.into_iter().flatten().map(site).collect();
    let secrets: BTreeMap<_, _> =
        secrets.into_iter().flatten().map(|secret| (secret.key.value, place(secret.value))).collect();
    let written = targets.unwrap_or_default();
    let known = Known {
        sites: &sites,
        secrets: &secrets,
        targets: written.iter().map(|target| target.key.value.clone()).collect(),
        misread: &parsed.misread,
    };
    let mut places = BTreeMap::new();
    let mut targets = BTreeMap::new();
    for Named { key, value, .. } in written {
        if not_local(&key.value, key.span, findings) {
            places.insert(key.value.clone(), key.span);
            targets.insert(key.value.clone(), target(&key, value, &known, findings));
        }
    }
    let links = replication::links(links.unwrap_or_default(), &targets, &known, findings);
    let claims = claims::of(&targets);
    let place = |name: &TargetName| places.get(name).copied().unwrap_or_else(Span::default);
    conflicts::jumps(&targets, place, findings);
    conflicts::addresses(&claims, place, findings);
    let id = id?.value;
    Some(Inventory {
        title: title.unwrap_or_else(|| Text::plain(id.as_str())),
        id,
        residency: residency.map(|regions| regions.into_iter().map(|region| region.value).collect()),
        policy: Policy { clock: policy.clock, review_every: policy.review_every },
        roles,
        sites,
        secrets,
        targets,
        links,
        claims,
        digest,
    })
}

fn site(written: Named<SiteName, SiteKeys>) -> (SiteName, Site) {
    let Named { key, value, .. } = written;
    let site = Site {
        title: value.title.unwrap_or_else(|| Text::plain(key.value.as_str())),
        kind: value.kind.map(|kind| match kind {
            SiteWord::Mirror => SiteKind::Mirror,
            SiteWord::Hot => SiteKind::Hot,
            SiteWord::Warm => SiteKind::Warm,
            SiteWord::Cold => SiteKind::Cold,
        }),
        capacity: value.capacity.map(|capacity| capacity.0),
        region: value.region.map(|region| region.value),
    };
    (key.value, site)
}

fn roles(written: Vec<Named<RoleName, RoleKeys>>, findings: &mut Findings<'_>) -> BTreeMap<RoleName, Role> {
    let known: Vec<RoleName> = written.iter().map(|role| role.key.value.clone()).collect();
    let mut role = |Named { key, value, .. }: Named<RoleName, RoleKeys>| {
        let delegates = value.delegates.into_iter().flatten();
        let delegates = delegates.filter(|delegate| is_role(delegate, &known, findings)).map(|delegate| delegate.value);
        let role = Role {
            title: value.title.unwrap_or_else(|| Text::plain(key.value.as_str())),
            reached_within: value.reached_within,
            delegates: delegates.collect(),
        };
        (key.value, role)
    };
    written.into_iter().map(&mut role).collect()
}

/// Whether a role is there; reports it where not.
fn is_role(delegate: &Spanned<RoleName>, known: &[RoleName], findings: &mut Findings<'_>) -> bool {
    let is_known = known.contains(&delegate.value);
    if !is_known {
        let name = delegate.as_str();
        findings.report(Code::UnknownReference, delegate.span, || {
            Finding::new(
                format!("the inventory has no role `{name}`"),
                format!("인벤토리에 `{name}`(이)라는 역할이 없습니다"),
            )
            .help("add it under `roles:`", "`roles:` 아래에 추가하십시오")
            .suggest(delegate.span, nearest(name, known.iter().map(RoleName::as_str)))
        });
    }
    is_known
}

fn place(written: SecretPlace) -> SecretSource {
    match written {
        SecretPlace::Env(name) => SecretSource::Env(name.0),
        SecretPlace::File(path) => SecretSource::File(path),
        SecretPlace::Sealed(name) => SecretSource::Sealed(name),
    }
}

fn target(
    key: &Spanned<TargetName>,
    mut written: TargetKeys,
    known: &Known<'_>,
    findings: &mut Findings<'_>,
) -> Target {
    let bindings = reach::bindings(&key.value, key.span, &mut written, known, findings);
    Target {
        title: written.title.unwrap_or_else(|| Text::plain(key.value.as_str())),
        site: written.site.and_then(|site| known.site(site, findings)),
        tier: written.tier,
        peer: written.peer.and_then(|peer| known.target(peer, findings)),
        labels: written.labels.into_iter().flatten().map(|label| (label.key.value, label.value)).collect(),
        bindings,
    }
}
