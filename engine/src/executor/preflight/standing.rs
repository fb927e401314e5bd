//! What the store and the plan themselves say: locks, approvers, age, changes.

use super::approvers::{Voters, approvers};
use crate::base::{Lang, LockName, Millis, Mode, Text};
use crate::executor::Engine;
use crate::plan::Plan;
use crate::run::{Answered, Event, Finding, RunStatus, Topic};
use crate::store::{Error, RunFilter};

/// Runs that are looked through.
const LOOKED: u32 = 200;

impl Engine {
    pub(super) async fn look_at_standing(
        &self,
        plan: &Plan,
        mode: Mode,
        voters: &Voters,
    ) -> Result<Vec<Finding>, Error> {
        let mut findings = self.locks(plan).await?;
        findings.extend(approvers(plan, mode, voters));
        findings.extend(review(plan, self.clock().now()));
        findings.push(self.changed(plan).await?);
        Ok(findings)
    }

    async fn locks(&self, plan: &Plan) -> Result<Vec<Finding>, Error> {
        let wanted: std::collections::BTreeSet<&LockName> = plan.units().iter().flat_map(|unit| &unit.locks).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let open = RunFilter { open_only: true, limit: LOOKED, ..RunFilter::default() };
        let mut held = std::collections::BTreeMap::new();
        for entry in self.store().runs(open).await? {
            let stored = self.store().load(entry.run).await?;
            for row in &stored.rows {
                if let Ok(Event::Locked { locks, .. }) = serde_json::from_str(&row.event) {
                    held.extend(locks.into_iter().map(|lock| (lock, entry.clone())));
                }
            }
        }
        let finding = |lock: &LockName| match held.get(lock) {
            None => found(Topic::Lock, lock.as_str(), Answered::Up, Text::new("비어 있음", "free"), None),
            Some(entry) => {
                let (title, run) = (&entry.summary.title, entry.run);
                let seen = Text::new(
                    format!("실행 {run} ({})이(가) 쓰는 중", title.get(Lang::Ko)),
                    format!("held by run {run} ({})", title.get(Lang::En)),
                );
                let next = Text::new(
                    "그 실행이 끝나야 이 잠금이 필요한 단위가 시작합니다",
                    "units that want it start when that run is over",
                );
                found(Topic::Lock, lock.as_str(), Answered::Down, seen, Some(next))
            }
        };
        Ok(wanted.into_iter().map(finding).collect())
    }

    /// Whether it is the plan that last came to its end.
    async fn changed(&self, plan: &Plan) -> Result<Finding, Error> {
        let runbook = plan.body().runbook.clone();
        let known = RunFilter { runbook: Some(runbook), limit: LOOKED, ..RunFilter::default() };
        let runs = self.store().runs(known).await?;
        let last = runs.iter().find(|entry| entry.summary.status == RunStatus::Completed);
        let subject = plan.body().runbook.to_string();
        let Some(last) = last else {
            let seen = Text::new("끝까지 완료된 실행이 없음", "no run of it ever came to its end");
            let next = Text::new("모의 실행이나 훈련을 먼저 하십시오", "rehearse it first: mock, isolated or drill");
            return Ok(found(Topic::Changed, &subject, Answered::Unknown, seen, Some(next)));
        };
        let stored = self.store().load(last.run).await?;
        let declared = stored.rows.first().and_then(|row| serde_json::from_str(&row.event).ok());
        let then =
            declared.and_then(|event| if let Event::Declared(header) = event { Some(header.plan) } else { None });
        let day = last.summary.declared_at.in_seoul();
        let day = day.get(..10).unwrap_or_default().to_owned();
        if then == Some(plan.digest()) {
            let seen = Text::new(
                format!("{day}에 완료된 실행과 같은 계획"),
                format!("the same plan as that of the run completed on {day}"),
            );
            return Ok(found(Topic::Changed, &subject, Answered::Up, seen, None));
        }
        let seen = Text::new(
            format!("{day}에 완료된 실행 뒤에 계획이 바뀜"),
            format!("the plan was changed since the run completed on {day}"),
        );
        let next = Text::new("바뀐 내용을 확인하고 예행연습하십시오", "look at what was changed, and rehearse it");
        Ok(found(Topic::Changed, &subject, Answered::Down, seen, Some(next)))
    }
}

fn review(plan: &Plan, now: crate::base::Timestamp) -> Option<Finding> {
    let due = plan.body().review.due()?;
    let today = crate::base::Day::in_seoul(now);
    let subject = plan.body().runbook.as_str();
    if today <= due {
        let seen = Text::new(format!("다음 검토 기한 {due}"), format!("to be read again by {due}"));
        return Some(found(Topic::Review, subject, Answered::Up, seen, None));
    }
    let seen = Text::new(format!("검토 기한({due})이 지남"), format!("was to be read again by {due}"));
    let next =
        Text::new("처음부터 끝까지 읽고 `reviewed`를 고치십시오", "read it from beginning to end and set `reviewed`");
    Some(found(Topic::Review, subject, Answered::Down, seen, Some(next)))
}

pub(super) fn found(topic: Topic, subject: &str, answer: Answered, seen: Text, next_step: Option<Text>) -> Finding {
    Finding { topic, subject: subject.to_owned(), answer, seen, next_step, took: Millis::ZERO }
}
