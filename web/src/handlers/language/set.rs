//! Takes the language form of the header.

use axum::extract::State;
use axum::response::Redirect;
use engine::base::Lang;
use engine::identity::User;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Named};
use crate::urls;

/// Keeps the language with the account and comes back to the page.
pub async fn set(State(app): State<App>, acting: Acting) -> Result<Redirect, Error> {
    let tag = acting.fields.get("lang");
    let Some(lang) = Lang::ALL.into_iter().find(|lang| lang.tag() == tag) else {
        return Err(Error::Field(Named::Malformed("lang".to_owned())));
    };
    let user = User { lang, ..(*acting.person.user).clone() };
    app.accounts.change_user(user).await?;
    Ok(Redirect::to(urls::safe_next(acting.fields.get("next"))))
}
