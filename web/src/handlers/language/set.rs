//! Takes the language form of the header.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::Lang;
use engine::run::Door;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Cookie, Named, is_forwarded_tls};
use crate::urls;

/// Keeps the language with the account and with the browser, and comes back to the page.
pub async fn set(State(app): State<App>, headers: HeaderMap, acting: Acting) -> Result<Response, Error> {
    let tag = acting.fields.get("lang");
    let Some(lang) = Lang::ALL.into_iter().find(|lang| lang.tag() == tag) else {
        return Err(Error::Field(Named::Malformed("lang".to_owned())));
    };
    let by = acting.person.oneself(Door::Console);
    app.sign_ins.speak(&acting.person.user, lang, &by).await.map_err(Error::of_refusal)?;
    let mut response = Redirect::to(urls::safe_next(acting.fields.get("next"))).into_response();
    if let Some(kept) = Cookie::Lang.set(lang.tag(), is_forwarded_tls(&headers)) {
        response.headers_mut().append(header::SET_COOKIE, kept);
    }
    Ok(response)
}
