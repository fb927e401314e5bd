//! The command line, the console and the joining of the parts.
//!
//! | module | what it owns |
//! |---|---|
//! | [`cli`] | one file per command; the only reader of the environment |
//! | [`config`] | where things are kept |
//! | [`router`] | all routes on one page |
//! | [`handlers`] | `<noun>/<verb>`, each page's view model beside its handler |
//! | [`api`] | the same as JSON, with its OpenAPI document |
//! | [`accounts`] | passwords, sign-in, sessions |
//! | [`extract`], [`middleware`], [`error`] | what requests pass through |
//! | [`deeds`] | what the doors write into the audit log |
//! | [`sealing`] | the sealed pack of a run |
//! | [`demo`] | what the demonstration brings along |
//! | [`tiers`] | the small three-tier system that the demonstration brings up |
//! | [`live`], [`draw`] | a run's page as it changes; pictures |
//! | [`pages`], [`i18n`], [`urls`], [`assets`] | what pages have in common |
//!
//! There is no SQL here, and no process but the members of [`tiers`]; both are the engine's.

pub mod accounts;
pub mod api;
pub mod app;
pub mod asks;
pub mod assets;
pub mod board;
pub mod cli;
pub mod config;
pub mod deeds;
pub mod demo;
pub mod draw;
pub mod error;
mod explain;
pub mod extract;
pub mod handlers;
pub mod i18n;
pub mod live;
pub mod middleware;
pub mod pages;
pub mod report;
pub mod router;
pub mod sealing;
pub mod serve;
pub mod tiers;
pub mod urls;
