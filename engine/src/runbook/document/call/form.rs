//! A map with one action: which it is, and which keys may stand beside it.

use super::kind::{CallKind, KINDS};
use crate::runbook::diagnostic::{Finding, Findings};
use crate::runbook::read::{Key, Reader};
use crate::runbook::tree::NodeId;
use crate::runbook::{Code, Span};

/// The keys of a map with one action.
#[derive(Debug)]
pub(super) struct Form {
    /// What the map is, in English and Korean.
    pub(super) what: [&'static str; 2],
    /// Its own keys, actions that are no calls among them.
    pub(super) own: &'static [Key],
    /// Actions that are no calls.
    pub(super) actions: &'static [&'static str],
    /// Keys that make a check of a call.
    pub(super) asking: &'static [Key],
    /// Whether only what can be asked as a question may stand here.
    pub(super) questions: bool,
}

/// The one action of a map.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chosen {
    /// One that is no call.
    Own(&'static str),
    /// A call.
    Call(&'static CallKind),
}

impl Chosen {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Own(word) => word,
            Self::Call(kind) => kind.word,
        }
    }

    /// Whether it can be asked until its answer is as wished.
    const fn asks(self) -> bool {
        match self {
            Self::Own(_) => false,
            Self::Call(kind) => kind.asks,
        }
    }
}

impl Form {
    /// The calls that may stand here.
    pub(super) fn calls(&self) -> impl Iterator<Item = &'static CallKind> {
        let questions = self.questions;
        KINDS.iter().filter(move |kind| kind.asks || !questions)
    }

    /// All actions that may stand here.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        self.calls().map(|kind| kind.word).chain(self.actions.iter().copied())
    }

    fn action(&self, word: &str) -> Option<Chosen> {
        let call = self.calls().find(|kind| kind.word == word).map(Chosen::Call);
        call.or_else(|| self.actions.iter().find(|action| **action == word).map(|action| Chosen::Own(action)))
    }
}

impl Reader<'_, '_> {
    /// The one action of a map; several, none, or keys that do not belong to it are reported.
    pub(super) fn choose(&mut self, at: NodeId, entries: &[[NodeId; 2]], form: &Form) -> Option<Chosen> {
        let before = self.findings.errors();
        let written: Vec<(Chosen, NodeId)> =
            entries.iter().filter_map(|[key, _]| Some((form.action(self.tree.text(*key)?)?, *key))).collect();
        let shadowed = |chosen: Chosen| match chosen {
            Chosen::Own(_) => false,
            Chosen::Call(kind) => {
                kind.shadowed_by().any(|other| written.iter().any(|(written, _)| written.word() == other.word))
            }
        };
        let actions: Vec<(Chosen, NodeId)> = written.iter().copied().filter(|(chosen, _)| !shadowed(*chosen)).collect();
        let single = match actions.as_slice() {
            [(chosen, key)] => Some((*chosen, *key)),
            _ => None,
        };
        let mut fits = true;
        for [key, _] in entries {
            fits &= self.belongs(*key, single, form);
        }
        for kind in KINDS.iter().filter(|kind| form.questions && !kind.asks) {
            if let Some([key, _]) = entries.iter().find(|[key, _]| self.tree.text(*key) == Some(kind.word)) {
                let span = self.span(*key);
                changes_something(kind.word, span, self.findings);
            }
        }
        // A misspelt action is not reported a second time as a missing one.
        if single.is_none() && (!actions.is_empty() || self.findings.errors() == before) {
            self.no_single_action(at, form, &actions);
        }
        single.filter(|_| fits).map(|(chosen, _)| chosen)
    }

    /// Whether a key may stand beside the action; reports it where not. Without a single action nobody can say to which
    /// one a known key belongs. An unknown key is only that, and leaves the action readable.
    fn belongs(&mut self, key: NodeId, single: Option<(Chosen, NodeId)>, form: &Form) -> bool {
        let Some(written) = self.tree.text(key) else {
            self.unknown_key(key, form.what, form.own);
            return true;
        };
        let is = |known: &&Key| known.name == written;
        let asking = form.asking.iter().find(is);
        match single {
            Some((Chosen::Call(kind), _)) if kind.has(written) => return true,
            _ if form.own.iter().any(|known| known.name == written) => return true,
            None if asking.is_some() || KINDS.iter().any(|kind| kind.has(written)) => return true,
            Some((chosen, _)) if asking.is_some() && chosen.asks() => return true,
            Some(_) | None => {}
        }
        let owners: Vec<&str> = match asking {
            Some(_) => vec!["check"],
            None => KINDS.iter().filter(|kind| kind.has(written)).map(|kind| kind.word).collect(),
        };
        let span = self.span(key);
        if let Some((chosen, action)) = single.filter(|_| !owners.is_empty()) {
            let action = self.span(action);
            self.findings.report(Code::Step, span, || {
                misplaced(&owners, written, chosen.word()).also(action, "the action of this step", "이 작업의 동작")
            });
            return false;
        }
        let beside: Vec<&'static Key> = match single {
            Some((Chosen::Call(kind), _)) => kind.keys.iter().collect(),
            Some((Chosen::Own(_), _)) => Vec::new(),
            None => form.calls().filter_map(|kind| kind.keys.first()).collect(),
        };
        self.unknown_key(key, form.what, form.own.iter().chain(beside).chain(form.asking));
        true
    }

    fn no_single_action(&mut self, at: NodeId, form: &Form, written: &[(Chosen, NodeId)]) {
        let what = form.what;
        let first = written.first().map_or_else(|| self.span(at), |(_, first)| self.span(*first));
        let spans: Vec<_> = written.iter().skip(1).map(|(_, key)| self.span(*key)).collect();
        self.findings.report(Code::Step, first, || {
            if written.is_empty() {
                let all = form.words().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ");
                return Finding::new(format!("{} does nothing", what[0]), format!("{}에 동작이 없습니다", what[1]))
                    .help(format!("write one of {all}"), format!("다음 중 하나를 쓰십시오: {all}"));
            }
            let finding = Finding::new(
                format!("{} does one thing, this one has {}", what[0], written.len()),
                format!("{}의 동작은 하나여야 하는데 {}개가 있습니다", what[1], written.len()),
            )
            .help("make a step of each", "동작마다 작업을 나누십시오");
            spans.iter().fold(finding, |finding, span| finding.also(*span, "one more", "또 하나"))
        });
    }
}

/// Reports an action that changes a system where only questions are asked.
pub(crate) fn changes_something(action: &str, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Step, span, || {
        Finding::new(
            format!("`{action}` changes something, and here only questions are asked"),
            format!("`{action}`은(는) 무언가를 바꾸는 동작이라 점검 자리에 쓸 수 없습니다"),
        )
        .help("make it a step of `run` or `rollback`", "`run`이나 `rollback`의 작업으로 옮기십시오")
    });
}

fn misplaced(owners: &[&str], key: &str, action: &str) -> Finding {
    if owners == [action] {
        return Finding::new(
            format!("`{key}` stands inside `{action}`, not beside it"),
            format!("`{key}` 키는 `{action}` 옆이 아니라 안에 써야 합니다"),
        )
        .help(
            format!("move `{key}` into the map of `{action}`"),
            format!("`{key}` 키를 `{action}` 맵 안으로 옮기십시오"),
        );
    }
    let named = |joint: &str| owners.iter().map(|owner| format!("`{owner}`")).collect::<Vec<_>>().join(joint);
    let (or, comma) = (named(" or "), named(", "));
    Finding::new(
        format!("`{key}` belongs to {or}, not to `{action}`"),
        format!("`{key}` 키는 `{action}` 동작에 쓸 수 없고 {comma} 동작에 속합니다"),
    )
    .help(
        format!("remove `{key}`, or make a step of its own with {or}"),
        format!("`{key}` 키를 지우거나 {comma} 작업을 따로 만드십시오"),
    )
}
