//! `foreach: {labels: …}`: the targets of the inventory that have these labels.

use super::super::diagnostic::Finding;
use super::super::document::Chosen;
use super::super::read::{Read as _, Reader};
use super::super::tree::NodeId;
use super::super::{Choice, Code};
use super::expander::Expander;

impl Expander<'_, '_> {
    /// The names of the targets that a choice stands for. `None` when it can not be made, which was reported.
    pub(super) fn chosen(&mut self, foreach: NodeId) -> Option<Vec<NodeId>> {
        let mut reader = Reader::new(self.tree, self.findings);
        let labels = Chosen::read(&mut reader, foreach)?.labels?;
        let place = self.tree.span(foreach);
        let Some(choices) = self.choices else {
            self.findings.report(Code::Repetition, place, || {
                Finding::new("there is no inventory to choose targets from", "대상을 고를 인벤토리가 없습니다").help(
                    "write `inventory.yaml` beside the runbook or name one with `--inventory`, or list the targets",
                    "런북 옆에 `inventory.yaml`을 두거나 `--inventory`로 지정하십시오. 대상을 목록으로 써도 됩니다",
                )
            });
            return None;
        };
        let has_all = |choice: &&Choice| labels.iter().all(|label| choice.has(&label.key.value, &label.value));
        let names: Vec<&Choice> = choices.iter().filter(has_all).collect();
        if names.is_empty() {
            self.findings.report(Code::Repetition, place, || {
                Finding::new(
                    "no target of the inventory has these labels",
                    "인벤토리에 이 라벨을 모두 가진 대상이 없습니다",
                )
                .help(
                    "compare them with `labels`, `tier` and `site` of the targets",
                    "대상의 `labels`, `tier`, `site`와 비교하십시오",
                )
            });
            return None;
        }
        Some(names.into_iter().map(|choice| self.tree.add_text(place, choice.target.to_string())).collect())
    }
}
