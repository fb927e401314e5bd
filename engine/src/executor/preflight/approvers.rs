//! Whether a run would find those whom it asks: enough persons for each gate, without those who may not vote at it, and over a
//! channel that leads to them; and somebody who could confirm a declaration for real.

use std::collections::{BTreeMap, BTreeSet};

use super::standing::found;
use crate::base::{RoleName, Text, UserName};
use crate::plan::{Exclusion, Gate, Mode, Plan};
use crate::run::{Act, Actor, Answered, Door, Finding, Topic, permit, role_words};

/// Somebody who may approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approver {
    /// The name.
    pub name: UserName,
    /// The roles held where the run is.
    pub roles: Vec<RoleName>,
    /// Whether the contact tree knows a channel beside the console's own page on which the person is told in the mode.
    pub reached: bool,
}

/// Those whom a run could ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Voters {
    /// Who would declare it.
    pub requester: Option<UserName>,
    /// Accounts that are in use; none where they are not known.
    pub approvers: Vec<Approver>,
}

/// What is to be said of the gates of a plan, and of its declaration.
pub(super) fn approvers(plan: &Plan, mode: Mode, voters: &Voters) -> Vec<Finding> {
    let units = plan.units().iter().filter(|unit| unit.runs_in(mode));
    let gates = units.flat_map(|unit| unit.steps.iter().map(move |step| (unit, step)));
    let gates = gates.filter_map(|(unit, step)| step.action.gate().map(|gate| (unit, gate)));
    let mut findings: Vec<Finding> = gates.map(|(unit, gate)| at_gate(plan, unit.id.as_str(), gate, voters)).collect();
    findings.extend((mode == Mode::Real && !voters.approvers.is_empty()).then(|| seconded(plan, voters)));
    findings
}

fn at_gate(plan: &Plan, unit: &str, gate: &Gate, voters: &Voters) -> Finding {
    let excludes = |exclusion| gate.exclude.contains(&exclusion);
    let excluded = |name: &UserName| {
        (excludes(Exclusion::Requester) && voters.requester.as_ref() == Some(name))
            || (excludes(Exclusion::Author) && plan.body().authors.contains(name))
    };
    let holds = |person: &&Approver| person.roles.iter().any(|role| gate.approvers.contains(role));
    let may: Vec<&Approver> = voters.approvers.iter().filter(holds).filter(|person| !excluded(&person.name)).collect();
    let there: Vec<&Approver> = may.iter().copied().filter(|person| person.reached).collect();
    let (wanted, roles) = (gate.quorum, role_words(&gate.approvers));
    let (got, sure) = (approvals(gate, &may), approvals(gate, &there));
    let seen = |ko: String, en: String| {
        let names = |people: &[&Approver]| people.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
        let silent: Vec<&Approver> = may.iter().copied().filter(|person| !person.reached).collect();
        let (all, silent) = (names(&may), names(&silent));
        let (mut ko, mut en) = (format!("{ko}: {all}"), format!("{en}: {all}"));
        if !silent.is_empty() {
            ko.push_str(&format!(" (연락처 없음: {silent})"));
            en.push_str(&format!(" (no contact: {silent})"));
        }
        Text::new(ko, en)
    };
    let (ko, en) = (roles.get(crate::base::Lang::Ko), roles.get(crate::base::Lang::En));
    if got < wanted {
        let seen = seen(
            format!("승인 {wanted}건이 필요한데 {ko} 역할로 할 수 있는 것은 {got}건"),
            format!("{wanted} approvals are needed, those who hold {en} can give {got}"),
        );
        let next = Text::new(
            "역할을 부여하거나 다른 사람이 선포하십시오",
            "give somebody the role, or let another person declare",
        );
        return found(Topic::Approvers, unit, Answered::Down, seen, Some(next));
    }
    if sure < wanted {
        let seen = seen(
            format!("{ko} 역할은 있으나 연락이 닿을지 알 수 없음"),
            format!("{en} are there; nobody can say whether they are reached"),
        );
        let next = Text::new(
            "비상연락망에 이 계정의 메일, 문자, 메신저, 음성 연락처를 이 모드로 등록하십시오",
            "give these accounts a contact with mail, SMS, messenger or voice in this mode in the contact tree",
        );
        return found(Topic::Approvers, unit, Answered::Unknown, seen, Some(next));
    }
    found(Topic::Approvers, unit, Answered::Up, seen(ko.to_owned(), en.to_owned()), None)
}

/// Who could confirm a declaration for real.
fn seconded(plan: &Plan, voters: &Voters) -> Finding {
    let seconds = |person: &&Approver| {
        let actor = Actor { name: person.name.clone(), roles: person.roles.clone(), via: Door::Console };
        Some(&person.name) != voters.requester.as_ref() && permit(&actor, Act::Second, false).is_ok()
    };
    let may: Vec<&str> = voters.approvers.iter().filter(seconds).map(|person| person.name.as_str()).collect();
    let subject = plan.body().runbook.as_str();
    if may.is_empty() {
        let seen = Text::new(
            "실제 선포를 확인할 다른 총괄 지휘나 지휘 대행이 없음",
            "no other commander or deputy could confirm a declaration for real",
        );
        let next = Text::new(
            "다른 사람에게 지휘 역할을 부여하십시오. 아무도 없으면 비상 권한을 사용해야 합니다",
            "give another person the role; where there is nobody, the glass must be broken",
        );
        return found(Topic::Approvers, subject, Answered::Down, seen, Some(next));
    }
    let names = may.join(", ");
    let seen = Text::new(format!("선포 확인 가능: {names}"), format!("could confirm the declaration: {names}"));
    found(Topic::Approvers, subject, Answered::Up, seen, None)
}

/// The most approvals that these persons can give towards the quorum.
fn approvals(gate: &Gate, persons: &[&Approver]) -> u32 {
    let room = |role: &RoleName| match gate.seats.get(role) {
        _ if gate.distinct_roles => 1,
        Some(seats) => *seats,
        None => gate.quorum,
    };
    let roles: Vec<&RoleName> = gate.approvers.iter().collect::<BTreeSet<_>>().into_iter().collect();
    if !gate.distinct {
        // Each person votes once for each role.
        let of = |role: &&RoleName| {
            let holders = persons.iter().filter(|person| person.roles.contains(role)).count();
            u32::try_from(holders).unwrap_or(u32::MAX).min(room(role))
        };
        return roles.iter().map(of).fold(0, u32::saturating_add);
    }
    let mut seated: BTreeMap<&RoleName, Vec<usize>> = BTreeMap::new();
    let seat = |person: usize, seated: &mut BTreeMap<_, _>| {
        let mut tried = BTreeSet::new();
        seats(person, persons, &roles, &room, seated, &mut tried)
    };
    let given = (0..persons.len()).filter(|person| seat(*person, &mut seated)).count();
    u32::try_from(given).unwrap_or(u32::MAX)
}

/// Finds a seat for a person; whoever has to move for that finds another one.
fn seats<'r>(
    person: usize,
    persons: &[&Approver],
    roles: &[&'r RoleName],
    room: &impl Fn(&RoleName) -> u32,
    seated: &mut BTreeMap<&'r RoleName, Vec<usize>>,
    tried: &mut BTreeSet<&'r RoleName>,
) -> bool {
    for role in roles.iter().copied().filter(|role| persons[person].roles.contains(role)) {
        if !tried.insert(role) {
            continue;
        }
        let there = seated.entry(role).or_default().clone();
        if there.len() < usize::try_from(room(role)).unwrap_or(usize::MAX) {
            seated.entry(role).or_default().push(person);
            return true;
        }
        for (at, other) in there.into_iter().enumerate() {
            if seats(other, persons, roles, room, seated, tried) {
                seated.entry(role).or_default()[at] = person;
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;
    use crate::plan::compile;
    use crate::runbook::Source;

    fn plan(gate: &str) -> Plan {
        let text = format!("runbook: r\nauthors: [han]\nunits:\n  go: {{target: 1m, gate: {{{gate}}}}}\n");
        let compiled = compile(&Source::new("r.yaml", &*text));
        compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
    }

    /// Persons as `name: role role`, with `!` behind the name of whom no contact leads to. Kim would declare.
    fn voters(people: &[&str]) -> Voters {
        let approver = |written: &&str| {
            let (name, roles) = written.split_once(':').unwrap();
            Approver {
                name: name.trim_end_matches('!').parse().unwrap(),
                roles: roles.split_whitespace().map(|role| role.parse().unwrap()).collect(),
                reached: !name.ends_with('!'),
            }
        };
        Voters { requester: "kim".parse().ok(), approvers: people.iter().map(approver).collect() }
    }

    fn answers(gate: &str, mode: Mode, people: &[&str]) -> Vec<Answered> {
        approvers(&plan(gate), mode, &voters(people)).into_iter().map(|finding| finding.answer).collect()
    }

    #[test]
    fn a_gate_has_its_approvers_where_enough_may_vote_and_are_reached() {
        use Answered::{Down, Unknown, Up};
        let drill = |gate: &str, people: &[&str]| answers(gate, Mode::Drill, people)[0];
        let two = "approvers: [commander], quorum: 2, exclude: [requester, author]";
        assert_eq!(drill(two, &["lee: commander", "park: commander"]), Up);
        assert_eq!(drill(two, &["lee: commander", "kim: commander"]), Down, "who declares has no vote");
        assert_eq!(drill(two, &["lee: commander", "han: commander"]), Down, "nor has who wrote it");
        assert_eq!(drill(two, &["lee: commander", "park!: commander"]), Unknown, "nobody can say how park is told");
        let seats = "quorum: {commander: 1, business-owner: 1}";
        assert_eq!(drill(seats, &["lee: commander", "park: commander"]), Down, "one role has nobody");
        assert_eq!(drill(seats, &["lee: commander business-owner", "park: commander"]), Up, "lee takes the other seat");
        let roles = "approvers: [commander, business-owner], quorum: 2, distinct: true, distinct_roles: true";
        assert_eq!(drill(roles, &["lee: commander business-owner"]), Down, "one person fills one seat");
    }

    #[test]
    fn a_declaration_for_real_needs_somebody_else_to_confirm_it() {
        let gate = "approvers: [approver]";
        let real = |people: &[&str]| answers(gate, Mode::Real, people)[1];
        assert_eq!(real(&["lee: approver", "park: deputy"]), Answered::Up);
        assert_eq!(real(&["lee: approver", "kim: commander"]), Answered::Down, "not the same person");
        assert_eq!(answers(gate, Mode::Drill, &["lee: approver"]).len(), 1);
        assert_eq!(
            answers(gate, Mode::Real, &[]),
            [Answered::Down],
            "of accounts that nobody knows nothing more is said"
        );
    }

    #[test]
    fn what_was_seen_names_people_and_roles_in_both_languages() {
        let found = approvers(&plan("approvers: [commander], quorum: 2"), Mode::Drill, &voters(&["lee!: commander"]));
        assert!(found[0].seen.get(Lang::Ko).contains("총괄 지휘 역할로 할 수 있는 것은 1건: lee (연락처 없음: lee)"));
        assert!(found[0].seen.get(Lang::En).contains("(no contact: lee)"));
    }
}
