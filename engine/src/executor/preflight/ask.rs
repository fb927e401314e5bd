//! Asks targets, all at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::Voters;
use crate::action::{Ended, Environment, Launch};
use crate::base::{Bilingual as _, Mode, RunId, Text};
use crate::executor::Engine;
use crate::plan::{Concern, Plan, Question, UnitIx};
use crate::run::{Answered, AttemptId, ClockBy, Finding, HostClock, Outcome, Preflight, Purpose, Topic};
use crate::store::Error;

/// How long one question may take; what has not answered by then is unknown.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long all of them may take: a person waits for the page.
const IN_ALL: Duration = Duration::from_secs(20);
/// Questions that are under way at the same time.
const AT_ONCE: usize = 16;

impl Engine {
    /// Looks at everything that a run of this plan would need. Takes 20 seconds at most.
    pub async fn preflight(&self, plan: &Plan, mode: Mode, voters: &Voters) -> Result<Preflight, Error> {
        let at = self.clock().now();
        let (mut findings, mut clocks) = (Vec::new(), Vec::new());
        // A mock run addresses nothing.
        if mode != Mode::Mock {
            let (found, read) = self.ask_targets(plan, mode).await;
            findings.extend(found);
            clocks = closest(read);
            findings.extend(self.ask_secrets(plan).await);
            findings.extend(self.look_at_links(plan).await?);
        }
        findings.extend(self.look_at_standing(plan, mode, voters).await?);
        findings.sort_by(|one, other| {
            (one.answer, one.topic, &one.subject).cmp(&(other.answer, other.topic, &other.subject))
        });
        Ok(Preflight { runbook: plan.body().runbook.clone(), plan: plan.digest(), mode, at, findings, clocks })
    }

    async fn ask_targets(&self, plan: &Plan, mode: Mode) -> (Vec<Finding>, Vec<HostClock>) {
        let unbound = super::super::targets::faults(plan, mode).into_iter().map(|fault| Finding {
            topic: Topic::Reach,
            subject: fault.target.to_string(),
            answer: Answered::Down,
            seen: fault.text(),
            next_step: None,
            took: crate::base::Millis::ZERO,
        });
        let mut findings: Vec<Finding> = unbound.collect();
        let questions = plan.questions(mode);
        let Some(asking) = plan.asking(&questions).map(Arc::new).filter(|_| !questions.is_empty()) else {
            return (findings, Vec::new());
        };
        let run = RunId(self.fresh_id());
        let stop = CancellationToken::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let environment = Arc::new(Environment { base: self.base().clone(), ..Environment::default() });
        let mut under_way = tokio::task::JoinSet::new();
        for (at, question) in (0..).zip(questions) {
            let launch = Launch {
                run,
                token: 0,
                mode,
                plan: Arc::clone(&asking),
                unit: UnitIx(at),
                step: 0,
                attempt: AttemptId(at + 1),
                number: 1,
                purpose: Purpose::Act,
                since: self.clock().now(),
                environment: Arc::clone(&environment),
                outputs: Arc::new(BTreeMap::new()),
            };
            let (engine, places, stop) = (self.clone(), Arc::clone(&places), stop.child_token());
            under_way.spawn(async move {
                let _place = places.acquire_owned().await.ok()?;
                Some(engine.ask_one(launch, &question, stop).await)
            });
        }
        let mut open = under_way;
        let answers = async {
            let mut answers: Vec<(Finding, Vec<HostClock>)> = Vec::new();
            while let Some(answered) = open.join_next().await {
                answers.extend(answered.ok().flatten());
            }
            answers
        };
        let late = tokio::time::sleep(IN_ALL);
        tokio::pin!(answers, late);
        let answered = tokio::select! {
            answered = &mut answers => answered,
            () = &mut late => {
                stop.cancel();
                answers.await
            }
        };
        self.runner().over(run, 0);
        let (answered, clocks): (Vec<Finding>, Vec<Vec<HostClock>>) = answered.into_iter().unzip();
        findings.extend(answered);
        (findings, clocks.concat())
    }

    async fn ask_one(&self, launch: Launch, question: &Question, stop: CancellationToken) -> (Finding, Vec<HostClock>) {
        let began = self.clock().now();
        let (sink, mut output) = mpsc::channel(64);
        let drained = tokio::spawn(async move { while output.recv().await.is_some() {} });
        let asked = self.runner().run(launch, sink, stop.clone());
        let late = tokio::time::sleep(PATIENCE);
        tokio::pin!(asked, late);
        let ended = tokio::select! {
            ended = &mut asked => Some(ended),
            () = &mut late => {
                stop.cancel();
                // It is given a moment to leave the other side tidy.
                tokio::time::timeout(Duration::from_secs(2), &mut asked).await.ok().and(None)
            }
        };
        drained.abort();
        let clocks = match &ended {
            Some(Ended::With(
                Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. },
            )) => seen.clocks.clone(),
            Some(Ended::NeverStarted) | None => Vec::new(),
        };
        let (answer, seen) = match ended {
            Some(Ended::With(Outcome::Succeeded { seen })) => (Answered::Up, seen.summary),
            Some(Ended::With(Outcome::Failed { cause, .. })) => (Answered::Down, cause.message),
            Some(Ended::With(Outcome::Unknown { why, .. })) => (Answered::Unknown, why),
            Some(Ended::NeverStarted) | None => {
                let seconds = PATIENCE.as_secs();
                let seen = Text::new(format!("{seconds}초 안에 응답이 없음"), format!("no answer within {seconds} s"));
                (Answered::Unknown, seen)
            }
        };
        let finding = Finding {
            topic: topic(question.about),
            subject: question.subject.clone(),
            answer,
            seen,
            next_step: (answer != Answered::Up).then(|| next_step(question.about)),
            took: self.clock().now().since(began),
        };
        (finding, clocks)
    }

    async fn ask_secrets(&self, plan: &Plan) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, source) in &plan.body().bound.secrets {
            let began = self.clock().now();
            let Some(found) = self.runner().resolves(name, source).await else { continue };
            let (answer, seen) = match found {
                Ok(()) => (Answered::Up, Text::new("값을 찾음", "its value was found")),
                Err(why) => (Answered::Down, why),
            };
            let help = || {
                Text::new(
                    "`relight secret set`으로 넣거나, 인벤토리의 `secrets`가 가리키는 변수나 파일을 확인하십시오",
                    "set it with `relight secret set`, or see the variable or file that `secrets` of the inventory names",
                )
            };
            findings.push(Finding {
                topic: Topic::Secret,
                subject: name.to_string(),
                answer,
                seen,
                next_step: (answer != Answered::Up).then(help),
                took: self.clock().now().since(began),
            });
        }
        findings
    }
}

/// Of several readings of a clock the closest one.
fn closest(mut read: Vec<HostClock>) -> Vec<HostClock> {
    read.sort_by(|one, other| (&one.host, one.offset.doubt, one.at).cmp(&(&other.host, other.offset.doubt, other.at)));
    read.dedup_by(|later, kept| later.host == kept.host);
    for it in &mut read {
        it.by = ClockBy::Preflight;
    }
    read
}

const fn topic(about: Concern) -> Topic {
    match about {
        Concern::Login => Topic::Login,
        Concern::Database => Topic::Database,
        Concern::Reach => Topic::Reach,
        Concern::Clock => Topic::Clock,
        Concern::Disk => Topic::Disk,
        Concern::Unit => Topic::Unit,
    }
}

fn next_step(about: Concern) -> Text {
    match about {
        Concern::Login => Text::new(
            "인벤토리의 이 모드용 `ssh`(주소, 계정, 열쇠, 호스트 키)와 방화벽을 확인하십시오",
            "see `ssh` of the target for this mode in the inventory (address, user, key, host key), and the firewall",
        ),
        Concern::Database => Text::new(
            "인벤토리의 이 모드용 `sql`(주소, 계정, 암호)과 데이터베이스의 접속 허용을 확인하십시오",
            "see `sql` of the target for this mode in the inventory (address, user, password), and whom the database lets in",
        ),
        Concern::Reach => Text::new(
            "서비스가 떠 있는지, 방화벽이 열려 있는지 확인하십시오. 이 런북이 기동할 대상이면 지금 응답이 없는 것이 정상입니다",
            "see whether the service runs and the firewall lets it through; of what this runbook will start no answer is expected yet",
        ),
        Concern::Clock => Text::new(
            "시각 동기화(chrony, ntpd)를 확인하십시오. 어긋난 시각은 보고서의 시간을 믿을 수 없게 합니다",
            "see to its time service (chrony, ntpd): a clock that is off makes the times of the report doubtful",
        ),
        Concern::Disk => Text::new("디스크 공간을 확보하십시오", "make room on the disk"),
        Concern::Unit => Text::new(
            "단위의 사전 점검이 지금은 통과하지 않습니다. 실행 전에 원인을 없애거나, 앞 단위가 해결할 것인지 확인하십시오",
            "the unit's own check before its work does not pass now: mend the cause, or see that a unit before it will",
        ),
    }
}
