//! The shipped binary as a service: two nodes on one PostgreSQL of which one dies, and a store that goes away and comes back
//! while people look on.

#![cfg(test)]

mod adoption;
mod node;
mod outage;
mod visitor;
