//! Who broke the glass, what others found, and the form.

use askama::Template;
use axum::extract::State;
use engine::identity::{Glass, acts};
use engine::run::{Act, permit};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// Reviewed ones that are listed.
const LISTED: u32 = 200;

#[derive(Debug)]
struct Row {
    id: String,
    by: String,
    at: String,
    until: String,
    reason: String,
    reviewed: Option<String>,
    finding: String,
    /// Where the form for the review goes, for who may review it.
    review: Option<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "glass/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    key: String,
    lasts: String,
    /// Whether the person may break it.
    breaks: bool,
    rows: Vec<Row>,
}

/// Shows the page.
pub async fn show(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let reviews = permit(&person.actor_at(None, None), Act::Audit, false).is_ok();
    let row = |glass: Glass| Row {
        id: glass.id.to_string(),
        at: w.moment(glass.at),
        until: w.moment(glass.until),
        reviewed: glass
            .review
            .as_ref()
            .map(|review| w.with2("glass-reviewed", ("by", review.by.as_str()), ("at", w.moment(review.at)))),
        finding: glass.review.as_ref().map_or_else(String::new, |review| review.finding.clone()),
        review: (reviews && glass.review.is_none() && glass.by != person.user.name)
            .then(|| urls::glass_review(glass.id)),
        by: glass.by.to_string(),
        reason: glass.reason,
    };
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("glass-title")),
        csrf: person.session.csrf.clone(),
        key: app.ids.fresh().to_string(),
        lasts: w.span(Glass::LASTS),
        breaks: acts(&person.user),
        rows: app.sign_ins.all_glass(None, LISTED).await?.into_iter().map(row).collect(),
    }))
}
