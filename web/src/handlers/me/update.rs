//! Takes the forms of the own account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::Secret;
use engine::identity::Scope;
use engine::run::Door;

use super::show::{Fresh, Page};
use crate::accounts::Refusal;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::Html;
use crate::urls;

/// Characters of a label.
const LABEL: usize = 80;

/// Does what the form asks, and shows the page again; what is shown this once with it.
pub async fn update(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    match ask(&app, visitor.words, &person, &fields).await? {
        Ok(None) => Ok(Redirect::to(urls::me()).into_response()),
        Ok(fresh) => Ok(Html(Page::new(&app, &visitor, &person).await?.with(fresh, None)).into_response()),
        Err(Refusal::Wrong) => {
            let problem = Some(visitor.words.t("second-wrong"));
            let page = Page::new(&app, &visitor, &person).await?.with(None, problem);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
        Err(other) => Err(Error::of_refusal(other)),
    }
}

async fn ask(app: &App, w: Words, person: &SignedIn, fields: &Fields) -> Result<Result<Option<Fresh>, Refusal>, Error> {
    let (sign_ins, user, came, by) = (&app.sign_ins, &*person.user, &person.came, person.oneself(Door::Console));
    let codes = |codes: Vec<Secret>| Fresh {
        title: w.t("me-codes-fresh"),
        lines: codes.iter().map(|code| code.expose().to_owned()).collect(),
    };
    let verb = fields.get("verb");
    if matches!(verb, "second-begin" | "second-on" | "codes" | "second-off" | "token-add") {
        person.must_have_confirmed(app, urls::me())?;
    }
    Ok(match verb {
        "second-begin" => sign_ins.enrol(user).await.map(|()| None),
        "second-on" => sign_ins.enrolled(user, fields.get("code"), came).await.map(|fresh| Some(codes(fresh))),
        "codes" => sign_ins.new_codes(user, came).await.map(|fresh| Some(codes(fresh))),
        "second-off" => sign_ins.unenrol(user, came).await.map(|()| None),
        "session-revoke" => sign_ins.revoke_session(user, fields.parsed("id")?, &by).await.map(|()| None),
        "session-all" => sign_ins.revoke_all(user, &by).await.map(|()| None),
        "token-add" => {
            let label: String = fields.required("label")?.chars().take(LABEL).collect();
            let scope = Scope::from_keyword(fields.get("scope"))
                .ok_or_else(|| Error::Field(Named::Malformed("scope".to_owned())))?;
            let days = fields.parsed("days")?;
            let made = sign_ins.new_token(user, (label, scope, days), &by).await;
            made.map(|(_, token)| Some(Fresh { title: w.t("me-token-fresh"), lines: vec![token.expose().to_owned()] }))
        }
        "token-revoke" => sign_ins.revoke_token(user, fields.parsed("id")?, &by).await.map(|()| None),
        _ => return Err(Error::Field(Named::Malformed("verb".to_owned()))),
    })
}
