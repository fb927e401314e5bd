//! How the data stands that a run would go on with: the replication links of its targets and services, as they were last seen.
//!
//! They are not asked here: whoever watches them asks all the while, by the step that runs ask by.

use super::standing::found;
use crate::base::{Lang, Text, Timestamp};
use crate::executor::Engine;
use crate::plan::Plan;
use crate::replication::Watched;
use crate::run::{Answered, Finding, Flow, Topic};
use crate::store::{Error, Query, list};

impl Engine {
    pub(super) async fn look_at_links(&self, plan: &Plan) -> Result<Vec<Finding>, Error> {
        let watched = list::<Watched>(&**self.store(), Query::default()).await?;
        let now = self.clock().now();
        Ok(watched.iter().filter(|it| concerns(plan, &it.value)).map(|it| link(&it.value, now)).collect())
    }
}

/// Whether a link brings over data of a service of the plan, or from or to a target that the plan uses.
fn concerns(plan: &Plan, watched: &Watched) -> bool {
    let body = plan.body();
    let serves = body.services.iter().any(|service| watched.services.contains(&service.id));
    let used = watched.source.iter().chain([&watched.standby]).any(|target| body.bound.targets.contains_key(target));
    serves || used || body.bound.links.contains_key(&watched.link)
}

fn link(watched: &Watched, now: Timestamp) -> Finding {
    let (state, loss) = (watched.state_at(now), watched.loss_at(now));
    let late = loss.zip(watched.rpo).is_some_and(|(loss, rpo)| loss > rpo);
    let answer = match state {
        Flow::Streaming | Flow::CatchingUp if !late => Answered::Up,
        Flow::Streaming | Flow::CatchingUp | Flow::Stopped | Flow::Broken => Answered::Down,
        Flow::Unknown => Answered::Unknown,
    };
    let said = |lang: Lang| {
        let state = state.title();
        let state = state.get(lang);
        let (lost, aim, none) = match lang {
            Lang::Ko => ("지금 끊기면 잃는 시간", "RPO", "잃을 시간은 알 수 없음"),
            Lang::En => ("would be lost now", "RPO", "nobody can say what would be lost"),
        };
        let aim = watched.rpo.map_or_else(String::new, |rpo| format!(", {aim} {rpo}"));
        loss.map_or_else(|| format!("{state}; {none}{aim}"), |loss| format!("{state}; {lost}: {loss}{aim}"))
    };
    let next = (answer != Answered::Up).then(|| {
        Text::new(
            "복제 화면에서 마지막 시점을 확인하십시오. 원본이 멈춘 재해라면 예상된 상태이고, 그 시점까지만 복구됩니다",
            "see the last point on the page of replication: where the source is gone this is to be expected, and that point is as \
             far as will be recovered",
        )
    });
    let subject = format!("{} → {}", watched.link, watched.standby);
    found(Topic::Replication, &subject, answer, Text::new(said(Lang::Ko), said(Lang::En)), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Millis, Mode};
    use crate::inventory::LinkKind;
    use crate::plan::compile;
    use crate::replication::Level;
    use crate::run::{Confidence, Method, Point, Reading};
    use crate::runbook::Source;

    const NOW: Timestamp = Timestamp(1_000_000);

    /// A link that was last seen so long ago, with all that came up to so long ago, in milliseconds.
    fn watched(seen: Option<(Flow, i64)>, point: Option<i64>) -> Watched {
        let reading = |(state, ago): (Flow, i64)| -> Reading {
            let read = serde_json::json!({
                "link": "pg-dr", "kind": "postgres", "source": null, "standby": "db-dr", "at": NOW.0 - ago, "state": state,
                "why": "test",
            });
            serde_json::from_value(read).unwrap()
        };
        let known = |ago: i64| Point {
            at: Timestamp(NOW.0 - ago),
            method: Method::Heartbeat,
            confidence: Confidence::Measured,
        };
        Watched {
            link: "pg-dr".parse().unwrap(),
            standby: "db-dr".parse().unwrap(),
            title: Text::plain("pg"),
            kind: LinkKind::Postgres,
            source: None,
            services: vec!["ticket".parse().unwrap()],
            rpo: Some(Millis::minutes(5)),
            every: Millis::seconds(10),
            mode: Mode::Real,
            reading: seen.map(reading),
            known: point.map(known),
            seen_at: None,
            level: Level::Calm,
            untold: false,
            breaks: Vec::new(),
        }
    }

    #[test]
    fn a_link_is_up_while_what_would_be_lost_is_within_the_objective() {
        for (seen, point, wanted, said) in [
            (Some((Flow::Streaming, 0)), Some(10_000), Answered::Up, "would be lost now: 10s"),
            (Some((Flow::CatchingUp, 0)), Some(299_000), Answered::Up, "would be lost now"),
            (Some((Flow::CatchingUp, 0)), Some(301_000), Answered::Down, "would be lost now"),
            (Some((Flow::Stopped, 0)), Some(10_000), Answered::Down, "would be lost now"),
            (Some((Flow::Broken, 0)), None, Answered::Down, "nobody can say"),
            // Nobody has looked for three rounds: what was seen then says nothing about now.
            (Some((Flow::Streaming, 60_000)), Some(60_000), Answered::Unknown, "would be lost now"),
            (None, None, Answered::Unknown, "nobody can say"),
        ] {
            let found = link(&watched(seen, point), NOW);
            assert_eq!(found.answer, wanted, "{seen:?} {point:?}");
            assert!(found.seen.get(Lang::En).contains(said), "{}", found.seen.get(Lang::En));
            assert_eq!((found.subject.as_str(), found.next_step.is_some()), ("pg-dr → db-dr", wanted != Answered::Up));
        }
    }

    #[test]
    fn only_links_of_the_services_of_the_plan_are_looked_at() {
        let plan = |service: &str| {
            let text = format!(
                "runbook: r\nservices: {{{service}: {{needs: [a]}}}}\nunits:\n  a: {{target: 1m, run: [{{command: x, timeout: 5s}}]}}\n"
            );
            let compiled = compile(&Source::new("r.yaml", &*text));
            compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
        };
        let link = watched(None, None);
        assert!(concerns(&plan("ticket"), &link) && !concerns(&plan("other"), &link));
    }
}
