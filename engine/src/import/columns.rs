//! Which column holds what: by the names that people in the field write above them, in Korean and English, or as told.

use std::collections::BTreeMap;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// 번호: what predecessors refer to.
    Number,
    /// 단계: the stage it belongs to.
    Stage,
    /// 작업: what is done, in words.
    Task,
    /// 담당: who does it.
    Owner,
    /// 대상 시스템: where.
    Target,
    /// 계층: the tier label.
    Tier,
    /// 선행: numbers of the tasks that must be done first.
    Needs,
    /// 소요: planned minutes.
    Minutes,
    /// 명령: text to be executed.
    Command,
    /// 절차: text for a person.
    Manual,
    /// 확인: how it is seen that it worked.
    Check,
}

impl Column {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Number,
        Self::Stage,
        Self::Task,
        Self::Owner,
        Self::Target,
        Self::Tier,
        Self::Needs,
        Self::Minutes,
        Self::Command,
        Self::Manual,
        Self::Check,
    ];

    /// The word for it in a column map.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Number => "no",
            Self::Stage => "stage",
            Self::Task => "task",
            Self::Owner => "owner",
            Self::Target => "target",
            Self::Tier => "tier",
            Self::Needs => "needs",
            Self::Minutes => "minutes",
            Self::Command => "command",
            Self::Manual => "manual",
            Self::Check => "check",
        }
    }

    /// Names under which it is known, folded as [`folded`] folds.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Number => &["no", "number", "id", "seq", "#", "번호", "순번", "연번", "작업번호"],
            Self::Stage => &["stage", "phase", "단계", "구간", "단계명"],
            Self::Task => &[
                "task",
                "taskname",
                "activity",
                "step",
                "작업",
                "작업명",
                "작업내용",
                "업무",
                "업무명",
                "절차명",
                "기동단위",
            ],
            Self::Owner => &["owner", "responsible", "assignee", "담당", "담당자", "책임자", "수행자", "담당부서"],
            Self::Target => {
                &["target", "targetsystem", "system", "server", "host", "대상", "대상시스템", "시스템", "서버", "장비"]
            }
            Self::Tier => &["tier", "layer", "계층", "티어"],
            Self::Needs => &[
                "predecessor",
                "predecessors",
                "dependson",
                "dependency",
                "dependencies",
                "needs",
                "after",
                "선행",
                "선행작업",
                "선행번호",
                "선행조건",
                "선행작업번호",
            ],
            Self::Minutes => &[
                "plannedminutes",
                "minutes",
                "min",
                "duration",
                "planned",
                "plannedduration",
                "소요",
                "소요시간",
                "예상소요",
                "예상시간",
                "예상소요시간",
                "계획시간",
                "목표시간",
                "소요분",
            ],
            Self::Command => &["command", "script", "cmd", "명령", "명령어", "실행명령", "스크립트"],
            Self::Manual => &[
                "manual",
                "instruction",
                "procedure",
                "manualtext",
                "절차",
                "수행방법",
                "작업방법",
                "수행절차",
                "조치내용",
            ],
            Self::Check => {
                &["check", "verification", "verify", "expected", "확인", "확인방법", "점검", "검증", "확인사항"]
            }
        }
    }
}

/// Columns by what they hold, as somebody told: the name above the column, or its letter.
#[derive(Debug, Clone, Default)]
pub struct ColumnMap(BTreeMap<Column, String>);

/// Why a text is not an entry of a column map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// It has not the form `WHAT=COLUMN`.
    #[error("{0:?} is not of the form WHAT=COLUMN, such as task=작업내역 or minutes=F")]
    Form(String),
    /// No column holds that.
    #[error("{what:?} is nothing that a column holds; one of {} is", Column::ALL.map(Column::keyword).join(", "))]
    What {
        /// The word written.
        what: String,
    },
}

impl ColumnMap {
    /// Adds an entry, `WHAT=COLUMN`.
    pub fn add(&mut self, entry: &str) -> Result<(), MapError> {
        let (what, column) = entry.split_once('=').ok_or_else(|| MapError::Form(entry.to_owned()))?;
        let (what, column) = (what.trim(), column.trim());
        if column.is_empty() {
            return Err(MapError::Form(entry.to_owned()));
        }
        let known = Column::ALL.into_iter().find(|known| known.keyword() == what);
        let known = known.ok_or_else(|| MapError::What { what: what.to_owned() })?;
        self.0.insert(known, column.to_owned());
        Ok(())
    }
}

/// Where each kind of column stands, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The row it stands in, by its place among the rows that are not empty.
    pub(super) row: usize,
    /// Places of the columns.
    pub(super) places: BTreeMap<Column, usize>,
    /// Entries of the map whose column is not there.
    pub(super) missing: Vec<(Column, String)>,
}

/// Rows that may stand above the names of the columns: titles, dates, signatures.
const HEAD_ROWS: usize = 30;

/// Finds the row with the names of the columns: the first one of the head with a task and two known columns in all, or, where
/// nothing is known by its name, whatever the map says about the first row.
pub(super) fn find(rows: &[(u32, Vec<String>)], map: &ColumnMap) -> Option<Header> {
    let candidates = rows.iter().take(HEAD_ROWS).enumerate().map(|(row, (_, cells))| recognise(row, cells, map));
    candidates
        .filter(|header| header.places.contains_key(&Column::Task) && header.places.len() >= 2)
        // Of two candidates the one that satisfies the whole map.
        .min_by_key(|header| (header.missing.len(), header.row))
}

fn recognise(row: usize, cells: &[String], map: &ColumnMap) -> Header {
    let mut places = BTreeMap::new();
    let mut missing = Vec::new();
    for (column, told) in &map.0 {
        let named = cells.iter().position(|cell| !cell.is_empty() && folded(cell) == folded(told));
        match named.or_else(|| letter(told).filter(|place| *place < cells.len())) {
            Some(place) => drop(places.insert(*column, place)),
            None => missing.push((*column, told.clone())),
        }
    }
    for (place, cell) in cells.iter().enumerate() {
        let name = folded(cell);
        let known = Column::ALL.into_iter().find(|column| column.names().contains(&name.as_str()));
        if let Some(column) = known.filter(|column| !map.0.contains_key(column)) {
            places.entry(column).or_insert(place);
        }
    }
    Header { row, places, missing }
}

/// A name of a column without what people vary: case, blanks, punctuation, and units in brackets.
fn folded(name: &str) -> String {
    let bare = name.split(['(', '（', '[']).next().unwrap_or_default();
    bare.chars().filter(|c| c.is_alphanumeric() || *c == '#').flat_map(char::to_lowercase).collect()
}

/// The place of a column by its letters, `A` being 0.
fn letter(text: &str) -> Option<usize> {
    let letters = !text.is_empty() && text.len() <= 2 && text.chars().all(|c| c.is_ascii_uppercase());
    letters.then(|| text.bytes().fold(0, |place, letter| place * 26 + usize::from(letter - b'A') + 1) - 1)
}

/// The letters of a column by its place, from 0.
pub(super) fn letters(place: usize) -> String {
    let mut place = place + 1;
    let mut reversed = Vec::new();
    while place > 0 {
        let digit = u8::try_from((place - 1) % 26).unwrap_or(0);
        reversed.push(char::from(b'A' + digit));
        place = (place - 1) / 26;
    }
    reversed.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<(u32, Vec<String>)> {
        vec![(1, cells.iter().map(|cell| (*cell).to_owned()).collect())]
    }

    #[test]
    fn columns_are_known_by_korean_and_english_names_whatever_their_case_blanks_and_units() {
        let korean = find(&row(&["번호", "작업 내용", "담당자", "소요시간(분)"]), &ColumnMap::default()).unwrap();
        let english = find(&row(&["No.", "Task", "Owner", "Planned minutes"]), &ColumnMap::default()).unwrap();
        assert_eq!(korean.places, english.places);
        assert_eq!(korean.places[&Column::Minutes], 3);
    }

    #[test]
    fn a_map_names_columns_by_their_heading_or_their_letter() {
        let mut map = ColumnMap::default();
        map.add("task=할 일").unwrap();
        map.add("minutes=C").unwrap();
        map.add("check=없는 열").unwrap();
        let header = find(&row(&["순서", "할 일", "시간"]), &map).unwrap();
        assert_eq!((header.places[&Column::Task], header.places[&Column::Minutes]), (1, 2));
        assert_eq!(header.missing, [(Column::Check, "없는 열".to_owned())]);
        assert!(map.add("title=B").is_err() && map.add("task").is_err());
    }

    #[test]
    fn letters_and_places_are_each_others_inverse() {
        for place in [0, 25, 26, 51, 255] {
            assert_eq!(letter(&letters(place)), Some(place));
        }
    }
}
