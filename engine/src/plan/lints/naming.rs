//! What people call a unit.

use super::super::Unit;
use crate::base::Lang;

/// Whether one of these words begins a word of the unit's id or title, in either language.
pub(super) fn is_called(unit: &Unit, known: &[&str]) -> bool {
    let names = [unit.id.as_str(), unit.title.get(Lang::En), unit.title.get(Lang::Ko)];
    names.iter().any(|name| {
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        words.any(|word| known.iter().any(|known| word.starts_with(known)))
    })
}
