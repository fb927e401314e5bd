//! What can be wrong with the meaning of a runbook, one file each.
//!
//! Those that stop a plan are called where the compiler meets them; those that only warn look at a finished body.

mod braces;
pub(super) mod call;
mod changing_inspection;
pub(super) mod circle;
mod clock_origin;
pub(super) mod condition;
mod dangerous;
pub(super) mod decision;
pub(super) mod duplicate_id;
mod early_switch;
pub(super) mod empty;
pub(super) mod gate_without_approver;
pub(super) mod half_address;
mod lossy_source;
mod naming;
mod never_holds;
mod never_selected;
mod no_post_check;
mod no_return_without_gate;
mod no_rollback;
mod no_target;
mod no_timeout;
mod nobody_waits;
pub(super) mod notify;
mod one_way;
pub(super) mod output;
mod own_approval;
mod path_over_rto;
mod promote_without_fence;
mod prospects;
pub(super) mod quorum;
mod recover_by;
mod retry_without_probe;
pub(super) mod rollback_of_nothing;
mod schedule_overlap;
mod secret_in_arguments;
pub(super) mod selected_too_early;
pub(super) mod shape;
mod shared_audience;
mod single_vantage;
mod slow_approval;
mod stale_review;
pub(super) mod starts_on;
mod subject;
pub(super) mod targets;
mod two_tiers;
pub(super) mod unknown_input;
pub(super) mod unknown_need;
pub(super) mod unknown_secret;
pub(super) mod unreachable;
pub(super) mod vantage;
mod warnings;

pub(super) use subject::{Subject, check};
pub(super) use warnings::Warnings;
