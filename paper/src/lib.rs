//! The report on paper and in spreadsheets.
//!
//! | module | what it makes |
//! |---|---|
//! | [`pdf`] | PDF/A and PDF/UA, set by typst in a process of its own |
//! | [`xlsx`] | a workbook, a sheet a table, numbers as numbers |
//! | [`csv`] | an archive of tables, a file each |
//!
//! Each is made of the report's document, which has all words, and of nothing else: what is said in HTML is said here.

pub mod csv;
mod limits;
pub mod pdf;
pub mod xlsx;
