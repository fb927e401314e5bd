//! Versions of a report and their boxes.

use askama::Template;
use axum::extract::State;
use engine::base::RunId;
use engine::evidence::issue::{Issue, issued, right};
use engine::report::{SignBox, Word as _};
use engine::run::{Act, Actor, permit, role_word};

use super::offered;
use crate::app::{App, Place};
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct SignedBox {
    part: &'static str,
    /// Who signed, in which role and when; nothing while nobody has.
    by: Option<(String, String, String)>,
    shown: String,
    comment: String,
}

/// A form for the box that is next.
#[derive(Debug)]
struct Form {
    part: String,
    keyword: &'static str,
    /// Where to show again who that is, where that is due before it can be sent.
    confirm: Option<String>,
}

#[derive(Debug)]
struct Row {
    number: u32,
    title: String,
    by: String,
    reason: String,
    verdict: Option<&'static str>,
    rows: u64,
    digest: String,
    boxes: Vec<SignedBox>,
    form: Option<Form>,
    file: String,
    pack: Option<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "issues/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    action: String,
    report: String,
    pack: Option<String>,
    /// The newest version's number.
    last: u32,
    /// Whether the person may issue one.
    may_issue: bool,
    over: bool,
    rows: Vec<Row>,
}

/// Shows the page, the newest version first.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    RunPath(run): RunPath,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let Place { org, mode, .. } = app.place_of(run).await?;
    let actor = person.actor_at(org.as_ref(), Some(mode));
    let versions = issued(&**app.engine.store(), run).await?;
    let last = versions.last().map_or(0, |last| last.value.number);
    let confirmed = app.sign_ins.confirmed(&person.session).is_some();
    let pack = offered(&app, run, None).await?;
    let rows = versions.iter().rev().map(|found| {
        let newest = found.value.number == last;
        row(
            w,
            run,
            &found.value,
            pack.is_some(),
            newest.then(|| form(w, run, &found.value, &actor, confirmed)).flatten(),
        )
    });
    let rows = rows.collect();
    let may = |part| permit(&actor, Act::Report(right(part), mode), false).is_ok();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("issues-title")),
        csrf: person.session.csrf.clone(),
        action: urls::issues(run),
        report: urls::report(run),
        pack,
        last,
        may_issue: may(SignBox::Author),
        over: app.engine.watch(run).await?.borrow().state.ended_at().is_some(),
        rows,
    }))
}

fn form(w: Words, run: RunId, issue: &Issue, actor: &Actor, confirmed: bool) -> Option<Form> {
    let part = issue.next_box()?;
    let may = permit(actor, Act::Report(right(part), issue.mode), false).is_ok();
    let signed = issue.signatures.iter().any(|signature| signature.by.name == actor.name);
    (may && !signed).then(|| Form {
        part: part.word(w.0).to_owned(),
        keyword: part.keyword(),
        confirm: (!confirmed).then(|| urls::confirm_then(&urls::issues(run))),
    })
}

fn row(w: Words, run: RunId, issue: &Issue, seals: bool, form: Option<Form>) -> Row {
    let boxes = SignBox::ALL.into_iter().map(|part| {
        let signature = issue.signatures.iter().find(|signature| signature.part == part);
        SignedBox {
            part: part.word(w.0),
            by: signature.map(|signature| {
                let role = role_word(&signature.role).get(w.0).to_owned();
                (signature.by.name.to_string(), role, w.moment(signature.at))
            }),
            shown: signature.map_or_else(String::new, |signature| w.moment(signature.confirmed_at)),
            comment: signature.map_or_else(String::new, |signature| signature.comment.clone()),
        }
    });
    Row {
        number: issue.number,
        title: w.with2("issues-version", ("number", issue.number.to_string()), ("at", w.moment(issue.at))),
        by: issue.by.name.to_string(),
        reason: issue.reason.clone(),
        verdict: issue.verdict.map(|verdict| Some(verdict).word(w.0)),
        rows: issue.rows,
        digest: issue.digest.to_string(),
        boxes: boxes.collect(),
        form,
        file: urls::issue_file(run, issue.number),
        pack: seals.then(|| urls::pack(run, Some(issue.number))),
    }
}
