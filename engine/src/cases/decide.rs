//! What follows from what a person asks. Pure; everything that does not fit is refused with its reason and the next step.

use super::closing::{Missing, missing};
use super::{
    Command, Criterion, Event, Moment, Move, Opening, Phase, Refusal, Right, State, SupportState, compose, next,
};
use crate::base::{Bilingual as _, Lang, Millis, Mode, Text, Timestamp, UserName};
use crate::run::{Act, Actor, permit};

/// Longest text of a person, in characters.
const TEXT_LIMIT: usize = 4_096;
/// Longest name of a person, a vendor or a list of services, in characters.
const NAME_LIMIT: usize = 200;
/// Shortest time between two situation reports.
const SHORTEST: Millis = Millis::minutes(5);
/// Most entries that a log may have before nothing but what ends the case is taken.
const LOG_LIMIT: u64 = 20_000;

/// The first fact of a case, or why it is not opened.
pub fn open(mut opening: Opening, by: &Actor, now: Timestamp) -> Result<Event, Refusal> {
    permit(by, Act::Case(Right::Open, opening.mode), false)?;
    opening.what = text(&opening.what, "무슨 일이 일어났는지", "what happened")?;
    order(opening.event_at, opening.detect_at, now)?;
    Ok(Event::Opened(opening))
}

/// What is to be written down, or why nothing is. `beside` is what keeps the case from ending and does not stand in its log.
pub fn decide(
    state: &State,
    command: Command,
    by: &Actor,
    now: Timestamp,
    beside: &[Missing],
) -> Result<Vec<Event>, Refusal> {
    allowed(state, &command, by)?;
    if state.ended().is_some() {
        return Err(Refusal::new(
            "case_over",
            "이 상황은 종료되었습니다. 다시 일이 생겼으면 새 상황을 여십시오",
            "the case is over: open a new one if something happened again",
        ));
    }
    let phase = state.phase();
    let ends = matches!(command, Command::Close { .. } | Command::StandDown { .. });
    if state.seq() >= LOG_LIMIT && !ends {
        return Err(Refusal::new(
            "case_full",
            format!("이 상황의 기록이 {LOG_LIMIT}건에 이르렀습니다. 이 상황을 종료하고 새 상황에서 이어 가십시오"),
            format!("the log of this case has {LOG_LIMIT} entries: close it and go on in a new case"),
        ));
    }
    let event = match command {
        Command::Note { text: words, occurred_at } => {
            past(occurred_at.unwrap_or(now), now)?;
            Event::Noted { text: text(&words, "상황 내용", "what is to be noted")? }
        }
        Command::CorrectTime { moment, value, source, reason } => {
            let other = |wanted| if moment == wanted { value } else { state.time(wanted) };
            order(other(Moment::Event), other(Moment::Detect), now)?;
            Event::TimeCorrected { moment, value, source, reason: reason_of(&reason)? }
        }
        Command::Assess { class, customers, scope } => Event::Assessed { class, customers, scope },
        Command::SetGrade { grade, reason } => Event::Graded { grade, reason: reason_of(&reason)? },
        Command::Tick { criterion, holds } => Event::Ticked { criterion, holds },
        Command::Declare { criteria, reason, proposed } => {
            need(phase, Move::Declare, "이미 선포되었으므로 다시 선포할 수 없습니다", "it is declared already")?;
            let any = Criterion::ALL.iter().any(|criterion| state.holds(*criterion));
            if !any && criteria.is_empty() {
                return Err(Refusal::new(
                    "case_criterion",
                    "선포하려면 판단 기준을 하나 이상 고르십시오. 해당하는 것이 없으면 '소관 부서장 판단'을 고르고 사유를 적으십시오",
                    "declaring needs at least one criterion: where none fits, choose the judgement of the department head and say why",
                ));
            }
            let new = criteria.into_iter().filter(|criterion| !state.holds(*criterion));
            let mut events: Vec<Event> = new.map(|criterion| Event::Ticked { criterion, holds: true }).collect();
            events.push(Event::Declared { reason: reason_of(&reason)?, proposed, run: None });
            return Ok(events);
        }
        Command::StandDown { reason } => {
            need(
                phase,
                Move::StandDown,
                "전환이 시작된 상황은 해제할 수 없습니다. 환원까지 마친 뒤 종료하십시오",
                "what was begun can not be stood down: go on to the failback, then close the case",
            )?;
            complete(state, beside)?;
            Event::StoodDown { reason: reason_of(&reason)? }
        }
        Command::Restore { at, evidence } => {
            past(at, now)?;
            if at < state.time(Moment::Event) {
                return Err(Refusal::new(
                    "case_order",
                    "재개 시점이 발생 시점보다 이를 수 없습니다. 시각을 바로잡으십시오",
                    "the services can not be back before the event: correct the time",
                ));
            }
            Event::Restored { at, evidence: text(&evidence, "무엇으로 확인했는지", "what shows it")? }
        }
        Command::Join { name, seat } => {
            let name = name_of(&name, "이름", "the name")?;
            if state.members().iter().any(|member| member.name == name && member.until.is_none()) {
                return Err(Refusal::new(
                    "case_member",
                    format!("{name} 님은 이미 상황실에 있습니다"),
                    format!("{name} is in the situation room already"),
                ));
            }
            Event::Joined { name, seat }
        }
        Command::Leave { name } => {
            if !state.members().iter().any(|member| member.name == name && member.until.is_none()) {
                return Err(absent("상황실에 그런 사람이 없습니다", "nobody of that name is in the situation room"));
            }
            Event::Left { name }
        }
        Command::AskSupport { to, what } => Event::SupportAsked {
            number: following(state.support().len()),
            to: name_of(&to, "요청할 곳", "whom to ask")?,
            what: text(&what, "요청 내용", "what is needed")?,
        },
        Command::MoveSupport { number, state: to, note } => {
            let found = state.support().iter().find(|support| support.number == number);
            let found = found.ok_or_else(|| absent("그런 지원 요청이 없습니다", "there is no such support request"))?;
            if !found.state.may_become(to) {
                return Err(support_refused(found.state));
            }
            Event::SupportMoved { number, state: to, note: bounded(&note, TEXT_LIMIT)? }
        }
        Command::ReportEvery { every } => {
            if every.is_some_and(|every| every < SHORTEST) {
                return Err(Refusal::new(
                    "case_interval",
                    "경과보고 간격은 5분 이상이어야 합니다",
                    "situation reports are at least 5 minutes apart",
                ));
            }
            Event::ReportsEvery { every }
        }
        Command::Report => Event::Reported { number: following(state.reports().len()), text: compose(state, now) },
        Command::OfferCommand { to, brief, note } => {
            offerable(state, &to)?;
            let note = bounded(&note, TEXT_LIMIT)?;
            if let Some(commander) =
                state.commander().as_ref().filter(|commander| **commander != by.name && note.is_empty())
            {
                return Err(over_the_head(commander));
            }
            Event::CommandOffered { to, brief, note }
        }
        Command::WithdrawOffer => {
            state.offered().ok_or_else(no_offer)?;
            Event::OfferWithdrawn
        }
        Command::TakeCommand => {
            let offer = state.offered().ok_or_else(no_offer)?;
            if offer.to != by.name {
                let to = &offer.to;
                return Err(Refusal::new(
                    "case_successor",
                    format!("지휘권은 {to} 님에게 인계되었습니다. 인수 확인은 {to} 님만 할 수 있습니다"),
                    format!("the command was offered to {to}: only {to} can acknowledge it"),
                ));
            }
            Event::CommandTaken
        }
        Command::BeginAlternate { services, how, from } => {
            past(from, now)?;
            Event::AlternateBegan {
                number: following(state.alternates().len()),
                services: name_of(&services, "업무", "the services")?,
                how: text(&how, "운영 방법과 줄어든 것", "how they are run, and what is reduced")?,
                from,
            }
        }
        Command::EndAlternate { number, to } => {
            past(to, now)?;
            let open = state.alternates().iter().find(|window| window.number == number && window.to.is_none());
            let open = open.ok_or_else(|| {
                absent("진행 중인 그런 대체 운영이 없습니다", "no such window of alternate operation is open")
            })?;
            if to < open.from {
                return Err(Refusal::new(
                    "case_order",
                    "대체 운영은 시작보다 먼저 끝날 수 없습니다. 시각을 바로잡으십시오",
                    "alternate operation can not end before it began: correct the time",
                ));
            }
            Event::AlternateEnded { number, to }
        }
        Command::RaiseFinding { text: words } => Event::FindingRaised {
            number: following(state.findings().len()),
            text: Text::plain(text(&words, "조치 과제", "what must be put right")?),
        },
        Command::OwnFinding { number, owner, due } => {
            let found = state.findings().iter().any(|finding| finding.number == number);
            if !found {
                return Err(absent("그런 조치 과제가 없습니다", "there is no such finding"));
            }
            Event::FindingOwned { number, owner: name_of(&owner, "담당자", "who answers for it")?, due }
        }
        Command::AttestReprotect { evidence } => match phase {
            Phase::RunningOnDr => {
                Event::Reprotected { evidence: text(&evidence, "무엇으로 확인했는지", "what shows it")? }
            }
            Phase::Assessing | Phase::Declared | Phase::FailingOver | Phase::FailingBack | Phase::Normal => {
                return Err(Refusal::phase(
                    phase,
                    "재보호는 DR 운영 중일 때만 확인할 수 있습니다",
                    "protection can be attested while services run on the DR site",
                ));
            }
        },
        Command::Close { summary } => {
            need(
                phase,
                Move::Close,
                "DR 운영 중이거나 환원이 끝났을 때 종료할 수 있습니다. 옮긴 것이 없으면 해제하십시오",
                "it can be closed while running on the DR site or after the failback; stand down where nothing was moved",
            )?;
            complete(state, beside)?;
            Event::Closed { summary: text(&summary, "종료 요약", "a closing summary")? }
        }
    };
    Ok(vec![event])
}

fn allowed(state: &State, command: &Command, by: &Actor) -> Result<(), Refusal> {
    permit(by, Act::Case(command.right(), state.mode()), false).map_err(Refusal::from)
}

/// The table must lead somewhere.
fn need(phase: Phase, by: Move, ko: &str, en: &str) -> Result<(), Refusal> {
    next(phase, by).map(|_| ()).ok_or_else(|| Refusal::phase(phase, ko, en))
}

fn complete(state: &State, beside: &[Missing]) -> Result<(), Refusal> {
    let mut missing = missing(state);
    missing.extend_from_slice(beside);
    if missing.is_empty() {
        return Ok(());
    }
    let ko = missing.iter().map(Missing::ko).collect::<Vec<_>>().join(". ");
    let en = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Err(Refusal::new("case_incomplete", ko, en))
}

fn offerable(state: &State, to: &UserName) -> Result<(), Refusal> {
    if state.offered().is_some() {
        return Err(Refusal::new(
            "case_offer",
            "이미 인계 중입니다. 인수 확인을 기다리거나 인계를 거둔 뒤 다시 하십시오",
            "an offer is open: wait for its acknowledgement, or take it back first",
        ));
    }
    // Where nobody has it, whoever may command takes it in the same way.
    if state.commander().as_ref() == Some(to) {
        return Err(Refusal::new(
            "case_offer",
            format!("{to} 님이 이미 지휘하고 있습니다. 다른 사람을 고르십시오"),
            format!("{to} has the command already: name somebody else"),
        ));
    }
    Ok(())
}

/// Who commands may be out of reach, and then others hand the command over; but never without a word.
fn over_the_head(commander: &UserName) -> Refusal {
    Refusal::new(
        "case_offer_reason",
        format!("{commander} 님이 지휘하고 있습니다. 대신 인계하려면 사유를 적으십시오"),
        format!("{commander} has the command: say why you hand it over instead"),
    )
}

fn no_offer() -> Refusal {
    absent("인수 확인을 기다리는 인계가 없습니다", "no hand-over waits to be acknowledged")
}

fn absent(ko: &str, en: &str) -> Refusal {
    Refusal::new("case_absent", format!("{ko}. 화면을 새로 고치십시오"), format!("{en}: look at the page again"))
}

fn support_refused(state: SupportState) -> Refusal {
    Refusal::new(
        "case_support",
        format!(
            "지원 요청은 지금 '{}' 상태라 그렇게 바꿀 수 없습니다. 필요하면 새로 요청하십시오",
            word(state, Lang::Ko)
        ),
        format!(
            "the request is \"{}\" and can not come there: make a new one where help is needed",
            word(state, Lang::En)
        ),
    )
}

fn word(state: SupportState, lang: Lang) -> &'static str {
    crate::report::Word::word(&state, lang)
}

fn following(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1)
}

fn past(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if at <= now {
        return Ok(());
    }
    Err(Refusal::new(
        "case_future",
        "아직 오지 않은 시각입니다. 일어난 시각을 적으십시오",
        "this time has not come yet: write when it happened",
    ))
}

fn order(event: Timestamp, detect: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    past(detect, now)?;
    if event <= detect {
        return Ok(());
    }
    Err(Refusal::new(
        "case_order",
        "발생 시점은 인지 시점보다 늦을 수 없습니다. 둘 중 하나를 바로잡으십시오",
        "the event can not lie after its detection: correct one of the two",
    ))
}

fn reason_of(written: &str) -> Result<String, Refusal> {
    text(written, "사유", "the reason")
}

fn text(written: &str, ko: &str, en: &str) -> Result<String, Refusal> {
    let text = bounded(written, TEXT_LIMIT)?;
    if text.is_empty() { Err(Refusal::blank(ko, en)) } else { Ok(text) }
}

fn name_of(written: &str, ko: &str, en: &str) -> Result<String, Refusal> {
    let name = bounded(written, NAME_LIMIT)?;
    if name.is_empty() { Err(Refusal::blank(ko, en)) } else { Ok(name) }
}

fn bounded(written: &str, limit: usize) -> Result<String, Refusal> {
    let text = written.trim();
    if text.chars().count() <= limit {
        return Ok(text.to_owned());
    }
    Err(Refusal::new(
        "case_long",
        format!("{limit}자까지 적을 수 있습니다. 줄여서 적으십시오"),
        format!("at most {limit} characters can be written: make it shorter"),
    ))
}

/// Whether a mode counts as real for the words of messages.
pub(super) const fn is_exercise(mode: Mode) -> bool {
    match mode {
        Mode::Mock | Mode::Isolated | Mode::Drill => true,
        Mode::Real => false,
    }
}
