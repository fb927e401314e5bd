//! How a mock run is to be played: speed, simulated people, and the faults and durations of single units.

use std::collections::BTreeSet;

use engine::base::{Millis, UnitId};
use engine::plan::Plan;
use engine::run::{Fault, Simulation};

use crate::extract::Fields;
use crate::i18n::Words;

/// Lines of faults that the form has at least.
const LINES: usize = 4;
/// Empty lines that it has at least, so that there is always room for more.
const SPARE: usize = 2;
/// Lines that are read at most.
const MOST: usize = 200;

/// A line of the form: what is played at one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its place, from 0.
    pub(super) place: usize,
    /// The unit, as written.
    pub(super) unit: String,
    /// `fail`, `hang`, `unknown`, or nothing.
    pub(super) fault: String,
    /// How many attempts fail, as written; nothing for all.
    pub(super) times: String,
    /// How long the unit takes, as written.
    pub(super) takes: String,
}

impl Line {
    fn read(fields: &Fields, place: usize) -> Self {
        let part = |name: &str| fields.get(&format!("fault.{place}.{name}")).to_owned();
        Self { place, unit: part("unit"), fault: part("fault"), times: part("times"), takes: part("takes") }
    }

    fn is_empty(&self) -> bool {
        [&self.unit, &self.fault, &self.times, &self.takes].into_iter().all(String::is_empty)
    }
}

/// The lines that were sent, with room for more.
pub(super) fn lines(fields: &Fields) -> Vec<Line> {
    let filled = (0..MOST).filter(|place| !Line::read(fields, *place).is_empty()).max().map_or(0, |last| last + 1);
    let shown = (filled + SPARE).clamp(LINES, MOST);
    (0..shown).map(|place| Line::read(fields, place)).collect()
}

/// Reads how the run is played, or everything that is wrong with it.
pub(super) fn read(w: Words, plan: &Plan, fields: &Fields) -> Result<Simulation, Vec<String>> {
    let mut simulation = Simulation { people: fields.get("people") == "yes", ..Simulation::default() };
    let mut problems = Vec::new();
    match fields.get("speed").parse() {
        Ok(speed) => simulation.speed = speed,
        Err(_) => problems.push(w.t("declare-bad-speed")),
    }
    let mut named = BTreeSet::new();
    for line in (0..MOST).map(|place| Line::read(fields, place)).filter(|line| !line.is_empty()) {
        match of_line(plan, &line) {
            Ok((unit, ..)) if !named.insert(unit.clone()) => {
                problems.push(w.with("declare-fault-twice", "unit", unit.as_str()));
            }
            Ok((unit, fault, takes)) => {
                simulation.faults.extend(fault.map(|fault| (unit.clone(), fault)));
                simulation.takes.extend(takes.map(|takes| (unit, takes.0)));
            }
            Err(key) if line.unit.is_empty() => problems.push(w.with(key, "n", line.place + 1)),
            Err(key) => problems.push(w.with(key, "unit", line.unit.as_str())),
        }
    }
    if problems.is_empty() { Ok(simulation) } else { Err(problems) }
}

type Played = (UnitId, Option<Fault>, Option<Millis>);

/// What a line says, or the key of what is wrong with it.
fn of_line(plan: &Plan, line: &Line) -> Result<Played, &'static str> {
    if line.unit.is_empty() {
        return Err("declare-fault-no-unit");
    }
    let unit: UnitId = line.unit.parse().map_err(|_| "declare-fault-unit")?;
    plan.find(&unit).ok_or("declare-fault-unit")?;
    let fault = match (line.fault.as_str(), line.times.as_str()) {
        ("", "") => None,
        ("fail", "") => Some(Fault::Fail(u32::MAX)),
        ("fail", times) => {
            let times: Option<u32> = times.parse().ok().filter(|times| *times > 0);
            Some(Fault::Fail(times.ok_or("declare-fault-times")?))
        }
        ("hang", "") => Some(Fault::Hang),
        ("unknown", "") => Some(Fault::Unknown),
        _ => return Err("declare-fault-times"),
    };
    let takes = match line.takes.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| "declare-fault-takes")?),
    };
    if fault.is_none() && takes.is_none() { Err("declare-fault-nothing") } else { Ok((unit, fault, takes)) }
}

#[cfg(test)]
mod tests {
    use engine::base::Lang;
    use engine::runbook::Source;

    use super::*;

    fn plan() -> Plan {
        let text = "runbook: r\nunits:\n  db: {run: [{command: 'true'}]}\n  ap: {run: [{command: 'true'}]}\n";
        engine::plan::compile(&Source::new("r.yaml", text)).plan.unwrap()
    }

    fn fields(lines: &[[&str; 4]]) -> Fields {
        let mut fields = vec![("speed".to_owned(), "60".to_owned())];
        for (place, line) in lines.iter().enumerate() {
            for (name, value) in ["unit", "fault", "times", "takes"].iter().zip(line) {
                fields.push((format!("fault.{place}.{name}"), (*value).to_owned()));
            }
        }
        Fields(fields)
    }

    #[test]
    fn faults_and_durations_are_read_line_by_line() {
        let fields = fields(&[["db", "fail", "2", ""], ["", "", "", ""], ["ap", "hang", "", "90s"]]);
        let simulation = read(Words(Lang::En), &plan(), &fields).unwrap();
        let unit = |name: &str| name.parse::<UnitId>().unwrap();
        assert_eq!(simulation.faults, [(unit("db"), Fault::Fail(2)), (unit("ap"), Fault::Hang)].into());
        assert_eq!(simulation.takes, [(unit("ap"), 90_000)].into());
        assert_eq!(lines(&fields).len(), 5, "three that were sent and room for two");
        assert_eq!(lines(&Fields::default()).len(), LINES);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let fields = fields(&[
            ["web", "fail", "", ""],
            ["", "hang", "", ""],
            ["db", "", "", ""],
            ["ap", "fail", "x", ""],
            ["ap", "hang", "", "soon"],
            ["db", "fail", "", ""],
            ["db", "unknown", "", ""],
            ["ap", "fail", "0", ""],
        ]);
        let problems = read(Words(Lang::En), &plan(), &fields).unwrap_err();
        assert_eq!(problems.len(), 7, "{problems:#?}");
    }
}
