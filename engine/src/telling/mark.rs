//! The word before every message that says whether it is an exercise.

use crate::base::{Mode, Text};

/// What stands before every subject and every body: nobody may take an exercise for a disaster, nor the reverse.
pub fn mark(mode: Mode) -> Text {
    match mode {
        Mode::Real => Text::new("[실제]", "[REAL]"),
        Mode::Mock | Mode::Isolated | Mode::Drill => Text::new("[훈련]", "[DRILL]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;

    #[test]
    fn only_the_real_mode_is_called_real() {
        for mode in Mode::ALL {
            let wanted = if mode == Mode::Real { ["[실제]", "[REAL]"] } else { ["[훈련]", "[DRILL]"] };
            assert_eq!(Lang::ALL.map(|lang| mark(mode).get(lang).to_owned()), wanted, "{mode:?}");
        }
    }
}
