//! The command line: one file per command, each with its options (their doc comments are the help text) and its function.
//!
//! | file | what the commands share |
//! |---|---|
//! | `entry` | from the process's arguments to an exit code |
//! | `options` | options that several commands have |
//! | `exit`, `failure`, `say` | exit codes, messages with hints, standard output and error |
//! | `place`, `pick`, `ask` | opening the state, finding a run, putting a request before its owner |
//! | `logging` | the log on standard error |
//!
//! This is the only reader of the environment.

mod abort;
mod anchor;
mod anchoring;
mod approve;
mod ask;
mod attest;
mod audit;
mod check;
mod choose;
mod compare;
mod complete;
mod components;
mod console;
mod demo;
mod derive;
mod doctor;
mod doors;
mod drive;
mod entry;
mod exit;
mod explain;
mod failure;
mod findings;
mod forecast;
mod idle;
mod import;
mod inputs;
mod interrupts;
mod inventory;
mod join;
mod keeper;
mod key;
mod logging;
mod mark;
mod options;
mod outcome;
mod owner;
mod paths;
mod pause;
mod pick;
mod place;
mod plan;
mod preflight;
mod press;
mod progress;
mod replication;
mod report;
mod rerun;
mod resume;
mod retry;
mod rollback;
mod run;
mod runs;
mod say;
mod schema;
mod screen;
mod seal;
mod secret;
mod serve;
mod simulation;
mod skip;
mod source;
mod stop;
mod tell;
mod tier;
mod timeline;
mod unpause;
mod user;
mod verify;
mod verify_pack;
mod watching;

pub use entry::main;
