//! The runbooks that are shipped: they compile, promise what they are known for, and run to their end in `mock`.

#![cfg(test)]

mod mock;
mod promises;
mod shipped;
