//! The language, from text to plan: broken runbooks and what is said of them, good ones, the schema, the documents.

mod broken;
mod good;
mod documents;
mod harness_files;
mod schema;
