//! Copies of parts of a tree, values put in for names.

use super::super::diagnostic::Finding;
use super::super::sources::Cause;
use super::super::tree::{Kind, NodeId};
use super::super::{Code, Span};
use super::expander::Expander;
use super::reading::{Danger, Interpreter, Reading, judge, of_words};
use super::scope::{Owner, Scope, Value};
use super::template::{Part, has_name, only, parts};

/// A copy in the making.
pub(super) struct Copying<'s> {
    pub(super) scope: &'s Scope,
    /// What is copied.
    pub(super) of: Span,
    /// How many addresses further up the copy lies.
    pub(super) shift: u32,
}

impl Copying<'_> {
    /// Where a node of the copy stands. What an alias brought from elsewhere stays where it was written.
    pub(super) fn moved(&self, span: Span) -> Span {
        let inside = self.of.start <= span.start && span.end <= self.of.end;
        if inside { span.shifted(self.shift) } else { span }
    }
}

impl Expander<'_, '_> {
    /// Makes room for a copy; `None` when there is none, which was said.
    pub(super) fn copying<'s>(&mut self, scope: &'s Scope, of: Span, cause: Cause) -> Option<Copying<'s>> {
        match self.findings.sources.copy(of, cause) {
            Some(start) => Some(Copying { scope, of, shift: start - of.start }),
            None => {
                self.no_room(of);
                None
            }
        }
    }

    /// Copies a node. `None` when it was only an optional parameter without a value, or held nothing but such.
    pub(super) fn copy(&mut self, at: NodeId, copying: &Copying<'_>, reading: Reading) -> Option<NodeId> {
        let span = copying.moved(self.tree.span(at));
        if !self.has_room(span) {
            return Some(self.broken(span));
        }
        match self.tree.kind(at) {
            Kind::Scalar { text, plain } if !has_name(text) => {
                let kind = Kind::Scalar { text: text.clone(), plain: *plain };
                Some(self.tree.add(span, kind))
            }
            Kind::Scalar { text, .. } => {
                let text = text.clone().into_owned();
                self.scalar(span, &text, copying, reading)
            }
            Kind::List(range) => {
                let items = self.tree.items(range).to_vec();
                self.list(span, &items, copying, reading)
            }
            Kind::Map(_) => {
                let entries = self.tree.entries(at);
                self.map(span, &entries, copying)
            }
            Kind::Alias(_) | Kind::Broken => Some(self.broken(span)),
        }
    }

    fn map(&mut self, span: Span, entries: &[[NodeId; 2]], copying: &Copying<'_>) -> Option<NodeId> {
        let mut copied = Vec::with_capacity(entries.len());
        for [key, value] in entries {
            let name = self.tree.text(*key).unwrap_or_default().to_owned();
            let place = copying.moved(self.tree.span(*key));
            if has_name(&name) {
                self.findings.report(Code::Placeholder, place, || {
                    Finding::new(
                        format!("a key can not be replaced, and `{name}` is one"),
                        format!("키는 치환할 수 없는데 `{name}`은(는) 키입니다"),
                    )
                    .help("write the key out; its value may hold `{{ }}`", "키는 그대로 쓰고 값에만 `{{ }}`를 쓰십시오")
                });
                continue;
            }
            let reading = Reading::of_key(&name);
            let kind = self.tree.kind(*key).clone();
            if let Some(value) = self.copy(*value, copying, reading) {
                copied.push([self.tree.add(place, kind), value]);
            }
        }
        let vanished = copied.is_empty() && !entries.is_empty();
        (!vanished).then(|| self.tree.add_map(span, &copied))
    }

    fn list(&mut self, span: Span, items: &[NodeId], copying: &Copying<'_>, reading: Reading) -> Option<NodeId> {
        let readings = if reading == Reading::Command {
            let words: Vec<Option<&str>> = items.iter().map(|item| self.tree.text(*item)).collect();
            of_words(&words)
        } else {
            vec![reading; items.len()]
        };
        let mut copied = Vec::with_capacity(items.len());
        for (item, reading) in items.iter().zip(readings) {
            let Some(copy) = self.copy(*item, copying, reading) else { continue };
            let written_as_list = matches!(self.tree.kind(*item), Kind::List(_));
            // A list that comes in for an item comes in as its items.
            match self.tree.kind(copy) {
                Kind::List(range) if !written_as_list => copied.extend_from_slice(self.tree.items(range)),
                Kind::List(_) | Kind::Scalar { .. } | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => copied.push(copy),
            }
        }
        let vanished = copied.is_empty() && !items.is_empty();
        (!vanished).then(|| self.tree.add_list(span, &copied))
    }

    /// A text with names in it.
    fn scalar(&mut self, span: Span, text: &str, copying: &Copying<'_>, reading: Reading) -> Option<NodeId> {
        let parts = parts(text);
        let interpreter = match reading {
            Reading::Data => None,
            // The words of a list have readings of their own: a text is the shell's.
            Reading::Command => Some(Interpreter::Shell),
            Reading::Code(interpreter) => Some(interpreter),
        };
        if let Some(name) = only(&parts) {
            return self.only(span, name, copying, reading, interpreter);
        }
        let (mut filled, mut value_from) = (String::with_capacity(text.len()), None);
        for part in &parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Name(name, _) => {
                    let Some((value, from)) = self.inside(span, name, copying) else { return Some(self.broken(span)) };
                    if let Some(interpreter) = interpreter
                        && let Err(danger) = judge(&value, &filled, interpreter)
                    {
                        let from = from.map_or(span, |from| self.from(span, from));
                        self.dangerous(from, name, &value, danger, interpreter);
                        return Some(self.broken(span));
                    }
                    value_from = value_from.or(from);
                    filled.push_str(&value);
                }
            }
        }
        let span = value_from.map_or(span, |from| self.from(span, from));
        Some(self.tree.add(span, Kind::Scalar { text: filled.into(), plain: false }))
    }

    /// A text that is a name and nothing else takes the value itself, whatever its type.
    fn only(
        &mut self,
        span: Span,
        name: &str,
        copying: &Copying<'_>,
        reading: Reading,
        interpreter: Option<Interpreter>,
    ) -> Option<NodeId> {
        let Some(binding) = copying.scope.find(name) else {
            self.unknown_name(span, name, copying.scope);
            return Some(self.broken(span));
        };
        let (value, place) = match binding.value {
            Value::Given(value) => (value, self.from(span, self.tree.span(value))),
            Value::Default(value) => (value, span),
            Value::Absent => return None,
        };
        let is_list = matches!(self.tree.kind(value), Kind::List(_));
        match (interpreter, self.tree.text(value).map(str::to_owned)) {
            (Some(interpreter), Some(text)) => {
                if let Err(danger) = judge(&text, "", interpreter) {
                    self.dangerous(place, name, &text, danger, interpreter);
                    return Some(self.broken(span));
                }
            }
            // The list form of a command: its words are data.
            (Some(_), None) if is_list && reading == Reading::Command => {}
            (Some(_), None) => {
                self.not_a_text(place, name, binding.declared, &copying.scope.owner);
                return Some(self.broken(span));
            }
            (None, _) => {}
        }
        Some(self.tree.add_alias(place, value))
    }

    /// The text of a value that stands inside a longer text, and where it was given.
    fn inside(&mut self, span: Span, name: &str, copying: &Copying<'_>) -> Option<(String, Option<Span>)> {
        let Some(binding) = copying.scope.find(name) else {
            self.unknown_name(span, name, copying.scope);
            return None;
        };
        let (value, from) = match binding.value {
            Value::Given(value) => (value, Some(self.tree.span(value))),
            Value::Default(value) => (value, None),
            Value::Absent => {
                self.absent(span, name, binding.declared);
                return None;
            }
        };
        if let Some(text) = self.tree.text(value) {
            return Some((text.to_owned(), from));
        }
        if !matches!(self.tree.kind(value), Kind::Broken) {
            let place = from.map_or(span, |from| self.from(span, from));
            self.not_a_text(place, name, binding.declared, &copying.scope.owner);
        }
        None
    }

    /// The place of a text into which a value came from elsewhere: what is reported there is shown at both.
    fn from(&mut self, span: Span, value: Span) -> Span {
        match self.findings.sources.copy(span, Cause::Value(value)) {
            Some(start) => Span { start, end: start + (span.end - span.start) },
            None => span,
        }
    }

    fn unknown_name(&mut self, span: Span, name: &str, scope: &Scope) {
        let near = scope.nearest(name).map(str::to_owned);
        let known: Vec<String> = scope.bindings.iter().map(|binding| format!("`{}`", binding.name)).collect();
        self.findings.report(Code::Placeholder, span, || {
            let finding = match &scope.owner {
                Owner::Component(id) => Finding::new(
                    format!("the component `{id}` has no parameter `{name}`"),
                    format!("`{id}` 컴포넌트에는 `{name}` 매개변수가 없습니다"),
                ),
                Owner::Item => Finding::new(
                    format!("`{name}` stands for nothing in a unit that is repeated"),
                    format!("반복되는 단위에서 `{name}`에 해당하는 값이 없습니다"),
                ),
            };
            match near {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                }
                None if known.is_empty() => finding.help(
                    "declare it under `params:`; braces that are meant literally belong into the environment of the step",
                    "`params:` 아래에 선언하십시오. 중괄호를 글자 그대로 쓰려면 작업의 환경 변수로 넘기십시오",
                ),
                None => match &scope.owner {
                    Owner::Component(_) => finding.help(
                        format!("declare it under `params:`, or use {}", known.join(", ")),
                        format!("`params:` 아래에 선언하거나 다음을 쓰십시오: {}", known.join(", ")),
                    ),
                    Owner::Item => finding.help(
                        format!("write one of {}", known.join(", ")),
                        format!("다음 중 하나를 쓰십시오: {}", known.join(", ")),
                    ),
                },
            }
        });
    }

    fn absent(&mut self, span: Span, name: &str, declared: Span) {
        self.findings.report(Code::Placeholder, span, || {
            Finding::new(
                format!("`{name}` may be left out, and then nothing can stand here for it"),
                format!("`{name}`은(는) 생략할 수 있어 여기에 들어갈 값이 없을 수 있습니다"),
            )
            .also(declared, "the parameter", "매개변수")
            .help(
                "give it a `default`, or `required: true`; only a value that is nothing but `{{ }}` disappears with it",
                "`default` 또는 `required: true`를 주십시오. `{{ }}`만으로 된 값은 함께 사라집니다",
            )
        });
    }

    fn not_a_text(&mut self, span: Span, name: &str, declared: Span, owner: &Owner) {
        let [en, ko] = match owner {
            Owner::Component(_) => ["the parameter", "매개변수"],
            Owner::Item => ["the item", "항목"],
        };
        self.findings.report(Code::Placeholder, span, || {
            Finding::new(
                format!("`{name}` is a list or a map and can not stand in a text"),
                format!("`{name}`은(는) 목록이나 맵이라 글 안에 넣을 수 없습니다"),
            )
            .also(declared, en, ko)
            .help(
                "let it stand alone: as the whole value, or as an item of a list, where its items take its place",
                "값 전체로 쓰거나 목록의 항목으로 쓰십시오. 목록에서는 그 항목들이 들어갑니다",
            )
        });
    }

    fn dangerous(&mut self, span: Span, name: &str, value: &str, danger: Danger, interpreter: Interpreter) {
        let [en, ko] = interpreter.name();
        self.findings.report(Code::UnsafeValue, span, || {
            let (why, why_ko) = match danger {
                Danger::Character(character) => (
                    format!("`{value}` has the character {character:?}"),
                    format!("`{value}`에 {character:?} 문자가 있습니다"),
                ),
                Danger::Empty => ("the value is empty".to_owned(), "값이 비어 있습니다".to_owned()),
                Danger::Option => {
                    (format!("`{value}` begins like an option"), format!("`{value}`이(가) 옵션처럼 시작합니다"))
                }
                Danger::Comment => {
                    (format!("`{value}` holds `--`, a comment"), format!("`{value}`에 주석 기호 `--`가 있습니다"))
                }
            };
            Finding::new(
                format!("`{name}` is read by {en} here, and {why}"),
                format!("여기서 `{name}`은(는) {ko}이(가) 해석하는데 {why_ko}"),
            )
            .help(
                "only letters A-Z, digits and . _ : / @ % + = - are put into a program; write the command as a list, or \
                 hand the value over with `env`",
                "프로그램 안에는 영문자, 숫자, . _ : / @ % + = -만 넣을 수 있습니다. 명령을 목록으로 쓰거나 값을 `env`로 \
                 넘기십시오",
            )
        });
    }
}
