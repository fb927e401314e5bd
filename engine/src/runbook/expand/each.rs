//! `foreach`: a unit for each item of a list.

use std::num::NonZeroUsize;

use super::super::diagnostic::Finding;
use super::super::read::{Count, Read as _, Reader};
use super::super::sources::Cause;
use super::super::tree::{Kind, NodeId};
use super::super::{Code, Span, Spanned};
use super::expander::Expander;
use super::reading::Reading;
use super::scope::{Binding, Owner, Scope, Value};
use super::units::Branch;
use crate::base::UnitId;

/// Items of one list, at most.
const ITEMS: usize = 1_000;
/// Keys that say how a unit is repeated.
const REPEATING: [&str; 3] = ["foreach", "max_parallel", "sequential"];

/// What a unit is made for.
struct Item {
    at: NodeId,
    /// What its unit is called, behind the name as written.
    name: String,
    /// Where that was written.
    named: Span,
}

impl Expander<'_, '_> {
    /// The units of every item of a unit with `foreach`. `None` when it can not be repeated, which was reported.
    pub(super) fn each(&mut self, key: NodeId, unit: NodeId, foreach: NodeId) -> Option<Branch> {
        let written = self.tree.text(key)?.to_owned();
        let entries = self.tree.entries(unit);
        let width = self.width(unit)?;
        let items = self.items(&written, foreach)?;
        let bare: Vec<[NodeId; 2]> = entries
            .iter()
            .copied()
            .filter(|[key, _]| self.tree.text(*key).is_none_or(|text| !REPEATING.contains(&text)))
            .collect();
        let (span, place) = (self.tree.span(unit), self.tree.span(foreach));
        let bare = self.tree.add_map(span, &bare);
        let mut branches = Vec::with_capacity(items.len());
        for item in &items {
            let scope = self.item_scope(item);
            let copying = self.copying(&scope, span, Cause::Item(item.named))?;
            let Some(copy) = self.copy(bare, &copying, Reading::Data) else { continue };
            branches.push(self.branch([key, copy], Some(&item.name)));
        }
        Some(self.in_lanes(branches, width, place))
    }

    /// How many items are at work at the same time, at most. The outer `None` when that can not be read.
    fn width(&mut self, unit: NodeId) -> Option<Option<NonZeroUsize>> {
        let [most, sequential] = ["max_parallel", "sequential"].map(|key| self.tree.entry(unit, key));
        let mut reader = Reader::new(self.tree, self.findings);
        let most = match most {
            Some([_, at]) => Some(Spanned::<Count<1, 10_000>>::read(&mut reader, at)?),
            None => None,
        };
        let sequential = match sequential {
            Some([_, at]) => Some(Spanned::<bool>::read(&mut reader, at)?),
            None => None,
        };
        match (most, sequential.filter(|sequential| sequential.value)) {
            (Some(most), Some(sequential)) => {
                self.both_orders(sequential.span, most.span);
                None
            }
            (None, Some(_)) => Some(Some(NonZeroUsize::MIN)),
            (Some(most), None) => Some(usize::try_from(most.value.0).ok().and_then(NonZeroUsize::new)),
            (None, None) => Some(None),
        }
    }

    /// Reports a bound on what is at work at the same time beside units that never are.
    pub(super) fn both_orders(&mut self, sequential: Span, most: Span) {
        self.findings.report(Code::Repetition, most, || {
            Finding::new("one after another is already one at a time", "순차 실행은 이미 한 번에 하나씩입니다")
                .also(sequential, "sequential", "순차 실행")
                .help("keep one of `sequential` and `max_parallel`", "`sequential`과 `max_parallel` 중 하나만 두십시오")
        });
    }

    fn items(&mut self, written: &str, foreach: NodeId) -> Option<Vec<Item>> {
        let place = self.tree.span(foreach);
        let nodes = match self.tree.kind(foreach) {
            Kind::List(_) => self.tree.list(foreach),
            Kind::Map(_) => self.chosen(foreach)?,
            Kind::Broken => return None,
            Kind::Scalar { .. } | Kind::Alias(_) => {
                self.findings.report(Code::Repetition, place, || {
                    Finding::new("`foreach` takes a list", "`foreach`에는 목록이 와야 합니다").help(
                        "write `foreach: [one, another]`, or choose targets with `foreach: {labels: {tier: ap}}`",
                        "`foreach: [하나, 다른하나]`로 쓰거나 `foreach: {labels: {tier: ap}}`로 대상을 고르십시오",
                    )
                });
                return None;
            }
        };
        if nodes.is_empty() || nodes.len() > ITEMS {
            self.findings.report(Code::Repetition, place, || {
                Finding::new(
                    format!("a unit is repeated for 1 to {ITEMS} items, and there are {}", nodes.len()),
                    format!("단위는 1~{ITEMS}개 항목에 대해 반복하는데 {}개가 있습니다", nodes.len()),
                )
                .help("name at least one item, or remove the unit", "항목을 쓰거나 단위를 지우십시오")
            });
            return None;
        }
        let mut items: Vec<Item> = Vec::with_capacity(nodes.len());
        for at in nodes {
            let item = self.item(written, at)?;
            match items.iter().find(|other| other.name == item.name) {
                Some(other) => {
                    let first = other.named;
                    self.findings.report(Code::Repetition, item.named, || {
                        Finding::new(
                            format!("`{}` stands twice in this list", item.name),
                            format!("`{}`이(가) 목록에 두 번 있습니다", item.name),
                        )
                        .also(first, "the first", "첫 번째")
                        .help(
                            "remove one, or give each map an `id` of its own",
                            "하나를 지우거나 맵마다 다른 `id`를 주십시오",
                        )
                    });
                    return None;
                }
                None => items.push(item),
            }
        }
        Some(items)
    }

    /// An item and the name that it gives to its unit.
    fn item(&mut self, written: &str, at: NodeId) -> Option<Item> {
        let named = match self.tree.kind(at) {
            Kind::Map(_) => self.tree.entry(at, "id").map(|[_, id]| id),
            Kind::Scalar { .. } => Some(at),
            Kind::Broken => return None,
            Kind::List(_) | Kind::Alias(_) => None,
        };
        let name = named.and_then(|at| self.tree.text(at)).map(str::to_owned);
        let span = self.tree.span(named.unwrap_or(at));
        match name.filter(|name| format!("{written}-{name}").parse::<UnitId>().is_ok()) {
            Some(name) => Some(Item { at, name, named: span }),
            None => {
                self.findings.report(Code::Repetition, span, || {
                    Finding::new(
                        "this item gives no name to its unit",
                        "이 항목으로는 단위의 이름을 만들 수 없습니다",
                    )
                    .help(
                        format!(
                            "the unit is called `{written}-…`: write a short name, or a map with `id`, such as \
                             `{{id: web1, url: \"http://web1/\"}}`"
                        ),
                        format!(
                            "단위 이름은 `{written}-…`이 됩니다. 짧은 이름을 쓰거나 `{{id: web1, url: \"http://web1/\"}}`처럼 \
                             `id`가 있는 맵을 쓰십시오"
                        ),
                    )
                });
                None
            }
        }
    }

    /// What the names of a unit stand for.
    fn item_scope(&self, item: &Item) -> Scope {
        let of = |name: String, at: NodeId| Binding { name, value: Value::Given(at), declared: item.named };
        let mut bindings = vec![of("item".to_owned(), item.at)];
        for [key, value] in self.tree.entries(item.at) {
            if let Some(key) = self.tree.text(key) {
                bindings.push(of(format!("item.{key}"), value));
            }
        }
        Scope { owner: Owner::Item, bindings }
    }
}
