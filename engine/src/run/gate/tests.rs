use std::collections::BTreeMap;

use super::super::{Actor, Door, Vote};
use super::{Ballot, Call, Delegation, Hand, OpenGate, Rules, VoteRefused};
use crate::base::{Digest, Lang, Millis, RoleName, Text, Timestamp, UserName};
use crate::plan::{Escalation, Exclusion, Gate, OnReject, OnTimeout};

fn role(name: &str) -> RoleName {
    name.parse().unwrap()
}

fn actor(name: &str, roles: &[&str]) -> Actor {
    Actor { name: name.parse().unwrap(), roles: roles.iter().map(|name| role(name)).collect(), via: Door::Console }
}

fn gate(quorum: u32, distinct: bool) -> Gate {
    Gate {
        question: Text::plain("go live?"),
        approvers: vec![role("commander"), role("business")],
        quorum,
        seats: BTreeMap::new(),
        distinct,
        distinct_roles: false,
        exclude: vec![Exclusion::Requester],
        timeout: None,
        escalate: vec![Escalation { after: Millis::minutes(5), roles: vec![role("cio")] }],
        on_timeout: OnTimeout::Wait,
        on_reject: OnReject::Fail,
    }
}

fn open() -> OpenGate {
    OpenGate {
        opened_at: Timestamp(0),
        deadline: None,
        overdue: false,
        reminded: false,
        level: 0,
        digest: Digest::of(b"this"),
        votes: Vec::new(),
        decided: None,
    }
}

/// The instant of every vote here.
const NOW: Timestamp = Timestamp(600_000);

fn names(names: &[&str]) -> Vec<UserName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// What a vote is told; a rejection comes with a reason.
fn ballot(open: &OpenGate, approve: bool) -> Ballot {
    Ballot::new(approve, if approve { String::new() } else { "not yet".to_owned() }, open.digest)
}

/// Holds a vote against a gate of a run that kim declared, by a runbook that han wrote.
fn judge(open: &OpenGate, gate: &Gate, by: &Actor, ballot: &Ballot, no_return: bool) -> Result<RoleName, VoteRefused> {
    let (requester, authors) = ("kim".parse().unwrap(), names(&["han"]));
    let rules = Rules { gate, requester: &requester, authors: &authors, no_return, now: NOW, simulated: false };
    open.admit(&rules, by, ballot)
}

/// Votes if the vote is admitted; gives the role it counts for.
fn put(open: &mut OpenGate, gate: &Gate, by: &Actor, ballot: Ballot) -> Result<RoleName, &'static str> {
    let role = judge(open, gate, by, &ballot, false).map_err(|refused| refused.code())?;
    let Ballot { approve, comment, digest, confirmed_at, hand, .. } = ballot;
    let counted = role.clone();
    open.votes.push(Vote { by: by.clone(), role: counted, approve, comment, digest, hand, confirmed_at });
    Ok(role)
}

fn cast(open: &mut OpenGate, gate: &Gate, by: &Actor, approve: bool) -> Result<RoleName, &'static str> {
    let ballot = ballot(open, approve);
    put(open, gate, by, ballot)
}

/// A vote in the name of somebody with these roles, delegated for the whole of the test.
fn deputised(open: &OpenGate, from: &str, roles: &[&str]) -> Ballot {
    let delegation = Delegation {
        from: from.parse().unwrap(),
        roles: roles.iter().map(|name| role(name)).collect(),
        since: Timestamp(0),
        until: Timestamp(NOW.0 + 1),
        reason: "on leave".to_owned(),
    };
    Ballot { hand: Hand::For(delegation), ..ballot(open, true) }
}

/// A vote of lee, a commander, by phone; park listened.
fn phoned(open: &OpenGate) -> Ballot {
    let call = Call {
        approver: "lee".parse().unwrap(),
        roles: vec![role("commander")],
        witness: "park".parse().unwrap(),
        called_at: Timestamp(60_000),
    };
    Ballot { hand: Hand::Phone(call), ..ballot(open, true) }
}

#[test]
fn a_quorum_decides_and_not_before() {
    let (gate, mut open) = (gate(2, true), open());
    assert_eq!(open.decision(&gate), None);
    assert_eq!(cast(&mut open, &gate, &actor("lee", &["commander"]), true), Ok(role("commander")));
    assert_eq!(open.decision(&gate), None);
    assert_eq!(cast(&mut open, &gate, &actor("park", &["commander"]), true), Ok(role("commander")));
    assert_eq!(open.decision(&gate), Some(true));
}

#[test]
fn one_rejection_outweighs_every_approval() {
    let (gate, mut open) = (gate(2, true), open());
    cast(&mut open, &gate, &actor("lee", &["commander"]), true).unwrap();
    cast(&mut open, &gate, &actor("park", &["business"]), false).unwrap();
    assert_eq!(open.decision(&gate), Some(false));
}

#[test]
fn one_person_counts_once_where_persons_must_be_distinct() {
    let (gate, mut open) = (gate(2, true), open());
    let both = actor("lee", &["commander", "business"]);
    cast(&mut open, &gate, &both, true).unwrap();
    assert_eq!(cast(&mut open, &gate, &both, true), Err("already_voted"));
    assert_eq!(cast(&mut open, &gate, &both, false), Err("already_voted"));
    assert_eq!(open.decision(&gate), None);
}

#[test]
fn one_person_may_fill_each_of_its_roles_once_where_not() {
    let (gate, mut open) = (gate(3, false), open());
    let both = actor("lee", &["commander", "business"]);
    assert_eq!(cast(&mut open, &gate, &both, true), Ok(role("commander")));
    assert_eq!(cast(&mut open, &gate, &both, true), Ok(role("business")));
    assert_eq!(cast(&mut open, &gate, &both, true), Err("already_voted"));
    assert_eq!(open.decision(&gate), None);
    // A role is not used up by that: whoever else holds it votes too.
    assert_eq!(cast(&mut open, &gate, &actor("park", &["commander"]), true), Ok(role("commander")));
    assert_eq!(open.decision(&gate), Some(true));
}

#[test]
fn the_requester_is_kept_out_through_every_door() {
    for via in [Door::Console, Door::CommandLine] {
        let (gate, mut open) = (gate(1, true), open());
        let kim = Actor { via, ..actor("kim", &["commander"]) };
        assert_eq!(cast(&mut open, &gate, &kim, true), Err("requester_excluded"));
        assert_eq!(cast(&mut open, &gate, &kim, false), Err("requester_excluded"));
    }
    let (mut gate, mut open) = (gate(1, true), open());
    gate.exclude.clear();
    assert!(cast(&mut open, &gate, &actor("kim", &["commander"]), true).is_ok());
}

#[test]
fn escalation_roles_vote_only_once_the_gate_is_overdue() {
    let (gate, mut open) = (gate(1, true), open());
    let cio = actor("han", &["cio"]);
    assert_eq!(cast(&mut open, &gate, &cio, true), Err("not_an_approver"));
    open.overdue = true;
    assert_eq!(cast(&mut open, &gate, &cio, true), Err("not_an_approver"), "a level begins when it is said to");
    open.level = 1;
    assert_eq!(open.decision(&gate), None, "time alone decides nothing");
    assert_eq!(cast(&mut open, &gate, &cio, true), Ok(role("cio")));
    // The approvers keep their vote.
    assert!(cast(&mut open, &gate, &actor("lee", &["commander"]), true).is_ok());
}

#[test]
fn roles_of_the_console_give_no_vote() {
    let (gate, mut open) = (gate(1, true), open());
    for roles in [&["admin"][..], &["operator"], &["auditor"], &[]] {
        assert_eq!(cast(&mut open, &gate, &actor("yoon", roles), true), Err("not_an_approver"), "{roles:?}");
    }
}

#[test]
fn a_vote_on_something_else_lapses() {
    let (gate, open) = (gate(1, true), open());
    let other = Ballot { digest: Digest::of(b"that"), ..ballot(&open, true) };
    assert_eq!(judge(&open, &gate, &actor("lee", &["commander"]), &other, false), Err(VoteRefused::Lapsed));
}

#[test]
fn a_rejection_without_a_reason_is_not_taken() {
    let (gate, open) = (gate(1, true), open());
    let lee = actor("lee", &["commander"]);
    for comment in ["", " \n\t"] {
        let silent = Ballot::new(false, comment.to_owned(), open.digest);
        assert_eq!(judge(&open, &gate, &lee, &silent, false), Err(VoteRefused::NoReason));
    }
    assert!(judge(&open, &gate, &lee, &ballot(&open, true), false).is_ok(), "an approval needs none");
}

#[test]
fn each_approval_comes_from_another_role_where_roles_must_be_distinct() {
    let (gate, mut open) = (Gate { distinct_roles: true, ..gate(2, true) }, open());
    cast(&mut open, &gate, &actor("lee", &["commander"]), true).unwrap();
    let park = actor("park", &["commander"]);
    assert_eq!(cast(&mut open, &gate, &park, true), Err("role_has_approved"));
    assert_eq!(open.decision(&gate), None);
    let choi = actor("choi", &["commander", "business"]);
    assert_eq!(cast(&mut open, &gate, &choi, true), Ok(role("business")), "for the role that is still wanted");
    assert_eq!(open.decision(&gate), Some(true));
}

#[test]
fn a_rejection_counts_although_the_role_has_approved() {
    let (gate, mut open) = (Gate { distinct_roles: true, ..gate(2, true) }, open());
    cast(&mut open, &gate, &actor("lee", &["commander"]), true).unwrap();
    assert_eq!(cast(&mut open, &gate, &actor("park", &["commander"]), false), Ok(role("commander")));
    assert_eq!(open.decision(&gate), Some(false));
}

#[test]
fn a_quorum_by_role_is_filled_seat_by_seat_and_escalation_stands_in_for_any() {
    let seats = BTreeMap::from([(role("commander"), 2), (role("business"), 1)]);
    let (gate, mut open) = (Gate { seats, ..gate(3, true) }, open());
    cast(&mut open, &gate, &actor("a", &["commander"]), true).unwrap();
    cast(&mut open, &gate, &actor("b", &["commander"]), true).unwrap();
    assert_eq!(cast(&mut open, &gate, &actor("c", &["commander"]), true), Err("role_has_approved"));
    assert_eq!(open.decision(&gate), None);
    open.level = 1;
    assert_eq!(cast(&mut open, &gate, &actor("d", &["cio"]), true), Ok(role("cio")));
    assert_eq!(open.decision(&gate), Some(true));
}

#[test]
fn a_voter_of_several_roles_says_for_which_one_it_counts() {
    let (gate, mut open) = (Gate { distinct_roles: true, ..gate(2, true) }, open());
    let both = actor("lee", &["commander", "business"]);
    let wish = |name: &str| Ballot { role: Some(role(name)), ..ballot(&open, true) };
    let (unheld, business) = (wish("cio"), wish("business"));
    assert_eq!(put(&mut open, &gate, &both, unheld), Err("not_an_approver"));
    assert_eq!(put(&mut open, &gate, &both, business), Ok(role("business")));
}

#[test]
fn authors_are_kept_out_where_the_gate_says_so() {
    let (mut gate, mut open) = (gate(1, true), open());
    let han = actor("han", &["commander"]);
    gate.exclude = vec![Exclusion::Author];
    assert_eq!(cast(&mut open, &gate, &han, true), Err("author_excluded"));
    assert_eq!(cast(&mut open, &gate, &actor("kim", &["commander"]), true), Ok(role("commander")));
    gate.exclude.clear();
    assert!(cast(&mut open, &gate, &han, true).is_ok());
}

#[test]
fn a_delegate_votes_for_the_delegator_and_neither_votes_again() {
    let (gate, mut open) = (gate(3, true), open());
    let park = actor("park", &[]);
    let for_lee = deputised(&open, "lee", &["commander"]);
    assert_eq!(put(&mut open, &gate, &park, for_lee.clone()), Ok(role("commander")));
    assert_eq!(open.votes[0].who().get(Lang::En), "park (for lee)");
    assert_eq!(open.votes[0].who().get(Lang::Ko), "park (lee 대행)");
    assert_eq!(cast(&mut open, &gate, &actor("lee", &["commander"]), true), Err("already_voted"), "the delegator");
    assert_eq!(put(&mut open, &gate, &park, for_lee.clone()), Err("already_voted"), "the delegate, the same again");
    let for_choi = deputised(&open, "choi", &["commander"]);
    assert_eq!(put(&mut open, &gate, &park, for_choi), Err("already_voted"), "the delegate, for another");
    assert_eq!(
        cast(&mut open, &gate, &actor("park", &["business"]), true),
        Err("already_voted"),
        "the delegate, in person"
    );
    assert_eq!(put(&mut open, &gate, &actor("yoon", &[]), for_lee), Err("already_voted"), "another delegate of hers");
}

#[test]
fn who_has_voted_is_not_stood_in_for_even_where_persons_need_not_be_distinct() {
    let (gate, mut open) = (gate(3, false), open());
    cast(&mut open, &gate, &actor("lee", &["commander"]), true).unwrap();
    let again = deputised(&open, "lee", &["commander"]);
    assert_eq!(put(&mut open, &gate, &actor("park", &[]), again), Err("already_voted"));
}

#[test]
fn an_excluded_person_neither_stands_in_nor_is_stood_in_for() {
    let (gate, open) = (gate(1, true), open());
    let judged = |by: &str, from: &str| {
        let ballot = deputised(&open, from, &["commander"]);
        judge(&open, &gate, &actor(by, &["commander"]), &ballot, false).map_err(|refused| refused.code())
    };
    assert_eq!(judged("kim", "lee"), Err("requester_excluded"));
    assert_eq!(judged("lee", "kim"), Err("requester_excluded"));
    assert_eq!(judged("lee", "lee"), Err("own_delegate"));
    assert_eq!(judged("lee", "park"), Ok(role("commander")));
}

#[test]
fn a_delegation_counts_from_its_first_instant_to_before_its_last() {
    let (gate, open) = (gate(1, true), open());
    let judged = |since: u64, until: u64| {
        let mut ballot = deputised(&open, "lee", &["commander"]);
        if let Hand::For(delegation) = &mut ballot.hand {
            (delegation.since, delegation.until) = (Timestamp(since.cast_signed()), Timestamp(until.cast_signed()));
        }
        judge(&open, &gate, &actor("park", &[]), &ballot, false).map_err(|refused| refused.code())
    };
    let now = NOW.0.cast_unsigned();
    assert_eq!(judged(now, now + 1), Ok(role("commander")));
    assert_eq!(judged(now + 1, now + 2), Err("not_delegated"));
    assert_eq!(judged(now - 1, now), Err("not_delegated"));
}

#[test]
fn a_call_is_entered_by_the_situation_room_with_a_witness_while_the_gate_asks() {
    let (gate, mut open) = (gate(1, true), open());
    let room = actor("choi", &["situation-room"]);
    let call = phoned(&open);
    let with = |change: &dyn Fn(&mut Call)| {
        let mut ballot = phoned(&open);
        if let Hand::Phone(call) = &mut ballot.hand {
            change(call);
        }
        ballot
    };
    let refused = |by: &Actor, ballot: &Ballot| judge(&open, &gate, by, ballot, false).unwrap_err().code();
    assert_eq!(refused(&actor("choi", &["operator", "commander"]), &call), "not_a_scribe");
    assert_eq!(refused(&room, &with(&|call| call.witness = "choi".parse().unwrap())), "witness_missing");
    assert_eq!(refused(&room, &with(&|call| call.witness = "lee".parse().unwrap())), "witness_missing");
    assert_eq!(refused(&room, &with(&|call| call.approver = "choi".parse().unwrap())), "witness_missing");
    assert_eq!(refused(&room, &with(&|call| call.witness = "kim".parse().unwrap())), "requester_excluded");
    assert_eq!(refused(&room, &with(&|call| call.approver = "kim".parse().unwrap())), "requester_excluded");
    assert_eq!(refused(&room, &with(&|call| call.called_at = NOW.plus(Millis(1)))), "call_outside_the_gate");
    assert_eq!(refused(&room, &with(&|call| call.roles.clear())), "not_an_approver");
    let scribe_declared = actor("kim", &["situation-room"]);
    assert_eq!(refused(&scribe_declared, &call), "requester_excluded");
    let early = OpenGate { opened_at: Timestamp(60_001), ..open.clone() };
    assert_eq!(judge(&early, &gate, &room, &call, false).unwrap_err().code(), "call_outside_the_gate");
    assert_eq!(put(&mut open, &gate, &room, call), Ok(role("commander")));
    let vote = &open.votes[0];
    assert!(
        vote.spends(&"lee".parse().unwrap()) && !vote.spends(&"choi".parse().unwrap()),
        "the approver's, not the scribe's"
    );
    assert_eq!(cast(&mut open, &gate, &actor("lee", &["commander"]), true), Err("already_voted"));
}

#[test]
fn an_approval_before_a_point_of_no_return_needs_a_fresh_confirmation() {
    let (gate, open) = (gate(1, true), open());
    let lee = actor("lee", &["commander"]);
    let judged = |by: &Actor, approve: bool, confirmed_at: Option<u64>| {
        let confirmed_at = confirmed_at.map(|at| Timestamp(at.cast_signed()));
        let ballot = Ballot { confirmed_at, ..ballot(&open, approve) };
        judge(&open, &gate, by, &ballot, true).map_err(|refused| refused.code())
    };
    let now = NOW.0.cast_unsigned();
    assert_eq!(judged(&lee, true, None), Err("confirmation_needed"));
    assert_eq!(judged(&lee, true, Some(now - 300_001)), Err("confirmation_needed"));
    assert_eq!(judged(&lee, true, Some(now - 300_000)), Ok(role("commander")));
    assert_eq!(judged(&lee, false, None), Ok(role("commander")), "to stop needs no ceremony");
    let host = Actor { via: Door::CommandLine, ..lee };
    assert_eq!(judged(&host, true, None), Ok(role("commander")), "whoever may open the state folder");
}

#[test]
fn who_breaks_the_glass_decides_alone_in_person_only() {
    let seats = BTreeMap::from([(role("commander"), 1), (role("business"), 1)]);
    let (gate, mut open) = (Gate { seats, exclude: vec![Exclusion::Requester], ..gate(2, true) }, open());
    let kim = actor("kim", &["commander"]);
    assert_eq!(cast(&mut open, &gate, &kim, true), Err("requester_excluded"));
    let room = actor("choi", &["break-glass"]);
    let call = phoned(&open);
    assert_eq!(put(&mut open, &gate, &room, call), Ok(role("commander")), "a call is the vote of who called");
    assert_eq!(open.decision(&gate), None);
    let with_glass = actor("kim", &["commander", "break-glass"]);
    assert_eq!(cast(&mut open, &gate, &with_glass, true), Ok(role("commander")));
    assert_eq!(open.decision(&gate), Some(true));
    assert_eq!(cast(&mut open, &gate, &with_glass, true), Err("already_voted"));
}

#[test]
fn who_has_voted_and_is_left_alone_may_break_the_glass() {
    let (gate, mut open) = (gate(2, true), open());
    cast(&mut open, &gate, &actor("lee", &["commander"]), true).unwrap();
    assert_eq!(cast(&mut open, &gate, &actor("lee", &["commander", "break-glass"]), true), Ok(role("commander")));
    assert_eq!(open.decision(&gate), Some(true));
}
