//! The language, from text to plan: broken runbooks and what is said of them, good ones, the schema, the documents.

#![cfg(test)]

mod broken;
mod calls;
mod components;
mod derived;
mod documents;
mod good;
mod harness_files;
mod lints;
mod rendered;
mod repeated;
mod schema;
mod silenced;
