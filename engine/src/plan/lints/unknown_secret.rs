//! E36: an environment variable takes a secret that the inventory does not have.

use super::super::compile::Places;
use crate::base::SecretName;
use crate::inventory::Inventory;
use crate::runbook::{Code, Finding, Findings, Spanned, nearest};

pub(in super::super) fn check(places: &Places, inventory: Option<&Inventory>, findings: &mut Findings<'_>) {
    for name in &places.secrets {
        match inventory {
            None => no_inventory(name, findings),
            Some(inventory) if !inventory.secrets().contains_key(&name.value) => unknown(name, inventory, findings),
            Some(_) => {}
        }
    }
}

fn no_inventory(name: &Spanned<SecretName>, findings: &mut Findings<'_>) {
    findings.report(Code::UnknownSecret, name.span, || {
        Finding::new(
            format!("there is no inventory that says where `{}` is found", name.value),
            format!("`{}` 비밀을 찾을 곳을 알려 주는 인벤토리가 없습니다", name.value),
        )
        .help(
            "put `inventory.yaml` beside the runbook or give one with `--inventory`; a secret that is asked for at each \
             declaration is an input: `{input: name}`",
            "런북 옆에 `inventory.yaml`을 두거나 `--inventory`로 주십시오. 선포할 때마다 물을 비밀은 입력 변수로 \
             `{input: 이름}`을 쓰십시오",
        )
    });
}

fn unknown(name: &Spanned<SecretName>, inventory: &Inventory, findings: &mut Findings<'_>) {
    findings.report(Code::UnknownSecret, name.span, || {
        let id = inventory.id();
        let finding = Finding::new(
            format!("the inventory `{id}` has no secret `{}`", name.value),
            format!("인벤토리 `{id}`에 `{}`(이)라는 비밀이 없습니다", name.value),
        );
        match nearest(name.as_str(), inventory.secrets().keys().map(SecretName::as_str)) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(name.span, Some(near)),
            None => finding.help(
                "say under `secrets:` of the inventory where it is found",
                "인벤토리의 `secrets:` 아래에 찾을 곳을 쓰십시오",
            ),
        }
    });
}
