//! The report as a page, from a runbook's text through a played run.

#![cfg(test)]

mod html;
mod recomputed;
