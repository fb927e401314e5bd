//! Style sheet, scripts, icon.

mod show;

pub use show::show;
