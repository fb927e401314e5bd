//! What a plan says of one unit, as a digest: two runs of a runbook had the same unit where it is the same.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::{Digest, UnitId};
use crate::plan::{Plan, UnitIx};

/// Words about a unit that change nothing about what it does, and how a mock run plays it.
const IN_PASSING: [&str; 3] = ["title", "owner", "mock"];

/// The digest of a unit. Other units are named in it by their ids and not by their places, so that a unit which is put in
/// somewhere else changes no digest but its own and those of the units that need it.
pub(super) fn unit_digest(plan: &Plan, ix: UnitIx) -> Result<Digest, serde_json::Error> {
    let mut said = serde_json::to_value(plan.unit(ix))?;
    if let Value::Object(fields) = &mut said {
        fields.retain(|name, _| !IN_PASSING.contains(&name.as_str()));
    }
    name_places(plan, &mut said);
    Ok(Digest::of(said.to_string().as_bytes()))
}

/// The digest of every unit of a plan.
pub fn unit_digests(plan: &Plan) -> BTreeMap<UnitId, Digest> {
    let all = plan.unit_ixs().filter_map(|ix| Some((plan.unit(ix).id.clone(), unit_digest(plan, ix).ok()?)));
    all.collect()
}

/// Puts ids where the plan has places: `needs`, `select` and `branch` are lists of them, `unit` and `output` name one.
fn name_places(plan: &Plan, said: &mut Value) {
    match said {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match (name.as_str(), &mut *value) {
                    ("stage", Value::Number(_)) => *value = stage(plan, value),
                    ("unit", Value::Number(_)) => *value = unit(plan, value),
                    ("needs_stages", Value::Array(places)) => {
                        for place in places {
                            *place = stage(plan, place);
                        }
                    }
                    ("needs" | "select" | "branch", Value::Array(places)) => {
                        for place in places.iter_mut() {
                            *place = unit(plan, place);
                        }
                        places.sort_by_key(ToString::to_string);
                    }
                    ("output", Value::Array(pair)) => {
                        if let Some(place) = pair.first_mut() {
                            *place = unit(plan, place);
                        }
                    }
                    _ => name_places(plan, value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| name_places(plan, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn unit(plan: &Plan, place: &Value) -> Value {
    at(place, &plan.body().units).map_or_else(|| place.clone(), |unit| Value::String(unit.id.to_string()))
}

fn stage(plan: &Plan, place: &Value) -> Value {
    at(place, &plan.body().stages).map_or_else(|| place.clone(), |stage| Value::String(stage.id.to_string()))
}

fn at<'a, T>(place: &Value, all: &'a [T]) -> Option<&'a T> {
    all.get(usize::try_from(place.as_u64()?).ok()?)
}
