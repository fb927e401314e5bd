//! From the table to the draft.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cells::{self, Checked};
use super::columns::{self, Column, ColumnMap, Header};
use super::gaps::{Gap, GapCode, Spot};
use super::sheet::Sheet;
use super::written::{Manual, Runbook, Stage, Step, Unit, Units};
use crate::base::Text;

/// What came of a sheet.
#[derive(Debug)]
pub struct Imported {
    /// The draft, in YAML.
    pub draft: String,
    /// How many tasks it has.
    pub tasks: usize,
    /// Everything that the sheet does not say, in the order of its rows.
    pub gaps: Vec<Gap>,
}

/// A row that is a task.
struct Task<'s> {
    row: u32,
    cells: &'s [String],
    id: String,
}

/// Makes a draft of a sheet under the id `runbook`. `None` when no row looks like the names of columns.
pub fn import(sheet: &Sheet, map: &ColumnMap, runbook: &str) -> Option<Imported> {
    let header = columns::find(&sheet.rows, map)?;
    let mut importer = Importer { header: &header, gaps: Vec::new(), numbers: HashMap::new() };
    importer.columns(sheet.rows.get(header.row).map_or(1, |(row, _)| *row));
    let tasks = importer.tasks(sheet.rows.get(header.row + 1..).unwrap_or_default());
    let units: Vec<_> = tasks.iter().map(|task| (importer.stage(task), task.id.clone(), importer.unit(task))).collect();
    let mut gaps = importer.gaps;
    gaps.sort_by(|one, other| {
        (one.at.row, one.code, &one.at.column).cmp(&(other.at.row, other.code, &other.at.column))
    });
    let ordered = header.places.contains_key(&Column::Needs);
    let written = arranged(runbook, &sheet.name, units, ordered);
    let head = format!(
        "# Draft made of a spreadsheet, sheet {:?}: complete it, then `relight check` it.\n\
         # 스프레드시트에서 만든 초안입니다. 빠진 내용을 채운 뒤 `relight check`로 확인하십시오.\n",
        sheet.name
    );
    let body = serde_yaml::to_string(&written).ok()?;
    Some(Imported { draft: head + &body, tasks: tasks.len(), gaps })
}

struct Importer<'h> {
    header: &'h Header,
    gaps: Vec<Gap>,
    /// Ids of the units by the numbers of their tasks.
    numbers: HashMap<String, String>,
}

impl Importer<'_> {
    fn cell<'s>(&self, cells: &'s [String], column: Column) -> &'s str {
        let cell = self.header.places.get(&column).and_then(|place| cells.get(*place));
        cell.map_or("", |cell| cell.trim())
    }

    fn gap(&mut self, code: GapCode, task: &Task<'_>, column: Column, message: Text, help: Text) {
        let at = Spot::new(task.row, self.header.places.get(&column).copied());
        self.gaps.push(Gap { code, at, unit: Some(task.id.clone()), message, help });
    }

    /// Columns that the sheet does not have: said once, not once a row.
    fn columns(&mut self, row: u32) {
        for (column, told) in &self.header.missing {
            self.gaps.push(Gap {
                code: GapCode::Column,
                at: Spot::new(row, None),
                unit: None,
                message: Text::new(
                    format!("열 지정 {}={told}에 해당하는 열이 없습니다", column.keyword()),
                    format!("the column map says {}={told}, and there is no such column", column.keyword()),
                ),
                help: Text::new(
                    "열 제목이나 A, B 같은 열 문자를 쓰십시오",
                    "write the name above the column, or its letter",
                ),
            });
        }
        if !self.header.places.contains_key(&Column::Needs) {
            self.gaps.push(Gap {
                code: GapCode::Column,
                at: Spot::new(row, None),
                unit: None,
                message: Text::new("선행 작업 열이 없습니다", "there is no column of predecessors"),
                help: Text::new(
                    "초안은 행의 순서대로 하나씩 실행합니다. 함께 시작해도 되는 작업은 mode를 parallel로 바꾸고 needs를 쓰십시오",
                    "the draft runs the rows one after another; where tasks may start together, make the mode parallel and write needs",
                ),
            });
        }
    }

    /// The rows that are tasks, each with its unit's id. Ids must all be known before the first predecessor is resolved.
    fn tasks<'s>(&mut self, rows: &'s [(u32, Vec<String>)]) -> Vec<Task<'s>> {
        let mut taken = HashSet::new();
        let mut tasks: Vec<Task<'s>> = Vec::with_capacity(rows.len());
        for (row, cells) in rows {
            let title = self.cell(cells, Column::Task);
            if title.is_empty() {
                self.gaps.push(Gap {
                    code: GapCode::Row,
                    at: Spot::new(*row, self.header.places.get(&Column::Task).copied()),
                    unit: None,
                    message: Text::new("작업 이름이 없는 행입니다", "this row has no task"),
                    help: Text::new(
                        "초안에 넣지 않았습니다. 작업이면 이름을 쓰십시오",
                        "it was left out; if it is a task, name it",
                    ),
                });
                continue;
            }
            let number = self.cell(cells, Column::Number);
            let id = unique(&cells::name(title), number, &mut taken);
            let task = Task { row: *row, cells, id };
            if !number.is_empty() {
                self.number(number, &task);
            }
            tasks.push(task);
        }
        tasks
    }

    fn number(&mut self, number: &str, task: &Task<'_>) {
        let key = cells::number_key(number);
        if let Some(first) = self.numbers.get(&key).cloned() {
            self.gap(
                GapCode::Number,
                task,
                Column::Number,
                Text::new(
                    format!("번호 {number}이(가) 두 작업에 있습니다"),
                    format!("two tasks have the number {number}"),
                ),
                Text::new(
                    format!("선행 작업의 {number}은(는) 먼저 나온 {first}을(를) 뜻합니다. 번호를 고치십시오"),
                    format!("as a predecessor {number} means the first one, {first}; give one of them another number"),
                ),
            );
            return;
        }
        self.numbers.insert(key, task.id.clone());
    }

    fn stage(&self, task: &Task<'_>) -> String {
        self.cell(task.cells, Column::Stage).to_owned()
    }

    fn unit(&mut self, task: &Task<'_>) -> Unit {
        let text = |column| Some(self.cell(task.cells, column)).filter(|text| !text.is_empty()).map(str::to_owned);
        let (owner, tier) = (text(Column::Owner), text(Column::Tier));
        if owner.is_none() {
            self.gap(
                GapCode::Owner,
                task,
                Column::Owner,
                Text::new("담당자가 없습니다", "nobody is named for this task"),
                Text::new("`owner`에 담당자를 쓰십시오", "write who does it under `owner`"),
            );
        }
        Unit {
            title: self.cell(task.cells, Column::Task).to_owned(),
            owner,
            tier: tier.map(|tier| cells::name(&tier)).filter(|tier| !tier.is_empty()),
            on: self.target(task),
            needs: self.needs(task),
            target: self.minutes(task),
            run: self.work(task),
            post: self.check(task),
        }
    }

    fn target(&mut self, task: &Task<'_>) -> Option<String> {
        let written = self.cell(task.cells, Column::Target);
        let name = cells::name(written);
        let several = written.contains([',', ';', '\n', '/', '~']);
        if several || (name.is_empty() && !self.cell(task.cells, Column::Command).is_empty()) {
            let message = if several {
                Text::new(
                    format!("한 작업에 대상이 여럿입니다: {written}"),
                    format!("this task has several systems: {written}"),
                )
            } else {
                Text::new("명령을 실행할 대상 시스템이 없습니다", "no system is named for this command")
            };
            self.gap(
                GapCode::Target,
                task,
                Column::Target,
                message,
                Text::new(
                    "`on`에 인벤토리의 대상 하나를 쓰거나, 대상마다 작업을 나누십시오",
                    "write one target of the inventory under `on`, or make a unit of each",
                ),
            );
        }
        (!several && !name.is_empty()).then_some(name)
    }

    fn needs(&mut self, task: &Task<'_>) -> Vec<String> {
        let mut needs = Vec::new();
        for reference in cells::references(self.cell(task.cells, Column::Needs)) {
            match self.numbers.get(&cells::number_key(reference)) {
                Some(id) if !needs.contains(id) => needs.push(id.clone()),
                Some(_) => {}
                None => self.gap(
                    GapCode::Needs,
                    task,
                    Column::Needs,
                    Text::new(
                        format!("선행 작업 {reference}번이 없습니다"),
                        format!("there is no task with the number {reference}"),
                    ),
                    Text::new(
                        "초안에서 뺐습니다. `needs`에 쓰십시오",
                        "the draft leaves it out; write it under `needs`",
                    ),
                ),
            }
        }
        needs
    }

    fn minutes(&mut self, task: &Task<'_>) -> Option<String> {
        let written = self.cell(task.cells, Column::Minutes);
        let target = cells::minutes(written);
        if target.is_none() {
            let message = if written.is_empty() {
                Text::new("소요 시간이 없습니다", "this task has no duration")
            } else {
                Text::new(
                    format!("소요 시간 {written:?}을(를) 읽을 수 없습니다"),
                    format!("{written:?} is no duration"),
                )
            };
            self.gap(
                GapCode::Minutes,
                task,
                Column::Minutes,
                message,
                Text::new("`target`에 30m처럼 쓰십시오", "write it under `target`, such as 30m"),
            );
        }
        target.map(|target| target.to_string())
    }

    fn work(&mut self, task: &Task<'_>) -> Vec<Step> {
        let (command, manual) = (self.cell(task.cells, Column::Command), self.cell(task.cells, Column::Manual));
        let mut steps = Vec::new();
        if !command.is_empty() {
            steps.push(Step::Command(command.to_owned()));
        }
        if !manual.is_empty() {
            steps.push(Step::Manual(Manual { instruction: manual.to_owned(), expected: None }));
        }
        if steps.is_empty() {
            self.gap(
                GapCode::Work,
                task,
                if self.header.places.contains_key(&Column::Command) { Column::Command } else { Column::Manual },
                Text::new("명령도 작업 방법도 없습니다", "there is neither a command nor an instruction"),
                Text::new(
                    "초안은 작업 이름을 사람에게 그대로 맡깁니다. `command`나 `manual`을 쓰십시오",
                    "the draft hands the name of the task to a person; write a `command` or a `manual`",
                ),
            );
            let title = self.cell(task.cells, Column::Task).to_owned();
            steps.push(Step::Manual(Manual { instruction: title, expected: None }));
        }
        steps
    }

    fn check(&mut self, task: &Task<'_>) -> Vec<Step> {
        let written = self.cell(task.cells, Column::Check);
        if written.is_empty() {
            self.gap(
                GapCode::Check,
                task,
                Column::Check,
                Text::new("성공을 어떻게 확인하는지 없습니다", "nothing says how it is seen that this worked"),
                Text::new("`post`에 점검을 쓰십시오", "write checks under `post`"),
            );
            return Vec::new();
        }
        match cells::checked(written) {
            Checked::Http(url) => vec![Step::Http(url.to_owned())],
            Checked::Tcp(endpoint) => vec![Step::Tcp(endpoint.to_owned())],
            Checked::Words(words) => {
                let shown: String = words.chars().take(40).collect();
                self.gap(
                    GapCode::Words,
                    task,
                    Column::Check,
                    Text::new(
                        format!("확인 방법이 글로 되어 있습니다: {shown}"),
                        format!("the check is written in words: {shown}"),
                    ),
                    Text::new(
                        "초안은 사람에게 확인을 맡깁니다. 자동으로 확인할 수 있으면 `http`, `tcp`, `sql`, `command`로 바꾸십시오",
                        "the draft lets a person confirm it; where a machine can, make it `http`, `tcp`, `sql` or `command`",
                    ),
                );
                let instruction = self.cell(task.cells, Column::Task).to_owned();
                vec![Step::Manual(Manual { instruction, expected: Some(words.to_owned()) })]
            }
        }
    }
}

/// A free id: the name itself, then with the task's number, then with one of our own.
fn unique(name: &str, number: &str, taken: &mut HashSet<String>) -> String {
    let base = if name.is_empty() { "task" } else { name };
    let short = |suffix: &str| {
        let room = 64_usize.saturating_sub(suffix.chars().count() + 1);
        let head: String = base.chars().take(room).collect();
        format!("{head}-{suffix}")
    };
    let numbered = cells::name(number);
    let mut candidates = std::iter::once(base.to_owned())
        .chain((!numbered.is_empty()).then(|| short(&numbered)))
        .chain((2_u32..).map(|count| short(&count.to_string())));
    let id = candidates.find(|candidate| !taken.contains(candidate)).unwrap_or_default();
    taken.insert(id.clone());
    id
}

/// Units gathered by their stages in the order in which the stages first appear.
fn arranged(runbook: &str, title: &str, units: Vec<(String, String, Unit)>, ordered: bool) -> Runbook {
    let (runbook, title) = (runbook.to_owned(), title.to_owned());
    let mode = (!ordered).then_some("sequential");
    let one_stage = units.iter().all(|(stage, _, _)| stage.is_empty());
    if one_stage && ordered {
        let units = Units(units.into_iter().map(|(_, id, unit)| (id, unit)).collect());
        return Runbook { runbook, title, stages: Vec::new(), units };
    }
    let mut taken: HashSet<String> = units.iter().map(|(_, id, _)| id.clone()).collect();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut stages: Vec<Stage> = Vec::new();
    for (stage, id, unit) in units {
        let place = *places.entry(stage.clone()).or_insert_with(|| {
            let named = if stage.is_empty() { "tasks" } else { stage.as_str() };
            let id = unique(&cells::name(named), "stage", &mut taken);
            let title = named.to_owned();
            stages.push(Stage { stage: id, title, mode, needs: ordered.then_some([]), units: Units::default() });
            stages.len() - 1
        });
        if let Some(stage) = stages.get_mut(place) {
            stage.units.0.push((id, unit));
        }
    }
    Runbook { runbook, title, stages, units: Units::default() }
}
