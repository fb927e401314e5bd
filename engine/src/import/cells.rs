//! What single cells mean.

use crate::base::Millis;

/// Longest name, in characters.
const NAME_LIMIT: usize = 64;

/// Minutes as people write them into cells: `30`, `30분`, `1.5`, `1시간 30분`, `1h 30m`, `0:30`, `0:30:00`.
pub(super) fn minutes(text: &str) -> Option<Millis> {
    let text: String = text.trim().to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let minutes = if let Ok(number) = text.parse::<f64>() {
        number
    } else if text.contains(':') {
        clock(&text)?
    } else {
        spoken(&text)?
    };
    let seconds = (minutes * 60.0).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the bounds are checked beside it")]
    (seconds > 0.0 && seconds <= 86_400.0 * 365.0).then(|| Millis::seconds(seconds as u64))
}

/// `hours:minutes` or `hours:minutes:seconds`.
fn clock(text: &str) -> Option<f64> {
    let parts: Vec<f64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [hours, minutes] => Some(hours * 60.0 + minutes),
        [hours, minutes, seconds] => Some(hours * 60.0 + minutes + seconds / 60.0),
        _ => None,
    }
}

/// Numbers with the words for their units behind them.
fn spoken(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut minutes = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let each = match unit {
            "d" | "day" | "days" | "일" => 1_440.0,
            "h" | "hr" | "hour" | "hours" | "시간" => 60.0,
            "m" | "min" | "mins" | "minute" | "minutes" | "분" => 1.0,
            "s" | "sec" | "secs" | "초" => 1.0 / 60.0,
            _ => return None,
        };
        minutes += number.parse::<f64>().ok()? * each;
        rest = next;
    }
    Some(minutes)
}

/// The numbers in a cell of predecessors: `1, 2`, `1/2`, `T-3;T-4`.
pub(super) fn references(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', ';', '/', '\n', '、', '&']).map(str::trim);
    parts.filter(|part| !part.is_empty() && !matches!(*part, "-" | "없음" | "none" | "n/a" | "N/A"))
}

/// A number as a key: `1.0` and `01` are what a spreadsheet program makes of `1`.
pub(super) fn number_key(text: &str) -> String {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => text.trim().to_lowercase(),
    }
}

/// A name made of words: its letters and digits, joined by `-`. Empty when there are none.
pub(super) fn name(text: &str) -> String {
    let mut name = String::new();
    let mut count = 0;
    for c in text.chars() {
        if count == NAME_LIMIT {
            break;
        }
        let plain = c.is_alphanumeric() || matches!(c, '_' | '.');
        if plain && (c.is_alphanumeric() || !name.is_empty()) {
            name.extend(c.to_lowercase().next());
            count += 1;
        } else if !plain && !name.is_empty() && !name.ends_with('-') {
            name.push('-');
            count += 1;
        }
    }
    name.truncate(name.trim_end_matches('-').len());
    name
}

/// What a cell about checking says, where it says it in a form that can be carried out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Checked<'t> {
    /// An address that must answer.
    Http(&'t str),
    /// A port that must be open.
    Tcp(&'t str),
    /// Words for a person.
    Words(&'t str),
}

/// Reads a cell about checking.
pub(super) fn checked(text: &str) -> Checked<'_> {
    let single = !text.contains(char::is_whitespace);
    if single && (text.starts_with("http://") || text.starts_with("https://")) {
        return Checked::Http(text);
    }
    let port = text.rsplit_once(':').filter(|(host, port)| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        !host.is_empty() && host.chars().all(fits) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    if single && port.is_some() { Checked::Tcp(text) } else { Checked::Words(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_as_people_write_them_and_nothing_else_is() {
        for (text, seconds) in [
            ("30", 1_800),
            ("30분", 1_800),
            ("1.5", 90),
            ("1시간 30분", 5_400),
            ("1h 30m", 5_400),
            ("0:30", 1_800),
            ("0:00:45", 45),
            ("90초", 90),
        ] {
            assert_eq!(minutes(text), Some(Millis::seconds(seconds)), "{text}");
        }
        for text in ["", "-5", "0", "곧", "30~40", "1h2x", "NaN", "inf", "1e30", "1:2:3:4"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_made_of_the_letters_of_every_script() {
        assert_eq!(name("  DB 기동 (주센터) "), "db-기동-주센터");
        assert_eq!(name("※ ---"), "");
        assert_eq!(name(&"가".repeat(100)).chars().count(), NAME_LIMIT);
    }

    #[test]
    fn a_check_is_carried_out_only_when_it_is_an_address_and_nothing_more() {
        assert_eq!(checked("http://ap1:8080/health"), Checked::Http("http://ap1:8080/health"));
        assert_eq!(checked("10.0.0.1:5432"), Checked::Tcp("10.0.0.1:5432"));
        assert_eq!(checked("로그인 10:30 확인"), Checked::Words("로그인 10:30 확인"));
        assert_eq!(checked("$(rm):80"), Checked::Words("$(rm):80"));
    }
}
