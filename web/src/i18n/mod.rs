//! Korean and English of the console. Texts live in `web/i18n/{ko,en}/*.ftl`, inside the binary.

mod bundle;
mod words;

pub use words::Words;

#[cfg(test)]
mod tests;
