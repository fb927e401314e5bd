//! Work of people, with its defaults filled in.

use super::super::{Evidence, Item, Manual, Measure, SecondChecker};
use super::steps::Lower;
use crate::base::Text;
use crate::runbook as written;
use crate::runbook::{Code, Finding, Span, Spanned, Wanted};

/// More is not gone through by one person in one sitting, and does not fit on a page for the phone.
const ITEMS: usize = 50;

impl Lower<'_, '_> {
    pub(super) fn manual(&mut self, manual: written::Manual) -> Manual {
        let measured = manual.measure.is_some();
        let (evidence, number) = self.evidence(manual.evidence, measured);
        Manual {
            // Absent only where its absence was reported.
            instruction: manual.instruction.unwrap_or_else(|| Text::plain("")),
            expected: manual.expected,
            copy: manual.copy,
            roles: manual.roles.unwrap_or_default(),
            evidence,
            measure: manual.measure.map(|measure| self.measure(measure, number != Some(Wanted::Optional))),
            checklist: manual.checklist.map(|list| self.checklist(list)).unwrap_or_default(),
            second_checker: manual.second_checker.and_then(|second| self.second_checker(second)),
            may_not_apply: manual.not_applicable == Some(written::NotApplicable::Allowed),
        }
    }

    /// What must come, and what was said of the number.
    fn evidence(&mut self, evidence: Option<written::Evidence>, measured: bool) -> (Evidence, Option<Wanted>) {
        let keys = match evidence {
            None | Some(written::Evidence::Text(false)) => return (Evidence::default(), None),
            Some(written::Evidence::Text(true)) => return (Evidence::TEXT, None),
            Some(written::Evidence::Of(keys)) => *keys,
        };
        if let Some(number) = keys.measure.as_ref().filter(|_| !measured) {
            self.findings.report(Code::BadValue, number.span, || {
                Finding::new("nothing says which number is to be read off", "무엇을 측정할지 정해져 있지 않습니다")
                    .help(
                        "write `measure: {unit: ms, max: 500}` beside `evidence`",
                        "`evidence` 옆에 `measure: {unit: ms, max: 500}`처럼 쓰십시오",
                    )
            });
        }
        let least = keys.min_text.map(|count| count.0);
        let wanted = |word: Option<Wanted>| word == Some(Wanted::Required);
        let evidence = Evidence {
            // A least length asks for a text also where the word for it is left out.
            text: if keys.text == Some(Wanted::Optional) { 0 } else { least.unwrap_or(u32::from(wanted(keys.text))) },
            file: wanted(keys.file),
            photo: wanted(keys.photo),
            files: keys.min_files.map_or(0, |count| count.0),
        };
        (evidence, keys.measure.map(|word| word.value))
    }

    fn measure(&mut self, measure: written::Measure, required: bool) -> Measure {
        if let (Some(min), Some(max)) = (&measure.min, &measure.max)
            && min.value > max.value
        {
            self.findings.report(Code::BadValue, max.span, || {
                Finding::new("nothing lies in this range", "이 범위에 드는 수가 없습니다")
                    .also(min.span, "the least", "최솟값")
                    .help("`min` is at most `max`", "`min`은 `max` 이하여야 합니다")
            });
        }
        Measure {
            unit: measure.unit.unwrap_or_else(|| Text::plain("")),
            min: measure.min.map(|min| min.value),
            max: measure.max.map(|max| max.value),
            required,
        }
    }

    fn checklist(&mut self, list: Spanned<Vec<written::Listed>>) -> Vec<Item> {
        let (span, items) = (list.span, list.value);
        if items.is_empty() {
            self.empty_list(span, ["a checklist without items", "항목이 없는 점검표입니다"]);
        } else if items.len() > ITEMS {
            let many = items.len();
            self.findings.report(Code::BadValue, span, || {
                Finding::new(
                    format!("a checklist of {many} items, at most {ITEMS} are possible"),
                    format!("점검표 항목이 {many}개입니다. {ITEMS}개까지 쓸 수 있습니다"),
                )
                .help("make several steps of it", "여러 작업으로 나누십시오")
            });
        }
        let items = items.into_iter().map(|listed| Item {
            title: listed.0.item.unwrap_or_else(|| Text::plain("")),
            may_fail: listed.0.may_fail.unwrap_or(false),
        });
        items.collect()
    }

    fn second_checker(&mut self, second: Spanned<written::SecondChecker>) -> Option<SecondChecker> {
        match second.value {
            written::SecondChecker::Any(wanted) => wanted.then(|| SecondChecker { roles: Vec::new() }),
            written::SecondChecker::Of(roles) => {
                if roles.is_empty() {
                    self.empty_list(second.span, ["nobody may check it", "확인할 수 있는 역할이 없습니다"]);
                }
                Some(SecondChecker { roles })
            }
        }
    }

    fn empty_list(&mut self, span: Span, [en, ko]: [&'static str; 2]) {
        self.findings.report(Code::BadValue, span, || {
            Finding::new(en, ko).help("name at least one, or remove the key", "하나 이상 쓰거나 키를 지우십시오")
        });
    }
}
