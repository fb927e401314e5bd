//! E54: messages that can not be sent as they are written.

use super::super::compile::Places;
use super::super::{Action, Body, Change, Notify};
use crate::base::{ContactName, Mode};
use crate::inventory::{Binding, Inventory};
use crate::runbook::{Code, Finding, Findings, Span, nearest};

/// A name in braces that stands for nothing.
pub(in super::super) fn no_such_value<'k>(
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'k str>,
    findings: &mut Findings<'_>,
) {
    findings.report(Code::Notify, span, || {
        let finding = Finding::new(
            format!("`{{{name}}}` stands for no value of this message"),
            format!("`{{{name}}}`에 해당하는 값이 이 메시지에 없습니다"),
        );
        match nearest(name, known) {
            Some(near) => finding.help(
                format!("did you mean `{{{near}}}`? Otherwise add it under `values`"),
                format!("`{{{near}}}`을(를) 쓰려고 하셨습니까? 아니면 `values` 아래에 추가하십시오"),
            ),
            None => finding.help(
                format!("add `{name}` under `values`, from an input or an output"),
                format!("`values` 아래에 `{name}`을(를) 입력값이나 출력값으로 추가하십시오"),
            ),
        }
    });
}

/// A secret would leave the house in plain text.
pub(in super::super) fn secret(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Notify, span, || {
        Finding::new("a message can not hold a secret", "메시지에는 비밀값을 쓸 수 없습니다")
            .help("leave it out; tell people where they find it", "빼고, 어디에서 찾을 수 있는지만 알리십시오")
    });
}

/// Messages whose lists of contacts their channel does not have in a mode in which they would be sent.
pub(in super::super) fn check(body: &Body, places: &Places, inventory: &Inventory, findings: &mut Findings<'_>) {
    for (unit, ix) in body.units.iter().zip((0..).map(super::super::UnitIx)) {
        let steps = unit.steps.iter().chain(unit.rollback.iter().map(|undo| &undo.step));
        for (at, step) in steps.enumerate() {
            if let Action::Change(Change::Notify(notify)) = &step.action {
                lists(body, notify, places.step_of(ix, at), inventory, findings);
            }
        }
    }
}

fn lists(body: &Body, notify: &Notify, span: Span, inventory: &Inventory, findings: &mut Findings<'_>) {
    let Some(target) = inventory.targets().get(&notify.channel) else { return };
    for (mode, binding) in &target.bindings {
        if !body.modes.is_empty() && !body.modes.contains(mode) {
            continue;
        }
        for list in &notify.to {
            if !has(binding, list) {
                missing(notify, list, *mode, binding, span, findings);
            }
        }
    }
}

fn has(binding: &Binding, list: &ContactName) -> bool {
    binding.smtp.as_ref().is_some_and(|smtp| smtp.to.contains_key(list))
}

fn missing(
    notify: &Notify,
    list: &ContactName,
    mode: Mode,
    binding: &Binding,
    span: Span,
    findings: &mut Findings<'_>,
) {
    let (channel, mode) = (&notify.channel, mode.keyword());
    findings.report(Code::Notify, span, || {
        let Some(smtp) = &binding.smtp else {
            return Finding::new(
                format!("`{channel}` sends to one address in mode {mode} and has no contact lists"),
                format!("{mode} 모드의 `{channel}` 채널은 한 주소로만 보내며 연락처 목록이 없습니다"),
            )
            .help("remove `to`", "`to`를 지우십시오");
        };
        let finding = Finding::new(
            format!("`{channel}` has no contact list `{list}` in mode {mode}"),
            format!("`{channel}` 채널에는 {mode} 모드에서 쓸 `{list}` 연락처 목록이 없습니다"),
        );
        match nearest(list.as_str(), smtp.to.keys().map(ContactName::as_str)) {
            Some(near) => finding.help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?")),
            None => finding.help(
                format!("add it under `smtp: {{to: …}}` of the channel, for {mode} too"),
                format!("채널의 `smtp: {{to: …}}` 아래에 {mode} 모드의 목록으로 추가하십시오"),
            ),
        }
    });
}
