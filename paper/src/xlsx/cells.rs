//! One cell of a sheet.

use engine::base::{Lang, Timestamp};
use engine::report::{Cell, Value};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::limits::fitting;

/// What a cell holds at most, in UTF-16 units.
const TEXT: usize = 32_767;
/// Milliseconds of a day, which is what spreadsheets reckon in.
pub(super) const DAY: f64 = 86_400_000.0;
/// Days from the zero of spreadsheets to 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// Days that spreadsheets know: up to the end of the year 9999.
const LAST_DAY: f64 = 2_958_465.0;
/// Beyond this, numbers of spreadsheets lose digits.
const EXACT: u64 = 1 << 53;

/// The formats of a book, made once.
pub(super) struct Formats {
    lang: Lang,
    pub(super) head: Format,
    pub(super) title: Format,
    pub(super) bold: Format,
    text: Format,
    good: Format,
    bad: Format,
    doubtful: Format,
    count: Format,
    span: Format,
    difference: Format,
    share: Format,
    instant: Format,
    day: Format,
}

impl Formats {
    pub(super) fn new(lang: Lang) -> Self {
        let base = || Format::new().set_align(FormatAlign::Top);
        let text = || base().set_text_wrap();
        let toned = |colour: u32| text().set_bold().set_font_color(Color::RGB(colour));
        let seconds = match lang {
            Lang::Ko => "+0.000\" 초\";-0.000\" 초\";0.000\" 초\"",
            Lang::En => "+0.000\" s\";-0.000\" s\";0.000\" s\"",
        };
        Self {
            lang,
            head: text().set_bold().set_background_color(Color::RGB(0x00EE_F1F4)).set_border_bottom(FormatBorder::Thin),
            title: base().set_bold().set_font_size(14),
            bold: text().set_bold(),
            text: text(),
            good: toned(0x0012_613A),
            bad: toned(0x00A3_161D),
            doubtful: toned(0x007A_4A00),
            count: base().set_num_format("#,##0"),
            span: base().set_num_format("[h]:mm:ss.000"),
            difference: base().set_num_format(seconds),
            share: base().set_num_format("0.0%"),
            instant: base().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
            day: base().set_num_format("yyyy-mm-dd"),
        }
    }

    /// The format of a number, and the number as spreadsheets reckon; `None` for what is better left a text.
    pub(super) fn number(&self, value: Value) -> Option<(f64, &Format)> {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any run are far below 2^53")]
        match value {
            Value::Text => None,
            Value::Count(count) => (count <= EXACT).then_some((count as f64, &self.count)),
            Value::Span(time) => (time.0 <= EXACT).then_some((time.0 as f64 / DAY, &self.span)),
            // Spreadsheets can not show a negative time of day, so differences are seconds.
            Value::Difference(millis) => Some((millis as f64 / 1_000.0, &self.difference)),
            Value::Share(tenths) => (tenths <= EXACT).then_some((tenths as f64 / 1_000.0, &self.share)),
            Value::Instant(at) => day(at).map(|day| (day, &self.instant)),
            Value::Day(of) => day(of.begins_at()).map(|day| (day.round(), &self.day)),
        }
    }

    pub(super) fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        if let Some((number, format)) = self.number(cell.value) {
            sheet.write_number_with_format(row, column, number, format)?;
            return Ok(());
        }
        // A text is written as one, whatever it begins with: nothing in it is ever a formula.
        sheet.write_string_with_format(row, column, self.fitting(&cell.text), self.toned(cell.tone))?;
        Ok(())
    }

    pub(super) fn fitting(&self, text: &str) -> String {
        fitting(text, TEXT, |left| match self.lang {
            Lang::Ko => format!("… ({left}자 생략)"),
            Lang::En => format!("… ({left} more characters)"),
        })
    }

    fn toned(&self, tone: Option<&str>) -> &Format {
        match tone {
            Some("met" | "ready" | "completed" | "on_track") => &self.good,
            Some("exceeded" | "not_recovered" | "failed" | "aborted" | "breached") => &self.bad,
            Some("not_measured" | "unknown" | "at_risk" | "skipped" | "attested" | "simulated") => &self.doubtful,
            Some(_) | None => &self.text,
        }
    }
}

/// The day and its part in Seoul.
fn day(at: Timestamp) -> Option<f64> {
    const SEOUL: i64 = 9 * 3_600_000;
    #[expect(clippy::cast_precision_loss, reason = "instants of this age are far below 2^53 milliseconds")]
    let day = at.0.checked_add(SEOUL)? as f64 / DAY + EPOCH;
    (61.0..LAST_DAY).contains(&day).then_some(day)
}
