//! Finds out who looks and in which language, once a request.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use engine::base::{Lang, UserName};
use engine::identity::User;
use engine::store::{Error, Kept as _, Query};
use engine::telling::Note;

use crate::accounts::{Came, Token};
use crate::api::{is_api, wanted_lang};
use crate::app::App;
use crate::extract::{Cookie, Peer, Person, SignedIn, StandsIn, Visitor, cookie, is_forwarded_tls};
use crate::handlers::approvals::waiting;
use crate::handlers::tasks::count;
use crate::i18n::Words;
use crate::urls;

/// Unread messages that are counted.
const UNREAD: u32 = 100;

/// Puts a [`Visitor`] into the request; `?lang=` before sign-in is remembered in a cookie.
pub async fn visit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let came = came(&request);
    let person = match bearer(&request) {
        Some(token) => program(&app, token, came).await,
        None => person(&app, request.headers(), came).await,
    };
    let asked = asked_lang(request.uri());
    let lang = match &person {
        Person::Known(known) | Person::Half(known) => known.user.lang,
        Person::Nobody | Person::CanNotSay(_) => asked.or_else(|| kept_lang(request.headers())).unwrap_or_default(),
    };
    // A program says with every request which language it wants to be told in.
    let lang = if is_api(request.uri()) { wanted_lang(request.headers()).unwrap_or(lang) } else { lang };
    let here = request.uri().path_and_query().map_or_else(|| urls::home().to_owned(), ToString::to_string);
    let trouble = app.engine.health().trouble();
    let unread = match &person {
        Person::Known(known) if request.method() == Method::GET => unread(&app, &known.user.name).await,
        Person::Known(_) | Person::Half(_) | Person::Nobody | Person::CanNotSay(_) => 0,
    };
    let (approvals, tasks) = match &person {
        Person::Known(known) if request.method() == Method::GET && !is_api(request.uri()) => {
            (waiting(&app, known).await.map_or(0, |waiting| waiting.len()), count(&app, known).await.unwrap_or(0))
        }
        Person::Known(_) | Person::Half(_) | Person::Nobody | Person::CanNotSay(_) => (0, 0),
    };
    // A store that does not answer is told of by the page itself.
    let glass = match &person {
        Person::Known(_) => app.sign_ins.broken_glass().await.unwrap_or_default(),
        Person::Half(_) | Person::Nobody | Person::CanNotSay(_) => Vec::new(),
    };
    let secure = is_forwarded_tls(request.headers());
    request.extensions_mut().insert(Visitor {
        words: Words(lang),
        person,
        here,
        unread,
        approvals,
        tasks,
        glass,
        trouble,
    });
    let mut response = next.run(request).await;
    if let Some(header) = asked.and_then(|lang| Cookie::Lang.set(lang.tag(), secure)) {
        response.headers_mut().append(header::SET_COOKIE, header);
    }
    response
}

/// How many messages somebody has not read. A store that does not answer is said elsewhere on the page.
async fn unread(app: &App, name: &UserName) -> usize {
    let query = Query { limit: UNREAD, ..Query::group(Note::unread_of(name)) };
    app.engine.store().entries(Note::KIND, query).await.map_or(0, |notes| notes.len())
}

fn came(request: &Request) -> Came {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Came::new(Peer::of(request.extensions()).0, agent.unwrap_or_default())
}

/// The token of a program. Pages take none: whoever sends one there is nobody's browser.
fn bearer(request: &Request) -> Option<&str> {
    if !is_api(request.uri()) {
        return None;
    }
    let (scheme, token) = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The person for whom a program acts. A cookie that it sends as well counts for nothing.
async fn program(app: &App, token: &str, came: Came) -> Person {
    match app.sign_ins.program(token).await {
        Ok(Some((token, user))) => {
            let session = token.as_session(came.peer.to_string(), app.clock.now());
            let stands_in = match stands_in(app, &user).await {
                Ok(stands_in) => stands_in,
                Err(why) => return Person::CanNotSay(Arc::new(why)),
            };
            let program = Some(Arc::new(token));
            Person::Known(SignedIn { session: Arc::new(session), user: Arc::new(user), came, stands_in, program })
        }
        Ok(None) => Person::Nobody,
        Err(why) => Person::CanNotSay(Arc::new(why)),
    }
}

async fn person(app: &App, headers: &HeaderMap, came: Came) -> Person {
    let Some(token) = cookie(headers, Cookie::Session).and_then(Token::parse) else { return Person::Nobody };
    match app.sign_ins.resume(&token).await {
        Ok(Some((session, user))) => {
            let half = session.half;
            let stands_in = match stands_in(app, &user).await {
                Ok(stands_in) => stands_in,
                Err(why) => return Person::CanNotSay(Arc::new(why)),
            };
            let person = SignedIn { session: Arc::new(session), user: Arc::new(user), came, stands_in, program: None };
            if half { Person::Half(person) } else { Person::Known(person) }
        }
        Ok(None) => Person::Nobody,
        Err(why) => Person::CanNotSay(Arc::new(why)),
    }
}

async fn stands_in(app: &App, user: &User) -> Result<StandsIn, Error> {
    let given = app.board.mandates(&**app.engine.store(), &user.name).await?;
    Ok(StandsIn::of(user, given, app.clock.now()))
}

fn lang_of(tag: &str) -> Option<Lang> {
    Lang::ALL.into_iter().find(|lang| lang.tag() == tag)
}

fn asked_lang(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(lang_of)
}

fn kept_lang(headers: &HeaderMap) -> Option<Lang> {
    cookie(headers, Cookie::Lang).and_then(lang_of)
}
