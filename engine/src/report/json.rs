//! The report as JSON.

use super::RunReport;

/// The report as one JSON object, indented; its shape is described in `docs/report.md`.
pub fn json(report: &RunReport) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report)
}
