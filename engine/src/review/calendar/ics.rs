//! The calendar as a file (RFC 5545), for the calendars that people have already.

use super::duty::{Planned, Standing};
use crate::base::{Day, Lang, Text, Timestamp};
use crate::report::Word as _;

/// Longest line in bytes, its end not counted.
const LINE: usize = 75;

/// Writes planned drills and due days of duties as whole-day events.
pub fn ics(planned: &[Planned], standings: &[Standing], lang: Lang, now: Timestamp) -> String {
    let mut file = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Relight//Drill calendar//KO", "CALSCALE:GREGORIAN"] {
        put(&mut file, line);
    }
    for drill in planned {
        let title = format!("{} [{}]", drill.runbook, drill.mode.word(lang));
        event(&mut file, &format!("planned-{}", drill.id), drill.day, &title, &drill.note, now);
    }
    for standing in standings {
        let due = Text::new("기한", "due");
        let title = format!("{} {}", standing.duty.title.get(lang), due.get(lang));
        let note = format!("{} {}", standing.profile.get(lang), standing.duty.clause);
        let id = format!("duty-{}-{}", standing.adoption.replace(['/', ':'], "-"), standing.duty.duty);
        event(&mut file, &id, standing.due, &title, &note, now);
    }
    put(&mut file, "END:VCALENDAR");
    file
}

fn event(file: &mut String, id: &str, day: Day, title: &str, note: &str, now: Timestamp) {
    let plain = |day: Day| day.to_string().replace('-', "");
    let stamp: String = now.to_iso().chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let stamp = stamp.split('.').next().unwrap_or_default().to_owned();
    put(file, "BEGIN:VEVENT");
    put(file, &format!("UID:{}@relight", escaped(id)));
    put(file, &format!("DTSTAMP:{stamp}Z"));
    put(file, &format!("DTSTART;VALUE=DATE:{}", plain(day)));
    put(file, &format!("DTEND;VALUE=DATE:{}", plain(day.next())));
    put(file, &format!("SUMMARY:{}", escaped(title)));
    if !note.is_empty() {
        put(file, &format!("DESCRIPTION:{}", escaped(note)));
    }
    put(file, "END:VEVENT");
}

/// A text value: what would end it or begin another is escaped, what is no text is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line, folded between characters so that no piece is longer than 75 bytes; what goes on begins with a blank.
fn put(file: &mut String, line: &str) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE {
            file.push_str("\r\n ");
            used = 1;
        }
        file.push(c);
        used += c.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::Mode;

    fn drill(note: &str) -> Planned {
        Planned {
            id: uuid::Uuid::nil(),
            day: "2027-12-31".parse().unwrap(),
            runbook: "계정계-1".parse().unwrap(),
            mode: Mode::Drill,
            organisation: None,
            note: note.to_owned(),
            by: "lee".parse().unwrap(),
            at: Timestamp(0),
        }
    }

    #[test]
    fn a_planned_drill_is_an_event_of_a_whole_day() {
        let file =
            ics(&[drill("전산실; 3층,\n집결")], &[], Lang::Ko, Timestamp::parse_iso("2026-11-22T00:00:00Z").unwrap());
        for line in [
            "DTSTART;VALUE=DATE:20271231",
            "DTEND;VALUE=DATE:20280101",
            "DTSTAMP:20261122T000000Z",
            "DESCRIPTION:전산실\\; 3층\\,\\n집결",
        ] {
            assert!(file.contains(&format!("{line}\r\n")), "{line} in {file}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_unfolding_gives_the_text_back(note in "\\PC{0,300}") {
            let file = ics(&[drill(&note)], &[], Lang::Ko, Timestamp(0));
            prop_assert!(file.ends_with("END:VCALENDAR\r\n"));
            prop_assert!(file.split("\r\n").all(|line| line.len() <= LINE));
            let unfolded = file.replace("\r\n ", "");
            if !note.is_empty() {
                let wanted = format!("DESCRIPTION:{}", escaped(&note));
                prop_assert!(unfolded.split("\r\n").any(|line| line == wanted));
            }
        }
    }
}
