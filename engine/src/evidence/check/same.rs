//! Whether two reports say the same.

use serde_json::Value;

/// What a comparison came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Same {
    /// To the byte.
    Exactly,
    /// All that was said is said again, and more beside it: fields that a later version knows.
    AndMore,
    /// Not, and where the first difference is.
    No(String),
}

/// Compares a report with the one that was made again.
pub(super) fn same(packed: &[u8], made: &str) -> Same {
    if packed == made.as_bytes() {
        return Same::Exactly;
    }
    let (Ok(packed), Ok(made)) = (serde_json::from_slice(packed), serde_json::from_str(made)) else {
        return Same::No("$".to_owned());
    };
    let mut more = false;
    match difference(&packed, &made, &mut more) {
        Some(path) => Same::No(format!("${path}")),
        None if more => Same::AndMore,
        // The same values in another form are not what our writer writes.
        None => Same::No("$".to_owned()),
    }
}

fn difference(packed: &Value, made: &Value, more: &mut bool) -> Option<String> {
    match (packed, made) {
        (Value::Object(packed), Value::Object(made)) => {
            *more |= made.keys().any(|key| !packed.contains_key(key));
            packed.iter().find_map(|(key, value)| {
                let deeper = made.get(key).map_or_else(|| Some(String::new()), |made| difference(value, made, more));
                deeper.map(|path| format!(".{key}{path}"))
            })
        }
        (Value::Array(packed), Value::Array(made)) if packed.len() == made.len() => {
            let mut pairs = packed.iter().zip(made).enumerate();
            pairs.find_map(|(at, (packed, made))| Some(format!("[{at}]{}", difference(packed, made, more)?)))
        }
        (packed, made) => (packed != made).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named_and_new_fields_are_none() {
        let of = |packed: &str, made: &str| same(packed.as_bytes(), made);
        assert_eq!(of(r#"{"a":1}"#, r#"{"a":1}"#), Same::Exactly);
        assert_eq!(of(r#"{"a":[{"b":1}]}"#, r#"{"a":[{"b":1,"c":2}]}"#), Same::AndMore);
        assert_eq!(of(r#"{"a":[{"b":1}]}"#, r#"{"a":[{"b":2}]}"#), Same::No("$.a[0].b".to_owned()));
        assert_eq!(of(r#"{"a":1,"z":2}"#, r#"{"a":1}"#), Same::No("$.z".to_owned()));
        assert_eq!(of(r#"{"a":[1]}"#, r#"{"a":[1,2]}"#), Same::No("$.a".to_owned()));
        assert_eq!(of(r#"{ "a":1}"#, r#"{"a":1}"#), Same::No("$".to_owned()));
        assert_eq!(of("{", "{}"), Same::No("$".to_owned()));
    }
}
