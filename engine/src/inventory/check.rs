//! From text to inventory.

use super::{Inventory, resolve};
use crate::base::Digest;
use crate::runbook::{Diagnostics, Findings, Source, parse_inventory};

/// What came of the text of an inventory.
#[derive(Debug)]
pub struct Checked {
    /// The inventory; present exactly when there is no error among the diagnostics.
    pub inventory: Option<Inventory>,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

/// Reads and checks an inventory; all errors are found at once.
pub fn check(source: &Source) -> Checked {
    let mut findings = Findings::new(source);
    let parsed = parse_inventory(source, &mut findings);
    let digest = Digest::of(source.text().as_bytes());
    let inventory = parsed.and_then(|parsed| resolve::inventory(parsed, digest, &mut findings));
    let inventory = inventory.filter(|_| findings.errors() == 0);
    Checked { inventory, diagnostics: findings.finish() }
}
