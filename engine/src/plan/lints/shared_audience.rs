//! L23: an exercise that tells the same people as the real thing. Sooner or later somebody takes the one for the other.

use std::collections::BTreeSet;

use super::super::{Action, Binding, Change, Notify};
use super::{Subject, Warnings};
use crate::base::Mode;
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let Some(inventory) = subject.inventory else { return };
    let modes = &subject.body.modes;
    for (part, step, span) in subject.steps() {
        let Action::Change(Change::Notify(notify)) = &step.action else { continue };
        let Some(channel) = inventory.targets().get(&notify.channel) else { continue };
        let bound = |mode: Mode| channel.bindings.get(&mode).filter(|_| modes.is_empty() || modes.contains(&mode));
        let Some(real) = bound(Mode::Real).map(|binding| audience(binding, notify)) else { continue };
        let exercises = [Mode::Drill, Mode::Isolated].into_iter();
        let mut shared = exercises.filter_map(|mode| Some((mode, audience(bound(mode)?, notify))));
        let shared = shared.find_map(|(mode, told)| Some((mode, told.intersection(&real).next()?.clone())));
        let Some((mode, whom)) = shared else { continue };
        warnings.report(part, Code::SharedAudience, span, || {
            let (channel, mode) = (&notify.channel, mode.keyword());
            Finding::new(
                format!("over `{channel}` mode {mode} tells {whom}, who is told of the real thing as well"),
                format!("`{channel}` 채널은 {mode} 모드에서도 실제 상황과 같은 {whom}에게 알립니다"),
            )
            .help(
                format!("give the channel lists or an address of its own for {mode} in the inventory"),
                format!("인벤토리에서 채널에 {mode} 모드 전용 연락처나 주소를 두십시오"),
            )
        });
    }
}

/// Whom a message reaches: the addresses of its lists, or where it is posted.
fn audience(binding: &Binding, notify: &Notify) -> BTreeSet<String> {
    let lists = binding.smtp.iter().flat_map(|smtp| &smtp.to);
    let lists = lists.filter(|(list, _)| notify.to.is_empty() || notify.to.contains(list));
    let posted = binding.webhook.iter().map(|webhook| match &webhook.path {
        Some(path) => format!("{} ({path})", webhook.url),
        None => webhook.url.clone(),
    });
    lists.flat_map(|(_, addresses)| addresses.iter().cloned()).chain(posted).collect()
}
