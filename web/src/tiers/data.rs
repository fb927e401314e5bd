//! The tickets and the file that keeps them.
//!
//! One line a ticket: twelve digits of the digest of what follows, a blank, the ticket as JSON. A last line without an
//! end is what a crash leaves of a write that nobody was told of; it is cut off. Any other line that does not fit its
//! digest was damaged, and nothing is served.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::base::Digest;
use serde::{Deserialize, Serialize};
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;

use super::Error;

/// Tickets that a new file begins with, and the most it takes: this is a demonstration, not a help desk.
const SEEDS: u32 = 300;
const LIMIT: usize = 10_000;
const TITLE_LIMIT: usize = 200;

/// A ticket; never changed once written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ticket {
    /// From 1, without gaps.
    pub(super) id: u32,
    /// What it is about.
    pub(super) title: String,
}

/// What is read and not yet served.
#[derive(Debug)]
pub(super) struct Recovery {
    path: PathBuf,
    lines: std::vec::IntoIter<String>,
    kept: u64,
    tickets: Vec<Ticket>,
}

/// The tickets, in memory and on disk.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    file: File,
    tickets: Vec<Ticket>,
}

impl Recovery {
    /// Opens the file, making one with the first tickets where there is none.
    pub(super) fn begin(path: &Path) -> Result<Self, Error> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text: String = (1..=SEEDS).map(|id| line_of(&seed(id))).collect();
                fs::write(path, &text).map_err(Error::file(path))?;
                text
            }
            other => other.map_err(Error::file(path))?,
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let lines: Vec<String> = text[..whole].lines().map(str::to_owned).collect();
        Ok(Self { path: path.to_owned(), lines: lines.into_iter(), kept: whole as u64, tickets: Vec::new() })
    }

    /// Lines read, and lines in all.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.tickets.len(), self.tickets.len() + self.lines.len())
    }

    /// Reads some lines; `false` when none is left.
    pub(super) fn step(&mut self, count: usize) -> Result<bool, Error> {
        for line in self.lines.by_ref().take(count) {
            let number = self.tickets.len() + 1;
            let damaged = || Error::Damaged { path: self.path.clone(), line: number };
            let ticket = parse(&line).ok_or_else(damaged)?;
            if ticket.id as usize != number {
                return Err(damaged());
            }
            self.tickets.push(ticket);
        }
        Ok(self.lines.len() > 0)
    }

    /// Cuts off what a crash left behind the last whole line, and opens for writing.
    pub(super) async fn finish(self) -> Result<Table, Error> {
        let opened = OpenOptions::new().append(true).open(&self.path).await;
        let file = opened.map_err(Error::file(&self.path))?;
        file.set_len(self.kept).await.map_err(Error::file(&self.path))?;
        Ok(Table { path: self.path, file, tickets: self.tickets })
    }
}

impl Table {
    /// All tickets in order.
    pub(super) fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }

    /// Writes a ticket to disk, then makes it visible.
    pub(super) async fn append(&mut self, title: &str) -> Result<Ticket, Error> {
        let title = title.trim();
        if title.is_empty() || title.chars().count() > TITLE_LIMIT || title.contains('\n') {
            return Err(Error::Unfit("a title is one line of 1 to 200 characters"));
        }
        if self.tickets.len() >= LIMIT {
            return Err(Error::Unfit("no more than 10,000 tickets are kept; remove the data file to begin anew"));
        }
        let id = u32::try_from(self.tickets.len() + 1).unwrap_or(u32::MAX);
        let ticket = Ticket { id, title: title.to_owned() };
        self.file.write_all(line_of(&ticket).as_bytes()).await.map_err(Error::file(&self.path))?;
        self.file.flush().await.map_err(Error::file(&self.path))?;
        self.file.sync_data().await.map_err(Error::file(&self.path))?;
        self.tickets.push(ticket.clone());
        Ok(ticket)
    }

    /// Reads the file again and compares; the digest of its content when it is what memory says.
    pub(super) fn verify(&self) -> Result<Digest, Error> {
        let text = fs::read_to_string(&self.path).map_err(Error::file(&self.path))?;
        let kept: Vec<Option<Ticket>> = text.lines().map(parse).collect();
        let same = |(at, ticket): (usize, &Ticket)| kept.get(at).and_then(Option::as_ref) == Some(ticket);
        match self.tickets.iter().enumerate().find(|found| !same(*found)) {
            Some((at, _)) => Err(Error::Damaged { path: self.path.clone(), line: at + 1 }),
            None => Ok(Digest::of(text.as_bytes())),
        }
    }
}

fn line_of(ticket: &Ticket) -> String {
    let json = serde_json::json!({"id": ticket.id, "title": ticket.title}).to_string();
    format!("{} {json}\n", Digest::of(json.as_bytes()).short())
}

fn parse(line: &str) -> Option<Ticket> {
    let (digest, json) = line.split_once(' ')?;
    if Digest::of(json.as_bytes()).short() != digest {
        return None;
    }
    serde_json::from_str(json).ok()
}

fn seed(id: u32) -> Ticket {
    let subjects =
        ["로그인 지연", "VPN connection drops", "프린터 오류", "Password reset", "메일 수신 불가", "Disk almost full"];
    Ticket { id, title: format!("{} #{id}", subjects[id as usize % subjects.len()]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn recovered(path: &Path) -> Result<Table, Error> {
        let mut recovery = Recovery::begin(path)?;
        while recovery.step(64)? {}
        recovery.finish().await
    }

    #[tokio::test]
    async fn what_was_written_is_there_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db.data");
        let mut table = recovered(&path).await.unwrap();
        assert_eq!(table.tickets().len(), SEEDS as usize);
        let ticket = table.append(" 결재 화면 오류 ").await.unwrap();
        assert_eq!((ticket.id, ticket.title.as_str()), (SEEDS + 1, "결재 화면 오류"));
        drop(table);
        assert_eq!(recovered(&path).await.unwrap().tickets().last(), Some(&ticket));
    }

    #[tokio::test]
    async fn a_torn_last_line_is_cut_off_and_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db.data");
        drop(recovered(&path).await.unwrap());
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("0123456789ab {\"id\":301,\"ti");
        fs::write(&path, text).unwrap();
        let mut table = recovered(&path).await.unwrap();
        assert_eq!(table.tickets().len(), SEEDS as usize);
        table.append("after the crash").await.unwrap();
        assert!(table.verify().is_ok());
        assert_eq!(recovered(&path).await.unwrap().tickets().len(), SEEDS as usize + 1);
    }

    #[tokio::test]
    async fn a_damaged_line_is_named_and_nothing_is_served() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db.data");
        let table = recovered(&path).await.unwrap();
        let text = fs::read_to_string(&path).unwrap().replacen("#7", "#8", 1);
        fs::write(&path, text).unwrap();
        assert!(matches!(table.verify(), Err(Error::Damaged { line: 7, .. })));
        assert!(matches!(recovered(&path).await, Err(Error::Damaged { line: 7, .. })));
    }

    #[tokio::test]
    async fn titles_that_do_not_fit_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut table = recovered(&dir.path().join("db.data")).await.unwrap();
        for title in ["", "  ", "two\nlines", &"x".repeat(TITLE_LIMIT + 1)] {
            assert!(matches!(table.append(title).await, Err(Error::Unfit(_))), "{title:?}");
        }
    }
}
