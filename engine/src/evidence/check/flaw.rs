//! What is wrong with a pack, with its place.

use std::io;

use super::super::container::Malformed;
use super::super::manifest::Unproven;
use crate::base::{Bilingual, Digest, Lang, RunId, Text};
use crate::run::{BrokenChain, Corrupt};

/// What is wrong with a pack.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// Another kind of file, or one that was cut short.
    #[error("the file does not end as a pack ends: it is none, it was cut short, or its last 22 bytes were changed")]
    NoPack,
    /// The directory at the end.
    #[error("record {number} of the pack's directory{} was changed", after.as_ref().map_or_else(String::new, |name| format!(" (after {name})")))]
    Directory {
        /// The record, from 1.
        number: usize,
        /// The entry before it.
        after: Option<String>,
    },
    /// Two entries with one name.
    #[error("the pack holds two entries called {0}")]
    Twice(String),
    /// The header of an entry.
    #[error("the header of {0} was changed")]
    Header(String),
    /// Bytes that belong to nothing.
    #[error("the pack holds bytes that belong to no entry")]
    Between,
    /// Something that every pack has is not there.
    #[error("{0} is missing")]
    Absent(String),
    /// An entry that the manifest does not list at this place.
    #[error("{0} is not what the manifest lists at its place: entries were added, taken out or moved")]
    Unlisted(String),
    /// Its bytes are not those that were sealed.
    #[error("{0} was changed after it was sealed")]
    Changed(String),
    /// The checksum in its header.
    #[error("the checksum in the header of {0} was changed")]
    Checksum(String),
    /// More than this program reads of such an entry.
    #[error("{0} is longer than an entry of its kind can be")]
    TooLong(String),
    /// The key in the pack.
    #[error("key.pem was changed: it is not the key whose fingerprint was sealed")]
    Key,
    /// Signed by somebody else than expected.
    #[error("it was signed with the key {found}, not with the one that was given")]
    OtherKey {
        /// Fingerprint of the one that signed.
        found: Digest,
    },
    /// The signature.
    #[error("statement.sig was changed: it is not the signature of the statement")]
    Signature,
    /// The signed text.
    #[error("statement.txt was changed: it is not what was signed")]
    Statement,
    /// The list of entries.
    #[error("manifest.json was changed: it is not the one that was signed")]
    Manifest,
    /// A manifest of another version, or none.
    #[error("manifest.json can not be read by this version of the program: {0}")]
    Unknown(String),
    /// A row of the journal does not follow.
    #[error(transparent)]
    Chain(#[from] BrokenChain),
    /// A line that is not a row as it was written.
    #[error("row {seq} of the journal is not written as a row is: it was changed")]
    Row {
        /// The row that should stand there.
        seq: u64,
    },
    /// The journal ends elsewhere than was signed.
    #[error("the journal ends at row {found}, and what was signed is row {wanted}")]
    Rows {
        /// Its last row.
        found: u64,
        /// The last row that was signed.
        wanted: u64,
    },
    /// The journal does not make a report.
    #[error("the report can not be made again from the journal: {0}")]
    Unmade(#[from] Corrupt),
    /// The report says something else than the journal.
    #[error("report.json is not what the journal gives: {at} differs")]
    Report {
        /// Where, as a path of field names.
        at: String,
    },
    /// The version that was issued is of another report.
    #[error("issue.json is of another report than the one in the pack")]
    Issue,
    /// A file that is not the one it is named after.
    #[error("{0} is not the file that its name says")]
    Misnamed(String),
    /// What a step said is not what the journal bound.
    #[error("the output of attempt {attempt} is not the one whose digest stands in the journal")]
    Output {
        /// The attempt.
        attempt: u32,
    },
    /// A line of the outputs.
    #[error("line {line} of outputs.jsonl is not written as an output is")]
    OutputLine {
        /// The line, from 1.
        line: u64,
    },
    /// The journal is shorter than it was.
    #[error("rows were cut off the journal's end: it was anchored at row {anchored} and ends at row {found}")]
    CutOff {
        /// The last row that was anchored.
        anchored: u64,
        /// The last row that is there.
        found: u64,
    },
    /// The row has another digest than the anchor says.
    #[error("row {seq} of the journal is not the one that was anchored: the journal was made anew")]
    Anew {
        /// The row.
        seq: u64,
    },
    /// Anchors were given, and none is about this run.
    #[error("the anchors that were given say nothing of run {0}")]
    Unanchored(RunId),
}

impl Flaw {
    /// The entry of the pack that it is about.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::Twice(name)
            | Self::Header(name)
            | Self::Absent(name)
            | Self::Unlisted(name)
            | Self::Changed(name)
            | Self::Checksum(name)
            | Self::TooLong(name)
            | Self::Misnamed(name) => Some(name),
            Self::Key => Some("key.pem"),
            Self::Signature | Self::OtherKey { .. } => Some("statement.sig"),
            Self::Statement => Some("statement.txt"),
            Self::Manifest | Self::Unknown(_) => Some("manifest.json"),
            Self::Chain(_)
            | Self::Row { .. }
            | Self::Rows { .. }
            | Self::Unmade(_)
            | Self::CutOff { .. }
            | Self::Anew { .. }
            | Self::Unanchored(_) => Some("journal.jsonl"),
            Self::Report { .. } => Some("report.json"),
            Self::Issue => Some("issue.json"),
            Self::Output { .. } | Self::OutputLine { .. } => Some("outputs.jsonl"),
            Self::NoPack | Self::Directory { .. } | Self::Between => None,
        }
    }

    /// The row of the journal that it is about.
    pub const fn row(&self) -> Option<u64> {
        match self {
            Self::Chain(BrokenChain::Gap { wanted: seq, .. }) => Some(*seq),
            Self::Chain(BrokenChain::Changed { seq } | BrokenChain::Unreadable { seq, .. })
            | Self::Row { seq }
            | Self::Anew { seq } => Some(*seq),
            Self::Rows { found, .. } | Self::CutOff { found, .. } => Some(*found),
            Self::NoPack
            | Self::Directory { .. }
            | Self::Twice(_)
            | Self::Header(_)
            | Self::Between
            | Self::Absent(_)
            | Self::Unlisted(_)
            | Self::Changed(_)
            | Self::Checksum(_)
            | Self::TooLong(_)
            | Self::Key
            | Self::OtherKey { .. }
            | Self::Signature
            | Self::Statement
            | Self::Manifest
            | Self::Unknown(_)
            | Self::Unmade(_)
            | Self::Report { .. }
            | Self::Issue
            | Self::Misnamed(_)
            | Self::Output { .. }
            | Self::OutputLine { .. }
            | Self::Unanchored(_) => None,
        }
    }

    /// As a flaw, or as the fault of the file system that it is.
    pub(super) fn of(malformed: Malformed) -> Result<Self, io::Error> {
        Ok(match malformed {
            Malformed::Unreadable(cause) => return Err(cause),
            Malformed::End => Self::NoPack,
            Malformed::Record { number, after } => Self::Directory { number, after },
            Malformed::Twice(name) => Self::Twice(name),
            Malformed::Header(name) => Self::Header(name),
            Malformed::Between => Self::Between,
        })
    }
}

impl Bilingual for Flaw {
    fn ko(&self) -> String {
        match self {
            Self::NoPack => {
                "파일의 끝이 증거 꾸러미의 끝이 아닙니다. 꾸러미가 아니거나, 잘렸거나, 마지막 22바이트가 바뀌었습니다"
                    .to_owned()
            }
            Self::Directory { number, after } => {
                let after = after.as_ref().map_or_else(String::new, |name| format!(" ({name} 다음)"));
                format!("꾸러미 목록의 {number}번째 기록{after}이 바뀌었습니다")
            }
            Self::Twice(name) => format!("꾸러미에 {name} 항목이 두 개 있습니다"),
            Self::Header(name) => format!("{name}의 머리 정보가 바뀌었습니다"),
            Self::Between => "꾸러미에 어느 항목에도 속하지 않는 바이트가 있습니다".to_owned(),
            Self::Absent(name) => format!("{name} 항목이 없습니다"),
            Self::Unlisted(name) => {
                format!("{name} 항목이 매니페스트의 그 자리와 다릅니다. 항목이 추가되었거나 빠졌거나 옮겨졌습니다")
            }
            Self::Changed(name) => format!("{name} 항목이 봉인된 뒤에 바뀌었습니다"),
            Self::Checksum(name) => format!("{name} 머리 정보의 체크섬이 바뀌었습니다"),
            Self::TooLong(name) => format!("{name} 항목이 있을 수 있는 길이를 넘습니다"),
            Self::Key => "key.pem이 바뀌었습니다. 봉인된 지문의 키가 아닙니다".to_owned(),
            Self::OtherKey { found } => format!("지정한 키가 아니라 {found} 키로 서명되었습니다"),
            Self::Signature => "statement.sig가 바뀌었습니다. 그 문장의 서명이 아닙니다".to_owned(),
            Self::Statement => "statement.txt가 바뀌었습니다. 서명된 문장이 아닙니다".to_owned(),
            Self::Manifest => "manifest.json이 바뀌었습니다. 서명된 매니페스트가 아닙니다".to_owned(),
            Self::Unknown(why) => format!("이 버전으로는 manifest.json을 읽을 수 없습니다: {why}"),
            Self::Chain(broken) => broken.ko(),
            Self::Row { seq } => format!("저널의 {seq}행이 기록된 모양이 아닙니다. 바뀌었습니다"),
            Self::Rows { found, wanted } => {
                format!("저널이 {found}행에서 끝나지만 서명된 것은 {wanted}행까지입니다")
            }
            Self::Unmade(corrupt) => format!("저널에서 보고서를 다시 만들 수 없습니다: {}", corrupt.ko()),
            Self::Report { at } => format!("report.json이 저널에서 나온 것과 다릅니다: {at}"),
            Self::Issue => "issue.json이 꾸러미에 든 보고서의 발행본이 아닙니다".to_owned(),
            Self::Misnamed(name) => format!("{name} 항목이 그 이름이 말하는 파일이 아닙니다"),
            Self::Output { attempt } => format!("시도 {attempt}의 출력이 저널에 해시로 기록된 출력이 아닙니다"),
            Self::OutputLine { line } => format!("outputs.jsonl의 {line}번째 줄이 출력의 모양이 아닙니다"),
            Self::CutOff { anchored, found } => {
                format!("저널의 끝이 잘려 나갔습니다. 앵커는 {anchored}행이고 저널은 {found}행에서 끝납니다")
            }
            Self::Anew { seq } => format!("저널의 {seq}행이 앵커에 적힌 행이 아닙니다. 저널이 새로 만들어졌습니다"),
            Self::Unanchored(run) => format!("주어진 앵커에 실행 {run}에 관한 것이 없습니다"),
        }
    }
}

/// What follows from what was given for the proof: said beside the result, and no flaw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Nothing was given that says whose the key is.
    SelfConsistent,
    /// No anchor was given.
    NoAnchor {
        /// The last row.
        rows: u64,
    },
    /// The journal has grown since it was anchored last.
    BehindAnchor {
        /// The last row that is anchored.
        anchored: u64,
        /// The last row.
        rows: u64,
    },
    /// The store no longer had a file when the pack was made.
    Missing(String),
    /// This version of the program knows more than the one that made the report.
    NewerProgram,
    /// Not proven by any pack.
    Unproven(Unproven),
}

impl Note {
    /// In a sentence.
    pub fn text(&self) -> Text {
        match self {
            Self::SelfConsistent => Text::new(
                "키를 지정하지 않았으므로 서명은 꾸러미가 스스로 어긋나지 않는다는 것만 보여 줍니다. --key로 공개키나 지문을 지정하십시오",
                "no key was given, so the signature shows only that the pack agrees with itself: give --key",
            ),
            Self::NoAnchor { rows } => Text::new(
                format!("앵커를 지정하지 않았으므로 {rows}행 다음에 있던 행이 잘려 나갔는지는 알 수 없습니다"),
                format!("no anchor was given, so nobody can tell whether rows behind row {rows} were cut off"),
            ),
            Self::BehindAnchor { anchored, rows } => Text::new(
                format!("앵커는 {anchored}행까지이므로 {rows}행 다음에 있던 행이 잘려 나갔는지는 알 수 없습니다"),
                format!(
                    "the anchor ends at row {anchored}, so nobody can tell whether rows behind row {rows} were cut off"
                ),
            ),
            Self::Missing(name) => Text::new(
                format!("봉인할 때 저장소에 {name} 파일이 이미 없었습니다"),
                format!("{name} was no longer in the store when the pack was made"),
            ),
            Self::NewerProgram => Text::new(
                "이 버전의 프로그램은 보고서에 더 많은 항목을 냅니다. 보고서에 있는 항목은 모두 일치합니다",
                "this version of the program says more in a report; all that the report says is the same",
            ),
            Self::Unproven(unproven) => unproven.text(),
        }
    }

    /// In one language.
    pub fn get(&self, lang: Lang) -> String {
        self.text().get(lang).to_owned()
    }
}
