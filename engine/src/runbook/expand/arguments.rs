//! The values that a use gives to a component.

use super::super::diagnostic::Finding;
use super::super::tree::{Kind, NodeId};
use super::super::{Code, Span, nearest};
use super::component::Loaded;
use super::expander::Expander;
use super::scope::{Binding, Owner, Scope, Value};

impl Expander<'_, '_> {
    /// A value for every parameter. `None` when something is wrong with them, all of which was reported.
    pub(super) fn arguments(&mut self, loaded: &Loaded, uses: Span, with: Option<NodeId>) -> Option<Scope> {
        let id = &loaded.id;
        let mut sound = true;
        let given = match with.map(|with| (with, self.tree.kind(with))) {
            None => Vec::new(),
            Some((with, Kind::Map(_))) => self.tree.entries(with),
            Some((_, Kind::Broken)) => return None,
            Some((with, Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_))) => {
                let span = self.tree.span(with);
                self.findings.report(Code::WrongType, span, || {
                    Finding::new("`with` is a map of parameters", "`with`에는 매개변수의 맵이 와야 합니다")
                        .help("write `with: {name: value}`", "`with: {이름: 값}`과 같이 쓰십시오")
                });
                return None;
            }
        };
        for [key, value] in &given {
            let Some(name) = self.tree.text(*key).map(str::to_owned) else { continue };
            match loaded.param(&name) {
                Some(param) => sound &= self.fits(&param.key, &param.value, *value, Some(id.as_str())),
                None => {
                    sound = false;
                    self.unknown_parameter(loaded, *key, &name);
                }
            }
        }
        let mut bindings = Vec::new();
        for param in loaded.head.params.iter().flatten() {
            let name = param.key.value.as_str();
            let value = given.iter().find(|[key, _]| self.tree.text(*key) == Some(name)).map(|[_, value]| *value);
            let required = param.value.required.as_ref().is_some_and(|required| required.value);
            let value = match (value, param.value.default) {
                (Some(value), _) => Value::Given(value),
                (None, Some(default)) => Value::Default(default.0),
                (None, None) if required => {
                    sound = false;
                    self.missing_parameter(loaded, uses, name, param.key.span);
                    continue;
                }
                (None, None) => Value::Absent,
            };
            bindings.push(Binding { name: name.to_owned(), value, declared: param.key.span });
        }
        sound.then(|| Scope { owner: Owner::Component(id.value.clone()), bindings })
    }

    fn unknown_parameter(&mut self, loaded: &Loaded, key: NodeId, name: &str) {
        let (id, span) = (&loaded.id, self.tree.span(key));
        let names: Vec<&str> = loaded.head.params.iter().flatten().map(|param| param.key.value.as_str()).collect();
        self.findings.report(Code::Argument, span, || {
            let finding = Finding::new(
                format!("the component `{}` has no parameter `{name}`", id.value),
                format!("`{}` 컴포넌트에는 `{name}` 매개변수가 없습니다", id.value),
            )
            .also(id.span, "the component", "컴포넌트");
            match nearest(name, names.iter().copied()) {
                Some(near) => finding
                    .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                    .suggest(span, Some(near)),
                None if names.is_empty() => {
                    finding.help("it has no parameters: remove `with`", "매개변수가 없으므로 `with`를 지우십시오")
                }
                None => finding.help(
                    format!("it has: {}", names.join(", ")),
                    format!("쓸 수 있는 매개변수: {}", names.join(", ")),
                ),
            }
        });
    }

    fn missing_parameter(&mut self, loaded: &Loaded, uses: Span, name: &str, declared: Span) {
        let id = &loaded.id.value;
        self.findings.report(Code::Argument, uses, || {
            Finding::new(
                format!("`{id}` needs the parameter `{name}`"),
                format!("`{id}`에는 `{name}` 매개변수가 있어야 합니다"),
            )
            .also(declared, "required here", "여기서 필수로 선언")
            .help(
                format!("add `with: {{{name}: …}}` to this step"),
                format!("이 작업에 `with: {{{name}: …}}`를 추가하십시오"),
            )
        });
    }
}
