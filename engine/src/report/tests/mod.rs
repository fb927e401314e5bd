//! The report on runs whose every instant was chosen by hand.

mod hand_computed;
mod hostile;
mod naive;
mod random;
mod scene;
mod size;
mod snapshots;
