//! The report on paper and in spreadsheets, looked at by programs that are not ours.

#![cfg(test)]

mod archive;
mod hostile;
mod numbers;
mod pdf;
mod schema;
mod tools;
mod workbook;
