//! How what is wrong is said.

/// What is wrong, in words.
pub(crate) type Verdict = Result<(), String>;

macro_rules! rule {
    ($holds:expr, $($said:tt)+) => {
        if !$holds {
            return Err(format!($($said)+));
        }
    };
}
pub(crate) use rule;
