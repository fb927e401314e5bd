//! Looks for a text in a stream that comes in pieces.

/// Remembers whether the text was seen, and as much of the stream's end as the text could begin in.
#[derive(Debug)]
pub(in crate::action) struct Finder {
    wanted: Vec<u8>,
    end: Vec<u8>,
    found: bool,
}

impl Finder {
    /// Looks for `wanted`; the empty text is in every stream.
    pub(in crate::action) fn new(wanted: &str) -> Self {
        Self { wanted: wanted.as_bytes().to_vec(), end: Vec::new(), found: wanted.is_empty() }
    }

    /// Takes the next piece in.
    pub(in crate::action) fn push(&mut self, piece: &[u8]) {
        if self.found {
            return;
        }
        self.end.extend_from_slice(piece);
        self.found = self.end.windows(self.wanted.len()).any(|window| window == self.wanted);
        let keep = self.wanted.len() - 1;
        self.end.drain(..self.end.len().saturating_sub(keep));
    }

    /// Whether it was seen.
    pub(in crate::action) const fn found(&self) -> bool {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_across_pieces_and_only_when_it_is_there() {
        let mut finder = Finder::new("승격 완료");
        for byte in "… 승격 완".bytes() {
            finder.push(&[byte]);
        }
        assert!(!finder.found());
        finder.push("료".as_bytes());
        assert!(finder.found());
        assert!(Finder::new("").found());
    }
}
