//! What a printed report shows beside the run: kept elsewhere and changing after the run is over, so that it is never part
//! of [`RunReport`](super::RunReport), which is the same to the byte whenever it is made.

use super::Issued;

/// What is known of a run's report from anywhere but its journal; gathered by whoever has the store, shown by
/// [`Document::of`](super::Document::of). The empty one belongs to a report made from the journal alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aside {
    /// The newest issued version, and who signed it.
    pub issue: Option<Issued>,
}
