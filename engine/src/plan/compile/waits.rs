//! Waits: what asks is a check like others.

use super::super::lints::unknown_input;
use super::super::{Action, Check, InputKind, Moment};
use super::steps::{Lower, PAUSE};
use crate::base::Millis;
use crate::runbook::{Code, Finding, Wait, WrittenMoment};

impl Lower<'_, '_> {
    /// What is done, and the time-out that comes with it.
    pub(super) fn wait(&mut self, wait: Wait) -> (Action, Option<Millis>) {
        match wait {
            Wait::For(time) => (Action::Wait(time), None),
            Wait::Until(WrittenMoment::At(moment)) => (Action::Until(Moment::At(moment)), None),
            Wait::Until(WrittenMoment::Input(name)) => {
                unknown_input::check(&name, self.inputs.inputs, self.inputs.misread, self.findings);
                let known = self.inputs.inputs.iter().find(|input| input.name == name.value);
                let given = |input: &&super::super::Input| {
                    matches!(input.kind, InputKind::Datetime) && (input.required || input.default.is_some())
                };
                if known.is_some_and(|input| !given(&input)) {
                    self.findings.report(Code::BadValue, name.span, || {
                        Finding::new(
                            format!("`{}` may have no instant to wait for", name.value),
                            format!("`{}` 입력에는 기다릴 시각이 없을 수 있습니다", name.value),
                        )
                        .help(
                            "declare it as `{type: datetime, required: true}`, or with a default",
                            "`{type: datetime, required: true}`로 선언하거나 기본값을 주십시오",
                        )
                    });
                }
                (Action::Until(Moment::Input(name.value)), None)
            }
            Wait::Asked { call, every, timeout } => {
                let every = every.unwrap_or(PAUSE);
                // Its time-out ends it; this many askings can not be made before.
                let attempts = timeout.0.checked_div(every.0).unwrap_or(timeout.0).saturating_add(1);
                let check = Check {
                    probe: self.probe(call),
                    attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                    every,
                    successes: 1,
                    expect_down: false,
                    from: None,
                };
                (Action::Check(check), Some(timeout))
            }
        }
    }
}
