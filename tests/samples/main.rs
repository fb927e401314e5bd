//! The runbooks that are shipped: they compile, promise what they are known for, and run to their end in `mock`.

mod mock;
mod promises;
mod shipped;
