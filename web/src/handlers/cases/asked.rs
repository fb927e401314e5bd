//! From the fields of a form to what is asked of a case.

use engine::base::{CaseClass, FacilityScope, Millis, Timestamp};
use engine::cases::{Brief, Command, Criterion, Customers, Grade, Moment, Proposal, Seat, Source, SupportState};

use crate::error::Error;
use crate::extract::{Fields, Named};

fn malformed(field: &str) -> Error {
    Error::Field(Named::Malformed(field.to_owned()))
}

/// An instant that must be given, or now.
fn at(fields: &Fields, name: &str, now: Timestamp) -> Result<Timestamp, Error> {
    Ok(fields.instant(name)?.unwrap_or(now))
}

fn choice<T>(fields: &Fields, name: &str, of: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    of(fields.get(name)).ok_or_else(|| malformed(name))
}

/// Reads the form of a case's page. `proposed` is what the page showed, `brief` what is open in its runs.
pub(super) fn command(
    fields: &Fields,
    now: Timestamp,
    proposed: Option<Proposal>,
    brief: Brief,
) -> Result<Command, Error> {
    Ok(match fields.get("verb") {
        "note" => Command::Note { text: fields.required("text")?, occurred_at: fields.instant("at")? },
        "time" => Command::CorrectTime {
            moment: choice(fields, "moment", Moment::from_keyword)?,
            value: fields.instant("at")?.ok_or_else(|| Error::Field(Named::Missing("at".to_owned())))?,
            source: choice(fields, "source", Source::from_keyword)?,
            reason: fields.required("reason")?,
        },
        "assess" => Command::Assess {
            class: choice(fields, "class", CaseClass::from_keyword)?,
            customers: Customers::from_keyword(fields.get("customers")),
            scope: FacilityScope::from_keyword(fields.get("scope")),
        },
        "grade" => Command::SetGrade {
            grade: match fields.get("grade") {
                "" => None,
                number => Some(
                    number
                        .parse::<u8>()
                        .ok()
                        .and_then(|n| Grade::try_from(n).ok())
                        .ok_or_else(|| malformed("grade"))?,
                ),
            },
            reason: fields.required("reason")?,
        },
        "tick" => Command::Tick {
            criterion: choice(fields, "criterion", Criterion::from_keyword)?,
            holds: fields.get("holds") == "yes",
        },
        "declare" => Command::Declare {
            criteria: Criterion::ALL
                .iter()
                .copied()
                .filter(|criterion| fields.get(&format!("criterion.{}", criterion.keyword())) == "yes")
                .collect(),
            reason: fields.required("reason")?,
            proposed,
        },
        "stand-down" => Command::StandDown { reason: fields.required("reason")? },
        "restore" => Command::Restore { at: at(fields, "at", now)?, evidence: fields.required("evidence")? },
        "join" => Command::Join { name: fields.required("name")?, seat: choice(fields, "seat", Seat::from_keyword)? },
        "leave" => Command::Leave { name: fields.required("name")? },
        "support" => Command::AskSupport { to: fields.required("to")?, what: fields.required("what")? },
        "support-moved" => Command::MoveSupport {
            number: fields.parsed("number")?,
            state: choice(fields, "state", SupportState::from_keyword)?,
            note: fields.text("note")?,
        },
        "report-every" => {
            let minutes: u64 = fields.parsed("minutes")?;
            // A day is more than any situation room waits.
            let every = (1..=1_440).contains(&minutes).then(|| Millis::minutes(minutes));
            if every.is_none() && minutes != 0 {
                return Err(malformed("minutes"));
            }
            Command::ReportEvery { every }
        }
        "report" => Command::Report,
        "offer" => Command::OfferCommand { to: fields.parsed("to")?, brief, note: fields.text("note")? },
        "withdraw" => Command::WithdrawOffer,
        "take" => Command::TakeCommand,
        "alternate" => Command::BeginAlternate {
            services: fields.required("services")?,
            how: fields.required("how")?,
            from: at(fields, "at", now)?,
        },
        "alternate-ended" => Command::EndAlternate { number: fields.parsed("number")?, to: at(fields, "at", now)? },
        "finding" => Command::RaiseFinding { text: fields.required("text")? },
        "own" => Command::OwnFinding {
            number: fields.parsed("number")?,
            owner: fields.required("owner")?,
            due: match fields.get("due") {
                "" => None,
                day => Some(day.parse().map_err(|_| malformed("due"))?),
            },
        },
        "reprotect" => Command::AttestReprotect { evidence: fields.required("evidence")? },
        "close" => Command::Close { summary: fields.required("summary")? },
        _ => return Err(malformed("verb")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Command, Error> {
        let fields = Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        command(&fields, Timestamp(7), None, Brief::default())
    }

    #[test]
    fn forms_become_what_they_ask_for() {
        let declare = read(&[("verb", "declare"), ("criterion.unsafe", "yes"), ("reason", "연기")]).unwrap();
        assert!(matches!(&declare, Command::Declare { criteria, .. } if criteria == &[Criterion::Unsafe]));
        assert_eq!(read(&[("verb", "report-every"), ("minutes", "0")]).unwrap(), Command::ReportEvery { every: None });
        assert!(matches!(
            read(&[("verb", "alternate"), ("services", "조회"), ("how", "수기")]).unwrap(),
            Command::BeginAlternate { from: Timestamp(7), .. }
        ));
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        assert!(matches!(read(&[("verb", "close")]), Err(Error::Field(Named::Missing(_)))));
        assert!(matches!(read(&[("verb", "grade"), ("grade", "5")]), Err(Error::Field(Named::Malformed(_)))));
        assert!(matches!(
            read(&[("verb", "report-every"), ("minutes", "9999")]),
            Err(Error::Field(Named::Malformed(_)))
        ));
        assert!(matches!(read(&[("verb", "format-disk")]), Err(Error::Field(Named::Malformed(_)))));
    }
}
