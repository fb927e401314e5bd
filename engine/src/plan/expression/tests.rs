use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior};
use proptest::prelude::*;
use serde_json::json;

use super::{Expression, Fault, Kind, Name, Scope, Trouble, Value, check};
use crate::base::Lang;
use crate::runbook::nearest;

/// Values under all the kinds of names, with what they are.
struct World(BTreeMap<Name, (Kind, Option<Value>)>);

fn world() -> World {
    let words = |words: &[&str]| Kind::Word(words.iter().map(|word| (*word).to_owned()).collect());
    let text = |text: &str| Some(Value::text(text));
    let names = [
        ("mode", words(&["mock", "isolated", "drill", "real"]), text("drill")),
        ("inputs.reason", Kind::Text, text("exercise")),
        ("inputs.note", Kind::Text, None),
        ("inputs.full", Kind::Bool, Some(Value::Bool(true))),
        ("inputs[\"cut-over\"]", words(&["fast", "slow"]), text("slow")),
        ("units[\"db-restore\"].state", words(&["ready", "skipped"]), text("ready")),
        ("units.계정계.state", words(&["ready", "skipped"]), text("skipped")),
        ("outputs.db.lag", Kind::Text, text("7")),
        ("outputs.db.version", Kind::Text, text(" 15.4 ")),
        ("outputs.db.missing", Kind::Text, None),
        ("services.ticket.ready", Kind::Bool, Some(Value::Bool(false))),
    ];
    World(names.into_iter().map(|(name, kind, value)| (self::name(name), (kind, value))).collect())
}

fn name(written: &str) -> Name {
    let (name, _) = Expression::parse(written).unwrap().names().pop_first().unwrap();
    assert_eq!(name.to_string(), written, "names are shown as they are written");
    name
}

impl Scope for World {
    fn kind(&self, name: &Name) -> Result<Kind, Option<Fault>> {
        let known: Vec<String> = self.0.keys().map(ToString::to_string).collect();
        let near = nearest(&name.to_string(), known.iter().map(String::as_str)).map(str::to_owned);
        let unknown = || Some(Fault::name("unknown", "unknown").meant(near, &[]));
        self.0.get(name).map(|(kind, _)| kind.clone()).ok_or_else(unknown)
    }
}

impl World {
    fn known(&self) -> impl Fn(&Name) -> Option<Value> + '_ {
        |name| self.0.get(name).and_then(|(_, value)| value.clone())
    }

    fn judge(&self, text: &str) -> Result<bool, Trouble> {
        let expression = Expression::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        assert_eq!(check(&expression, self), [], "{text}");
        expression.judge(&self.known())
    }

    /// What is said of an expression, with the piece that it is said of.
    fn said(&self, text: &str) -> Vec<String> {
        let faults = match Expression::parse(text) {
            Ok(expression) => check(&expression, self),
            Err(fault) => vec![fault],
        };
        let shown = |fault: &Fault| {
            let instead = fault.instead.as_ref().map(|instead| format!(" → {instead}")).unwrap_or_default();
            format!("[{}] {}{instead}", &text[fault.place.clone()], fault.message.get(Lang::En))
        };
        faults.iter().map(shown).collect()
    }
}

#[test]
fn conditions_hold_or_do_not() {
    let world = world();
    for text in [
        "mode == 'drill'",
        "mode in ['drill', \"real\"] and not (mode == 'mock')",
        "outputs.db.lag | int < 10",
        "outputs.db.lag|int + 3 == 10 and outputs.db.lag|int / 2 == 3.5",
        "outputs.db.version | float >= 15 and outputs.db.version | float < 16",
        "1 - 2 - 3 == -4 and 2 + 3 * 4 == 14 and (2 + 3) * 4 == 20 and 8 / 2 / 2 == 2",
        "inputs.full and not services.ticket.ready",
        "inputs.note is not defined",
        "inputs.note is defined and inputs.note == 'x' or true",
        "(inputs.note | default('none')) == 'none'",
        "inputs.reason | upper == 'EXERCISE' and inputs.reason | length == 8",
        "'cise' in inputs.reason and 'x' not in ['a', 'b'] and 'x' not in []",
        "units['db-restore'].state == 'ready' and units.계정계.state != 'ready'",
        "inputs['cut-over'] in ['slow']",
        "'it\\'s\\n' == \"it's\n\"",
        "[1, 2.0] == [1.0, 2] and [] != [1]",
        "not false == true",
        "9223372036854775807 == 9223372036854775807 and 9007199254740993 > 9007199254740992",
    ] {
        assert_eq!(world.judge(text), Ok(true), "{text}");
        assert_eq!(world.judge(&format!("not ({text})")), Ok(false), "{text}");
    }
}

#[test]
fn what_has_no_value_is_neither_true_nor_false() {
    let world = world();
    let missing = Trouble::Undefined(name("outputs.db.missing"));
    assert_eq!(world.judge("outputs.db.missing == ''"), Err(missing.clone()));
    assert_eq!(world.judge("not (outputs.db.missing == '')"), Err(missing.clone()));
    assert_eq!(world.judge("true and outputs.db.missing != 'x'"), Err(missing));
    assert_eq!(world.judge("false and outputs.db.missing != 'x'"), Ok(false));
    assert_eq!(world.judge("inputs.reason | int == 1"), Err(Trouble::NotANumber("exercise".to_owned())));
    assert_eq!(world.judge("1 / 0 > 1"), Err(Trouble::OutOfRange));
    assert_eq!(world.judge("9223372036854775807 + 1 > 1"), Err(Trouble::OutOfRange));
}

#[test]
fn every_mistake_is_pointed_at() {
    let world = world();
    let said: Vec<String> = [
        "",
        "mode =='dril'",
        "mode = 'drill'",
        "mode == 'drill' && inputs.full",
        "mode == 'drill' nonsense",
        "mode == 'drill",
        "mod == 'drill'",
        "inputs.reson == 'x'",
        "units.db-restore.state == 'ready'",
        "units.계정계.status == 'ready'",
        "units[inputs.reason].state == 'ready'",
        "outputs.db == '1'",
        "outputs.db.lag < 5",
        "outputs.db.lag == 5",
        "outputs.db.lag",
        "inputs.full == 'true'",
        "inputs.reason | integer == 3",
        "range(9) == 1",
        "inputs.reason and inputs.full",
        "1 < 2 < 3",
        "(mode == 'drill'",
        "inputs['cut-over'] in ['slow', 'quick']",
        "mode is none",
        "'a' | default('b') == 'c'",
        "'a\\d' == 'b'",
        "1st == 1",
        "-mode == 1",
        "!inputs.full",
        "not",
        "inputs.reason in 5",
        "mode == 'x' or inputs.nothing == 'y'",
        "[1, 'a'] == [2]",
        "mode == @",
    ]
    .into_iter()
    .map(|text| format!("{text}\n    {}", world.said(text).join("\n    ")))
    .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn what_is_too_long_or_too_deep_is_refused_without_a_crash() {
    let world = world();
    let deep = |count: usize| format!("{}true{}", "(".repeat(count), ")".repeat(count));
    assert_eq!(world.judge(&deep(30)), Ok(true));
    assert!(Expression::parse(&deep(60)).unwrap_err().message.get(Lang::En).contains("nested"));
    assert!(Expression::parse(&deep(20_000)).unwrap_err().message.get(Lang::En).contains("at most"));
    assert!(Expression::parse(&"not ".repeat(400)).unwrap_err().message.get(Lang::En).contains("nested"));
    assert!(Expression::parse(&"[".repeat(1_000)).unwrap_err().message.get(Lang::En).contains("nested"));
    for (first, link) in [("1", " + 1"), ("1", " * 1"), ("'a'", " | trim")] {
        let long = format!("{first}{}", link.repeat(200));
        assert!(Expression::parse(&long).unwrap_err().message.get(Lang::En).contains("nested"), "{link}");
    }
    let wide = format!("true{}", " and 1 < 2".repeat(190));
    assert_eq!(world.judge(&wide), Ok(true));
}

#[test]
fn what_an_expression_saw_is_kept_by_name() {
    let expression = Expression::parse("outputs.db.lag | int > 3 or inputs.note is defined or outputs.db.lag == '1'");
    let saw = expression.unwrap().saw(&world().known());
    let wanted = [("inputs.note".to_owned(), None), ("outputs.db.lag".to_owned(), Some("7".to_owned()))];
    assert_eq!(saw, BTreeMap::from(wanted));
}

#[test]
fn a_frozen_expression_is_read_back() {
    let expression = Expression::parse("mode == 'drill'").unwrap();
    let frozen = serde_json::to_string(&expression).unwrap();
    assert_eq!(frozen, "\"mode == 'drill'\"");
    assert_eq!(serde_json::from_str::<Expression>(&frozen).unwrap(), expression);
    assert!(serde_json::from_str::<Expression>("\"mode ==\"").is_err());
}

/// The engine whose notation this is, set as strictly as it can be. What it makes of an expression is the second opinion.
fn second_opinion(text: &str) -> Result<bool, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // In brackets: behind a text, this engine takes what it can not read for the end.
    let expression = environment.compile_expression_owned(format!("({text})")).map_err(|error| error.to_string())?;
    let values = json!({
        "mode": "drill",
        "inputs": {"reason": "exercise", "full": true, "cut-over": "slow"},
        "outputs": {"db": {"lag": "7", "version": " 15.4 "}},
        "services": {"ticket": {"ready": false}},
    });
    let value = expression.eval(minijinja::Value::from(minijinja::value::Serde(&values)));
    Ok(value.map_err(|error| error.to_string())?.is_true())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z7]{0,3}".prop_map(|text| format!("'{text}'")),
        Just("mode".to_owned()),
        Just("inputs.reason".to_owned()),
        Just("inputs['cut-over'] | upper".to_owned()),
        Just("inputs.note | default('se')".to_owned()),
        Just("outputs.db.lag".to_owned()),
    ]
}

fn numbers() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-9i64..99).prop_map(|number| number.to_string()),
        (0u8..40).prop_map(|number| format!("{number}.5")),
        Just("(outputs.db.lag | int)".to_owned()),
        Just("(inputs.reason | length)".to_owned()),
        Just("(outputs.db.version | trim | float)".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        (inner.clone(), prop_oneof![Just("+"), Just("-"), Just("*"), Just("/")], inner)
            .prop_map(|(a, sign, b)| format!("({a} {sign} {b})"))
    })
}

fn conditions() -> impl Strategy<Value = String> {
    let signs = prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")];
    let leaf = prop_oneof![
        Just("true".to_owned()),
        Just("inputs.full".to_owned()),
        Just("services.ticket.ready".to_owned()),
        Just("inputs.note is defined".to_owned()),
        Just("outputs.db.lag is not defined".to_owned()),
        (texts(), prop_oneof![Just("=="), Just("!="), Just("in"), Just("not in")], texts())
            .prop_map(|(a, sign, b)| format!("({a}) {sign} ({b})")),
        (texts(), proptest::collection::vec(texts(), 0..3))
            .prop_map(|(a, list)| format!("({a}) in [{}]", list.join(", "))),
        (numbers(), signs, numbers()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
    ];
    // Without brackets around them, so that `and`, `or` and `not` show how tightly they bind.
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop_oneof![Just("and"), Just("or")], inner.clone())
                .prop_map(|(a, word, b)| format!("{a} {word} {b}")),
            inner.clone().prop_map(|it| format!("not {it}")),
            inner.prop_map(|it| format!("({it})")),
        ]
    })
}

/// Pieces of which expressions are made, and some of which they are not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "(",
            ")",
            "[",
            "]",
            "==",
            "!=",
            "<",
            ">=",
            "+",
            "-",
            "*",
            "/",
            "|",
            ",",
            ".",
            "and",
            "or",
            "not",
            "in",
            "is",
            "defined",
            "default",
            "int",
            "mode",
            "inputs",
            ".reason",
            ".full",
            "outputs.db.lag",
            "'dr'",
            "\"x\"",
            "'",
            "\\",
            "1",
            "2.5",
            "true",
            "&&",
            "=",
            "%",
            "{{",
            "}}",
            "#",
            "\u{0}",
            "한",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_condition_means_what_it_means_elsewhere(text in conditions()) {
        let world = world();
        let expression = Expression::parse(&text).unwrap();
        prop_assume!(check(&expression, &world).is_empty());
        match expression.judge(&world.known()) {
            Ok(holds) => prop_assert_eq!(Ok(holds), second_opinion(&text), "{}", text),
            Err(Trouble::OutOfRange) => {}
            Err(trouble) => prop_assert!(second_opinion(&text).is_err(), "{}: {}", text, trouble),
        }
    }

    #[test]
    fn any_text_is_judged_or_refused_and_brackets_around_it_change_nothing(text in pieces()) {
        let world = world();
        let bare = Expression::parse(&text);
        let bracketed = Expression::parse(&format!("({text}\n)"));
        prop_assert_eq!(bare.is_ok(), bracketed.is_ok(), "{}", text);
        if let (Ok(bare), Ok(bracketed)) = (bare, bracketed) {
            prop_assert_eq!(bare.judge(&world.known()), bracketed.judge(&world.known()));
            if check(&bare, &world).is_empty() {
                prop_assert!(bare.judge(&world.known()) != Err(Trouble::Misfit), "{}", text);
            }
        }
    }
}
