//! Statements for databases, with their defaults filled in.

use super::super::look::{Comparison, Sql, Test, Value, Wanted};
use super::steps::Lower;
use crate::inventory::LOCAL;
use crate::runbook::look as written;
use crate::runbook::{Code, Finding, Spanned, Typed, Wish};

impl Lower<'_, '_> {
    /// A question is asked where nothing can be changed, and where it says nothing else its answer must be true.
    pub(super) fn sql(&mut self, sql: written::Sql, question: bool) -> Sql {
        let Some(Spanned { value: statement, span }) = sql.statement else {
            // Absent only where its absence was reported.
            return Sql { on: None, statement: String::new(), args: Vec::new(), read_only: true, wanted: Wanted::Done };
        };
        let on = self.on(sql.on).filter(|target| target.as_str() != LOCAL);
        if on.is_none() {
            self.findings.report(Code::MissingKey, span, || {
                Finding::new(
                    "a statement needs a target whose database it is for",
                    "문장을 실행할 데이터베이스의 대상이 없습니다",
                )
                .help(
                    "write `on:` with a target that has `sql` in the inventory",
                    "인벤토리에 `sql`이 있는 대상을 `on:`에 쓰십시오",
                )
            });
        }
        let places = [
            sql.expect.as_ref().map(|it| it.span),
            sql.rows.as_ref().map(|it| it.span),
            sql.expect_rows.as_ref().map(|it| it.span),
        ];
        if let Some(second) = places.into_iter().flatten().nth(1) {
            self.findings.report(Code::BadValue, second, || {
                Finding::new(
                    "one thing is expected of a statement, and here is another",
                    "문장에 대한 기대가 둘 이상입니다",
                )
                .help(
                    "keep one of `expect`, `rows`, `expect_rows`",
                    "`expect`, `rows`, `expect_rows` 중 하나만 두십시오",
                )
            });
        }
        let wanted = if let Some(wish) = sql.expect {
            Wanted::Value(test(wish.value))
        } else if let Some(these) = sql.expect_rows {
            Wanted::These(these.value.into_iter().map(|row| row.into_iter().map(value).collect()).collect())
        } else if sql.rows.is_some() {
            Wanted::Rows(self.range(sql.rows))
        } else if question {
            Wanted::Value(Test::Is(Value::Bool(true)))
        } else {
            Wanted::Done
        };
        Sql {
            on,
            statement,
            args: sql.args.unwrap_or_default().into_iter().filter_map(|arg| self.value(arg)).collect(),
            read_only: question || sql.read_only.unwrap_or(false),
            wanted,
        }
    }
}

pub(super) fn test(wish: Wish) -> Test {
    match wish {
        Wish::Is(it) => Test::Is(value(it)),
        Wish::Within(bounds) => {
            let all = [
                (Comparison::Eq, bounds.eq),
                (Comparison::Ne, bounds.ne),
                (Comparison::Gt, bounds.gt),
                (Comparison::Gte, bounds.gte),
                (Comparison::Lt, bounds.lt),
                (Comparison::Lte, bounds.lte),
            ];
            Test::All(all.into_iter().filter_map(|(comparison, bound)| Some((comparison, value(bound?)))).collect())
        }
    }
}

fn value(typed: Typed) -> Value {
    match typed {
        Typed::Null => Value::Null,
        Typed::Bool(truth) => Value::Bool(truth),
        Typed::Number(number) => Value::Number(number),
        Typed::Text(text) => Value::Text(text),
    }
}
