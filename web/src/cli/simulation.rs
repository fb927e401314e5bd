//! How a mock run is played.

use std::str::FromStr;

use clap::Args;
use engine::base::{Millis, UnitId};
use engine::plan::{Mode, Plan};
use engine::run::{Fault, Simulation};

use super::failure::Failure;

/// Options of mock runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Mock runs")]
pub(super) struct SimulationArgs {
    /// Simulated seconds in a second; `max` jumps from event to event
    #[arg(long, value_name = "N|max", default_value = "max")]
    speed: Speed,
    /// A fault to play: UNIT=fail, UNIT=fail:N (its first N attempts), UNIT=hang or UNIT=unknown; repeat for each
    #[arg(long = "inject", value_name = "UNIT=FAULT")]
    faults: Vec<Injected>,
    /// A duration to play instead of the target; repeat for each
    #[arg(long = "takes", value_name = "UNIT=DURATION")]
    takes: Vec<Takes>,
    /// Simulated people answer gates and manual steps
    #[arg(long)]
    simulate_people: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Speed(u32);

#[derive(Debug, Clone)]
struct Injected {
    unit: UnitId,
    fault: Fault,
}

#[derive(Debug, Clone)]
struct Takes {
    unit: UnitId,
    time: Millis,
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "max" => Ok(Self(0)),
            number => match number.parse() {
                Ok(speed) if speed > 0 => Ok(Self(speed)),
                Ok(_) | Err(_) => Err("write a whole number from 1, or max".to_owned()),
            },
        }
    }
}

impl FromStr for Injected {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = "write UNIT=fail, UNIT=fail:N, UNIT=hang or UNIT=unknown";
        let (unit, fault) = text.split_once('=').ok_or(wanted)?;
        let fault = match fault.split_once(':') {
            None if fault == "fail" => Fault::Fail(u32::MAX),
            None if fault == "hang" => Fault::Hang,
            None if fault == "unknown" => Fault::Unknown,
            Some(("fail", times)) => Fault::Fail(times.parse().map_err(|_| wanted)?),
            Some(_) | None => return Err(wanted.to_owned()),
        };
        Ok(Self { unit: unit_name(unit)?, fault })
    }
}

impl FromStr for Takes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (unit, time) = text.split_once('=').ok_or("write UNIT=DURATION, such as promote=90s")?;
        let time = time.parse().map_err(|why: engine::base::ParseMillisError| why.to_string())?;
        Ok(Self { unit: unit_name(unit)?, time })
    }
}

fn unit_name(text: &str) -> Result<UnitId, String> {
    text.parse().map_err(|why: engine::base::InvalidName| why.to_string())
}

impl SimulationArgs {
    /// The simulation of a mock run; nothing for every other mode, which takes none of these options.
    pub(super) fn of(self, mode: Mode, plan: &Plan) -> Result<Option<Simulation>, Failure> {
        if mode != Mode::Mock {
            let asked = self.speed != Speed(0) || self.simulate_people;
            return if asked || !self.faults.is_empty() || !self.takes.is_empty() {
                Err(Failure::usage(format!("a run in mode {} can not be simulated", mode.keyword()))
                    .hint("--speed, --inject, --takes and --simulate-people belong to --mode mock"))
            } else {
                Ok(None)
            };
        }
        let named = self.faults.iter().map(|it| &it.unit).chain(self.takes.iter().map(|it| &it.unit));
        for unit in named {
            if plan.find(unit).is_none() {
                return Err(Failure::usage(format!("runbook {} has no unit {unit}", plan.body().runbook))
                    .hint("`relight plan FILE` lists its units"));
            }
        }
        Ok(Some(Simulation {
            speed: self.speed.0,
            faults: self.faults.into_iter().map(|it| (it.unit, it.fault)).collect(),
            takes: self.takes.into_iter().map(|it| (it.unit, it.time.0)).collect(),
            people: self.simulate_people,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read() {
        let fault = |text: &str| text.parse::<Injected>().map(|it| it.fault);
        assert_eq!(fault("db=fail"), Ok(Fault::Fail(u32::MAX)));
        assert_eq!(fault("db=fail:2"), Ok(Fault::Fail(2)));
        assert_eq!(fault("db=hang"), Ok(Fault::Hang));
        assert_eq!(fault("계정계-db=unknown"), Ok(Fault::Unknown));
        for text in ["db", "db=", "db=explode", "db=fail:x", "=fail"] {
            assert!(fault(text).is_err(), "{text}");
        }
    }

    #[test]
    fn speeds_are_read() {
        assert_eq!("max".parse(), Ok(Speed(0)));
        assert_eq!("60".parse(), Ok(Speed(60)));
        assert!("0".parse::<Speed>().is_err());
        assert!("-1".parse::<Speed>().is_err());
    }
}
