//! Who is told: by class, role, mode, phase and place.

use super::*;
use crate::base::{RunId, Timestamp};
use crate::telling::{About, Address, ContactKind, Key, OccasionKind, classes, rules, settings};

fn contact(id: &str, class: &str, roles: &[&str], modes: &[Mode]) -> Contact {
    Contact {
        id: id.parse().unwrap(),
        name: Text::plain(id),
        org: None,
        kind: ContactKind::Person { user: id.parse().ok() },
        class: class.parse().unwrap(),
        roles: roles.iter().map(|role| role.parse().unwrap()).collect(),
        ways: vec![
            Address { way: Way::InApp, to: String::new() },
            Address { way: Way::Mail, to: format!("{id}@bank.kr") },
        ],
        deputy: None,
        modes: modes.iter().copied().collect(),
        lang: None,
        note: String::new(),
    }
}

fn directory(contacts: Vec<Contact>, people: &[(&str, &str)]) -> Directory {
    let person = |(name, role): &(&str, &str)| Person {
        name: name.parse().unwrap(),
        roles: [role.parse().unwrap()].into(),
        lang: Lang::Ko,
        stands_in: BTreeMap::new(),
    };
    Directory {
        contacts: contacts.into_iter().map(|contact| (contact.id.clone(), contact)).collect(),
        classes: classes().into_iter().map(|class| (class.name.clone(), class)).collect(),
        rules: rules(),
        people: people.iter().map(person).collect(),
        settings: Settings { carriers: [(Way::Mail, "mail".parse().unwrap())].into(), ..settings() },
    }
}

fn occasion(kind: OccasionKind, mode: Mode, asks: &[&str]) -> Occasion {
    let run = RunId(uuid::Uuid::nil());
    Occasion {
        key: Key::of_run(run, 1, kind, None),
        kind,
        mode,
        at: Timestamp(0),
        about: About { run: Some(run), ..About::default() },
        phase: None,
        asks: asks.iter().map(|role| role.parse().unwrap()).collect(),
        people: BTreeSet::new(),
        headline: Text::plain("x"),
        detail: Text::plain("y"),
        path: "/".to_owned(),
    }
}

fn told(directory: &Directory, occasion: &Occasion) -> Vec<String> {
    recipients(directory, occasion).recipients.iter().map(|recipient| recipient.who.path()).collect()
}

#[test]
fn a_disaster_is_told_to_all_classes_and_a_drill_to_none_of_the_vendors() {
    let all = &[Mode::Drill, Mode::Real];
    let tree = directory(
        vec![
            contact("cio", "immediate", &[], all),
            contact("pr", "within-30m", &[], all),
            contact("vendor", "vendors", &[], all),
            contact("only-real", "immediate", &[], &[Mode::Real]),
        ],
        &[],
    );
    let real = occasion(OccasionKind::CaseDeclared, Mode::Real, &[]);
    assert_eq!(told(&tree, &real), ["contact/cio", "contact/only-real", "contact/pr", "contact/vendor"]);
    let drill = occasion(OccasionKind::CaseDeclared, Mode::Drill, &[]);
    assert_eq!(told(&tree, &drill), ["contact/cio", "contact/pr"]);
}

#[test]
fn who_is_asked_is_told_whether_in_the_tree_or_not_and_once() {
    let tree = directory(
        vec![contact("kim", "within-30m", &["commander"], &[Mode::Drill])],
        &[("kim", "commander"), ("lee", "commander"), ("park", "operator")],
    );
    let gate = occasion(OccasionKind::GateOpened, Mode::Drill, &["commander"]);
    assert_eq!(told(&tree, &gate), ["contact/kim", "user/lee"]);
    let lee = recipients(&tree, &gate).recipients.pop().unwrap();
    assert_eq!((lee.rungs.len(), lee.rungs[0].way), (1, Way::InApp));
}

#[test]
fn a_deputy_is_told_the_same_and_in_whose_place_but_only_once() {
    let mut tree = directory(
        vec![contact("kim", "within-30m", &["commander"], &[Mode::Drill]), contact("choi", "vendors", &[], &Mode::ALL)],
        &[("lee", "commander"), ("park", "operator"), ("choi", "operator"), ("han", "operator")],
    );
    let brought = |from: &str, role: &str| (from.parse().unwrap(), [role.parse().unwrap()].into());
    tree.people[0].stands_in = [brought("kim", "commander")].into();
    tree.people[1].stands_in = [brought("kim", "commander"), brought("lee", "commander")].into();
    tree.people[2].stands_in = [brought("lee", "commander")].into();
    tree.people[3].stands_in = [brought("lee", "auditor")].into();
    let gate = occasion(OccasionKind::GateOpened, Mode::Drill, &["commander"]);
    let told = recipients(&tree, &gate).recipients;
    let told: Vec<_> = told
        .iter()
        .map(|it| (it.who.path(), it.rungs[0].deputy_for.as_ref().map(|name| name.get(Lang::En).to_owned())))
        .collect();
    let instead = |who: &str, of: &str| (who.to_owned(), Some(of.to_owned()));
    assert_eq!(
        told,
        [
            ("contact/kim".to_owned(), None),
            ("user/lee".to_owned(), None),
            instead("contact/choi", "lee"),
            instead("user/park", "kim, lee"),
        ]
    );
    assert_eq!(told.len(), 4, "han brings nothing that is asked for");
}

#[test]
fn a_role_of_the_account_counts_like_one_of_the_contact() {
    let tree = directory(vec![contact("kim", "vendors", &[], &[Mode::Real])], &[("kim", "cio")]);
    let gate = occasion(OccasionKind::GateEscalated, Mode::Real, &["cio"]);
    assert_eq!(told(&tree, &gate), ["contact/kim"]);
}

#[test]
fn who_can_not_be_reached_is_named_and_not_passed_over() {
    let mut kim = contact("kim", "immediate", &[], &[Mode::Real]);
    kim.ways = vec![Address { way: Way::Voice, to: "119".to_owned() }];
    let lee = contact("lee", "immediate", &[], &[Mode::Drill]);
    let reached = recipients(&directory(vec![kim, lee], &[]), &occasion(OccasionKind::CaseDeclared, Mode::Real, &[]));
    assert_eq!((reached.recipients, reached.unreached), (Vec::new(), vec![Text::plain("kim")]));
}

#[test]
fn in_a_quiet_mode_nothing_leaves_the_console() {
    let tree = directory(vec![contact("kim", "immediate", &["commander"], &Mode::ALL)], &[]);
    let gate = |mode| occasion(OccasionKind::GateOpened, mode, &["commander"]);
    let ways = |mode| {
        let told = recipients(&tree, &gate(mode));
        told.recipients.iter().flat_map(|recipient| &recipient.rungs).map(|rung| rung.way).collect::<Vec<_>>()
    };
    assert_eq!(ways(Mode::Mock), [Way::InApp]);
    assert_eq!(ways(Mode::Drill), [Way::InApp, Way::Mail]);
}

#[test]
fn the_soonest_of_several_rules_counts() {
    let mut tree = directory(vec![contact("kim", "immediate", &[], &[Mode::Real])], &[]);
    let whom = Whom::Class { class: "immediate".parse().unwrap(), roles: BTreeSet::new() };
    let rule = |name: &str, urgency| Rule {
        name: name.parse().unwrap(),
        enabled: true,
        org: None,
        on: BTreeSet::new(),
        phases: BTreeSet::new(),
        modes: [Mode::Real].into(),
        whom: whom.clone(),
        urgency,
    };
    tree.rules = vec![rule("slow", Urgency::Digest(Millis::minutes(10))), rule("soon", Urgency::Now)];
    let over = occasion(OccasionKind::RunOver, Mode::Real, &[]);
    assert_eq!(recipients(&tree, &over).recipients[0].urgency, Urgency::Now);
    tree.rules.pop();
    assert_eq!(recipients(&tree, &over).recipients[0].urgency, Urgency::Digest(Millis::minutes(10)));
}

#[test]
fn a_rule_of_a_phase_is_followed_there_alone() {
    let mut tree = directory(vec![contact("kim", "immediate", &[], &[Mode::Real])], &[]);
    tree.rules.retain(|rule| rule.on.contains(&OccasionKind::CaseDeclared));
    tree.rules.iter_mut().for_each(|rule| rule.phases = ["database".to_owned()].into());
    let mut declared = occasion(OccasionKind::CaseDeclared, Mode::Real, &[]);
    assert!(told(&tree, &declared).is_empty());
    declared.phase = Some("database".to_owned());
    assert_eq!(told(&tree, &declared), ["contact/kim"]);
}

#[test]
fn the_deputy_follows_and_a_circle_of_deputies_ends() {
    let mut kim = contact("kim", "immediate", &[], &[Mode::Real]);
    let mut lee = contact("lee", "immediate", &[], &[Mode::Real]);
    (kim.deputy, lee.deputy) = (Some(lee.id.clone()), Some(kim.id.clone()));
    let tree = directory(vec![kim.clone(), lee], &[]);
    let rungs = ladder(&tree, &kim, Mode::Real);
    let tried: Vec<_> = rungs.iter().map(|rung| (rung.name.get(Lang::En), rung.way)).collect();
    assert_eq!(tried, [("kim", Way::InApp), ("kim", Way::Mail), ("lee", Way::InApp), ("lee", Way::Mail)]);
    assert_eq!(rungs[2].deputy_for, Some(Text::plain("kim")));
}

fn at(org: &str, contact: Contact) -> Contact {
    Contact { org: org.parse().ok(), ..contact }
}

/// A tree of a group with two subsidiaries: somebody at the top, in each of them, and in a department of one.
fn group(people: &[(&str, &str)]) -> Directory {
    let everywhere = |id: &str, org: &str| at(org, contact(id, "immediate", &[], &Mode::ALL));
    let contacts = [("cio", ""), ("bank-duty", "bank"), ("it-duty", "bank/it"), ("shop-duty", "shop")];
    directory(contacts.map(|(id, org)| everywhere(id, org)).into(), people)
}

fn occasion_at(org: &str, kind: OccasionKind, mode: Mode) -> Occasion {
    let mut told = occasion(kind, mode, &[]);
    told.about.organisation = org.parse().ok();
    told
}

#[test]
fn a_drill_of_one_organisation_wakes_those_of_it_and_above_and_nobody_of_another() {
    let tree = group(&[]);
    let at = |org: &str| told(&tree, &occasion_at(org, OccasionKind::CaseDeclared, Mode::Drill));
    assert_eq!(at("shop"), ["contact/cio", "contact/shop-duty"]);
    assert_eq!(at("shop/stores"), at("shop"));
    assert_eq!(at("bank/it"), ["contact/bank-duty", "contact/cio", "contact/it-duty"]);
    assert_eq!(at("bank"), ["contact/bank-duty", "contact/cio"]);
    assert_eq!(at("bank/it-security"), at("bank"), "a longer name is no child");
    assert_eq!(at(""), ["contact/cio"], "what has no place is told at the top");
}

#[test]
fn a_rule_of_an_organisation_is_followed_there_and_below_alone() {
    let mut tree = group(&[]);
    tree.rules.iter_mut().for_each(|rule| rule.org = "bank".parse().ok());
    let at = |org: &str| told(&tree, &occasion_at(org, OccasionKind::CaseDeclared, Mode::Drill)).len();
    assert_eq!([at("bank"), at("bank/it"), at("shop"), at("")], [2, 3, 0, 0]);
}

#[test]
fn a_class_is_tried_out_where_it_is_kept_and_below() {
    let tree = group(&[]);
    let at = |org: &str| {
        let class = "immediate".parse().unwrap();
        let reached = of_class(&tree, &class, &occasion_at(org, OccasionKind::TestCall, Mode::Drill));
        reached.recipients.iter().map(|recipient| recipient.who.path()).collect::<Vec<_>>()
    };
    assert_eq!(at("bank"), ["contact/bank-duty", "contact/it-duty"]);
    assert_eq!(at("shop"), ["contact/shop-duty"]);
    assert_eq!(at("").len(), 4);
}

#[test]
fn who_is_asked_is_told_over_contacts_of_the_place_and_else_on_the_console() {
    let mut tree = group(&[("shop-duty", "commander"), ("it-duty", "commander")]);
    let mut gate = occasion_at("bank/it", OccasionKind::GateOpened, Mode::Drill);
    gate.asks = ["commander".parse().unwrap()].into();
    assert_eq!(told(&tree, &gate), ["contact/it-duty", "user/shop-duty"]);
    tree.people.iter_mut().for_each(|person| person.roles.clear());
    // A role that the contact alone has counts where the contact is kept.
    for contact in tree.contacts.values_mut() {
        contact.roles = ["commander".parse().unwrap()].into();
    }
    assert_eq!(told(&tree, &gate), ["contact/bank-duty", "contact/cio", "contact/it-duty"]);
}

#[test]
fn the_owner_of_an_account_hears_of_a_new_password_wherever_the_contact_is_kept() {
    let tree = group(&[("shop-duty", "operator")]);
    let mut reset = occasion_at("", OccasionKind::AccountReset, Mode::Real);
    reset.people = ["shop-duty".parse().unwrap()].into();
    assert_eq!(told(&tree, &reset), ["contact/cio", "contact/shop-duty"]);
    reset.kind = OccasionKind::HandOver;
    assert_eq!(told(&tree, &reset), ["user/shop-duty"], "whatever else asks a person by name is of its place");
}

#[test]
fn a_deputy_may_be_of_another_organisation() {
    let mut tree = group(&[]);
    let shop: ContactId = "shop-duty".parse().unwrap();
    tree.contacts.values_mut().filter(|it| it.id.as_str() == "it-duty").for_each(|it| it.deputy = Some(shop.clone()));
    let reached = recipients(&tree, &occasion_at("bank/it", OccasionKind::CaseDeclared, Mode::Drill));
    let it = reached.recipients.iter().find(|recipient| recipient.who.path() == "contact/it-duty").unwrap();
    let rungs: Vec<_> = it.rungs.iter().map(|rung| rung.org.as_ref().map(ToString::to_string)).collect();
    assert_eq!(rungs.iter().flatten().collect::<Vec<_>>(), ["bank/it", "bank/it", "shop", "shop"]);
}
