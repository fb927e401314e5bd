//! Pictures as SVG, made on the server: they print, need no script, and tests can read them.

mod by_stage;
mod curve;
mod dag;
mod frame;
mod gantt;
mod line;
mod losses;
mod rise;
mod sign;
mod text;

pub use by_stage::is_by_stage;
pub use curve::{Curve, Dot};
pub use dag::{Dag, Look};
pub use gantt::{Gantt, Lane, Piece};
pub use line::Line;
pub use losses::Losses;
pub use rise::Rise;
pub use sign::{of_flow, of_level, of_live, of_run, of_unit, of_verdict};
pub use text::clip;
