//! Global transaction ids: of MariaDB `domain-server-sequence`, of MySQL sets of intervals by server.

use std::collections::BTreeMap;

/// What a server has, by domain (MariaDB) or by the id of the server that committed it (MySQL): intervals of transactions,
/// both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Gtids(BTreeMap<String, Vec<(u64, u64)>>);

impl Gtids {
    /// Reads either form; `None` where it is neither.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut sets: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (whose, intervals) = match part.split_once(':') {
                Some((server, intervals)) => (server.to_owned(), of_mysql(intervals)?),
                None => of_mariadb(part)?,
            };
            sets.entry(whose).or_default().extend(intervals);
        }
        for intervals in sets.values_mut() {
            intervals.sort_unstable();
        }
        Some(Self(sets))
    }

    /// How many transactions of these are not among the others. None: the others have everything.
    pub(super) fn missing_in(&self, others: &Self) -> u64 {
        let none = Vec::new();
        self.0
            .iter()
            .map(|(whose, own)| {
                let theirs = others.0.get(whose).unwrap_or(&none);
                own.iter().map(|interval| uncovered(*interval, theirs)).fold(0, u64::saturating_add)
            })
            .fold(0, u64::saturating_add)
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The length of an interval that sorted ones leave open.
fn uncovered((first, last): (u64, u64), by: &[(u64, u64)]) -> u64 {
    let (mut next, mut open) = (first, 0_u64);
    for (from, to) in by {
        if *to < next || *from > last {
            continue;
        }
        open = open.saturating_add(from.saturating_sub(next));
        next = next.max(to.saturating_add(1));
    }
    if next > last { open } else { open.saturating_add(last - next).saturating_add(1) }
}

/// The last one of a domain stands for all before it.
fn of_mariadb(part: &str) -> Option<(String, Vec<(u64, u64)>)> {
    let mut words = part.split('-');
    let domain: u32 = words.next()?.parse().ok()?;
    let _server: u32 = words.next()?.parse().ok()?;
    let sequence: u64 = words.next()?.parse().ok()?;
    let one = words.next().is_none() && sequence > 0;
    one.then(|| (domain.to_string(), vec![(1, sequence)]))
}

fn of_mysql(intervals: &str) -> Option<Vec<(u64, u64)>> {
    let interval = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then_some((first, last))
    };
    intervals.split(':').map(interval).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(source: &str, standby: &str) -> u64 {
        Gtids::read(source).unwrap().missing_in(&Gtids::read(standby).unwrap())
    }

    #[test]
    fn a_standby_has_what_its_position_covers() {
        assert_eq!(missing("0-1-100", "0-1-100"), 0);
        assert_eq!(missing("0-1-100", "0-1-97"), 3);
        assert_eq!(missing("0-1-100", ""), 100);
        assert_eq!(missing("0-1-100,7-2-5", "0-1-100"), 5);
        assert_eq!(missing("0-1-100", "0-2-130"), 0, "another server took the domain over");
    }

    #[test]
    fn sets_of_intervals_are_held_against_each_other() {
        let one = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        assert_eq!(missing(&format!("{one}:1-10"), &format!("{one}:1-4:6-10")), 1);
        assert_eq!(missing(&format!("{one}:1-10:20"), &format!("{one}:1-30")), 0);
        assert_eq!(missing(&format!("{one}:5"), &format!("{one}:1-4:9")), 1);
        assert_eq!(missing(&format!("{one}:1-10"), "0-1-100"), 10);
    }

    #[test]
    fn what_is_neither_is_not_guessed_at() {
        for bad in ["0-1", "a-b-c", "0-1-0", "x:1-0", "x:a", "0-1-2-3"] {
            assert_eq!(Gtids::read(bad), None, "{bad}");
        }
        assert!(Gtids::read("").unwrap().is_empty());
    }
}
