//! The beginning of what a process writes to its standard output, for those who want a value out of it.

use serde::{Deserialize, Serialize};

/// Bytes kept at most.
const ROOM: usize = 64 << 10;

/// The first bytes of standard output.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Beginning {
    bytes: Vec<u8>,
    cut: bool,
}

impl Beginning {
    /// Takes bytes in, where there is `room` for more.
    pub fn push(&mut self, bytes: &[u8], room: bool) {
        let fits = if room && !self.cut { bytes.len().min(ROOM - self.bytes.len()) } else { 0 };
        self.bytes.extend_from_slice(&bytes[..fits]);
        self.cut |= fits < bytes.len();
    }

    /// Bytes in memory.
    pub(super) const fn held(&self) -> usize {
        self.bytes.len()
    }

    /// What was kept, and whether that is all there was.
    pub fn text(&self) -> (String, bool) {
        (String::from_utf8_lossy(&self.bytes).into_owned(), !self.cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_and_said_to_be_missing() {
        let mut said = Beginning::default();
        said.push("가".as_bytes(), true);
        assert_eq!(said.text(), ("가".to_owned(), true));
        said.push(&vec![b'x'; ROOM], true);
        said.push(b"more", true);
        assert_eq!((said.held(), said.text().1), (ROOM, false));
        let mut starved = Beginning::default();
        starved.push(b"one", false);
        starved.push(b"two", true);
        assert_eq!(starved.text(), (String::new(), false));
    }
}
