//! `relight import`: spreadsheets as people keep them.

use std::collections::BTreeMap;

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use harness::state::State;

const KOREAN: [&str; 8] =
    ["번호", "작업명", "담당자", "대상 시스템", "선행 작업", "소요시간(분)", "명령어", "확인 방법"];

fn workbook(state: &State, name: &str, rows: &[Vec<String>]) -> String {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("전환 절차").unwrap();
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    let path = state.path(name);
    book.save(&path).unwrap();
    path.display().to_string()
}

fn cells(row: &[&str]) -> Vec<String> {
    row.iter().map(|cell| (*cell).to_owned()).collect()
}

fn gaps(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let spot = |at: &Value| format!("{}{}", text(&at["column"]), at["row"]);
    let gaps = answer["gaps"].as_array().unwrap();
    gaps.iter().map(|gap| (text(&gap["code"]), spot(&gap["at"]))).collect()
}

#[test]
fn a_korean_workbook_becomes_a_draft_that_compiles_and_every_gap_is_listed_with_its_cell() {
    let state = State::new();
    let file = workbook(
        &state,
        "은행 전환.xlsx",
        &[
            cells(&["2026년 재해복구 전환 절차"]),
            vec![],
            KOREAN.map(str::to_owned).to_vec(),
            cells(&["1", "DB 차단", "김철수", "db-primary", "", "1", "systemctl stop postgresql", "10.0.0.1:5432"]),
            cells(&["2", "DB 승격", "", "db-standby", "1", "2분", "psql -c 'select pg_promote()'", ""]),
            cells(&["3", "로그인 확인", "이영희", "", "2, 9", "곧", "", "첫 화면이 보인다"]),
            cells(&["3", "", "이영희"]),
        ],
    );
    let answer = state.done(&["import", &file, "--format", "json"]).json_with(0);
    assert_eq!(answer["tasks"], 3);
    let expected =
        [("I01", "C5"), ("I03", "H5"), ("I02", "F6"), ("I04", "G6"), ("I05", "E6"), ("I10", "H6"), ("I08", "B7")];
    assert_eq!(gaps(&answer), expected.map(|(code, at)| (code.to_owned(), at.to_owned())));
    insta::assert_snapshot!("korean_workbook", answer["draft"].as_str().unwrap());
    for gap in answer["gaps"].as_array().unwrap() {
        let korean = gap["message"]["ko"].as_str().unwrap();
        assert!(korean.chars().any(|c| ('가'..='힣').contains(&c)), "{korean}");
    }
}

#[test]
fn three_hundred_rows_are_imported_with_each_of_their_gaps() {
    let state = State::new();
    let mut rows =
        vec![cells(&["no", "task", "owner", "target system", "predecessor", "planned minutes", "command", "check"])];
    let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
    for number in 1..=300_u32 {
        let missing = number % 5;
        let mut without = |code, kind: u32, text: String| {
            if missing == kind {
                *wanted.entry(code).or_default() += 1;
                String::new()
            } else {
                text
            }
        };
        rows.push(vec![
            number.to_string(),
            format!("Start component {number}"),
            without("I01", 1, "team-a".to_owned()),
            format!("host-{}", number % 40),
            if number > 3 { (number - 3).to_string() } else { String::new() },
            without("I02", 2, (number % 9 + 1).to_string()),
            without("I04", 3, format!("systemctl start unit-{number}")),
            without("I03", 4, format!("host-{}:8080", number % 40)),
        ]);
    }
    let file = workbook(&state, "plan.xlsx", &rows);
    let answer = state.done(&["import", &file, "--format", "json"]).json_with(0);
    assert_eq!(answer["tasks"], 300);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for (code, _) in gaps(&answer) {
        *found.entry(code).or_default() += 1;
    }
    assert_eq!(found, wanted.into_iter().map(|(code, count)| (code.to_owned(), count)).collect());
}

#[test]
fn a_text_of_separated_values_with_columns_told_by_hand_runs_its_rows_in_order() {
    let state = State::new();
    std::fs::write(state.path("steps.csv"), "what;how long;who\nStop;5;kim\nStart;10;lee\n").unwrap();
    let told =
        ["import", "steps.csv", "--map", "task=what", "--map", "minutes=B", "--map", "owner=who", "--format", "json"];
    let answer = state.done(&told).json_with(0);
    assert_eq!(answer["check"]["errors"], 0, "{answer}");
    insta::assert_snapshot!("separated_values", answer["draft"].as_str().unwrap());
    let untold = state.done(&["import", "steps.csv"]);
    assert_eq!(untold.code(), 2);
    assert!(untold.err().contains("--map"), "{}", untold.err());
}

#[test]
fn what_is_no_spreadsheet_is_refused_with_its_reason_and_a_draft_is_never_written_over() {
    let state = State::new();
    std::fs::write(state.path("broken.xlsx"), "not a workbook").unwrap();
    std::fs::write(state.path("text.pdf"), "x").unwrap();
    std::fs::write(state.path("circle.csv"), "no,task,predecessor\n1,a,2\n2,b,1\n").unwrap();
    for (file, said) in [("broken.xlsx", "not a workbook"), ("text.pdf", ".xlsx"), ("nowhere.csv", "nowhere.csv")] {
        let done = state.done(&["import", file]);
        assert_eq!(done.code(), 2, "{file}");
        assert!(done.err().contains(said), "{file}: {}", done.err());
    }
    let circle = state.done(&["import", "circle.csv", "-o", "draft.yaml"]);
    assert_eq!(circle.code(), 1);
    assert!(circle.err().contains("L20"), "{}", circle.err());
    let written = std::fs::read_to_string(state.path("draft.yaml")).unwrap();
    assert_eq!(state.done(&["import", "circle.csv", "-o", "draft.yaml"]).code(), 2);
    assert_eq!(std::fs::read_to_string(state.path("draft.yaml")).unwrap(), written);
}
