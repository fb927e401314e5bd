//! L16: a runbook that should have been read again. Systems change under it every day.

use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let Some(today) = subject.today else { return };
    let (review, places) = (subject.body.review, subject.places);
    let policy = subject.inventory.and_then(|inventory| inventory.policy().review_every);
    let Some(every) = review.every.or(policy) else { return };
    let whole = places.review_every.or(places.reviewed).or_else(|| places.units.first().copied()).unwrap_or_default();
    let help = (
        "read it from beginning to end against what is there, then write the day in `reviewed`",
        "실제 시스템과 대조하며 처음부터 끝까지 읽은 뒤 `reviewed`에 날짜를 쓰십시오",
    );
    let Some(reviewed) = review.reviewed else {
        warnings.report(Part::Runbook, Code::StaleReview, whole, || {
            Finding::new(
                format!("this runbook is to be read again every {every}, and nothing says when that was done"),
                format!("이 런북은 {every}마다 검토해야 하는데 언제 검토했는지 적혀 있지 않습니다"),
            )
            .help(help.0, help.1)
        });
        return;
    };
    let span = places.reviewed.unwrap_or(whole);
    if reviewed > today {
        warnings.report(Part::Runbook, Code::StaleReview, span, || {
            Finding::new(
                format!("the review of {reviewed} is still to come: today is {today}"),
                format!("검토일 {reviewed}이(가) 오늘({today})보다 뒤입니다"),
            )
            .help("write the day on which it was done", "실제로 검토한 날짜를 쓰십시오")
        });
        return;
    }
    let due = reviewed.plus(every);
    if today > due {
        let late = today.days_since(due);
        warnings.report(Part::Runbook, Code::StaleReview, span, || {
            Finding::new(
                format!(
                    "this runbook was read last on {reviewed} and should have been read again by {due}, {late} days ago"
                ),
                format!("이 런북은 {reviewed}에 마지막으로 검토했고 {due}까지 다시 검토해야 했습니다({late}일 지남)"),
            )
            .help(help.0, help.1)
        });
    }
}
