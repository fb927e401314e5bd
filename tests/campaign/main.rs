//! The kill campaign: an engine is killed with SIGKILL at every boundary of the journal of a parallel run of 40 units, and
//! another one takes the run over. Each time: the same final state, every side effect exactly once, no process left over,
//! the chain whole.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "starts engines to be killed")]

mod calling;
mod everywhere;
mod field;
mod keeper_lost;
mod voting;
