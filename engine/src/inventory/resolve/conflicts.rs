//! What can not be true at the same time.

use std::collections::BTreeMap;

use crate::base::{Mode, TargetName};
use crate::inventory::{Claim, Target};
use crate::runbook::{Code, Finding, Findings, Span};

/// Every jump host must be there in the same mode with SSH of its own, and the way must come to an end.
pub(super) fn jumps(
    targets: &BTreeMap<TargetName, Target>,
    place: impl Fn(&TargetName) -> Span,
    findings: &mut Findings<'_>,
) {
    for (name, target) in targets {
        for mode in target.bindings.keys() {
            let mut at = name;
            // No way is longer than there are targets, unless it goes in a circle.
            for step in 0..=targets.len() {
                let Some(jump) = jump_of(targets, at, *mode) else { break };
                if step == targets.len() || jump == name {
                    circle(name, *mode, place(name), findings);
                    break;
                }
                if targets.get(jump).and_then(|jump| jump.bindings.get(mode)?.ssh.as_ref()).is_none() {
                    if step == 0 {
                        no_way(name, jump, *mode, place(name), place(jump), findings);
                    }
                    break;
                }
                at = jump;
            }
        }
    }
}

fn jump_of<'t>(targets: &'t BTreeMap<TargetName, Target>, name: &TargetName, mode: Mode) -> Option<&'t TargetName> {
    targets.get(name)?.bindings.get(&mode)?.ssh.as_ref()?.jump.as_ref()
}

fn circle(name: &TargetName, mode: Mode, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::JumpCircle, span, || {
        Finding::new(
            format!("in mode {} the jump hosts on the way to `{name}` lead in a circle", mode.keyword()),
            format!("{} 모드에서 `{name}`(으)로 가는 경유 호스트가 순환합니다", mode.keyword()),
        )
        .help("remove one `jump`", "`jump` 하나를 지우십시오")
    });
}

fn no_way(name: &TargetName, jump: &TargetName, mode: Mode, span: Span, at: Span, findings: &mut Findings<'_>) {
    let mode = mode.keyword();
    findings.report(Code::JumpCircle, span, || {
        Finding::new(
            format!("in mode {mode} `{name}` is reached through `{jump}`, which has no `ssh` there"),
            format!("{mode} 모드에서 `{name}`은(는) `{jump}`을(를) 거치는데, 그 모드의 `{jump}`에는 `ssh`가 없습니다"),
        )
        .also(at, "the jump host", "경유 호스트")
        .help(
            format!("add `{mode}` to the `modes` of `{jump}`, with `ssh`"),
            format!("`{jump}` 대상의 `modes`에 `{mode}`을(를) `ssh`와 함께 추가하십시오"),
        )
    });
}

/// One port of one host can not be allowed in a mode for one target and forbidden for another: the guard, which sees
/// addresses, would refuse both.
pub(super) fn addresses(claims: &[Claim], place: impl Fn(&TargetName) -> Span, findings: &mut Findings<'_>) {
    let mut first: BTreeMap<(&str, u16), &Claim> = BTreeMap::new();
    for claim in claims {
        let Some(port) = claim.port else { continue };
        let other = *first.entry((claim.host.as_str(), port)).or_insert(claim);
        if other.modes == claim.modes {
            continue;
        }
        findings.report(Code::Contradiction, place(&claim.target), || {
            let modes = |claim: &Claim| claim.modes.iter().map(|mode| mode.keyword()).collect::<Vec<_>>().join(", ");
            Finding::new(
                format!(
                    "port {port} of {} belongs to `{}` ({}) and to `{}` ({})",
                    claim.host,
                    other.target,
                    modes(other),
                    claim.target,
                    modes(claim)
                ),
                format!(
                    "{}의 {port} 포트가 `{}`({})와 `{}`({}) 두 대상의 것입니다",
                    claim.host,
                    other.target,
                    modes(other),
                    claim.target,
                    modes(claim)
                ),
            )
            .also(place(&other.target), "the other target", "다른 대상")
            .help(
                "give both the same `modes`: one address can not be kept out of a mode and be used in it",
                "두 대상의 `modes`를 같게 하십시오. 한 주소를 어떤 모드에서 금지하면서 쓸 수는 없습니다",
            )
        });
    }
}
