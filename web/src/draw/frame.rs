//! The two shapes of a picture over time: for a screen with room, and for a phone, where words stand inside.

/// The length of the axes that the numbers come in.
pub(super) const LENGTH: u64 = 10_000;

/// Where a picture's axes lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// For style sheets, which show one of the two.
    pub(super) class: &'static str,
    pub(super) left: u64,
    across: u64,
    margin: u64,
    pub(super) top: u64,
    up: u64,
    bottom: u64,
    /// Between the words below it at least.
    apart: u64,
    /// Words stand inside, where there is no room beside it.
    pub(super) inside: bool,
}

impl Frame {
    /// For a screen with room.
    pub(super) const WIDE: Self = Self {
        class: "wide",
        left: 70,
        across: 700,
        margin: 110,
        top: 22,
        up: 190,
        bottom: 44,
        apart: 40,
        inside: false,
    };
    /// For a phone.
    pub(super) const NARROW: Self = Self {
        class: "narrow",
        left: 46,
        across: 274,
        margin: 20,
        top: 22,
        up: 170,
        bottom: 44,
        apart: 50,
        inside: true,
    };

    pub(super) const fn width(&self) -> u64 {
        self.left + self.across + self.margin
    }

    pub(super) const fn height(&self) -> u64 {
        self.top + self.up + self.bottom
    }

    pub(super) const fn right(&self) -> u64 {
        self.left + self.across
    }

    pub(super) const fn base(&self) -> u64 {
        self.top + self.up
    }

    pub(super) fn x(&self, at: u64) -> u64 {
        self.left + at.min(LENGTH) * self.across / LENGTH
    }

    pub(super) fn y(&self, at: u64) -> u64 {
        self.base() - at.min(LENGTH) * self.up / LENGTH
    }

    /// Below a line, where its label stands.
    #[expect(
        clippy::unused_self,
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods, with references"
    )]
    pub(super) fn below(&self, y: &u64, by: u64) -> u64 {
        y + by
    }

    /// Words beside the picture.
    pub(super) fn upwards(&self, words: &[(u64, String)]) -> Vec<(u64, String)> {
        words.iter().map(|(at, word)| (self.y(*at), word.clone())).collect()
    }

    /// Words on an axis, those left out that would meet the one before.
    pub(super) fn along(&self, words: &[(u64, String)]) -> Vec<(u64, String)> {
        let mut kept: Vec<(u64, String)> = Vec::new();
        for (at, word) in words {
            let x = self.x(*at);
            if kept.last().is_none_or(|(last, _)| last + self.apart <= x) {
                kept.push((x, word.clone()));
            }
        }
        kept
    }

    /// Where a word of this half width is centred so that none of it is cut off.
    pub(super) fn centred(&self, x: u64, half: u64) -> u64 {
        x.min(self.width().saturating_sub(half)).max(half)
    }

    /// The path through these points.
    pub(super) fn path(&self, points: &[(u64, u64)]) -> String {
        let place = |(place, (at, level)): (usize, &(u64, u64))| {
            format!("{}{} {}", if place == 0 { 'M' } else { 'L' }, self.x(*at), self.y(*level))
        };
        points.iter().enumerate().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_would_meet_are_left_out_and_none_is_cut_off() {
        let words: Vec<(u64, String)> = (0..=10).map(|n| (n * 1_000, n.to_string())).collect();
        assert_eq!(Frame::WIDE.along(&words).len(), 11);
        let narrow: Vec<String> = Frame::NARROW.along(&words).into_iter().map(|(_, word)| word).collect();
        assert_eq!(narrow, ["0", "2", "4", "6", "8", "10"]);
        assert_eq!((Frame::NARROW.centred(2, 30), Frame::NARROW.centred(339, 30)), (30, 310));
        assert!(Frame::NARROW.width() <= 340, "a phone is 390 wide, and the page has margins");
    }
}
