//! Takes every acting form of a run.

use std::time::Duration;

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{Lang, RequestId, RunId};
use engine::executor::SubmitError;
use engine::run::{Answer, Ballot, Door, Request, Scope, Submission};
use engine::store::Deed;
use uuid::Uuid;

use super::work::work;
use super::{assign, delegate, phone};
use crate::app::App;
use crate::asks::mark_of;
use crate::deeds::{self, Comer};
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, RunPath, Visitor};
use crate::i18n::Words;
use crate::urls;

/// How long a form waits for its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a vote is answered with whose voter has to show again who that is.
const CONFIRMATION_NEEDED: &str = "confirmation_needed";
/// How long it waits for the page to show what came of it; the page comes alive by itself anyhow.
const CATCH_UP: Duration = Duration::from_secs(2);

/// Puts the request before the run's owner and comes back to the run.
pub async fn act(
    State(app): State<App>,
    visitor: Visitor,
    RunPath(run): RunPath,
    acting: Acting,
) -> Result<Redirect, Error> {
    let id = RequestId(acting.fields.parsed("key")?);
    let comer = Comer { person: acting.person, door: Door::Console };
    let asked = ask(&app, visitor.words, run, &comer, id, &acting.fields).await?;
    Ok(back(&app, &visitor, run, asked, acting.fields.get("next")).await)
}

/// Comes back to where the form says, or to the run, once its page shows what came of it.
pub(in crate::handlers) async fn back(app: &App, visitor: &Visitor, run: RunId, asked: Asked, next: &str) -> Redirect {
    if let Asked::Accepted(seq) = asked {
        let _ = tokio::time::timeout(CATCH_UP, shown(app, run, visitor.words.0, seq)).await;
    }
    if next.is_empty() { Redirect::to(&urls::run(run)) } else { Redirect::to(urls::safe_next(next)) }
}

/// What became of something that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It took effect; the journal up to this row has it.
    Accepted(u64),
    /// It is kept and takes effect by itself; the page of the run shows when.
    Kept,
}

/// Reads what is asked and puts it before the run's owner: for the console's forms and for the API.
pub(crate) async fn ask(
    app: &App,
    words: Words,
    run: RunId,
    comer: &Comer,
    id: RequestId,
    fields: &Fields,
) -> Result<Asked, Error> {
    let requests = match work(fields)? {
        Some(requests) => requests,
        None if fields.get("verb") == "vote-by-phone" => vec![phone::vote(app, run, comer, fields).await?],
        None => {
            let asked = request(fields)?;
            let is_for_another = fields.get("verb") == "vote" && !fields.get("for").is_empty();
            vec![if is_for_another {
                delegate::vote(app, words, (run, id), comer, fields, asked).await?
            } else {
                asked
            }]
        }
    };
    put(app, words, run, comer, id, requests).await
}

/// Puts requests before the run's owner, one after the other until one is refused, each with the deed that tells of it. They
/// have a number each, made of the one given: the same form sent twice takes effect once.
pub(crate) async fn put(
    app: &App,
    words: Words,
    run: RunId,
    comer: &Comer,
    id: RequestId,
    requests: Vec<Request>,
) -> Result<Asked, Error> {
    let place = app.place_of(run).await?;
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    // A form of which nothing was filled in asks for nothing.
    let mut asked = Asked::Kept;
    for (at, mut request) in (0_u128..).zip(requests) {
        if let Request::Vote { ballot, .. } = &mut request {
            // A token shows nothing of who holds it now.
            ballot.confirmed_at = comer.person.session.confirmed_at.filter(|_| comer.door == Door::Console);
        }
        let voted = if let Request::Vote { unit, .. } = &request { Some(unit.clone()) } else { None };
        let (id, now) = (RequestId(Uuid::from_u128(id.0.as_u128() ^ at)), app.clock.now());
        let view = app.engine.watch(run).await?.borrow().clone();
        let before = deeds::found(&view.plan, &view.state, &request);
        let deed = Deed { before, ..deeds::of_request(&doer, run, id, &request, now) };
        if let Some((code, message)) = assign::fault(app, &view, &request).await? {
            app.record(deeds::refused(deed, code)).await?;
            return Err(Error::Refused { code: code.to_owned(), message: words.text(&message).to_owned() });
        }
        let submission = Submission { id, run, actor: doer.actor.clone(), request, at: now };
        match app.engine.submit(submission, vec![deed.clone()], PATIENCE).await {
            Ok(Answer::Accepted { seq }) => asked = Asked::Accepted(seq),
            Err(SubmitError::Unanswered(_)) => return Ok(Asked::Kept),
            Ok(Answer::Refused { code, message }) => {
                app.record(deeds::refused(Deed { at: app.clock.now(), ..deed }, &code)).await?;
                if let Some(unit) = voted.filter(|_| code == CONFIRMATION_NEEDED && comer.door == Door::Console) {
                    return Err(Error::ConfirmDue { next: urls::gate(run, &unit) });
                }
                return Err(Error::Refused { code, message: words.text(&message).to_owned() });
            }
            Err(SubmitError::Store(why)) => return Err(why.into()),
        }
    }
    Ok(asked)
}

/// Waits until the page shows what came of a request: who comes back to it, with or without script, shall see that.
async fn shown(app: &App, run: RunId, lang: Lang, seq: u64) -> Option<()> {
    let mut watch = app.hub.watch(run, lang).await.ok()?;
    let mut rendered = watch.newest().await?;
    while rendered.view.seq() < seq {
        rendered = watch.next().await?;
    }
    Some(())
}

fn request(fields: &Fields) -> Result<Request, Error> {
    let malformed = |field: &str| Error::Field(Named::Malformed(field.to_owned()));
    let unit = || fields.parsed("unit");
    Ok(match fields.get("verb") {
        "vote" => {
            let approve = match fields.get("approve") {
                "yes" => true,
                "no" => false,
                _ => return Err(malformed("verb")),
            };
            let comment = if approve { fields.text("comment")? } else { fields.required("comment")? };
            Request::Vote { unit: unit()?, ballot: Box::new(Ballot::new(approve, comment, fields.parsed("digest")?)) }
        }
        "retry-step" => Request::RetryStep { unit: unit()? },
        "retry-unit" => Request::RetryUnit { unit: unit()? },
        "rerun" => Request::Rerun { unit: unit()?, downstream: false, reason: fields.required("reason")? },
        "rerun-downstream" => Request::Rerun { unit: unit()?, downstream: true, reason: fields.required("reason")? },
        "skip" => Request::Skip { unit: unit()?, reason: fields.required("reason")? },
        "attest" => Request::Attest { unit: unit()?, evidence: fields.required("evidence")? },
        "rollback" => Request::Rollback {
            scope: scope(fields.get("scope")).ok_or_else(|| malformed("scope"))?,
            downstream: fields.get("downstream") == "yes",
            reason: fields.required("reason")?,
        },
        "choose" => {
            Request::Choose { unit: unit()?, branch: fields.parsed("branch")?, reason: fields.required("reason")? }
        }
        "stop" => Request::Stop { unit: unit()?, reason: fields.required("reason")? },
        "mark" => Request::SetMark {
            mark: mark_of(fields.get("mark")).ok_or_else(|| malformed("mark"))?,
            at: fields.instant("at")?.ok_or_else(|| Error::Field(Named::Missing("at".to_owned())))?,
            reason: fields.required("reason")?,
        },
        "pause" => Request::Pause { reason: fields.required("reason")? },
        "exercise-hold" => Request::ExerciseHold { reason: fields.required("reason")? },
        "resume" => Request::Resume,
        "abort" => Request::Abort { reason: fields.required("reason")? },
        _ => return Err(malformed("verb")),
    })
}

/// What is to be rolled back: `run`, `stage:ID` or `unit:ID`.
fn scope(written: &str) -> Option<Scope> {
    match written.split_once(':') {
        None => (written == "run").then_some(Scope::Run),
        Some(("stage", id)) => id.parse().ok().map(|stage| Scope::Stage { stage }),
        Some(("unit", id)) => id.parse().ok().map(|unit| Scope::Unit { unit }),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Request, Error> {
        request(&Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()))
    }

    #[test]
    fn a_rejection_needs_a_comment_and_an_approval_does_not() {
        let digest = "00".repeat(32);
        let vote = |approve, comment| {
            read(&[("verb", "vote"), ("unit", "go"), ("approve", approve), ("comment", comment), ("digest", &digest)])
        };
        assert!(matches!(vote("yes", ""), Ok(Request::Vote { ballot, .. }) if ballot.approve));
        assert!(matches!(vote("no", " "), Err(Error::Field(Named::Missing(_)))));
        assert!(matches!(vote("no", "이르다"), Ok(Request::Vote { ballot, .. }) if !ballot.approve));
        assert!(vote("", "x").is_err());
    }

    #[test]
    fn skipping_and_aborting_need_a_reason() {
        assert!(matches!(read(&[("verb", "skip"), ("unit", "db")]), Err(Error::Field(Named::Missing(_)))));
        assert!(matches!(read(&[("verb", "abort")]), Err(Error::Field(Named::Missing(_)))));
        assert!(matches!(read(&[("verb", "resume")]), Ok(Request::Resume)));
        let back = |scope| read(&[("verb", "rollback"), ("scope", scope), ("reason", "wrong site")]);
        assert!(matches!(back("run"), Ok(Request::Rollback { scope: Scope::Run, downstream: false, .. })));
        assert!(matches!(back("unit:db"), Ok(Request::Rollback { scope: Scope::Unit { .. }, .. })));
        assert!(matches!(back("db"), Err(Error::Field(Named::Malformed(_)))));
        let unset = [("verb", "mark"), ("mark", "event"), ("reason", "late news")];
        assert!(matches!(read(&unset), Err(Error::Field(Named::Missing(_)))));
        assert!(matches!(read(&[("verb", "mark"), ("mark", "start")]), Err(Error::Field(Named::Malformed(_)))));
        assert!(matches!(read(&[("verb", "format-disk")]), Err(Error::Field(Named::Malformed(_)))));
    }
}
