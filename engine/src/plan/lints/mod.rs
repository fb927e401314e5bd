//! What can be wrong with the meaning of a runbook, one file each.
//!
//! Those that stop a plan are called where the compiler meets them; those that only warn look at a finished body.

mod braces;
pub(super) mod call;
pub(super) mod circle;
pub(super) mod condition;
mod dangerous;
pub(super) mod decision;
pub(super) mod duplicate_id;
pub(super) mod empty;
pub(super) mod gate_without_approver;
pub(super) mod half_address;
mod never_holds;
mod never_selected;
mod no_post_check;
mod no_return_without_gate;
mod no_rollback;
mod no_target;
mod no_timeout;
pub(super) mod notify;
mod one_way;
pub(super) mod output;
mod path_over_rto;
mod promote_without_fence;
mod prospects;
pub(super) mod quorum;
mod recover_by;
mod retry_without_probe;
pub(super) mod rollback_of_nothing;
mod secret_in_arguments;
pub(super) mod selected_too_early;
pub(super) mod shape;
mod subject;
pub(super) mod targets;
pub(super) mod unknown_input;
pub(super) mod unknown_need;
pub(super) mod unknown_secret;
pub(super) mod unreachable;
pub(super) mod vantage;
mod warnings;

pub(super) use subject::{Subject, check};
pub(super) use warnings::Warnings;
