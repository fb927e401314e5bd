//! The preflight of a declaration: looked at by a button of the form, kept as it was shown, named by the run.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use engine::base::{Bilingual as _, Digest, UserName};
use engine::executor::{Approver, Voters};
use engine::identity;
use engine::plan::{Mode, Plan};
use engine::run::{Answered, Preflight};
use engine::store::{Changed, Kept, add, find};
use engine::telling::contacts;
use serde::{Deserialize, Serialize};

use super::declaration::in_case;
use super::new::{Page, runbook};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::Html;

/// That something that is kept is what a preflight of ours has found: files that people hand in are kept in the same place, and
/// none of them may pass for one.
#[derive(Debug, Serialize, Deserialize)]
struct Looked {
    digest: Digest,
}

impl Kept for Looked {
    const KIND: &'static str = "preflight";

    fn id(&self) -> String {
        self.digest.to_string()
    }
}

/// A finding, in words.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) topic: String,
    pub(super) subject: String,
    pub(super) class: &'static str,
    pub(super) answer: String,
    pub(super) seen: String,
    pub(super) next_step: String,
    pub(super) took: String,
}

/// What was found, as the form shows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) digest: String,
    pub(super) short: String,
    pub(super) at: String,
    pub(super) mode: String,
    pub(super) tally: String,
    /// A drill that would begin although something is not as it should be.
    pub(super) warns: bool,
    pub(super) lines: Vec<Line>,
}

impl Shown {
    pub(super) fn of(w: Words, preflight: &Preflight, digest: Digest) -> Self {
        let (down, unknown) = (preflight.count(Answered::Down), preflight.count(Answered::Unknown));
        let lines = preflight.findings.iter().map(|finding| Line {
            topic: w.word(&finding.topic),
            subject: finding.subject.clone(),
            class: match finding.answer {
                Answered::Up => "v-met",
                Answered::Down => "v-exceeded",
                Answered::Unknown => "v-not_measured",
            },
            answer: w.word(&finding.answer),
            seen: w.text(&finding.seen).to_owned(),
            next_step: finding.next_step.as_ref().map_or_else(String::new, |next| w.text(next).to_owned()),
            took: w.span(finding.took),
        });
        Self {
            digest: digest.to_string(),
            short: digest.short(),
            at: w.moment(preflight.at),
            mode: w.word(&preflight.mode),
            tally: w.with2("preflight-tally", ("down", down), ("unknown", unknown)),
            warns: preflight.mode == Mode::Drill && !preflight.is_clear(),
            lines: lines.collect(),
        }
    }
}

/// Looks, and shows the form again with what was found.
pub async fn preflight(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let mode = Mode::from_keyword(fields.get("mode"));
    let mode = mode.ok_or_else(|| Error::Field(Named::Missing("mode".to_owned())))?;
    let (plan, found, digest) = looked(&app, visitor.words, &person, &id, mode).await?;
    let shown = Shown::of(visitor.words, &found, digest);
    let asked = in_case(&fields);
    let page = Page::new(&app, &visitor, &person, &plan, fields).of_case(&app, &visitor, &person, &asked).await?;
    Ok(Html(page.with_preflight(shown)).into_response())
}

/// Looks at all that a run of a runbook would need, for who may declare it, and keeps what was found under its digest.
pub(crate) async fn looked(
    app: &App,
    w: Words,
    person: &SignedIn,
    id: &str,
    mode: Mode,
) -> Result<(Arc<Plan>, Preflight, Digest), Error> {
    let (_, plan) = runbook(app, person, id).await?;
    person.requester(&plan, mode).map_err(|denial| Error::Forbidden { why: w.text(&denial.text()).to_owned() })?;
    let org = plan.body().organisation.clone();
    let users = app.sign_ins.people().await?;
    let contacts = contacts(&**app.engine.store()).await?;
    let told = contacts.iter().filter(|known| known.value.covers(org.as_ref()));
    let reached: BTreeSet<&UserName> = told.filter_map(|known| known.value.reaches(mode)).collect();
    let approvers = users.into_iter().filter(|user| !user.disabled).map(|user| Approver {
        roles: identity::roles(&user, org.as_ref(), Some(mode)),
        reached: reached.contains(&user.name),
        name: user.name,
    });
    let voters = Voters { requester: Some(person.user.name.clone()), approvers: approvers.collect() };
    let found = app.engine.preflight(&plan, mode, &voters).await?;
    let text = serde_json::to_vec(&found).map_err(|why| Error::Internal(why.to_string()))?;
    let store = app.engine.store();
    let digest = store.keep(text).await?;
    match store.change(found.at, vec![add(&Looked { digest })?], Vec::new()).await? {
        // Stale: the very same was found before.
        Changed::Done | Changed::Stale { .. } => Ok((plan, found, digest)),
    }
}

/// The preflight that a form names, where it is one of this plan in this mode; anything else is none.
pub(super) async fn named(app: &App, plan: &Plan, fields: &Fields) -> Result<Option<(Digest, Preflight)>, Error> {
    let Ok(digest) = fields.parsed::<Digest>("preflight") else { return Ok(None) };
    let store = app.engine.store();
    if find::<Looked>(&**store, &digest.to_string()).await?.is_none() {
        return Ok(None);
    }
    let Some(text) = store.kept(digest).await? else { return Ok(None) };
    let known = serde_json::from_slice::<Preflight>(&text).ok();
    let mode = Mode::from_keyword(fields.get("mode"));
    Ok(known.filter(|it| it.plan == plan.digest() && Some(it.mode) == mode).map(|it| (digest, it)))
}
