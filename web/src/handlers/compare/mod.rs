//! Two runs beside each other, and what people write about the differences.

mod note;
mod show;

pub use note::note;
pub(crate) use note::noted;
pub(crate) use show::compared;
pub use show::show;
