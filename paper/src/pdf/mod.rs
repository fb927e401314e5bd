//! The report as PDF.
//!
//! | file | what it owns |
//! |---|---|
//! | `sheet` | what is printed, as data; how much of a long table |
//! | `widths` | widths of columns |
//! | `gantt`, `waterfall`, `burndown`, `losses`, `rise` | pictures, as numbers |
//! | `press` | the process that sets it: memory, time, what its end means |
//! | `typeset` | what that process does |
//! | `world`, `report.typ` | what the typesetter can reach, and how it all looks |
//! | `printable` | texts of people and systems, without what has no glyph |

mod burndown;
mod error;
mod gantt;
mod losses;
mod press;
mod printable;
mod rise;
mod scale;
mod sheet;
mod typeset;
mod waterfall;
mod widths;
mod world;

pub use error::Error;
pub use press::{Press, press_main};
pub use sheet::Sheet;
pub use typeset::typeset;
