//! Steps that reach systems by their own protocols, from YAML to the answer, against the servers that users have.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "makes files that seem to be old")]

mod bench;
mod dns;
mod dns_update;
mod hosts;
mod http;
mod mssql;
mod notify;
mod preflight;
mod sql;
mod tls;
mod vantage;
