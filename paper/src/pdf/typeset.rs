//! From the data of a report to the bytes of its PDF, in this process.

use serde::Deserialize;
use serde_json::Value;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::Error;
use super::printable::printable;
use super::world::OneReport;

/// What the press wants to know apart from what is printed.
#[derive(Deserialize)]
struct Imprint {
    /// What the PDF's own identifier is made of.
    ident: String,
    /// Year, month, day, hour, minute, second of the numbers, in UTC.
    made: [u16; 6],
}

/// Sets a report. The same data gives the same bytes.
pub fn typeset(order: &[u8]) -> Result<Vec<u8>, Error> {
    let mut data: Value = serde_json::from_slice(order)?;
    let Imprint { ident, made } = Imprint::deserialize(&data["imprint"])?;
    printable(&mut data);
    let world = OneReport::of(serde_json::to_vec(&data)?)?;
    drop(data);
    let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(&world);
    let document = output.map_err(|faults| said(&faults))?;
    // What the layout remembered helps the next one, of which there is none here.
    typst::comemo::evict(0);
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|why| Error::Typeset(why.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Relight".to_owned())),
        timestamp: instant(made).map(Timestamp::new_utc),
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    };
    typst_pdf::pdf(&document, &options).map_err(|faults| said(&faults))
}

fn instant([year, month, day, hour, minute, second]: [u16; 6]) -> Option<Datetime> {
    let small = |number: u16| u8::try_from(number).ok();
    Datetime::from_ymd_hms(i32::from(year), small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?)
}

fn said(faults: &[SourceDiagnostic]) -> Error {
    Error::Typeset(faults.iter().map(|fault| fault.message.to_string()).collect::<Vec<_>>().join("; "))
}
