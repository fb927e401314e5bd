//! What a form asks of a finding. There is no form, and no word in one, that closes it.

use engine::base::Day;
use engine::review::{CauseCategory, Command, Severity, Step, Tended};

use crate::error::Error;
use crate::extract::{Fields, Named};

/// Reads a command.
pub(super) fn command(fields: &Fields) -> Result<Command, Error> {
    Ok(match fields.get("verb") {
        "tend" => Command::Tend(tended(fields)?),
        "move" => Command::Move(Step::from_keyword(fields.get("step")).ok_or_else(|| malformed("step"))?),
        "waive" => Command::Waive { until: fields.parsed("until")?, reason: fields.required("reason")? },
        "reopen" => Command::Reopen { reason: fields.required("reason")? },
        _ => return Err(malformed("verb")),
    })
}

/// Reads what people write down about a finding.
pub(super) fn tended(fields: &Fields) -> Result<Tended, Error> {
    let written = |name: &str| Some(fields.get(name)).filter(|text| !text.is_empty()).map(str::to_owned);
    let severity = fields.get("severity");
    let category = written("category");
    let categories = CauseCategory::ALL;
    Ok(Tended {
        severity: Severity::ALL
            .into_iter()
            .find(|one| one.keyword() == severity)
            .ok_or_else(|| malformed("severity"))?,
        category: category
            .map(|word| categories.into_iter().find(|one| one.keyword() == word).ok_or_else(|| malformed("category")))
            .transpose()?,
        cause: fields.text("cause")?,
        action: fields.text("action")?,
        owner: written("owner").map(|name| name.parse().map_err(|_| malformed("owner"))).transpose()?,
        due: written("due").map(|day| day.parse::<Day>().map_err(|_| malformed("due"))).transpose()?,
    })
}

pub(super) fn malformed(name: &str) -> Error {
    Error::Field(Named::Malformed(name.to_owned()))
}
