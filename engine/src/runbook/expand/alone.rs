//! A component checked by itself: as a runbook of units that do nothing but use it.

use std::ffi::OsStr;
use std::path::Path;

use super::super::document::ParamType;
use super::super::sources::Cause;
use super::super::tree::{NodeId, Tree};
use super::super::{Components, Findings, Source, Surroundings};
use super::bring::Brought;
use super::component::{ComponentCard, Loaded, ParamCard};
use super::expander::Expander;
use super::scope::{Binding, Owner, Scope, Value};
use crate::base::{ParamName, Text};
use crate::runbook::document::Param;
use crate::runbook::read::Named;

/// A component whose tree has become that of a runbook that uses it.
#[derive(Debug)]
pub(in super::super) struct Alone {
    /// What it is.
    pub(in super::super) card: ComponentCard,
    /// Values that were made up: nobody is told that what they name is not there.
    pub(in super::super) made_up: Vec<String>,
}

/// Puts a runbook that uses a component in the place of its tree. `None` when what stands about the component can not be
/// read, which was reported.
pub(in super::super) fn alone<'t>(
    tree: &mut Tree<'t>,
    source: &Source,
    around: &Surroundings,
    findings: &mut Findings<'t>,
) -> Option<Alone> {
    let mut expander = Expander::new(tree, around, findings);
    let root = expander.tree.root();
    let loaded = expander.read(root, source, 0)?;
    expander.named_as_its_file(&loaded, source);
    let mut made_up = Vec::new();
    let whole = expander.scope(&loaded, true, &mut made_up);
    let mut units = vec![expander.unit_of(&loaded, &whole, loaded.id.as_str())?];
    // What is left out of a use must be missed nowhere.
    let bare = expander.scope(&loaded, false, &mut made_up);
    if bare.bindings.iter().any(|binding| matches!(binding.value, Value::Absent)) {
        units.push(expander.unit_of(&loaded, &bare, "bare")?);
    }
    let card = expander.card(&loaded);
    let span = loaded.id.span;
    let tree = expander.tree;
    let units = tree.add_map(span, &units);
    let id = tree.add_text(span, loaded.id.to_string());
    let entries = [[tree.add_text(span, "runbook".to_owned()), id], [tree.add_text(span, "units".to_owned()), units]];
    let root = tree.add_map(span, &entries);
    tree.set_root(root);
    Some(Alone { card, made_up })
}

impl Expander<'_, '_> {
    /// Nobody would find a component that is not named as its file.
    fn named_as_its_file(&mut self, loaded: &Loaded, source: &Source) {
        let path = Path::new(source.path());
        let is_installed = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == Components::FOLDER);
        let stem = path.file_stem().map(OsStr::to_string_lossy).unwrap_or_default();
        if is_installed && stem != loaded.id.as_str() {
            self.misnamed(&stem, &loaded.id);
        }
    }

    /// A value for every parameter, or only for those that every use gives.
    fn scope(&mut self, loaded: &Loaded, whole: bool, made_up: &mut Vec<String>) -> Scope {
        let params = loaded.head.params.iter().flatten();
        let bindings = params.map(|param| {
            let required = param.value.required.as_ref().is_some_and(|required| required.value);
            let value = match param.value.default {
                Some(default) => Value::Default(default.0),
                None if whole || required => Value::Default(self.example(param, made_up)),
                None => Value::Absent,
            };
            Binding { name: param.key.value.as_str().to_owned(), value, declared: param.key.span }
        });
        let bindings = bindings.collect();
        Scope { owner: Owner::Component(loaded.id.value.clone()), bindings }
    }

    /// A value that stands for those that uses will give.
    fn example(&mut self, param: &Named<ParamName, Param>, made_up: &mut Vec<String>) -> NodeId {
        let span = param.key.span;
        let example = match (param.value.example, param.value.kind) {
            (Some(example), _) => example.0,
            (None, Some(ParamType::Number)) => self.tree.add_text(span, "1".to_owned()),
            (None, Some(ParamType::Bool)) => self.tree.add_text(span, "true".to_owned()),
            (None, Some(ParamType::Duration)) => self.tree.add_text(span, "1s".to_owned()),
            (None, Some(ParamType::List)) => {
                let item = self.tree.add_text(span, "example".to_owned());
                self.tree.add_list(span, &[item])
            }
            (None, Some(ParamType::Enum)) => {
                let first = param.value.options.iter().flatten().next();
                self.tree.add_text(span, first.map(|option| option.value.clone()).unwrap_or_default())
            }
            (None, Some(ParamType::Text | ParamType::Target) | None) => self.tree.add_text(span, "example".to_owned()),
        };
        made_up.extend(self.tree.text(example).map(str::to_owned));
        example
    }

    /// A unit that uses the component, under a name.
    fn unit_of(&mut self, loaded: &Loaded, scope: &Scope, name: &str) -> Option<[NodeId; 2]> {
        let copying = self.copying(scope, loaded.text, Cause::Alone)?;
        self.open.push((loaded.id.value.clone(), loaded.id.span));
        let brought = self.steps(loaded, &copying);
        self.open.pop();
        let span = loaded.id.span;
        let Brought { pre, run, post, rollback, already_done, no_return, nothing_to_undo } = brought;
        let mut entries = Vec::new();
        for (key, steps) in [("pre", pre), ("run", run), ("post", post), ("rollback", rollback)] {
            if !steps.is_empty() || (key == "rollback" && nothing_to_undo) {
                entries.push([self.tree.add_text(span, key.to_owned()), self.tree.add_list(span, &steps)]);
            }
        }
        entries.extend(already_done.into_iter().chain(no_return));
        Some([self.tree.add_text(span, name.to_owned()), self.tree.add_map(span, &entries)])
    }

    fn card(&self, loaded: &Loaded) -> ComponentCard {
        let head = &loaded.head;
        let steps = [head.pre, head.run, head.post, head.rollback];
        ComponentCard {
            id: loaded.id.value.clone(),
            version: loaded.version,
            title: head.title.clone().unwrap_or_else(|| Text::plain(loaded.id.as_str())),
            description: head.description.clone(),
            params: head.params.iter().flatten().map(|param| self.param(param)).collect(),
            modes: head.modes.clone(),
            steps: steps.map(|list| list.map_or(0, |list| self.tree.list(list.0).len())),
            already_done: head.already_done.is_some(),
            point_of_no_return: head.point_of_no_return.as_ref().is_some_and(|no_return| no_return.value),
            digest: loaded.digest,
        }
    }

    fn param(&self, param: &Named<ParamName, Param>) -> ParamCard {
        let value = &param.value;
        let shown = |at: NodeId| match self.tree.text(at) {
            Some(text) => text.to_owned(),
            None => {
                let items = self.tree.list(at);
                let items: Vec<&str> = items.iter().map(|item| self.tree.text(*item).unwrap_or("…")).collect();
                format!("[{}]", items.join(", "))
            }
        };
        ParamCard {
            name: param.key.value.clone(),
            kind: value.kind.map_or("", ParamType::keyword),
            title: value.title.clone(),
            required: value.required.as_ref().is_some_and(|required| required.value),
            default: value.default.map(|default| shown(default.0)),
            options: value.options.iter().flatten().map(|option| option.value.clone()).collect(),
            example: value.example.map(|example| shown(example.0)),
        }
    }
}
