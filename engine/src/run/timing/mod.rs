//! Where the time went and what came of it: folds of the state, the same live, after a crash and a year later.

mod capacity;
mod path;
mod point;
mod recovery;
mod unit;

pub use capacity::{CapacityPoint, CapacityReached, capacity_curve, capacity_now, capacity_reached};
pub use path::Actual;
pub use point::{DataSet, RecoveryPoint, Reference, ReferenceKind, Unmeasured, plan_point, readings, service_point};
pub use recovery::{Measure, ORIGINS, Recovery, overall_verdict, plan_recovery, service_recovery, units_recovery};
pub use unit::{Accounts, UnitTiming};
