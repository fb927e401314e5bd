//! The report as headings, facts and tables of text in one language: what Markdown and HTML have in common.

mod appendix;
mod beside;
mod capacity;
mod cell;
mod clocks;
mod front;
mod linked;
mod losses;
mod manual;
mod model;
mod registers;
mod replication;
mod times;
mod together;
mod usable;

pub use cell::{Cell, Column, Value};
pub use model::{Block, Document, Extent, Section, Table};
