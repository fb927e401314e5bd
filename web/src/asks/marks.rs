//! Setting and correcting milestones. What was said before stays beside it.

use engine::base::Timestamp;
use engine::plan::MarkKind;
use engine::run::Request;

use super::panel::{Form, Look};

/// Milestones that a person may set, with their words in forms.
const SETTABLE: [(MarkKind, &str); 7] = [
    (MarkKind::Event, "event"),
    (MarkKind::Detect, "detect"),
    (MarkKind::Declare, "declare"),
    (MarkKind::Verified, "verified"),
    (MarkKind::Resume, "resume"),
    (MarkKind::FailbackDone, "failback_done"),
    (MarkKind::Close, "close"),
];

/// The milestone that a form names.
pub fn mark_of(keyword: &str) -> Option<MarkKind> {
    SETTABLE.into_iter().find_map(|(mark, known)| (known == keyword).then_some(mark))
}

/// One milestone to choose.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) keyword: &'static str,
    pub(super) name: String,
    pub(super) now: String,
}

/// The form, for who may operate the run; also after its end, since what happened outside is often learnt late.
#[derive(Debug)]
pub(super) struct MarksAsk {
    pub(super) form: Form,
    pub(super) key: String,
    pub(super) choices: Vec<Choice>,
}

impl MarksAsk {
    pub(super) fn of(look: &Look<'_>) -> Option<Self> {
        let choice = |(mark, keyword): (MarkKind, &'static str)| {
            let now = look.view.state.mark(mark).map_or_else(|| look.w.t("mark-not-set"), |at| look.w.moment(at));
            Choice { keyword, name: look.w.word(&mark), now }
        };
        let set = Request::SetMark { mark: MarkKind::Event, at: Timestamp(0), reason: String::new() };
        look.may(&set).then(|| Self {
            form: look.form.clone(),
            key: look.key(),
            choices: SETTABLE.into_iter().map(choice).collect(),
        })
    }
}
