//! Whole outputs, to be read.

use super::scene::{at, drill};
use crate::base::Lang;
use crate::report::{Aside, json, markdown};

#[test]
fn the_drill_as_json() {
    insta::assert_snapshot!(json(&drill().report(at("12:00:00"))).unwrap());
}

#[test]
fn the_drill_as_markdown_in_korean() {
    insta::assert_snapshot!(markdown(&drill().report(at("12:00:00")), &Aside::default(), Lang::Ko));
}

#[test]
fn the_drill_as_markdown_in_english() {
    insta::assert_snapshot!(markdown(&drill().report(at("12:00:00")), &Aside::default(), Lang::En));
}
