//! `replication`: what a link has brought over.

use super::kind::{Call, CallKeys};
use crate::base::{LinkName, Millis, TargetName};
use crate::runbook::Spanned;
use crate::runbook::read::{shape, words};

/// A measurement of a replication link, and what is wanted of it.
#[derive(Debug, Clone)]
pub struct Replication {
    /// The link.
    pub link: Spanned<LinkName>,
    /// The standby.
    pub standby: Option<Spanned<TargetName>>,
    /// How it must stand.
    pub state: Option<FlowWord>,
    /// The greatest loss.
    pub within: Option<Millis>,
    /// Whether the link, or the writes of its source, were cut just before.
    pub cut: Option<bool>,
}

shape! {
    /// A measurement of a replication link, and what is wanted of it.
    pub(super) struct ReplicationKeys ["`replication`", "`replication`"] {
        /// A replication link of the inventory, which is measured at its standby.
        (required) "replication" => link: Spanned<LinkName>,
        /// Beside replication: the standby, where the link leads to several; the first where absent.
        "standby" => standby: Spanned<TargetName>,
        /// Beside replication: how it must stand, streaming, stopped or drained (the standby has all that the source has).
        "state" => state: FlowWord,
        /// Beside replication: the greatest loss if the source were gone now.
        "within" => within: Millis,
        /// Beside replication: true where the link or the writes of its source were cut by what was done before. In an exercise what was lost is reckoned to the beginning of this step, since the source was not really gone at the event.
        "cut" => cut: bool,
    }
}

words! {
    /// How a replication link must stand.
    pub enum FlowWord {
        /// Data comes over.
        Streaming = "streaming",
        /// Nothing comes over any more.
        Stopped = "stopped",
        /// The standby has applied everything that the source has.
        Drained = "drained",
    }
}

impl CallKeys for ReplicationKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        let Self { link, standby, state, within, cut } = self;
        Some(Call::Replication(Box::new(Replication { link: link?, standby, state, within, cut })))
    }
}
