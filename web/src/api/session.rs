//! Who the caller is.

use axum::Json;

use super::Caller;
use super::model::{Granted, Session, iso};

/// Who is signed in or whose token this is, and what changing requests must carry.
#[utoipa::path(get, path = "/api/v1/session", tag = "about", responses(
    (status = 200, description = "The session.", body = Session),
))]
pub(super) async fn show(caller: Caller) -> Json<Session> {
    let (session, user) = (&caller.person.session, &caller.person.user);
    Json(Session {
        user: user.name.to_string(),
        grants: Granted::all(user),
        lang: user.lang.tag().to_owned(),
        csrf: caller.person.program.is_none().then(|| session.csrf.clone()),
        scope: caller.person.scope().map(|scope| scope.keyword().to_owned()),
        expires_at: iso(session.expires_at),
    })
}
