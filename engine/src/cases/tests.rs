//! The fold against a model that was written apart from it, on random histories.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::base::{CaseClass, CaseId, CasePart, FacilityScope, Lang, Millis, Mode, RunId, Text, Timestamp};
use crate::report::Word as _;
use crate::run::{Actor, Door, RunStatus, Verdict};

const START: Timestamp = Timestamp(1_795_000_000_000);
const CASE: CaseId = CaseId(Uuid::from_u128(1));

fn actor(name: &str, role: &str) -> Actor {
    Actor { name: name.parse().unwrap(), roles: vec![role.parse().unwrap()], via: Door::Console }
}

fn opening(mode: Mode) -> Opening {
    Opening {
        what: "주센터 전원 상실".to_owned(),
        class: CaseClass::Disaster,
        mode,
        event_at: START,
        event_source: Source::Person,
        detect_at: START,
        detect_source: Source::Monitoring,
        customers: Some(Customers::Sensitive),
        scope: Some(FacilityScope::Zone),
        organisation: None,
    }
}

/// A log with its fold, as a desk keeps it.
struct Case {
    log: Vec<Entry>,
    state: State,
    now: Timestamp,
}

impl Case {
    fn open(mode: Mode) -> Self {
        let by = actor("lee", "commander");
        let event = open(opening(mode), &by, START).unwrap();
        let entry =
            Entry { case: CASE, seq: 1, entered_at: START, occurred_at: START, by: Some(by), request: None, event };
        Self { state: State::begin(&entry).unwrap(), log: vec![entry], now: START }
    }

    fn put(&mut self, by: Option<&Actor>, events: Vec<Event>) {
        for event in events {
            let seq = self.state.seq() + 1;
            let entry = Entry {
                case: CASE,
                seq,
                entered_at: self.now,
                occurred_at: self.now,
                by: by.cloned(),
                request: None,
                event,
            };
            self.state.apply(&entry).unwrap();
            self.log.push(entry);
        }
    }

    fn ask(&mut self, command: Command) -> Result<(), Refusal> {
        self.ask_as(&actor("lee", "commander"), command)
    }

    fn ask_as(&mut self, by: &Actor, command: Command) -> Result<(), Refusal> {
        let events = decide(&self.state, command, by, self.now, &[])?;
        self.put(Some(by), events);
        Ok(())
    }

    fn tell(&mut self, told: &Told) {
        let events = follow(&self.state, told);
        self.put(None, events);
    }

    fn wait(&mut self, minutes: u64) {
        self.now = self.now.plus(Millis::minutes(minutes));
        let events = tick(&self.state, self.now);
        self.put(None, events);
    }
}

fn told(run: u128, part: CasePart, mode: Mode, status: RunStatus) -> Told {
    Told {
        run: RunId(Uuid::from_u128(100 + run)),
        part,
        runbook: "three-tier".parse().unwrap(),
        title: Text::new("3계층 기동", "Three tiers"),
        mode,
        requester: "kim".parse().unwrap(),
        unconfirmed: false,
        status,
        verdict: None,
        ended_at: None,
    }
}

fn declare() -> Command {
    Command::Declare { criteria: vec![Criterion::Unreachable], reason: "전원 복구 불가".into(), proposed: None }
}

#[test]
fn a_case_goes_from_the_first_news_to_the_return_by_what_its_runs_do() {
    use Phase::{Declared, FailingBack, FailingOver, Normal, RunningOnDr};
    let mut case = Case::open(Mode::Real);
    case.ask(declare()).unwrap();
    let over = |part, run, status| told(run, part, Mode::Real, status);
    let mut phases = vec![case.state.phase()];
    for step in [
        over(CasePart::Failover, 1, RunStatus::Running),
        over(CasePart::Failover, 1, RunStatus::Aborted),
        over(CasePart::Failover, 2, RunStatus::Running),
        over(CasePart::Failover, 3, RunStatus::Running),
        over(CasePart::Failover, 2, RunStatus::Completed),
        over(CasePart::Failover, 3, RunStatus::Completed),
        over(CasePart::Failback, 4, RunStatus::Running),
        over(CasePart::Failback, 4, RunStatus::Aborted),
        over(CasePart::Failback, 5, RunStatus::Running),
        over(CasePart::Failback, 5, RunStatus::Completed),
    ] {
        case.wait(1);
        case.tell(&step);
        phases.push(case.state.phase());
    }
    let wanted = [
        Declared,
        FailingOver,
        Declared,
        FailingOver,
        FailingOver,
        FailingOver,
        RunningOnDr,
        FailingBack,
        RunningOnDr,
        FailingBack,
        Normal,
    ];
    assert_eq!(phases, wanted);
    assert_eq!(case.state.on_dr().len(), 1, "one window, from the failover's end to the failback's");
    case.ask(Command::Close { summary: "복구 완료".into() }).unwrap();
    assert_eq!(case.state.ended().map(|(ending, _)| ending), Some(Ending::Closed));
    assert_eq!(case.ask(Command::Report).unwrap_err().code, "case_over");
}

#[test]
fn a_mock_run_does_not_move_a_real_case_and_the_real_failover_declares_it() {
    let mut case = Case::open(Mode::Real);
    case.tell(&told(1, CasePart::Failover, Mode::Mock, RunStatus::Completed));
    assert_eq!((case.state.phase(), case.state.runs()[0].part), (Phase::Assessing, CasePart::Support));
    case.tell(&told(2, CasePart::Failover, Mode::Real, RunStatus::Running));
    assert_eq!(case.state.phase(), Phase::FailingOver);
    assert!(case.state.declared().as_ref().unwrap().reason.contains("three-tier"));
}

#[test]
fn what_no_second_person_confirmed_moves_nothing_and_holds_the_case_open() {
    let mut case = Case::open(Mode::Real);
    let waiting = |run| Told { unconfirmed: true, ..told(run, CasePart::Failover, Mode::Real, RunStatus::Paused) };
    case.tell(&waiting(1));
    case.tell(&waiting(2));
    assert_eq!((case.state.phase(), case.state.declared().is_none()), (Phase::Assessing, true));
    assert_eq!(case.ask(Command::StandDown { reason: "오보".into() }).unwrap_err().code, "case_incomplete");
    case.tell(&Told { status: RunStatus::Aborted, ..waiting(1) });
    assert_eq!(case.state.phase(), Phase::Assessing, "what never began can not be lost");
    case.tell(&told(2, CasePart::Failover, Mode::Real, RunStatus::Running));
    assert_eq!((case.state.phase(), case.state.declared().is_some()), (Phase::FailingOver, true));
    case.tell(&told(2, CasePart::Failover, Mode::Real, RunStatus::Completed));
    assert_eq!(case.state.phase(), Phase::RunningOnDr, "the refused one keeps nothing open");
    // What the case no longer has room for by the time it is confirmed only accompanies it.
    case.tell(&Told { unconfirmed: true, ..told(3, CasePart::Failback, Mode::Real, RunStatus::Paused) });
    case.tell(&told(4, CasePart::Failback, Mode::Real, RunStatus::Completed));
    case.tell(&told(3, CasePart::Failback, Mode::Real, RunStatus::Running));
    let third = case.state.runs().iter().find(|linked| linked.run.0 == Uuid::from_u128(103)).unwrap();
    assert_eq!((case.state.phase(), third.part), (Phase::Normal, CasePart::Support));
}

#[test]
fn closing_says_everything_that_is_missing_and_is_granted_when_nothing_is() {
    let mut case = Case::open(Mode::Real);
    case.ask(declare()).unwrap();
    let missed =
        Told { verdict: Some(Verdict::Exceeded), ..told(1, CasePart::Failover, Mode::Real, RunStatus::Completed) };
    case.tell(&missed);
    assert!(case.state.findings().is_empty(), "what a run left is found when it ends, and kept apart from the log");
    case.ask(Command::RaiseFinding { text: "예비품 부족".into() }).unwrap();
    case.ask(Command::BeginAlternate { services: "조회".into(), how: "읽기 전용".into(), from: START }).unwrap();
    let close = || Command::Close { summary: "끝".into() };
    let refused = case.ask(close()).unwrap_err();
    assert_eq!(refused.code, "case_incomplete");
    assert_eq!(missing(&case.state), [Missing::Reprotect, Missing::Finding(1), Missing::Alternate(1)]);
    for part in missing(&case.state) {
        assert!(refused.to_string().contains(&part.to_string()), "{part}");
    }
    case.ask(Command::AttestReprotect { evidence: "제3센터로 복제 중".into() }).unwrap();
    assert_eq!(missing(&case.state), [Missing::Finding(1), Missing::Alternate(1)]);
    for (part, run) in [(CasePart::Failback, 2), (CasePart::Failover, 3)] {
        let over = if part == CasePart::Failback { RunStatus::Aborted } else { RunStatus::Completed };
        case.tell(&told(run, part, Mode::Real, over));
        assert_eq!(case.state.phase(), Phase::RunningOnDr, "{part:?}");
        assert_eq!(missing(&case.state)[0], Missing::Reprotect, "attested before things were moved again: {part:?}");
        case.ask(Command::AttestReprotect { evidence: "다시 확인".into() }).unwrap();
    }
    case.tell(&told(4, CasePart::Support, Mode::Real, RunStatus::Completed));
    case.ask(Command::OwnFinding { number: 1, owner: "박".into(), due: None }).unwrap();
    let now = case.now;
    case.ask(Command::EndAlternate { number: 1, to: now }).unwrap();
    case.ask(close()).unwrap();
}

#[test]
fn the_command_goes_over_when_the_successor_acknowledges_it_and_not_before() {
    let mut case = Case::open(Mode::Drill);
    case.ask(declare()).unwrap();
    let choi = actor("choi", "deputy");
    let offer = || Command::OfferCommand { to: "choi".parse().unwrap(), brief: Brief::default(), note: String::new() };
    assert_eq!(case.ask_as(&choi, Command::TakeCommand).unwrap_err().code, "case_absent");
    case.ask(offer()).unwrap();
    assert_eq!(case.ask(offer()).unwrap_err().code, "case_offer");
    assert_eq!(case.ask(Command::TakeCommand).unwrap_err().code, "case_successor");
    assert_eq!(case.state.commander().as_ref().unwrap().as_str(), "lee");
    case.ask_as(&choi, Command::TakeCommand).unwrap();
    assert_eq!(case.state.commander().as_ref().unwrap().as_str(), "choi");
    assert!(case.state.offered().is_none());
}

#[test]
fn who_does_not_command_hands_the_command_over_with_a_reason_and_under_the_own_name() {
    let mut case = Case::open(Mode::Drill);
    case.ask(declare()).unwrap();
    let choi = actor("choi", "deputy");
    let offer = |note: &str| Command::OfferCommand {
        to: "choi".parse().unwrap(),
        brief: Brief::default(),
        note: note.to_owned(),
    };
    for silent in ["", "  "] {
        assert_eq!(case.ask_as(&choi, offer(silent)).unwrap_err().code, "case_offer_reason");
    }
    case.ask_as(&choi, offer("지휘자 연락 두절")).unwrap();
    case.ask_as(&choi, Command::TakeCommand).unwrap();
    let over = case.state.handovers().last().unwrap();
    let names = [over.from.as_ref(), over.by.as_ref()].map(|name| name.map(|name| name.as_str()));
    assert_eq!(names, [Some("lee"), Some("choi")], "whose it was, and who took it away");
    // Back by who has it: nobody else had a hand in it.
    let back = Command::OfferCommand { to: "lee".parse().unwrap(), brief: Brief::default(), note: String::new() };
    case.ask_as(&choi, back).unwrap();
    assert_eq!(case.state.handovers().last().unwrap().by, None);
}

#[test]
fn a_grade_set_by_hand_yields_to_facts_that_are_graver_and_to_no_others() {
    let mut case = Case::open(Mode::Real);
    let assess = |customers, scope| Command::Assess { class: CaseClass::Failure, customers, scope };
    let grade = |case: &Case| case.state.grading(case.now).holds.map(Grade::number);
    case.ask(assess(Some(Customers::Sensitive), Some(FacilityScope::Pod))).unwrap();
    case.ask(Command::SetGrade { grade: Grade::try_from(4).ok(), reason: "우회 중".into() }).unwrap();
    assert_eq!(grade(&case), Some(4));
    case.ask(assess(Some(Customers::Large), Some(FacilityScope::Pod))).unwrap();
    assert_eq!(grade(&case), Some(4), "no graver than what it was set against");
    case.ask(assess(Some(Customers::Large), Some(FacilityScope::Dc))).unwrap();
    assert_eq!(grade(&case), Some(1));
    case.ask(Command::SetGrade { grade: Grade::try_from(1).ok(), reason: "총괄 판단".into() }).unwrap();
    case.ask(assess(None, Some(FacilityScope::Zone))).unwrap();
    assert_eq!(grade(&case), Some(1), "what is less grave lowers nothing that a person set");
}

#[test]
fn thresholds_are_raised_once_each_and_a_grade_set_by_hand_yields_to_a_graver_one() {
    let mut case = Case::open(Mode::Real);
    case.ask(Command::Assess { class: CaseClass::Failure, customers: Some(Customers::Sensitive), scope: None })
        .unwrap();
    case.ask(Command::ReportEvery { every: None }).unwrap();
    let grade = |case: &Case| case.state.grading(case.now).holds.map(Grade::number);
    assert_eq!(grade(&case), Some(4));
    case.ask(Command::SetGrade { grade: Grade::try_from(3).ok(), reason: "문의 폭주".into() }).unwrap();
    case.wait(30);
    assert_eq!((grade(&case), case.state.seq()), (Some(3), 4), "30 minutes are not more than 30 minutes");
    case.wait(1);
    assert_eq!(case.state.seq(), 5, "said once, and the grade that was set is no less grave");
    case.wait(0);
    case.wait(20);
    assert_eq!(case.state.seq(), 5);
    case.wait(100);
    assert_eq!(grade(&case), Some(1), "the grade of a shorter outage does not hold any more");
    let raised = case.log.iter().filter(|entry| matches!(entry.event, Event::Escalated { .. })).count();
    assert_eq!(raised, 3);
    assert_eq!(case.state.next_escalation(), None);
}

#[test]
fn an_event_that_was_earlier_than_thought_keeps_what_was_said_before() {
    let mut case = Case::open(Mode::Real);
    case.wait(10);
    let value = START;
    let earlier = Timestamp(START.0 - 3_600_000);
    let correct =
        |value, moment| Command::CorrectTime { moment, value, source: Source::Monitoring, reason: "로그".into() };
    assert_eq!(case.ask(correct(Timestamp(START.0 + 1), Moment::Event)).unwrap_err().code, "case_order");
    case.ask(correct(earlier, Moment::Event)).unwrap();
    let said: Vec<_> = case.state.said(Moment::Event).iter().map(|said| said.value).collect();
    assert_eq!(said, [value, earlier]);
    case.wait(0);
    assert_eq!(case.state.passed.len(), 2, "70 minutes have passed 30 and 60");
}

#[test]
fn a_report_is_due_every_so_many_minutes_numbered_and_in_both_languages() {
    let mut case = Case::open(Mode::Drill);
    case.ask(Command::ReportEvery { every: Some(Millis::minutes(10)) }).unwrap();
    for _ in 0..25 {
        case.wait(1);
    }
    case.ask(Command::Report).unwrap();
    let numbers: Vec<_> = case.state.reports().iter().map(|report| report.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let text = &case.state.reports()[1].text;
    assert!(text.get(Lang::Ko).starts_with("[훈련] 경과보고 2: 주센터 전원 상실"), "{}", text.get(Lang::Ko));
    assert!(text.get(Lang::En).contains("Outage: 20:00"), "{}", text.get(Lang::En));
    assert_eq!(case.ask(Command::ReportEvery { every: Some(Millis::minutes(1)) }).unwrap_err().code, "case_interval");
}

#[test]
fn who_may_not_is_told_what_is_needed() {
    let mut case = Case::open(Mode::Real);
    let note = || Command::Note { text: "통신 두절".into(), occurred_at: None };
    let rows = [
        ("auditor", false, false),
        ("admin", false, false),
        ("operator", false, false),
        ("situation-room", true, false),
        ("tier-lead", true, false),
        ("deputy", true, true),
        ("commander", true, true),
    ];
    for (role, keeps, commands) in rows {
        let by = actor("han", role);
        assert_eq!(case.ask_as(&by, note()).is_ok(), keeps, "{role} writes");
        let command = Command::SetGrade { grade: None, reason: "확인".into() };
        assert_eq!(case.ask_as(&by, command).is_ok(), commands, "{role} commands");
    }
}

#[test]
fn what_is_proposed_is_what_says_that_it_is_for_this() {
    let case = Case::open(Mode::Real);
    let candidate = |id: &str, services, answers| Candidate {
        runbook: id.parse().unwrap(),
        title: Text::plain(id),
        modes: Vec::new(),
        rto: Some(Millis::minutes(40)),
        services,
        answers,
    };
    let said = |classes: &[CaseClass], scopes: &[FacilityScope], part| Answers {
        part: Some(part),
        classes: classes.to_vec(),
        scopes: scopes.to_vec(),
    };
    let site = candidate(
        "site",
        (3, 1),
        said(&[CaseClass::Disaster], &[FacilityScope::Dc, FacilityScope::Zone], CasePart::Failover),
    );
    let ransom = candidate("ransom", (9, 9), said(&[CaseClass::Security], &[], CasePart::Failover));
    let back = candidate("back", (3, 1), said(&[], &[], CasePart::Failback));
    let silent = candidate("silent", (5, 5), Answers::default());
    let all = [silent.clone(), ransom, back, site];
    let proposed = propose(&case.state, CasePart::Failover, &all).unwrap();
    assert_eq!(proposed.runbook.as_str(), "site");
    assert!(proposed.why.get(Lang::En).contains("disaster"), "{:?}", proposed.why);
    assert_eq!(propose(&case.state, CasePart::Failback, &all).unwrap().runbook.as_str(), "back");
    assert_eq!(propose(&case.state, CasePart::Failover, &[silent]).unwrap().runbook.as_str(), "silent");
    let drills_only = Candidate { modes: vec![Mode::Drill], ..candidate("drills", (1, 1), Answers::default()) };
    assert_eq!(propose(&case.state, CasePart::Failover, &[drills_only]), None);
}

/// What a random history is made of.
#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    Declare,
    StandDown,
    Close,
    Attest,
    Note,
    Run { run: u128, part: CasePart, mock: bool, unconfirmed: bool, status: RunStatus },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let part = prop_oneof![Just(CasePart::Failover), Just(CasePart::Failback), Just(CasePart::Support)];
    let status = prop_oneof![
        1 => Just(RunStatus::Declared),
        1 => Just(RunStatus::Running),
        1 => Just(RunStatus::Failed),
        3 => Just(RunStatus::Completed),
        1 => Just(RunStatus::Aborted),
    ];
    let flags = (prop::bool::weighted(0.1), prop::bool::weighted(0.3));
    let run = (0_u128..5, part, flags, status).prop_map(|(run, part, (mock, unconfirmed), status)| Step::Run {
        run,
        part,
        mock,
        unconfirmed,
        status,
    });
    let step = prop_oneof![
        2 => (0_u64..50).prop_map(Step::Wait),
        2 => Just(Step::Declare),
        1 => Just(Step::StandDown),
        1 => Just(Step::Close),
        1 => Just(Step::Attest),
        1 => Just(Step::Note),
        8 => run,
    ];
    prop::collection::vec(step, 0..40)
}

/// The model: who is where, by asking the runs anew each time. It knows no table and no log.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "plain facts, each by itself")]
struct Model {
    declared: bool,
    over: bool,
    attested: bool,
    moved: bool,
    returned: bool,
    /// What each run that was confirmed counts as, and whether it is open, completed or neither.
    runs: BTreeMap<u128, (CasePart, RunStatus)>,
    /// Those that were not.
    unconfirmed: BTreeMap<u128, RunStatus>,
}

impl Model {
    fn of(&self, part: CasePart) -> impl Iterator<Item = RunStatus> {
        self.runs.values().filter(move |(is, _)| *is == part).map(|(_, status)| *status)
    }

    fn phase(&self) -> Phase {
        let open = |part| self.of(part).any(RunStatus::is_open);
        match () {
            () if self.over || self.returned => Phase::Normal,
            () if open(CasePart::Failback) => Phase::FailingBack,
            () if self.moved => Phase::RunningOnDr,
            () if open(CasePart::Failover) => Phase::FailingOver,
            () if self.declared => Phase::Declared,
            () => Phase::Assessing,
        }
    }

    fn known(&self, run: u128) -> Option<RunStatus> {
        self.runs.get(&run).map(|(_, status)| status).or_else(|| self.unconfirmed.get(&run)).copied()
    }

    fn run(&mut self, run: u128, (part, mock, unconfirmed): (CasePart, bool, bool), status: RunStatus) {
        if self.over {
            return;
        }
        if unconfirmed {
            self.unconfirmed.insert(run, status);
            return;
        }
        self.unconfirmed.remove(&run);
        if !self.runs.contains_key(&run) {
            let phase = self.phase();
            let counts = match part {
                CasePart::Failover => !matches!(phase, Phase::FailingBack | Phase::Normal),
                CasePart::Failback => matches!(phase, Phase::RunningOnDr | Phase::FailingBack),
                CasePart::Support => false,
            };
            let part = if counts && !mock { part } else { CasePart::Support };
            self.declared |= part == CasePart::Failover;
            self.attested &= part == CasePart::Support;
            self.runs.insert(run, (part, RunStatus::Declared));
        }
        let Some(known) = self.runs.get_mut(&run) else { return };
        let was_open = known.1.is_open();
        known.1 = status;
        let part = known.0;
        let settled = |model: &Self| {
            !model.of(part).any(RunStatus::is_open) && model.of(part).any(|status| status == RunStatus::Completed)
        };
        if was_open && !status.is_open() && settled(self) {
            match part {
                CasePart::Failover => self.moved = true,
                CasePart::Failback => self.returned = true,
                CasePart::Support => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn the_fold_agrees_with_the_model_and_with_itself(steps in steps()) {
        let mut case = Case::open(Mode::Real);
        let mut model = Model::default();
        for step in steps {
            let before = case.state.clone();
            let phase = case.state.phase();
            let runs_open = case.state.runs().iter().any(|run| run.status.is_open());
            let (asked, granted) = match step {
                Step::Wait(minutes) => {
                    case.wait(minutes);
                    continue;
                }
                Step::Run { run, part, mock, unconfirmed, status } => {
                    // A run that is over stays so.
                    if model.known(run).is_none_or(RunStatus::is_open) {
                        let mode = if mock { Mode::Mock } else { Mode::Real };
                        // Nor does anybody take a confirmation back.
                        let unconfirmed = unconfirmed && !model.runs.contains_key(&run);
                        case.tell(&Told { unconfirmed, ..told(run, part, mode, status) });
                        model.run(run, (part, mock, unconfirmed), status);
                    }
                    prop_assert_eq!(case.state.phase(), model.phase());
                    continue;
                }
                Step::Declare => (declare(), phase == Phase::Assessing && !model.over),
                Step::StandDown => {
                    let may = matches!(phase, Phase::Assessing | Phase::Declared) && !model.over && !runs_open;
                    (Command::StandDown { reason: "오보".into() }, may)
                }
                Step::Close => {
                    let protected = model.attested || phase == Phase::Normal;
                    let may = matches!(phase, Phase::RunningOnDr | Phase::Normal) && protected && !runs_open && !model.over;
                    (Command::Close { summary: "끝".into() }, may)
                }
                Step::Attest => {
                    (Command::AttestReprotect { evidence: "복제".into() }, phase == Phase::RunningOnDr && !model.over)
                }
                Step::Note => (Command::Note { text: "메모".into(), occurred_at: Some(START) }, !model.over),
            };
            let answer = case.ask(asked.clone());
            prop_assert_eq!(answer.is_ok(), granted, "{:?} in {:?}: {:?}", asked, phase, answer);
            match (&asked, granted) {
                (_, false) => {
                    prop_assert_eq!(&case.state, &before, "what is refused changes nothing");
                    let refusal = answer.unwrap_err();
                    prop_assert!(!refusal.message.get(Lang::Ko).is_empty() && !refusal.message.get(Lang::En).is_empty());
                }
                (Command::Declare { .. }, true) => model.declared = true,
                (Command::StandDown { .. } | Command::Close { .. }, true) => model.over = true,
                (Command::AttestReprotect { .. }, true) => model.attested = true,
                (_, true) => {}
            }
            prop_assert_eq!(case.state.phase(), model.phase());
        }
        let read: Vec<Entry> =
            case.log.iter().map(|entry| serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap()).collect();
        prop_assert_eq!(replay(&read).unwrap().unwrap(), case.state.clone(), "the log read back gives the same state");
        prop_assert!(tick(&case.state, case.now).is_empty(), "what was due was done");
        let escalations = read.iter().filter(|entry| matches!(entry.event, Event::Escalated { .. })).count();
        prop_assert_eq!(escalations, case.state.passed.len(), "each threshold once");
    }
}

#[test]
fn a_log_that_does_not_follow_from_itself_is_refused() {
    let mut case = Case::open(Mode::Real);
    case.ask(declare()).unwrap();
    let whole = case.log.clone();
    let mut gap = whole.clone();
    gap.remove(1);
    assert!(replay(&gap).is_err());
    let mut twice = whole.clone();
    let mut again = twice.last().unwrap().clone();
    again.seq += 1;
    twice.push(again);
    assert!(replay(&twice).unwrap_err().to_string().contains("entry 4"));
    assert!(replay(&whole[1..]).is_err(), "a log begins with the opening");
    assert_eq!(Phase::FailingOver.word(Lang::Ko), "전환 중");
}

#[test]
fn what_a_runbook_says_of_itself_counts_more_than_what_its_steps_tell() {
    let of = |answers: &str| {
        let text = format!("runbook: r\n{answers}units:\n  a: {{target: 1m, run: [{{mark: failback_done}}]}}\n");
        let compiled = crate::plan::compile(&crate::runbook::Source::new("r.yaml", &*text));
        Answers::of(&compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics)))
    };
    assert_eq!(of("").part, Some(CasePart::Failback), "its steps tell");
    let written = of("answers: {part: support, classes: [security, failure, security], scopes: [pod]}\n");
    assert_eq!((written.part, written.scopes), (Some(CasePart::Support), vec![FacilityScope::Pod]));
    assert_eq!(written.classes, [CaseClass::Failure, CaseClass::Security]);
}
