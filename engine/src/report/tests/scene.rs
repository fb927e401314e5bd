//! A small plan and a way to play a run of it, instant by instant, through `decide` into sealed rows.

use std::collections::BTreeMap;

use crate::base::{Digest, Lang, Millis, RequestId, RunId, Text, Timestamp, UnitId};
use crate::plan::{
    About, Action, Body, Command, CommandLine, Escalation, Evidence, Exception, Exclusion, Gate, Host, Input,
    InputKind, Kind, Limits, Manual, MarkKind, Mode, Objectives, OnFail, OnReject, OnTimeout, Origin, Phase, Plan,
    Rehearsal, Retry, Review, Service, Silence, Stage, StageFlow, StageIx, Step, Tcp, Unit, UnitIx,
};
use crate::report::RunReport;
use crate::run::{
    Actor, Answer, AttemptId, Ballot, Cause, CauseKind, Door, Head, Header, Input as RunInput, ManualResult, Outcome,
    Request, Row, Seen, State, Submission, Surroundings, decide, declare,
};
use crate::runbook::Code;

pub(super) const SOURCE: &str = "runbook: three-tier\ntitle: {ko: 3계층 기동, en: Three tiers}\n";

pub(super) fn step(phase: Phase, action: Action) -> Step {
    Step {
        title: Text::plain(action.keyword()),
        phase,
        action,
        timeout: None,
        retry: Retry::NONE,
        idempotent: false,
        already_done: None,
        probe_covers_unit: false,
        outputs: Vec::new(),
    }
}

pub(super) fn command(line: &str) -> Action {
    Action::Command(Command {
        line: CommandLine::Shell(line.to_owned()),
        on: None,
        env: BTreeMap::new(),
        dir: None,
        exit: vec![0],
        stdout: None,
    })
}

pub(super) fn unit(id: &str, stage: u32, target: u64, steps: Vec<Step>) -> Unit {
    Unit {
        id: id.parse().unwrap(),
        title: Text::plain(id),
        owner: None,
        stage: StageIx(stage),
        tier: None,
        on: None,
        target: Some(Millis::minutes(target)),
        recover_by: None,
        capacity: None,
        needs: Vec::new(),
        when: None,
        modes: Vec::new(),
        needs_stages: Vec::new(),
        steps,
        on_fail: OnFail::Hold,
        point_of_no_return: false,
        usable: None,
        rollback: Vec::new(),
        nothing_to_undo: false,
        starts_on: None,
        locks: std::collections::BTreeSet::new(),
        rto_exclude: false,
        mock: Rehearsal::default(),
    }
}

fn stage(id: &str, units: std::ops::Range<u32>, needs: &[u32]) -> Stage {
    Stage {
        id: id.parse().unwrap(),
        title: Text::plain(id),
        flow: StageFlow::Parallel,
        max_parallel: None,
        needs: needs.iter().copied().map(StageIx).collect(),
        units,
    }
}

fn service(id: &str, title: Text, tier: u8, rto: u64, needs: &[u32]) -> Service {
    Service {
        id: id.parse().unwrap(),
        title,
        tier: Some(tier),
        system: None,
        rto: Some(Millis::minutes(rto)),
        rpo: Some(Millis::minutes(5)),
        recovery_points: Vec::new(),
        recovers_from: Vec::new(),
        exception: None,
        needs: needs.iter().copied().map(UnitIx).collect(),
    }
}

/// db, then ap1 and ap2 (one at a time), then the gate go-live, then web; a note afterwards that does not count.
pub(super) fn three_tiers() -> Body {
    let gate = Gate {
        question: Text::new("업무를 재개합니까?", "Open to users?"),
        approvers: vec!["commander".parse().unwrap(), "business-owner".parse().unwrap()],
        quorum: 2,
        seats: BTreeMap::new(),
        distinct: true,
        distinct_roles: false,
        exclude: vec![Exclusion::Requester],
        timeout: Some(Millis::minutes(5)),
        escalate: vec![Escalation { after: Millis::minutes(5), roles: vec!["cio".parse().unwrap()] }],
        on_timeout: OnTimeout::Wait,
        on_reject: OnReject::Fail,
    };
    let manual = Manual {
        instruction: Text::new("상황실에 통보", "Tell the situation room"),
        evidence: Evidence::TEXT,
        ..Manual::default()
    };
    let mut ap1 = unit("ap1", 1, 5, vec![step(Phase::Run, command("start ap1"))]);
    ap1.steps[0].retry = Retry { attempts: 2, every: Millis::minutes(1) };
    let mut units = vec![
        unit(
            "db",
            0,
            10,
            vec![
                step(Phase::Run, command("start db")),
                step(Phase::Post, Action::Tcp(Tcp { host: Host::Written("db".to_owned()), port: 5432 })),
            ],
        ),
        ap1,
        unit("ap2", 1, 5, vec![step(Phase::Run, command("start ap2"))]),
        unit("go-live", 2, 5, vec![step(Phase::Run, Action::Gate(gate))]),
        unit("web", 2, 5, vec![step(Phase::Run, command("start web"))]),
        unit("note", 2, 5, vec![step(Phase::Run, Action::Manual(manual))]),
    ];
    for (place, tier) in [(0, "db"), (1, "ap"), (2, "ap"), (4, "web")] {
        units[place].tier = Some(tier.parse().unwrap());
    }
    units[0].recover_by = Some(Millis::minutes(15));
    units[4].needs = vec![UnitIx(3)];
    units[5].needs = vec![UnitIx(4)];
    units[5].rto_exclude = true;
    let mut board = service("board", Text::new("게시판", "Board"), 2, 15, &[2]);
    board.exception = Some(Exception {
        rto: Millis::minutes(40),
        approved_by: "CIO".to_owned(),
        reason: Text::new("훈련 시나리오", "scenario of the drill"),
        expires: "2026-12-31".to_owned(),
    });
    Body {
        format: 1,
        runbook: "three-tier".parse().unwrap(),
        title: Text::new("3계층 기동", "Three tiers"),
        version: Some("3".to_owned()),
        owner: Some("dba".to_owned()),
        organisation: None,
        answers: crate::plan::Answers::default(),
        authors: Vec::new(),
        description: None,
        kind: Kind::Recovery,
        review: Review::default(),
        schedule: Vec::new(),
        objectives: Objectives {
            rto: Some(Millis::minutes(30)),
            min_capacity: None,
            capacity: Vec::new(),
            rpo: Some(Millis::minutes(5)),
            recovery_points: Vec::new(),
            recovers_from: Vec::new(),
            clock: Origin::Event,
        },
        inputs: vec![
            Input {
                name: "cause".parse().unwrap(),
                title: Text::new("원인", "Cause"),
                kind: InputKind::Text,
                required: false,
                default: None,
            },
            Input {
                name: "db_admin".parse().unwrap(),
                title: Text::new("DB 관리자 암호", "DB password"),
                kind: InputKind::Secret,
                required: true,
                default: None,
            },
        ],
        services: vec![service("ticket", Text::new("티켓", "Ticket"), 1, 20, &[1, 4]), board],
        stages: vec![stage("database", 0..1, &[]), stage("application", 1..3, &[0]), stage("web-tier", 3..6, &[1])],
        units,
        limits: Limits { run: 1, per_target: None },
        source: Digest::of(SOURCE.as_bytes()),
        modes: vec![],
        bound: crate::plan::Bound::default(),
        silences: vec![Silence {
            lint: Code::NoRollback,
            about: About::Unit("web1".parse().unwrap()),
            reason: Text::new("환원 런북이 따로 있음", "failback is a runbook of its own"),
            unsaid: vec![Text::new("되돌리는 방법이 적혀 있지 않습니다", "says nothing about how that is undone")],
            more: 0,
        }],
        callees: BTreeMap::new(),
        components: Vec::new(),
    }
}

/// 2026-11-21 in Seoul, as `at("10:05:30")`.
pub(super) fn at(clock: &str) -> Timestamp {
    Timestamp::parse_iso(&format!("2026-11-21T{clock}+09:00")).unwrap()
}

pub(super) fn person(name: &str, roles: &[&str]) -> Actor {
    let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
    Actor { name: name.parse().unwrap(), roles, via: Door::Console }
}

pub(super) fn done(summary: &str) -> Outcome {
    let output_digest = Some(Digest::of(summary.as_bytes()));
    Outcome::Succeeded {
        seen: Seen { summary: Text::plain(summary), output_bytes: 12, output_digest, ..Seen::default() },
    }
}

pub(super) fn failed(message: &str) -> Outcome {
    let seen = Seen { summary: Text::new("종료 코드 1", "exit 1"), ..Seen::default() };
    Outcome::Failed { cause: Cause { kind: CauseKind::Exit, message: Text::plain(message) }, seen }
}

/// A run that is being played.
pub(super) struct Play {
    pub plan: Plan,
    pub state: State,
    pub rows: Vec<Row>,
    head: Head,
    requests: u128,
}

pub(super) const RUN: RunId = RunId(uuid::Uuid::from_u128(0x0193_4f00_0000_7000_8000_0000_1a2b_3c4d));

impl Play {
    /// Declares a run with its marks.
    pub(super) fn declare(
        body: Body,
        mode: Mode,
        reason: &str,
        when: Timestamp,
        marks: &[(MarkKind, Timestamp)],
    ) -> Self {
        let plan = Plan::assemble(body).unwrap();
        let inputs = [("cause", Some("전원 장애 | power".to_owned())), ("db_admin", None)];
        let header = Header {
            format: 1,
            run: RUN,
            runbook: plan.body().runbook.clone(),
            plan: plan.digest(),
            mode,
            inputs: inputs.into_iter().map(|(name, value)| (name.parse().unwrap(), value)).collect(),
            requester: person("kim", &["operator"]),
            reason: reason.to_owned(),
            concurrency: plan.body().limits.run,
            engine: "0.1.0".to_owned(),
            simulation: None,
            parent: None,
            case: None,
            part: None,
            preflight: None,
            clocks: Vec::new(),
            second_person: false,
        };
        let (state, events) = declare(&plan, header, marks, when).unwrap();
        let mut play = Self { plan, state, rows: Vec::new(), head: Head::START, requests: 0 };
        play.seal(events);
        play
    }

    fn seal(&mut self, events: Vec<(Timestamp, crate::run::Event)>) {
        for (when, event) in events {
            self.rows.push(self.head.seal(RUN, when, &event).unwrap());
        }
    }

    pub(super) fn input(&mut self, now: Timestamp, input: RunInput) -> Option<Answer> {
        let around = Surroundings { now, keeper: Some("keeper-1".to_owned()), draining: false };
        let decision = decide(&self.plan, &mut self.state, input, &around).unwrap();
        self.seal(decision.events);
        decision.answer.map(|(_, answer)| answer)
    }

    pub(super) fn adopt(&mut self, now: Timestamp, engine: &str, token: u64) {
        self.input(now, RunInput::Adopt { engine: engine.to_owned(), token, clock: None });
    }

    pub(super) fn ends(&mut self, now: Timestamp, unit: &str, outcome: Outcome) {
        let unit = self.plan.find(&unit.parse::<UnitId>().unwrap()).unwrap();
        let attempt = self.state.unit(unit).flight.as_ref().map(|flight| flight.attempt).unwrap();
        self.input(now, RunInput::Outcome { unit, attempt, outcome });
    }

    pub(super) fn late(&mut self, now: Timestamp, unit: &str, attempt: u32, outcome: Outcome) {
        let unit = self.plan.find(&unit.parse::<UnitId>().unwrap()).unwrap();
        self.input(now, RunInput::Outcome { unit, attempt: AttemptId(attempt), outcome });
    }

    /// Asks and takes a refusal for an answer.
    pub(super) fn tries(&mut self, now: Timestamp, actor: &Actor, request: Request) {
        self.requests += 1;
        let id = RequestId(uuid::Uuid::from_u128(self.requests));
        self.input(now, RunInput::Submission(Submission { id, run: RUN, actor: actor.clone(), request, at: now }));
    }

    pub(super) fn asks(&mut self, now: Timestamp, actor: &Actor, request: Request) {
        self.requests += 1;
        let id = RequestId(uuid::Uuid::from_u128(self.requests));
        let submission = Submission { id, run: RUN, actor: actor.clone(), request, at: now };
        let answer = self.input(now, RunInput::Submission(submission));
        assert!(matches!(answer, Some(Answer::Accepted { .. })), "{answer:?}");
    }

    pub(super) fn votes(&mut self, now: Timestamp, actor: &Actor, unit: &str, approve: bool, comment: &str) {
        let unit: UnitId = unit.parse().unwrap();
        let ix = self.plan.find(&unit).unwrap();
        let digest = self.state.unit(ix).gate.as_ref().unwrap().digest;
        self.asks(
            now,
            actor,
            Request::Vote { unit, ballot: Box::new(Ballot::new(approve, comment.to_owned(), digest)) },
        );
    }

    /// The report on what was played, read back from the rows alone.
    pub(super) fn report(&self, now: Timestamp) -> RunReport {
        RunReport::of(RUN, &self.plan.freeze().unwrap(), SOURCE, &self.rows, now).unwrap()
    }
}

/// A drill on the three tiers: a retry, a pause, a crash of the engine, a slow gate, a corrected mark.
pub(super) fn drill() -> Play {
    drill_with(three_tiers(), "정기 훈련")
}

pub(super) fn drill_with(body: Body, reason: &str) -> Play {
    let lee = person("lee", &["commander"]);
    let park = person("park", &["business-owner"]);
    let marks =
        [(MarkKind::Event, at("10:00:00")), (MarkKind::Detect, at("10:02:00")), (MarkKind::Declare, at("10:05:00"))];
    let mut play = Play::declare(body, Mode::Drill, reason, at("10:05:00"), &marks);
    play.adopt(at("10:05:30"), "engine-a", 1);
    play.asks(at("10:12:00"), &lee, Request::Pause { reason: "안전 확인".to_owned() });
    play.asks(at("10:13:00"), &lee, Request::Resume);
    play.ends(at("10:13:30"), "db", done("exit 0"));
    play.ends(at("10:14:00"), "db", done("open in 2 ms"));
    play.ends(at("10:18:00"), "ap1", failed("ap1: exit code 1; look at its output"));
    play.input(at("10:19:00"), RunInput::Tick);
    play.ends(at("10:21:00"), "ap2", done("exit 0"));
    play.ends(at("10:23:00"), "ap1", done("exit 0"));
    play.votes(at("10:25:00"), &lee, "go-live", true, "확인");
    play.input(at("10:28:00"), RunInput::Tick);
    play.votes(at("10:29:00"), &park, "go-live", true, "");
    play.adopt(at("10:31:00"), "engine-b", 2);
    play.ends(at("10:33:00"), "web", done("exit 0"));
    let correction =
        Request::SetMark { mark: MarkKind::Detect, at: at("10:03:00"), reason: "관제 기록과 대조".to_owned() };
    play.asks(at("10:36:00"), &lee, correction);
    let told = Request::complete_manual("note".parse().unwrap(), ManualResult::Done, "통화 10:39");
    play.asks(at("10:40:00"), &lee, told);
    play
}

/// Both languages, for tests that look at each.
pub(super) const LANGS: [Lang; 2] = Lang::ALL;
