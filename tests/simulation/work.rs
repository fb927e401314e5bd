//! What people do about manual work, at random and when they want it to be done.

use engine::base::{Decimal, Digest, UnitId};
use engine::plan::{Action, Manual, Plan};
use engine::run::{Actor, EvidenceFile, FileLabel, ManualAct, ManualResult, Media, Request};

use crate::chance::Chance;
use crate::model::Model;
use crate::people::{CAST, person};

/// A file; only its digest and what it is are of interest.
pub(crate) fn file(media: Media) -> EvidenceFile {
    EvidenceFile { digest: Digest::of(b"file"), name: FileLabel::of("file"), size: 4, media }
}

/// Anything that might be asked of manual work.
pub(crate) fn random(chance: &mut Chance, unit: UnitId, note: String) -> Request {
    let result =
        *chance.pick(&[ManualResult::Done, ManualResult::Done, ManualResult::NotApplicable, ManualResult::Failed]);
    let work = match chance.below(12) {
        0 => ManualAct::Claim,
        1 => ManualAct::Release,
        2 => ManualAct::Assign { to: chance.pick::<&str>(&CAST).parse().unwrap() },
        3..6 => ManualAct::Tick { item: u16::try_from(chance.below(4)).unwrap(), result, note },
        6 => ManualAct::Attach { file: file(*chance.pick(&[Media::Png, Media::Text])) },
        7..9 => ManualAct::Check { accept: chance.percent(60), comment: note },
        _ => ManualAct::Complete {
            result,
            evidence: note,
            measure: chance.maybe(40, |chance| number(chance.between(0, 110))),
        },
    };
    let opening = chance.maybe(30, |chance| u32::try_from(chance.between(1, 2)).unwrap());
    Request::Manual { unit, opening, work }
}

fn number(number: u64) -> Decimal {
    Decimal::from(i64::try_from(number).unwrap())
}

/// What people do who want it to be done: whoever leads takes it back, goes through it and reports it; another one checks it.
pub(crate) fn helpful(chance: &mut Chance, plan: &Plan, model: &Model<'_>, at: usize) -> Vec<(Actor, Request)> {
    let (unit, told) = (plan.units()[at].id.clone(), &model.units[at]);
    let place = u16::try_from(told.step).unwrap();
    let Some(Action::Manual(manual)) = plan.units()[at].step(place).map(|step| &step.action) else { return Vec::new() };
    let ask = |name: &str, work: ManualAct| (person(name), Request::Manual { unit: unit.clone(), opening: None, work });
    if told.work.reported.is_some() {
        let accept = |name| ask(name, ManualAct::Check { accept: true, comment: String::new() });
        let mut wishes: Vec<_> = ["kim", "park", "choi", "root"].map(accept).into();
        // Everybody may have had a hand in it by now; then a person vouches for the unit instead.
        if chance.percent(30) {
            wishes.push((person("lee"), Request::Attest { unit: unit.clone(), evidence: "seen".to_owned() }));
        }
        return wishes;
    }
    let mut wishes = Vec::new();
    if told.work.holder.is_some() {
        wishes.push(ask("lee", ManualAct::Release));
    }
    wishes.extend(done(manual).into_iter().map(|work| ask("lee", work)));
    wishes
}

/// All that one person does until it is reported.
pub(crate) fn done(manual: &Manual) -> Vec<ManualAct> {
    let result = ManualResult::Done;
    let items = 0..u16::try_from(manual.checklist.len()).unwrap();
    let ticks = items.map(|item| ManualAct::Tick { item, result, note: String::new() });
    let files = [Media::Png, Media::Text].map(|media| ManualAct::Attach { file: file(media) });
    let measure = manual.measure.as_ref().map(|measure| {
        let bound = measure.min.clone().or_else(|| measure.max.clone());
        bound.unwrap_or_else(|| number(1))
    });
    let complete = ManualAct::Complete { result, evidence: "seen it".to_owned(), measure };
    ticks.chain(files).chain([complete]).collect()
}
