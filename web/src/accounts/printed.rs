//! Passwords that the program makes up and prints once.

use engine::base::Secret;

/// Letters and digits that nobody takes for one another; 32 of them, so a random byte gives one without bias.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Random letters in groups of four, easily read off one screen and typed on another: `k3vp-x8ah-mm2q`, five bits each.
pub fn printed(groups: usize) -> Result<Secret, getrandom::Error> {
    let mut bytes = vec![0; groups * 4];
    getrandom::fill(&mut bytes)?;
    let groups = bytes
        .chunks(4)
        .map(|group| group.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>());
    Ok(Secret::new(groups.collect::<Vec<_>>().join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_typed_easily_and_differ() {
        let (one, other) = (printed(3).unwrap(), printed(3).unwrap());
        assert_eq!(one.expose().len(), 14);
        assert!(one.expose().bytes().all(|byte| byte == b'-' || LETTERS.contains(&byte)), "{}", one.expose());
        assert_ne!(one.expose(), other.expose());
    }
}
