//! The drill calendar: which drills are owed, which are planned, and on which days people work.

mod desk;
mod duty;
mod holidays;
mod ics;
mod profile;

pub(super) use desk::tell;
pub use desk::{CalendarError, abandon, adopt, cancel, hold, plan, planned_drill};
pub use duty::{Adoption, Held, Last, Planned, Standing, adoptions, held, planned, standings, was_planned};
pub use holidays::{Holiday, Holidays};
pub use ics::ics;
pub use profile::{Catalogue, CatalogueError, Clause, Duty, Profile};
