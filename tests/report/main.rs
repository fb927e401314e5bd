//! The report as a page, from a runbook's text through a played run.

mod html;
mod play;
