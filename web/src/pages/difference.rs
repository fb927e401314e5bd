//! Differences of times.

use engine::base::Millis;

/// With its sign: `+8:00`, `−2:00`; a dash where it is not known.
pub fn difference(millis: Option<i64>) -> String {
    let Some(millis) = millis else { return "–".to_owned() };
    let size = Millis(millis.unsigned_abs()).clock();
    match millis {
        // Less than a tenth of a second, which is not shown, is no difference.
        -99..=99 => size,
        100.. => format!("+{size}"),
        i64::MIN..=-100 => format!("−{size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_its_sign() {
        assert_eq!(difference(Some(480_000)), "+8:00");
        assert_eq!(difference(Some(-120_000)), "−2:00");
        assert_eq!(difference(Some(i64::MIN)).chars().next(), Some('−'));
        assert_eq!([difference(Some(-40)), difference(Some(0))], ["0:00.0", "0:00.0"]);
        assert_eq!(difference(None), "–");
    }
}
