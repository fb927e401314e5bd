//! The form that opens a case. Three answers are enough; everything else can be said later.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use engine::base::{CaseClass, FacilityScope};
use engine::cases::{Customers, Source};
use engine::plan::Mode;
use engine::report::Word;
use engine::run::{Act, CaseRight};

use super::places;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// One of several answers.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) keyword: &'static str,
    pub(super) word: String,
    pub(super) hint: String,
    pub(super) chosen: bool,
}

impl Choice {
    /// All answers of a kind; `chosen` tells which one is given already.
    pub(super) fn all<T: Word + Copy>(
        w: Words,
        all: &[T],
        keyword: impl Fn(T) -> &'static str,
        chosen: impl Fn(T) -> bool,
    ) -> Vec<Self> {
        let choice =
            |one: &T| Self { keyword: keyword(*one), word: w.word(one), hint: String::new(), chosen: chosen(*one) };
        all.iter().map(choice).collect()
    }
}

/// The form, empty or as it was sent.
#[derive(Debug, Template)]
#[template(path = "cases/new.html")]
pub(super) struct Page {
    shell: Shell,
    csrf: String,
    case: String,
    action: &'static str,
    back: &'static str,
    problems: Vec<String>,
    classes: Vec<Choice>,
    modes: Vec<Choice>,
    customers: Vec<Choice>,
    scopes: Vec<Choice>,
    sources: Vec<Choice>,
    /// Value, words and whether it is chosen.
    places: Vec<(String, String, bool)>,
    sent: Fields,
}

impl Page {
    /// `sent` is what was sent before; a new form gets the id of the case that it will open.
    pub(super) fn new(app: &App, visitor: &Visitor, person: &SignedIn, sent: Fields) -> Self {
        let w = visitor.words;
        let case = if sent.get("case").is_empty() { app.ids.fresh().to_string() } else { sent.get("case").to_owned() };
        let is = |field: &str, word: &str| sent.get(field) == word;
        let modes = Mode::ALL.into_iter().map(|mode| Choice {
            keyword: mode.keyword(),
            word: w.word(&mode),
            hint: w.t(&format!("case-mode-{}", mode.keyword())),
            chosen: is("mode", mode.keyword()),
        });
        Self {
            shell: Shell::new(visitor, &w.t("case-new-title")),
            csrf: person.session.csrf.clone(),
            case,
            action: urls::case_new(),
            back: urls::cases(),
            problems: Vec::new(),
            classes: Choice::all(w, CaseClass::ALL, CaseClass::keyword, |class| is("class", class.keyword())),
            modes: modes.collect(),
            customers: Choice::all(w, Customers::ALL, Customers::keyword, |one| is("customers", one.keyword())),
            scopes: Choice::all(w, FacilityScope::ALL, FacilityScope::keyword, |one| is("scope", one.keyword())),
            sources: Choice::all(w, Source::ALL, Source::keyword, |one| is("source", one.keyword())),
            places: places(person)
                .into_iter()
                .map(|place| {
                    let value = place.as_ref().map_or_else(String::new, ToString::to_string);
                    let word = place.map_or_else(|| w.t("case-everywhere"), |place| place.to_string());
                    let chosen = is("organisation", &value);
                    (value, word, chosen)
                })
                .collect(),
            sent,
        }
    }

    /// The form again, with everything that is wrong.
    pub(super) fn again(self, problems: Vec<String>) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Html(Self { problems, ..self })).into_response()
    }
}

/// Shows the form to who may open a case.
pub async fn new(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Response, Error> {
    if places(&person).is_empty() {
        person.must(Act::Case(CaseRight::Open, Mode::Mock), None, visitor.words)?;
    }
    Ok(Html(Page::new(&app, &visitor, &person, Fields::default())).into_response())
}
