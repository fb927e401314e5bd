//! What forms ask of manual work.

use engine::base::Decimal;
use engine::run::{ManualAct, ManualResult, Request};

use crate::error::Error;
use crate::extract::{Fields, Named};

/// Items of a checklist that a form may bring.
const ITEMS: u16 = 50;

/// The requests of a form about manual work, in order; `None` where it is about something else.
///
/// The form of a task brings its whole checklist along. Only what was changed on it becomes a request.
pub(in crate::handlers) fn work(fields: &Fields) -> Result<Option<Vec<Request>>, Error> {
    let mut acts = Vec::new();
    match fields.get("verb") {
        "claim" => acts.push(ManualAct::Claim),
        "release" => acts.push(ManualAct::Release),
        "assign" => acts.push(ManualAct::Assign { to: fields.parsed("to")? }),
        "check" => {
            let (accept, comment) = match fields.get("accept") {
                "yes" => (true, fields.text("comment")?),
                "no" => (false, fields.required("comment")?),
                _ => return Err(malformed("accept")),
            };
            acts.push(ManualAct::Check { accept, comment });
        }
        "manual" => {
            acts.extend(ticks(fields)?);
            acts.extend(completion(fields)?);
        }
        _ => return Ok(None),
    }
    let unit = fields.parsed("unit")?;
    // Forms say what was shown; programs that do not ask of whatever is open.
    let opening = if fields.get("opening").is_empty() { None } else { Some(fields.parsed("opening")?) };
    Ok(Some(acts.into_iter().map(|work| Request::Manual { unit: Clone::clone(&unit), opening, work }).collect()))
}

fn ticks(fields: &Fields) -> Result<Vec<ManualAct>, Error> {
    let mut ticks = Vec::new();
    for item in 0..ITEMS {
        let field = |what: &str| format!("{what}-{item}");
        let (now, note) = (fields.get(&field("item")), fields.text(&field("note"))?);
        let before = (fields.get(&field("was")), fields.get(&field("noted")).replace("\r\n", "\n"));
        if now.is_empty() || (now, note.as_str()) == (before.0, before.1.as_str()) {
            continue;
        }
        ticks.push(ManualAct::Tick { item, result: result_of(now).ok_or_else(|| malformed("item"))?, note });
    }
    Ok(ticks)
}

/// `None` where the form only saves its checklist.
fn completion(fields: &Fields) -> Result<Option<ManualAct>, Error> {
    let written = fields.get("result");
    if written == "save" {
        return Ok(None);
    }
    let result = result_of(written).ok_or_else(|| malformed("result"))?;
    let measure = match fields.get("measure") {
        "" => None,
        number => Some(number.parse::<Decimal>().map_err(|_| malformed("measure"))?),
    };
    Ok(Some(ManualAct::Complete { result, evidence: fields.text("evidence")?, measure }))
}

fn result_of(written: &str) -> Option<ManualResult> {
    match written {
        "done" => Some(ManualResult::Done),
        "failed" => Some(ManualResult::Failed),
        "not_applicable" => Some(ManualResult::NotApplicable),
        _ => None,
    }
}

fn malformed(field: &str) -> Error {
    Error::Field(Named::Malformed(field.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<Vec<Request>>, Error> {
        let about = [("unit", "db"), ("opening", "1")];
        let all = pairs.iter().chain(&about).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        work(&Fields(all.collect()))
    }

    fn acts(pairs: &[(&str, &str)]) -> Vec<ManualAct> {
        let requests = read(pairs).unwrap().unwrap();
        let act = |request| match request {
            Request::Manual { work, opening: Some(1), .. } => work,
            other => panic!("{other:?}"),
        };
        requests.into_iter().map(act).collect()
    }

    #[test]
    fn only_what_was_changed_on_a_checklist_is_asked_for_and_before_the_answer() {
        let form = [
            ("verb", "manual"),
            ("result", "done"),
            ("evidence", "ok"),
            ("item-0", "done"),
            ("was-0", "done"),
            ("item-1", "failed"),
            ("was-1", "done"),
            ("note-1", "slow"),
            ("item-2", ""),
            ("item-3", "done"),
            ("was-3", "done"),
            ("note-3", "again"),
        ];
        let asked = acts(&form);
        assert!(matches!(&asked[0], ManualAct::Tick { item: 1, result: ManualResult::Failed, note } if note == "slow"));
        assert!(matches!(&asked[1], ManualAct::Tick { item: 3, result: ManualResult::Done, note } if note == "again"));
        assert!(matches!(&asked[2], ManualAct::Complete { result: ManualResult::Done, measure: None, .. }));
        assert_eq!(asked.len(), 3);
        assert!(acts(&[("verb", "manual"), ("result", "save")]).is_empty());
    }

    #[test]
    fn a_refused_check_needs_a_reason_and_a_number_is_a_number() {
        assert!(matches!(acts(&[("verb", "check"), ("accept", "yes")])[..], [ManualAct::Check { accept: true, .. }]));
        assert!(matches!(read(&[("verb", "check"), ("accept", "no")]), Err(Error::Field(Named::Missing(_)))));
        let measured = [("verb", "manual"), ("result", "done"), ("measure", "12,5")];
        assert!(matches!(read(&measured), Err(Error::Field(Named::Malformed(_)))));
        assert!(read(&[("verb", "pause")]).unwrap().is_none());
    }
}
