//! A real browser drives the demonstration from sign-in to report: Chromium through ChromeDriver, in both languages, as
//! wide as a desk and as narrow as a phone.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "starts the demonstration and a browser")]

mod case;
mod chromium;
mod demo;
mod journey;
mod rules;
