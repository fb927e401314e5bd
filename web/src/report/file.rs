//! A report as one HTML file: style sheet inside, no script, nothing fetched.

use askama::Template;
use engine::base::Lang;
use engine::report::{Aside, RunReport};

use super::Body;

#[derive(Template)]
#[template(path = "report/file.html")]
struct File {
    body: Body,
    style: &'static str,
}

/// The file of a report in a language.
pub fn html(report: &RunReport, aside: &Aside, lang: Lang) -> Result<String, askama::Error> {
    let style = include_str!("../../../static/report.css");
    File { body: Body::of(report, aside, lang), style }.render()
}
