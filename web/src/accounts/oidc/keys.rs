//! The keys that a provider tells of itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJsonWebKeySet;
use serde_json::Value;

/// Octets of a coordinate by the name of its curve (RFC 7518, section 6.2.1).
const COORDINATES: [(&str, usize); 2] = [("P-256", 32), ("P-384", 48)];

/// The same keys, with the zeros before the coordinates of a point that some providers leave out. They must be there, and
/// without them nothing is believed that such a key has signed: one key of 128, until the provider has another one.
pub(super) fn whole(keys: &CoreJsonWebKeySet) -> Result<CoreJsonWebKeySet, serde_json::Error> {
    let mut keys = serde_json::to_value(keys)?;
    for key in keys.get_mut("keys").and_then(Value::as_array_mut).into_iter().flatten() {
        let curve = COORDINATES.iter().find(|(curve, _)| key.get("crv").is_some_and(|named| named == curve));
        let Some((_, octets)) = curve else { continue };
        for name in ["x", "y"] {
            let Some(coordinate) = key.get_mut(name) else { continue };
            if let Some(padded) = coordinate.as_str().and_then(|text| padded(text, *octets)) {
                *coordinate = Value::String(padded);
            }
        }
    }
    serde_json::from_value(keys)
}

/// A number in Base64url with so many octets; `None` where it has them, has more, or is no number.
fn padded(text: &str, octets: usize) -> Option<String> {
    let told = URL_SAFE_NO_PAD.decode(text).ok()?;
    let missing = octets.checked_sub(told.len()).filter(|missing| *missing > 0)?;
    Some(URL_SAFE_NO_PAD.encode([vec![0; missing], told].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(x: &[u8], y: &[u8]) -> CoreJsonWebKeySet {
        let [x, y] = [x, y].map(|octets| URL_SAFE_NO_PAD.encode(octets));
        let key = serde_json::json!({
            "kty": "EC", "use": "sig", "alg": "ES256", "kid": "k", "crv": "P-256", "x": x, "y": y
        });
        serde_json::from_value(serde_json::json!({ "keys": [key] })).unwrap()
    }

    #[test]
    fn zeros_that_were_left_out_are_put_back_and_nothing_else_changes() {
        let full = keys(&[[0, 0].as_slice(), &[7; 30]].concat(), &[9; 32]);
        assert_eq!(whole(&keys(&[7; 30], &[9; 32])).unwrap(), full);
        assert_eq!(whole(&full).unwrap(), full);
        let too_long = keys(&[7; 33], &[9; 32]);
        assert_eq!(whole(&too_long).unwrap(), too_long);
    }
}
