//! Components: found, read and checked once for a runbook.

use std::rc::Rc;
use std::sync::Arc;

use super::super::diagnostic::Finding;
use super::super::document::{Component, Param, ParamType};
use super::super::parse::well_formed;
use super::super::read::{Named, Read as _, Reader};
use super::super::sources::Cause;
use super::super::tree::NodeId;
use super::super::{Code, Source, Span, Spanned, nearest};
use super::expander::Expander;
use crate::base::{ComponentId, Digest, Mode, ParamName, Text};

/// A component that a runbook was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedComponent {
    /// Its id.
    pub id: ComponentId,
    /// Its version.
    pub version: u32,
    /// Digest of its text.
    pub digest: Digest,
    /// The modes in which it may be used; `None`: all.
    pub modes: Option<Vec<Mode>>,
}

/// What a component is, for people who choose one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentCard {
    /// Its id.
    pub id: ComponentId,
    /// Its version.
    pub version: u32,
    /// Its name for people; its id where it has none.
    pub title: Text,
    /// What it does, what it needs, what it leaves behind.
    pub description: Option<Text>,
    /// The values that a use of it gives.
    pub params: Vec<ParamCard>,
    /// The modes in which it may be used; `None`: all.
    pub modes: Option<Vec<Mode>>,
    /// Steps before, in, after and to take back the work, other components not counted.
    pub steps: [usize; 4],
    /// Whether it can tell that its work is already done.
    pub already_done: bool,
    /// Whether there is no simple way back after it.
    pub point_of_no_return: bool,
    /// Digest of its text.
    pub digest: Digest,
}

/// What a parameter is, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamCard {
    /// Its name.
    pub name: ParamName,
    /// The word for its type.
    pub kind: &'static str,
    /// What it is.
    pub title: Option<Text>,
    /// Whether every use must give it.
    pub required: bool,
    /// Taken where a use gives nothing.
    pub default: Option<String>,
    /// What an enum offers.
    pub options: Vec<String>,
    /// A value to show.
    pub example: Option<String>,
}

/// A component that was read without a fault.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) head: Component,
    pub(super) id: Spanned<ComponentId>,
    pub(super) version: u32,
    /// All of its text.
    pub(super) text: Span,
    pub(super) digest: Digest,
}

impl Expander<'_, '_> {
    /// The component that a use names. `None` when it can not be used, which was reported once.
    pub(super) fn component(&mut self, id: &Spanned<ComponentId>) -> Option<Rc<Loaded>> {
        if let Some(known) = self.known.get(&id.value) {
            return known.clone();
        }
        let loaded = self.find(id).map(Rc::new);
        self.known.insert(id.value.clone(), loaded.clone());
        loaded
    }

    fn find(&mut self, id: &Spanned<ComponentId>) -> Option<Loaded> {
        let source = match self.around.components.find(&id.value) {
            Ok(Some(source)) => source,
            Ok(None) => {
                self.unknown_component(id);
                return None;
            }
            Err(cause) => {
                self.findings.report(Code::UnknownComponent, id.span, || {
                    Finding::new(
                        format!("the component `{}` can not be read: {cause}", id.value),
                        format!("`{}` 컴포넌트를 읽을 수 없습니다: {cause}", id.value),
                    )
                    .help("let the engine read its file", "엔진이 그 파일을 읽을 수 있게 하십시오")
                });
                return None;
            }
        };
        let source = Arc::new(source);
        let Some(home) = self.findings.sources.add(Arc::clone(&source), Cause::Used(id.span)) else {
            self.no_room(id.span);
            return None;
        };
        let tree = self.findings.within(home, |findings| well_formed(&source, findings))?;
        let root = self.tree.graft(&tree, home);
        if !self.has_room(id.span) {
            return None;
        }
        let loaded = self.read(root, &source, home)?;
        if loaded.id.value != id.value {
            self.misnamed(id.value.as_str(), &loaded.id);
            return None;
        }
        Some(loaded)
    }

    /// Reports a component whose file is named otherwise.
    pub(super) fn misnamed(&mut self, file: &str, id: &Spanned<ComponentId>) {
        self.findings.report(Code::ComponentVersion, id.span, || {
            Finding::new(
                format!("the file is named `{file}`, the component in it `{}`", id.value),
                format!("파일 이름은 `{file}`인데 안의 컴포넌트는 `{}`입니다", id.value),
            )
            .help(
                "give both the same name: a component is found by the name of its file",
                "둘을 같은 이름으로 맞추십시오. 컴포넌트는 파일 이름으로 찾습니다",
            )
        });
    }

    /// Reads what stands about a component in its file, not yet its steps. `None` after a fault.
    pub(super) fn read(&mut self, root: NodeId, source: &Source, home: u32) -> Option<Loaded> {
        let before = self.findings.errors();
        let mut reader = Reader::new(self.tree, self.findings);
        let head = Component::read(&mut reader, root)?;
        for param in head.params.iter().flatten() {
            self.declared(param);
        }
        if self.findings.errors() > before {
            return None;
        }
        let (id, version) = (head.id.clone()?, head.version.as_ref()?.value.0);
        let text = Span::new(home as usize, home as usize + source.text().len());
        Some(Loaded { head, id, version, text, digest: Digest::of(source.text().as_bytes()) })
    }

    /// What is wrong with the declaration of a parameter.
    fn declared(&mut self, param: &Named<ParamName, Param>) {
        let (name, value) = (&param.key, &param.value);
        let is_enum = matches!(value.kind, Some(ParamType::Enum));
        let options = value.options.as_deref().unwrap_or_default();
        if param.whole && is_enum == options.is_empty() {
            self.findings.report(Code::InputDefault, name.span, || {
                if is_enum {
                    Finding::new("an enum needs `options`", "enum 항목에는 `options`가 있어야 합니다")
                        .help("add `options: [one, another]`", "`options: [하나, 다른하나]`와 같이 추가하십시오")
                } else {
                    Finding::new("only an enum has `options`", "`options`는 enum 항목에만 씁니다")
                        .help("write `type: enum`", "`type: enum`으로 바꾸십시오")
                }
            });
            return;
        }
        if let (Some(required), Some(_)) = (&value.required, &value.default)
            && required.value
        {
            self.findings.report(Code::InputDefault, required.span, || {
                Finding::new(
                    format!("`{}` must be given in every use, so its default is never taken", name.value),
                    format!("`{}`은(는) 항상 주어야 하므로 기본값이 쓰이지 않습니다", name.value),
                )
                .help("keep one of `required` and `default`", "`required`와 `default` 중 하나만 두십시오")
            });
        }
        for given in [value.default, value.example].into_iter().flatten() {
            self.fits(name, value, given.0, None);
        }
    }

    fn unknown_component(&mut self, id: &Spanned<ComponentId>) {
        let ids = self.around.components.ids();
        self.findings.report(Code::UnknownComponent, id.span, || {
            let finding = Finding::new(
                format!("there is no component `{}`", id.value),
                format!("`{}`(이)라는 컴포넌트가 없습니다", id.value),
            );
            match nearest(id.value.as_str(), ids.iter().map(String::as_str)) {
                Some(near) => finding
                    .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                    .suggest(id.span, Some(near)),
                None => finding.help(
                    format!("write it as `components/{}.yaml` beside the runbook; see `relight components`", id.value),
                    format!("런북 옆에 `components/{}.yaml`로 쓰십시오. `relight components`를 참고하십시오", id.value),
                ),
            }
        });
    }
}

impl Loaded {
    /// The parameter with a name.
    pub(super) fn param(&self, name: &str) -> Option<&Named<ParamName, Param>> {
        self.head.params.iter().flatten().find(|param| param.key.value.as_str() == name)
    }

    pub(super) fn used(&self) -> UsedComponent {
        UsedComponent {
            id: self.id.value.clone(),
            version: self.version,
            digest: self.digest,
            modes: self.head.modes.clone(),
        }
    }
}
