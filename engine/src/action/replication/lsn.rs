//! Places in the log of PostgreSQL.

/// Reads `16/B374D848` as a number of bytes.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    let part = |text| u32::from_str_radix(text, 16).ok().map(u64::from);
    Some(part(high)? << 32 | part(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_log_is_a_number_of_bytes() {
        assert_eq!(bytes("0/10"), Some(16));
        assert_eq!(bytes("1/0"), Some(1 << 32));
        assert_eq!(bytes("16/B374D848"), Some(0x16_B374_D848));
        for bad in ["", "10", "0/100000000", "x/1", "1/-1"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }
}
