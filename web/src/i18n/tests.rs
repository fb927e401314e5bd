use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use engine::base::Lang;
use engine::plan::Mode;

use super::{Words, bundle};

/// Keys of a language with the variables that each uses, read from the text without the crate that renders it.
fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in bundle::texts(lang) {
        let mut current = None;
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let key = line.split_once(" =").unwrap_or_else(|| panic!("not an entry: {line}")).0.to_owned();
                assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice in {}", lang.tag());
                current = Some(key);
            }
            let Some(variables) = current.as_ref().and_then(|key| found.get_mut(key)) else { continue };
            for part in line.split('$').skip(1) {
                let end =
                    part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(part.len());
                variables.insert(part[..end].to_owned());
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_keys_and_variables() {
    let (ko, en) = (keys(Lang::Ko), keys(Lang::En));
    let missing = |from: &BTreeMap<_, _>, other: &BTreeMap<String, _>| {
        other.keys().filter(|key| !from.contains_key(*key)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(missing(&ko, &en), [""; 0], "not in Korean");
    assert_eq!(missing(&en, &ko), [""; 0], "not in English");
    assert_eq!(ko, en);
}

#[test]
fn every_entry_is_readable() {
    for lang in Lang::ALL {
        for text in bundle::texts(lang) {
            if let Err((_, errors)) = fluent_bundle::FluentResource::try_new(text) {
                panic!("{}: {errors:?}", lang.tag());
            }
        }
    }
}

fn read_all(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
            into.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The literal keys in calls such as `w.t("key")` and `with("key", …)`.
fn used(source: &str) -> impl Iterator<Item = &str> {
    [".t(\"", ".with(\"", ".with2(\""]
        .into_iter()
        .flat_map(move |call| source.split(call).skip(1).filter_map(|rest| rest.split_once('"')).map(|(key, _)| key))
}

#[test]
fn every_key_that_is_used_exists() {
    let mut sources = Vec::new();
    read_all(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
    read_all(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates")), &mut sources);
    let known = keys(Lang::Ko);
    let missing: BTreeSet<_> = sources
        .iter()
        .filter(|text| !text.contains("fn every_key_that_is_used_exists"))
        .flat_map(|text| used(text))
        .filter(|key| !known.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_mode_has_its_meaning() {
    let known = keys(Lang::Ko);
    for mode in Mode::ALL {
        assert!(known.contains_key(&format!("mode-meaning-{}", mode.keyword())), "{mode:?}");
    }
}

#[test]
fn durations_are_said_in_the_language() {
    let time = engine::base::Millis::minutes(90);
    assert_eq!(Words(Lang::Ko).span(time), "1시간 30분");
    assert_eq!(Words(Lang::En).span(time), "1 h 30 min");
    assert_eq!(Words(Lang::En).span(engine::base::Millis::ZERO), "0 s");
}
