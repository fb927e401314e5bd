//! A finding in a list.

use engine::base::Day;
use engine::review::Finding;

use crate::i18n::Words;
use crate::pages::Tag;
use crate::urls;

/// A line.
#[derive(Debug)]
pub(in crate::handlers) struct Row {
    pub(in crate::handlers) href: String,
    pub(in crate::handlers) what: String,
    pub(in crate::handlers) kind: String,
    pub(in crate::handlers) subject: String,
    pub(in crate::handlers) severity: Tag,
    pub(in crate::handlers) status: Tag,
    pub(in crate::handlers) mode: Tag,
    pub(in crate::handlers) runbook: String,
    pub(in crate::handlers) owner: String,
    pub(in crate::handlers) due: String,
    pub(in crate::handlers) overdue: bool,
    pub(in crate::handlers) raised: String,
}

impl Row {
    pub(in crate::handlers) fn of(w: Words, finding: &Finding, today: Day) -> Self {
        Self {
            href: urls::finding(finding.id),
            what: w.text(&finding.what).to_owned(),
            kind: w.text(&finding.kind.title()).to_owned(),
            subject: finding.subject.name().to_owned(),
            severity: Tag::severity(w, finding.severity),
            status: Tag::finding(w, &finding.status),
            mode: Tag::mode(w, finding.mode),
            runbook: w.text(&finding.title).to_owned(),
            owner: finding.owner.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string),
            due: finding.due.map_or_else(|| "–".to_owned(), |due| due.to_string()),
            overdue: finding.is_overdue(today),
            raised: w.day_time(finding.raised_at),
        }
    }
}
