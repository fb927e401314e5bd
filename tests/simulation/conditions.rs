//! Conditions at random, and what they come to, told by taking their texts apart at the seams that they were put together at.

use std::collections::BTreeMap;

use engine::base::{Mode, Text};
use engine::plan::{Action, Body, Branch, Decision, Expression, Input, InputKind, Phase, Retry, Step, UnitIx};
use serde_json::json;

use crate::chance::Chance;
use crate::runbook::plan_of;

/// Values that conditions look at, by their names.
pub(crate) type Saw = BTreeMap<String, Option<String>>;

/// Lets units depend on conditions, modes and decisions.
pub(crate) fn decorate(chance: &mut Chance, body: &mut Body) {
    let plan = plan_of(body);
    body.inputs = vec![
        input("scope", InputKind::Enum(["full", "part", "none"].map(str::to_owned).to_vec()), true),
        input("fast", InputKind::Bool, true),
        input("lag", InputKind::Text, false),
    ];
    for at in plan.unit_ixs() {
        let upstream = plan.graph().upstream(at);
        // Of what others may use before it is ready, nothing is settled when they begin.
        let settled = |unit: &UnitIx| upstream[unit.at()] && plan.unit(*unit).usable.is_none();
        let before: Vec<UnitIx> = plan.unit_ixs().filter(settled).collect();
        if chance.percent(20) {
            body.units[at.at()].when = Some(condition(chance, body, &before));
        }
        if chance.percent(10) {
            let all = [Mode::Mock, Mode::Isolated, Mode::Drill, Mode::Real];
            body.units[at.at()].modes = all.into_iter().filter(|_| chance.percent(50)).collect();
        }
        let after = plan.graph().downstream(at);
        if chance.percent(25) && !after.is_empty() {
            let decision = decision(chance, body, &before, &after);
            // What undid the steps that stood there has nothing to undo any more.
            body.units[at.at()].usable = None;
            body.units[at.at()].rollback.retain(|undo| undo.of.is_none());
            body.units[at.at()].steps = vec![Step {
                title: Text::plain("choose"),
                phase: Phase::Run,
                action: Action::Decision(decision),
                timeout: None,
                retry: Retry::NONE,
                idempotent: false,
                already_done: None,
                probe_covers_unit: false,
                outputs: vec![],
            }];
        }
    }
}

/// Values for the inputs of a run.
pub(crate) fn inputs(chance: &mut Chance) -> Vec<(&'static str, Option<&'static str>)> {
    let lag = *chance.pick(&[None, Some("3"), Some(" 9 "), Some("many")]);
    vec![
        ("scope", Some(*chance.pick(&["full", "part", "none"]))),
        ("fast", Some(*chance.pick(&["true", "false"]))),
        ("lag", lag),
    ]
}

fn input(name: &str, kind: InputKind, required: bool) -> Input {
    Input { name: name.parse().unwrap(), title: Text::plain(name), kind, required, default: None }
}

fn decision(chance: &mut Chance, body: &Body, before: &[UnitIx], after: &[UnitIx]) -> Decision {
    let select = |chance: &mut Chance| after.iter().copied().filter(|_| chance.percent(40)).collect();
    let mut branches: Vec<Branch> = (0..chance.between(1, 3))
        .map(|at| Branch {
            name: format!("case-{at}").parse().unwrap(),
            title: Text::plain("case"),
            when: Some(condition(chance, body, before)),
            select: select(chance),
        })
        .collect();
    if chance.percent(60) {
        let title = Text::new("그 밖의 경우", "otherwise");
        branches.push(Branch { name: "otherwise".parse().unwrap(), title, when: None, select: select(chance) });
    }
    Decision { branches }
}

fn condition(chance: &mut Chance, body: &Body, before: &[UnitIx]) -> Expression {
    let join = *chance.pick(&[" and ", " or "]);
    let atoms: Vec<String> = (0..chance.between(1, 3)).map(|_| atom(chance, body, before)).collect();
    serde_json::from_value(json!(atoms.join(join))).unwrap()
}

fn atom(chance: &mut Chance, body: &Body, before: &[UnitIx]) -> String {
    let whole: Vec<&str> = body
        .services
        .iter()
        .filter(|service| service.needs.iter().all(|need| before.contains(need)))
        .map(|service| service.id.as_str())
        .collect();
    let atom = match chance.below(6) {
        0 => format!("inputs.scope == '{}'", chance.pick(&["full", "part", "none"])),
        1 => "inputs.fast".to_owned(),
        2 => format!("mode == '{}'", chance.pick(&["drill", "real"])),
        3 if chance.percent(30) => format!("inputs.lag | int > {}", chance.between(1, 9)),
        4 if !before.is_empty() => {
            let unit = &body.units[chance.pick(before).at()].id;
            format!("units[\"{unit}\"].state == '{}'", chance.pick(&["ready", "skipped", "not_selected"]))
        }
        5 if !whole.is_empty() => format!("services[\"{}\"].ready", chance.pick(&whole)),
        _ => "inputs.scope != 'none'".to_owned(),
    };
    if chance.percent(25) { format!("not {atom}") } else { atom }
}

/// Whether a condition holds; `None` where nobody can tell.
pub(crate) fn holds(text: &str, known: &dyn Fn(&str) -> Option<String>) -> Option<bool> {
    let decisive = text.contains(" or ");
    let parts = if decisive { text.split(" or ") } else { text.split(" and ") };
    for part in parts {
        let (not, atom) = part.strip_prefix("not ").map_or((false, part), |atom| (true, atom));
        if (atom_holds(atom, known)? != not) == decisive {
            return Some(decisive);
        }
    }
    Some(!decisive)
}

fn atom_holds(atom: &str, known: &dyn Fn(&str) -> Option<String>) -> Option<bool> {
    let words: Vec<&str> = atom.split(' ').collect();
    let value = known(words[0])?;
    Some(match words[1..] {
        [] => value == "true",
        ["==", word] => value == word.trim_matches('\''),
        ["!=", word] => value != word.trim_matches('\''),
        ["|", "int", ">", number] => value.trim().parse::<i64>().ok()? > number.parse().unwrap(),
        _ => panic!("no condition is written like {atom}"),
    })
}

/// What a condition sees.
pub(crate) fn saw(text: &str, known: &dyn Fn(&str) -> Option<String>) -> Saw {
    let atoms = text.split(" or ").flat_map(|part| part.split(" and "));
    let names = atoms.map(|atom| atom.trim_start_matches("not ").split(' ').next().unwrap_or_default());
    names.map(|name| (name.to_owned(), known(name))).collect()
}
