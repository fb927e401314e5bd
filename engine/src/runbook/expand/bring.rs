//! What a component brings into a unit.

use super::super::diagnostic::Finding;
use super::super::document::Unread;
use super::super::read::{Count, Read as _, Reader};
use super::super::sources::Cause;
use super::super::tree::{Kind, NodeId};
use super::super::{Code, Span, Spanned};
use super::component::Loaded;
use super::copy::Copying;
use super::expander::Expander;
use super::reading::Reading;
use super::units::STEP_LISTS;
use crate::base::ComponentId;

/// Components inside components, at most.
const DEPTH: usize = 8;
/// The steps of a component, those of the components in it among them.
#[derive(Debug, Default)]
pub(super) struct Brought {
    pub(super) pre: Vec<NodeId>,
    pub(super) run: Vec<NodeId>,
    pub(super) post: Vec<NodeId>,
    pub(super) rollback: Vec<NodeId>,
    /// Key and value of a probe that speaks for all its run steps.
    pub(super) already_done: Option<[NodeId; 2]>,
    /// Key and value of `point_of_no_return: true`.
    pub(super) no_return: Option<[NodeId; 2]>,
    /// Whether its components say that there is nothing to undo, and nothing else in it changes anything.
    pub(super) nothing_to_undo: bool,
}

impl Expander<'_, '_> {
    /// A unit, or something like one, with the steps of its components among its own.
    pub(super) fn bring(&mut self, unit: NodeId) -> NodeId {
        let entries = self.tree.entries(unit);
        let key = |expander: &Self, [key, _]: &[NodeId; 2]| expander.tree.text(*key).unwrap_or_default().to_owned();
        let has_probe = self.tree.entry(unit, "already_done").is_some();
        let mut brought = Brought::default();
        let mut lists: Vec<(String, NodeId, Vec<NodeId>)> = Vec::new();
        for entry in &entries {
            let name = key(self, entry);
            // Anything but a list is left to the reader, which says what is wrong with it.
            if !STEP_LISTS.contains(&name.as_str()) || !matches!(self.tree.kind(entry[1]), Kind::List(_)) {
                continue;
            }
            let steps = self.tree.list(entry[1]);
            let steps = if matches!(name.as_str(), "run" | "start") {
                brought = self.work(&steps, has_probe);
                std::mem::take(&mut brought.run)
            } else {
                self.in_place(&steps)
            };
            lists.push((name, entry[1], steps));
        }
        // The work is checked as a whole when all of it is done, and taken back from its end.
        brought.rollback.reverse();
        for (name, more, before) in
            [("pre", brought.pre, false), ("post", brought.post, true), ("rollback", brought.rollback, false)]
        {
            if more.is_empty() {
                continue;
            }
            match lists.iter_mut().find(|(list, ..)| list == name) {
                Some((_, _, steps)) if before => drop(steps.splice(0..0, more)),
                Some((_, _, steps)) => steps.extend(more),
                None => lists.push((name.to_owned(), unit, more)),
            }
        }
        let mut after = Vec::with_capacity(entries.len() + 4);
        for entry in &entries {
            let name = key(self, entry);
            let value = match lists.iter().position(|(list, ..)| *list == name) {
                Some(at) => {
                    let (_, from, steps) = lists.remove(at);
                    self.tree.add_list(self.tree.span(from), &steps)
                }
                None => entry[1],
            };
            if name != "point_of_no_return" || brought.no_return.is_none() {
                after.push([entry[0], value]);
            }
        }
        let span = self.tree.span(unit);
        if brought.nothing_to_undo && self.tree.entry(unit, "rollback").is_none() {
            lists.push(("rollback".to_owned(), unit, Vec::new()));
        }
        for (name, _, steps) in lists {
            after.push([self.tree.add_text(span, name), self.tree.add_list(span, &steps)]);
        }
        after.extend(brought.already_done.into_iter().chain(brought.no_return));
        self.tree.add_map(span, &after)
    }

    /// The steps of `run`: what components bring to other phases comes with them.
    fn work(&mut self, steps: &[NodeId], has_probe: bool) -> Brought {
        let mut all = Brought::default();
        let is_all = steps.len() == 1 && !has_probe;
        let (mut says_so, mut else_changes) = (false, false);
        for step in steps {
            if self.tree.entry(*step, "uses").is_none() {
                let step = self.with_rollback(*step);
                else_changes |= self.changes(step);
                all.run.push(step);
                continue;
            }
            let Some(mut one) = self.instance(*step) else {
                let broken = self.broken(self.tree.span(*step));
                all.run.push(broken);
                continue;
            };
            // A probe speaks for the work of its own component, which is the unit's only where there is no other.
            match one.already_done.take() {
                Some(probe) if is_all => all.already_done = Some(probe),
                Some(probe) => one.run = one.run.into_iter().map(|step| self.with_entry(step, probe)).collect(),
                None => {}
            }
            says_so |= one.nothing_to_undo;
            else_changes |= !one.nothing_to_undo && one.run.iter().any(|step| self.changes(*step));
            all.pre.append(&mut one.pre);
            all.run.append(&mut one.run);
            all.post.append(&mut one.post);
            one.rollback.reverse();
            all.rollback.append(&mut one.rollback);
            all.no_return = all.no_return.or(one.no_return);
        }
        all.nothing_to_undo = says_so && !else_changes;
        all
    }

    /// The steps of any other list: a component stands there with all it does, and with nothing to take it back.
    pub(super) fn in_place(&mut self, steps: &[NodeId]) -> Vec<NodeId> {
        let mut all = Vec::with_capacity(steps.len());
        for step in steps {
            if self.tree.entry(*step, "uses").is_none() {
                let step = self.with_rollback(*step);
                all.push(step);
                continue;
            }
            let Some(one) = self.instance(*step) else {
                let broken = self.broken(self.tree.span(*step));
                all.push(broken);
                continue;
            };
            let probe = one.already_done;
            all.extend(one.pre);
            for step in one.run {
                let step = probe.map_or(step, |probe| self.with_entry(step, probe));
                let step = self.without_way_back(step);
                all.push(step);
            }
            all.extend(one.post);
        }
        all
    }

    /// What the component of a step brings. `None` when it can not be used here, which was reported.
    fn instance(&mut self, step: NodeId) -> Option<Brought> {
        let [_, uses] = self.tree.entry(step, "uses")?;
        let mut sound = true;
        for [key, _] in self.tree.entries(step) {
            let name = self.tree.text(key).unwrap_or_default().to_owned();
            if !matches!(name.as_str(), "uses" | "version" | "with") {
                sound = false;
                self.beside_uses(key, uses, &name);
            }
        }
        let (with, version) = (self.tree.entry(step, "with"), self.tree.entry(step, "version"));
        let mut reader = Reader::new(self.tree, self.findings);
        let id = Spanned::<ComponentId>::read(&mut reader, uses)?;
        let version = match version {
            Some([_, version]) => Some(Spanned::<Count<1, 1_000_000>>::read(&mut reader, version)?),
            None => None,
        };
        if self.is_circle(&id) {
            return None;
        }
        let loaded = self.component(&id)?;
        if let Some(version) = version.filter(|version| version.value.0 != loaded.version) {
            self.other_version(&version, &loaded);
            return None;
        }
        let scope = self.arguments(&loaded, id.span, with.map(|[_, with]| with))?;
        if !sound {
            return None;
        }
        self.use_of(&loaded);
        let copying = self.copying(&scope, loaded.text, Cause::Used(id.span))?;
        self.open.push((id.value.clone(), id.span));
        let brought = self.steps(&loaded, &copying);
        self.open.pop();
        Some(brought)
    }

    /// Notes that a component is used.
    pub(super) fn use_of(&mut self, loaded: &Loaded) {
        let used = loaded.used();
        if !self.found.components.contains(&used) {
            self.found.components.push(used);
        }
    }

    /// The steps of a component, values put in for its parameters.
    pub(super) fn steps(&mut self, loaded: &Loaded, copying: &Copying<'_>) -> Brought {
        let head = &loaded.head;
        let (pre, run) = (self.copied(head.pre, copying), self.copied(head.run, copying));
        let (post, rollback) = (self.copied(head.post, copying), self.copied(head.rollback, copying));
        let own_probe = head.already_done;
        let mut work = self.work(&run, own_probe.is_some());
        let mut own_pre = self.in_place(&pre);
        own_pre.append(&mut work.pre);
        work.pre = own_pre;
        work.post.extend(self.in_place(&post));
        work.rollback.reverse();
        // The way back belongs to the first step that changes something: what was never begun is not undone.
        let back = self.in_place(&rollback);
        match work.run.iter().position(|step| self.changes(*step)).filter(|_| !back.is_empty()) {
            Some(at) => work.run[at] = self.with_way_back(work.run[at], &back),
            None => drop(work.rollback.splice(0..0, back)),
        }
        work.nothing_to_undo |= head.rollback.is_some_and(|rollback| self.is_empty_list(rollback));
        if let Some(idempotent) = head.idempotent.as_ref().filter(|idempotent| idempotent.value) {
            let entry = self.flag("idempotent", idempotent.span, copying);
            work.run = work.run.into_iter().map(|step| self.with_entry(step, entry)).collect();
        }
        if let Some(no_return) = head.point_of_no_return.as_ref().filter(|no_return| no_return.value) {
            work.no_return = Some(self.flag("point_of_no_return", no_return.span, copying));
        }
        if let Some(probe) = own_probe.and_then(|probe| self.copy(probe.0, copying, Reading::Data)) {
            let key = self.tree.add_text(self.tree.span(probe), "already_done".to_owned());
            work.already_done = Some([key, probe]);
        }
        work
    }

    fn is_empty_list(&self, Unread(list): Unread) -> bool {
        matches!(self.tree.kind(list), Kind::List(_)) && self.tree.list(list).is_empty()
    }

    fn flag(&mut self, key: &str, span: Span, copying: &Copying<'_>) -> [NodeId; 2] {
        let span = copying.moved(span);
        [self.tree.add_text(span, key.to_owned()), self.tree.add_text(span, "true".to_owned())]
    }

    /// The steps of one list of a component.
    fn copied(&mut self, list: Option<Unread>, copying: &Copying<'_>) -> Vec<NodeId> {
        let Some(Unread(list)) = list else { return Vec::new() };
        if !matches!(self.tree.kind(list), Kind::List(_)) {
            let span = copying.moved(self.tree.span(list));
            self.findings.report(Code::WrongType, span, || {
                Finding::new("a list of steps is wanted here", "여기에는 작업의 목록이 와야 합니다")
                    .help("write each step behind a `-`", "작업마다 `-`를 앞에 쓰십시오")
            });
            return Vec::new();
        }
        match self.copy(list, copying, Reading::Data) {
            Some(list) => self.tree.list(list),
            None => Vec::new(),
        }
    }

    /// Reports a component that uses itself, or components that are nested too deeply.
    fn is_circle(&mut self, id: &Spanned<ComponentId>) -> bool {
        let from = self.open.iter().position(|(open, _)| *open == id.value);
        if from.is_none() && self.open.len() < DEPTH {
            return false;
        }
        let way = &self.open[from.unwrap_or_default()..];
        let names: Vec<&str> = way.iter().map(|(open, _)| open.as_str()).chain([id.value.as_str()]).collect();
        let names = names.join(" → ");
        self.findings.report(Code::ComponentCircle, id.span, || {
            if from.is_some() {
                Finding::new(
                    format!("components use each other in a circle: {names}"),
                    format!("컴포넌트가 서로를 순환하여 사용합니다: {names}"),
                )
                .help(
                    "move what both need into a component of its own",
                    "함께 쓰는 부분을 별도의 컴포넌트로 나누십시오",
                )
            } else {
                Finding::new(
                    format!("components are nested more than {DEPTH} deep: {names}"),
                    format!("컴포넌트가 {DEPTH}단계보다 깊게 중첩되었습니다: {names}"),
                )
                .help("use the inner ones in the unit itself", "안쪽 컴포넌트를 단위에서 직접 사용하십시오")
            }
        });
        true
    }

    fn other_version(&mut self, wanted: &Spanned<Count<1, 1_000_000>>, loaded: &Loaded) {
        let (id, found) = (&loaded.id.value, loaded.version);
        let there = loaded.head.version.as_ref().map_or(loaded.id.span, |version| version.span);
        self.findings.report(Code::ComponentVersion, wanted.span, || {
            Finding::new(
                format!("this was written for version {} of `{id}`, and there is version {found}", wanted.value.0),
                format!("`{id}` 버전 {}에 맞춰 썼는데 지금은 버전 {found}입니다", wanted.value.0),
            )
            .also(there, "the version that is there", "현재 버전")
            .help(
                format!("read what the component does now, then write `version: {found}`"),
                format!("컴포넌트의 내용을 확인한 뒤 `version: {found}`로 바꾸십시오"),
            )
            .suggest(wanted.span, Some(&found.to_string()))
        });
    }

    fn beside_uses(&mut self, key: NodeId, uses: NodeId, name: &str) {
        let (here, uses) = (self.tree.span(key), self.tree.span(uses));
        self.findings.report(Code::Step, here, || {
            Finding::new(
                format!("`{name}` can not stand beside `uses`"),
                format!("`{name}` 키는 `uses` 옆에 쓸 수 없습니다"),
            )
            .also(uses, "the component", "컴포넌트")
            .help(
                "beside it stand `version` and `with`; what the component lets you set is among its parameters",
                "`version`과 `with`만 함께 씁니다. 바꿀 수 있는 값은 컴포넌트의 매개변수에 있습니다",
            )
        });
    }
}
